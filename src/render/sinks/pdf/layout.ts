import type { Section } from '../../../core/report.ts';
import { contentsHeight } from './blocks/texts.ts';
import { drawBlocks, togetherHeight } from './blocks/renderers.ts';
import { drawCover, drawFurniture, ownerOf } from './cover.ts';
import { baselineOf, LIMITS, LONGEST_NAME, PAGE, STROKE, TYPE, UNIT } from './design.ts';
import type { Flow } from './flow.ts';
import type { Tag } from './tags.ts';
import { printable } from './text/pieces.ts';

/** A section begins on a new page unless this much room is left below its title. */
const LEAST_ROOM = 40;

/** Height that the last lines may use between the column and the rule of the foot. */
const MARGIN_USED = 4;

/** Title of the list of sections, with the space around it. */
const CONTENTS_HEAD = 70;

/** Lays out the whole report: cover, sections, the closing line; then what needs the number of pages. */
export async function layOut(flow: Flow): Promise<void> {
  const root = flow.marker.root();
  // The first heading is an H1 and no level is skipped: without a cover, the sections have it.
  const hasCover = flow.report.sections[0]?.id === 'cover';
  const types = hasCover ? (['H2', 'H3'] as const) : (['H1', 'H2'] as const);
  flow.newPage();
  if (!hasCover) drawNames(flow, root);
  for (const [index, section] of flow.report.sections.entries()) {
    const element = root.child('Sect', { title: section.title });
    // Nothing follows the cover on the first page but the list of sections, if it fits.
    const isFirst = flow.pageIndex === 0 && hasCover;
    const fits = section.id === 'contents' && flow.room > CONTENTS_HEAD + contentsHeight(flow);
    const alone = section.id === 'cover' || (isFirst && !fits);
    if (index > 0 && alone && !flow.atTop) flow.newPage();
    if (section.id === 'cover') await drawCover(section, flow, element);
    else await drawSection(section, flow, element, types);
    element.end();
  }
  drawEnd(flow, root);
  flow.drawLinks();
  root.end();
  drawFurniture(flow);
  addBookmarks(flow);
}

/** Draws the names that a cover would show: running heads and feet truncate long ones. */
function drawNames(flow: Flow, root: Tag): void {
  const names = [
    [flow.report.title, TYPE.lead, flow.theme.ink],
    [ownerOf(flow.report), TYPE.note, flow.theme.muted],
  ] as const;
  for (const [name, style, colour] of names.filter(([text]) => text !== '')) {
    flow.element(root, 'P', flow.type.lines(name, style, flow.width, LONGEST_NAME), style, colour);
  }
}

async function drawSection(
  section: Section,
  flow: Flow,
  element: Tag,
  [title, heading]: readonly ['H1' | 'H2', 'H2' | 'H3'],
): Promise<void> {
  const lines = flow.type.lines(section.title, TYPE.section, flow.width - 40, LIMITS.heading);
  const height = lines.length * TYPE.section.leading + UNIT * 3.5;
  flow.skip(UNIT * 3);
  const first = togetherHeight(section.blocks, 0, flow);
  if (flow.room < height + Math.max(LEAST_ROOM, first)) flow.need(Number.POSITIVE_INFINITY);
  const number = flow.numberOf(section.id);
  if (number !== '') flow.stop(section.title, section.id);
  flow.marker.artifact('Layout', () =>
    flow.canvas.rule(flow.left, flow.y, flow.right, flow.y, flow.theme.primary, STROKE.section),
  );
  flow.y += UNIT * 1.5;
  const ordinal = flow.type.line(number, TYPE.section);
  const indent = number === '' ? 0 : ordinal.width + 12;
  element.leaf(title, () => {
    flow.canvas.line(ordinal, TYPE.section, flow.left, flow.y + baselineOf(TYPE.section), flow.theme.accent);
    flow.y = flow.canvas.lines(lines, TYPE.section, flow.left + indent, flow.y, flow.theme.ink);
  });
  flow.y += UNIT * 0.5;
  await drawBlocks(section.blocks, { flow, parent: element, headingType: heading });
}

/** Says that nothing follows, and how many characters have no glyph. */
function drawEnd(flow: Flow, root: Tag): void {
  const { phrases } = flow.report;
  const missing = flow.type.missingGlyphs;
  const said = phrases.missingGlyphs[missing === 1 ? 'one' : 'many'].replace('{count}', String(missing));
  const packages = flow.type.missingPackages.join(', ');
  const install = packages === '' ? '' : ` ${phrases.installFonts.replace('{packages}', packages)}`;
  const lines = flow.type.lines(missing === 0 ? '' : said + install, TYPE.note, flow.width, LIMITS.paragraph);
  // Some of it may be in the margin below the column; a page for it alone would look like an error.
  const height = lines.length * TYPE.note.leading + TYPE.stamp.leading - MARGIN_USED;
  flow.skip(Math.min(UNIT * 4, Math.max(0, flow.room - height)));
  flow.need(height);
  if (lines.length > 0) {
    root.leaf('P', () => {
      flow.y = flow.canvas.lines(lines, TYPE.note, flow.left, flow.y, flow.theme.muted);
    });
  }
  const tag = root.child('P');
  const line = flow.type.line(phrases.end, TYPE.stamp);
  const baseline = flow.y + baselineOf(TYPE.stamp);
  const middle = flow.left + flow.width / 2;
  const reach = line.width / 2 + 14;
  flow.marker.artifact('Layout', () => {
    const y = baseline - 3;
    flow.canvas.rule(flow.left, y, middle - reach, y, flow.theme.hairline, STROKE.rule);
    flow.canvas.rule(middle + reach, y, flow.right, y, flow.theme.hairline, STROKE.rule);
  });
  tag.draw(() => flow.canvas.line(line, TYPE.stamp, middle, baseline, flow.theme.muted, 'center'));
  tag.end();
}

function addBookmarks(flow: Flow): void {
  let section = flow.doc.outline;
  for (const { title, section: id, pageIndex, top } of flow.stops) {
    const parent = id === null ? section : flow.doc.outline;
    // pdfkit counts `left` from the right edge.
    const place = { pageNumber: pageIndex, top, left: PAGE.width, expanded: false };
    const item = parent.addItem(printable(title, LIMITS.heading), place);
    if (id !== null) section = item;
  }
}
