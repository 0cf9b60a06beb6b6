import type { Section } from '../../../core/report.ts';
import { drawBlocks } from './blocks/renderers.ts';
import { baselineOf, LIMITS, LONGEST_NAME, PAGE, STROKE, type TextStyle, TYPE, UNIT } from './design.ts';
import type { Flow } from './flow.ts';
import type { Tag } from './tags.ts';
import type { Line } from './text/lines.ts';

const LOGO = { width: 150, height: 40 } as const;
/** Two lines of the usual size. */
const TITLE_HEIGHT = 64;
const CLASSIFICATION_WIDTH = 140;
const PAD = 12;

/** Draws the first page: who, what, when, the stamps, and the section's blocks. */
export async function drawCover(section: Section, flow: Flow, parent: Tag): Promise<void> {
  flow.marker.artifact('Layout', () => flow.canvas.rect(0, 0, PAGE.width, 10, flow.theme.primary));
  drawSender(flow, parent);
  drawTitle(flow, parent);
  drawStamps(flow, parent);
  await drawBlocks(section.blocks, { flow, parent, headingType: 'H2' });
}

function drawSender(flow: Flow, parent: Tag): void {
  const { report, theme, logo } = flow;
  const top = 31;
  let y = top;
  if (logo !== null) {
    const alt = report.phrases.logoAlt.replace('{organisation}', () => report.organisation ?? report.title);
    const bbox = [flow.left, top, flow.left + LOGO.width, top + LOGO.height] as const;
    parent.leaf('Figure', () => flow.canvas.image(logo, flow.left, top, [LOGO.width, LOGO.height]), { alt, bbox });
    y = top + LOGO.height + UNIT;
  }
  const draw = (style: TextStyle, lines: readonly Line[], from: number, align: 'left' | 'right'): number => {
    let end = from;
    parent.leaf('P', () => {
      end = flow.canvas.lines(lines, style, flow[align], from, theme.muted, align);
    });
    return end;
  };
  const { organisation, classification } = report;
  if (organisation !== null) {
    const sizes: readonly TextStyle[] = [TYPE.heading, TYPE.body, TYPE.note, { ...TYPE.note, size: 6, leading: 7 }];
    const room = { width: flow.width - CLASSIFICATION_WIDTH - 10, height: 32 };
    const { style, lines } = fitted(flow, organisation, sizes, room);
    y = draw(style, lines, y, 'left');
  }
  if (classification !== null) {
    const lines = flow.type.lines(classification, TYPE.stamp, CLASSIFICATION_WIDTH, LIMITS.heading);
    y = Math.max(y, draw(TYPE.stamp, lines, top, 'right'));
  }
  flow.y = y + UNIT * 2;
}

function drawTitle(flow: Flow, parent: Tag): void {
  const sizes: readonly TextStyle[] = [
    TYPE.coverTitle,
    { ...TYPE.coverTitle, size: 20, leading: 25 },
    { ...TYPE.coverTitle, size: 13, leading: 17 },
  ];
  const { style, lines } = fitted(flow, flow.report.title, sizes, { width: flow.width, height: TITLE_HEIGHT });
  flow.element(parent, 'H1', lines, style, flow.theme.ink);
  const { periodText, periodDays } = flow.report;
  const days = periodDays.startsWith(`${periodText} (`) ? periodDays : `${periodText}: ${periodDays}`;
  const period = flow.type.clipped(days, TYPE.coverPeriod, flow.width);
  flow.element(parent, 'P', [period], TYPE.coverPeriod, flow.theme.primary);
  flow.y += UNIT * 1.5;
}

/** The whole text in the first style whose lines fit; in the last style if none fits. */
function fitted(
  flow: Flow,
  text: string,
  styles: readonly TextStyle[],
  { width, height }: { readonly width: number; readonly height: number },
): { readonly style: TextStyle; readonly lines: readonly Line[] } {
  let best = { style: styles[0] ?? TYPE.body, lines: [] as readonly Line[] };
  for (const style of styles) {
    best = { style, lines: flow.type.lines(text, style, width, LONGEST_NAME) };
    if (best.lines.length * style.leading <= height) break;
  }
  return best;
}

