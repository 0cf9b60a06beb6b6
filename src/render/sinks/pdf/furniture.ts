import { PAGE, TYPE } from './design.ts';
import type { Flow } from './flow.ts';

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
