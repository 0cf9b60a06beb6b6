import { LONGEST_NAME, PAGE, TYPE } from './design.ts';
import type { Flow } from './flow.ts';

/** Running heads and feet of all pages, drawn when their number is known. */
export function drawFurniture(flow: Flow): void {
  const { count } = flow.doc.bufferedPageRange();
  const hasCover = flow.report.sections[0]?.id === 'cover';
  for (let index = 0; index < count; index++) {
    flow.doc.switchToPage(index);
    flow.marker.artifact('Pagination', () => {
      if (index > 0 || !hasCover) drawHead(flow);
      drawFoot(flow, index + 1, count);
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
  const owner = [report.organisation, report.classification].filter((each) => each !== null).join(' · ');
  if (owner === '') return;
  // Whole, for a report without a cover says it nowhere else.
  const usual = type.lines(owner, TYPE.running, width, LONGEST_NAME);
  const style = usual.length === 1 ? TYPE.running : { ...TYPE.running, size: 6, leading: 8 };
  const lines = usual.length === 1 ? usual : type.lines(owner, style, width, LONGEST_NAME);
  for (const [at, line] of lines.entries()) {
    canvas.line(line, style, left, PAGE.foot + 11 + at * style.leading, theme.muted);
  }
}