/** The stamps in one strip, each in its colour, above what they mean; the strip grows with its text. */
function drawStamps(flow: Flow, parent: Tag): void {
  const { stamps, status } = flow.report;
  const width = flow.width - 2 * PAD - STROKE.bar;
  const x = flow.left + STROKE.bar + PAD;
  const style = TYPE.coverStamp;
  const rows: { readonly line: Line; readonly colour: string; readonly at: number }[][] = [[]];
  let at = 0;
  for (const { text, level } of stamps) {
    const line = flow.type.clipped(`${SHAPES[level]} ${text}`, style, width);
    if (at > 0 && at + line.width > width) {
      rows.push([]);
      at = 0;
    }
    rows.at(-1)?.push({ line, colour: flow.theme.tones[level].text, at });
    at += line.width + 18;
  }
  const words = flow.type.lines(status.text, TYPE.body, width, LIMITS.paragraph);
  const height = rows.length * style.leading + words.length * TYPE.body.leading + 2 * (PAD - 4);
  const colours = flow.theme.tones[status.level];
  flow.marker.artifact('Layout', () => {
    flow.canvas.rect(flow.left, flow.y, flow.width, height, colours.wash);
    flow.canvas.rect(flow.left, flow.y, STROKE.bar, height, colours.fill);
  });
  const end = flow.y + height;
  flow.y += PAD - 4;
  parent.leaf('P', () => {
    for (const row of rows) {
      for (const each of row) flow.canvas.line(each.line, style, x + each.at, flow.y + baselineOf(style), each.colour);
      flow.y += style.leading;
    }
  });
  flow.element(parent, 'P', words, TYPE.body, flow.theme.ink, x);
  flow.y = end;
}

/** A shape before the word shows the level without colour too. */
const SHAPES = { good: '●', warning: '◆', critical: '▲' } as const;

/** Draws the running heads and feet of all pages, when the number of pages is known. */
export function drawFurniture(flow: Flow): void {
  const { count } = flow.doc.bufferedPageRange();
  const hasCover = flow.report.sections[0]?.id === 'cover';
  for (let index = 0; index < count; index++) {
    flow.doc.switchToPage(index);
    flow.marker.artifact('Pagination', () => {
      const isCover = index === 0 && hasCover;
      if (!isCover) drawHead(flow);
      drawFoot(flow, index + 1, count);
      // The cover has the full text of what a foot truncates.
      if (!isCover) drawOwner(flow);
    });
  }
}

function drawHead({ report, type, canvas, theme, left, right, width }: Flow): void {
  const period = type.clipped(report.periodText, TYPE.running, width * 0.4);
  canvas.line(period, TYPE.running, right, PAGE.head, theme.muted, 'right');
  const title = type.clipped(report.title, TYPE.runningStrong, width - period.width - 12);
  canvas.line(title, TYPE.runningStrong, left, PAGE.head, theme.muted);
  const stamps = type.clipped(report.stamps.map(({ text }) => text).join(' · '), TYPE.runningStrong, width);
  const level = report.stamps.some((stamp) => stamp.level === 'critical') ? 'critical' : report.status.level;
  canvas.line(stamps, TYPE.runningStrong, left, PAGE.head - 11, theme.tones[level].text);
  canvas.rule(left, PAGE.head + 8, right, PAGE.head + 8, theme.hairline);
}

function drawFoot({ report, type, canvas, theme, left, right, width }: Flow, page: number, pages: number): void {
  canvas.rule(left, PAGE.foot - 14, right, PAGE.foot - 14, theme.hairline);
  const id = type.clipped(`${report.phrases.reportId} ${report.id}`, TYPE.running, width * 0.55);
  canvas.line(id, TYPE.running, left, PAGE.foot, theme.muted);
  const number = report.phrases.pageOf.replace('{page}', String(page)).replace('{pages}', String(pages));
  canvas.line(type.line(number, TYPE.runningStrong), TYPE.runningStrong, right, PAGE.foot, theme.muted, 'right');
}

function drawOwner({ report, type, canvas, theme, left, width }: Flow): void {
  const owner = ownerOf(report);
  if (owner !== '') {
    canvas.line(type.clipped(owner, TYPE.running, width), TYPE.running, left, PAGE.foot + 11, theme.muted);
  }
}

/** The report's organisation and classification; empty if the template has neither. */
export function ownerOf({ organisation, classification }: Flow['report']): string {
  return [organisation, classification].filter((each) => each !== null).join(' · ');
}
