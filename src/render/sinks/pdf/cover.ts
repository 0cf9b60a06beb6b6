import type { Section } from '../../../core/report.ts';
import { definitions } from './blocks/panels.ts';
import { LIMITS, LONGEST_NAME, PAGE, STROKE, type TextStyle, TYPE } from './design.ts';
import { baselineOf, type Flow } from './flow.ts';
import type { Tag } from './tags.ts';
import type { Line } from './text/lines.ts';

const LOGO = { width: 170, height: 46 } as const;
const TITLE_TOP = 196;
/** Three lines of the usual size. */
const TITLE_HEIGHT = 120;
/** Width of the column at the right. */
const CLASSIFICATION_WIDTH = 140;

const STRIP = { top: 356, height: 92 } as const;
const STATUS_TOP = 488;
const FACTS_TOP = 570;
/** Most lines of the sentence below the stamp; the box grows with them, and the facts move down. */
const MOST_STATUS_LINES = 4;
const USUAL_STATUS_LINES = 2;
/** More columns would be too thin: neighbouring days are then drawn as one. */
const MOST_COLUMNS = 92;

/** Draws the first page: organisation, title, period, and whether the report is complete. */
export function drawCover(section: Section, flow: Flow, parent: Tag): void {
  flow.marker.artifact('Layout', () => flow.canvas.rect(0, 0, PAGE.width, 10, flow.theme.primary));
  drawSender(flow, parent);
  drawTitle(flow, parent);
  drawStrip(flow);
  flow.y = FACTS_TOP + drawStatus(flow, parent);
  const facts = section.blocks.find((block) => block.kind === 'definitions');
  if (facts !== undefined) void definitions.draw(facts, { flow, parent, headingAbove: null, headingType: 'H2' });
}

function drawSender(flow: Flow, parent: Tag): void {
  const { report, theme, logo } = flow;
  const baseline = 74;
  if (logo !== null) {
    const alt = report.phrases.logoAlt.replace('{organisation}', report.organisation ?? report.title);
    const top = 42;
    const figure = parent.child('Figure', { alt, bbox: [flow.left, top, flow.left + LOGO.width, top + LOGO.height] });
    figure.draw(() => flow.canvas.image(logo, flow.left, top, [LOGO.width, LOGO.height]));
    figure.end();
  }
  if (report.organisation !== null) {
    const tag = parent.child('P');
    const y = logo === null ? baseline : 42 + LOGO.height + 22;
    const width = flow.width - CLASSIFICATION_WIDTH - 10;
    const sizes: readonly TextStyle[] = [TYPE.heading, TYPE.body, TYPE.note, { ...TYPE.note, size: 6, leading: 7 }];
    const { style, lines } = fitted(flow, report.organisation, sizes, { width, height: TITLE_TOP - y - 10 });
    tag.draw(() => {
      for (const [at, line] of lines.entries()) {
        flow.canvas.line(line, style, flow.left, y + at * style.leading, theme.ink);
      }
    });
    tag.end();
  }
  if (report.classification !== null) {
    const tag = parent.child('P');
    const lines = flow.type.lines(report.classification, TYPE.stamp, CLASSIFICATION_WIDTH, LIMITS.heading);
    tag.draw(() => {
      for (const [at, line] of lines.entries()) {
        const y = baseline + at * TYPE.stamp.leading;
        flow.canvas.line(line, TYPE.stamp, flow.right, y, theme.muted, 'right');
      }
    });
    tag.end();
  }
}

