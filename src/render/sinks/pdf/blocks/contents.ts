import { TYPE, UNIT } from '../design.ts';
import type { Flow } from '../flow.ts';
import type { Tag } from '../tags.ts';
import type { BlockRenderer } from './block.ts';

const ROW = 21;

/** Leaves room for the list of sections: its page numbers are known when everything else is laid out. */
export const contents: BlockRenderer<'contents'> = {
  above: UNIT,
  head: () => ROW * 3,
  draw(_, { flow, parent }) {
    const titles = flow.numberedTitles();
    flow.need(Math.min(titles.length * ROW, flow.bottom - flow.y));
    const toc = parent.child('TOC');
    flow.openContents = { toc, pageIndex: flow.pageIndex, top: flow.y };
    flow.y += titles.length * ROW;
  },
};

/** Fills in the list, on the page with its room. */
export function closeContents(flow: Flow): void {
  const open = flow.openContents;
  if (open === null) return;
  flow.doc.switchToPage(open.pageIndex);
  const sections = flow.stops.filter(({ depth }) => depth === 0);
  for (const [index, stop] of sections.entries()) {
    const top = open.top + index * ROW;
    drawEntry(flow, open.toc, stop, flow.numberOf(stop.title), top);
  }
  // Ended while its page is current: pdfkit takes the page of a link from there.
  open.toc.end();
}

function drawEntry(flow: Flow, toc: Tag, stop: Flow['stops'][number], number: string, top: number): void {
  const page = String(stop.pageIndex + 1);
  const baseline = top + ROW / 2 + TYPE.body.size * 0.36;
  const item = toc.child('TOCI');
  const reference = item.child('Reference');
  const link = reference.child('Link');
  link.draw(() => {
    const numberLine = flow.type.line(number, TYPE.strong);
    flow.canvas.line(numberLine, TYPE.strong, flow.left, baseline, flow.theme.accent);
    const title = flow.type.clipped(stop.title, TYPE.body, flow.width - 80);
    flow.canvas.line(title, TYPE.body, flow.left + 24, baseline, flow.theme.ink);
    flow.canvas.line(flow.type.line(page, TYPE.cell), TYPE.cell, flow.right, baseline, flow.theme.ink, 'right');
  });
  const contentsText = flow.report.phrases.linkToSection.replace('{section}', stop.title).replace('{page}', page);
  flow.doc.goTo(flow.left, top, flow.width, ROW, stop.destination, {
    structParent: link.forAnnotation,
    Contents: new String(contentsText),
  });
  link.end();
  reference.end();
  item.end();
  flow.marker.artifact('Layout', () =>
    flow.canvas.rule(flow.left, top + ROW, flow.right, top + ROW, flow.theme.hairline),
  );
}