/** Draws the title, smaller if it is long, so that all of it fits. */
function drawTitle(flow: Flow, parent: Tag): void {
  const sizes: readonly TextStyle[] = [
    TYPE.coverTitle,
    { ...TYPE.coverTitle, size: 26, leading: 32 },
    TYPE.section,
    { ...TYPE.coverTitle, size: 13, leading: 17 },
  ];
  const room = { width: flow.width, height: TITLE_HEIGHT };
  const { style, lines } = fitted(flow, flow.report.title, sizes, room);
  flow.y = TITLE_TOP;
  const title = parent.child('H1');
  flow.write(title, lines, style, flow.left, flow.theme.ink);
  title.end();
  flow.y += 4;
  const period = parent.child('P');
  const line = flow.type.clipped(flow.report.periodText, TYPE.coverPeriod, flow.width);
  flow.write(period, [line], TYPE.coverPeriod, flow.left, flow.theme.primary);
  period.end();
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

/** The period at a glance: the days as columns. Decoration; the chart of the verdicts says the same with numbers. */
function drawStrip(flow: Flow): void {
  const days = flow.report.statistics.by_day;
  const perColumn = Math.max(1, Math.ceil(days.length / MOST_COLUMNS));
  const columns = Array.from({ length: Math.ceil(days.length / perColumn) }, (_, at) => {
    const group = days.slice(at * perColumn, (at + 1) * perColumn);
    return (['fake', 'indeterminate', 'real'] as const).map((tone) => ({
      tone,
      count: group.reduce((sum, day) => sum + day[tone], 0),
    }));
  });
  const most = Math.max(1, ...columns.map((parts) => parts.reduce((sum, { count }) => sum + count, 0)));
  const step = flow.width / Math.max(1, columns.length);
  const width = Math.min(14, step * 0.62);
  const base = STRIP.top + STRIP.height;
  flow.marker.artifact('Layout', () => {
    for (const [at, parts] of columns.entries()) {
      let bottom = base;
      for (const { tone, count } of parts) {
        const height = (count / most) * STRIP.height;
        if (height <= 0) continue;
        flow.canvas.rect(
          flow.left + at * step,
          bottom - height,
          width,
          Math.max(0.4, height - 0.5),
          flow.theme.tones[tone].fill,
        );
        bottom -= height;
      }
    }
    flow.canvas.rule(flow.left, base, flow.right, base, flow.theme.ink, STROKE.rule);
  });
}

/** Returns by how much the box is higher than usual. */
function drawStatus(flow: Flow, parent: Tag): number {
  const { status } = flow.report;
  const colours = flow.theme.tones[status.level];
  const sentence = statusLines(status.text, flow);
  const more = Math.max(0, sentence.length - USUAL_STATUS_LINES) * TYPE.body.leading;
  const height = 54 + more;
  flow.marker.artifact('Layout', () => {
    flow.canvas.rect(flow.left, STATUS_TOP, flow.width, height, colours.wash);
    flow.canvas.rect(flow.left, STATUS_TOP, STROKE.bar, height, colours.fill);
  });
  const tag = parent.child('P');
  const x = flow.left + 15;
  tag.draw(() => {
    let y = STATUS_TOP + 9;
    flow.canvas.line(
      flow.type.line(status.stamp, TYPE.coverStamp),
      TYPE.coverStamp,
      x,
      y + baselineOf(TYPE.coverStamp),
      colours.text,
    );
    y += TYPE.coverStamp.leading + 2;
    for (const line of sentence) {
      flow.canvas.line(line, TYPE.body, x, y + baselineOf(TYPE.body), flow.theme.ink);
      y += TYPE.body.leading;
    }
  });
  tag.end();
  return more;
}

/** The whole text if it is short; a truncated text ends with an ellipsis. */
function statusLines(text: string, flow: Flow): readonly Line[] {
  const width = flow.width - 30;
  const lines = flow.type.lines(text, TYPE.body, width);
  if (lines.length <= MOST_STATUS_LINES) return lines;
  const rest = lines.slice(MOST_STATUS_LINES - 1).map(({ pieces }) => pieces.map((piece) => piece.text).join(''));
  return [...lines.slice(0, MOST_STATUS_LINES - 1), flow.type.clipped(rest.join(' '), TYPE.body, width)];
}

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
  const title = type.clipped(report.title, TYPE.runningStrong, width * 0.55);
  canvas.line(title, TYPE.runningStrong, left, PAGE.head, theme.muted);
  const period = type.clipped(report.periodText, TYPE.running, width * 0.4);
  canvas.line(period, TYPE.running, right, PAGE.head, theme.muted, 'right');
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
