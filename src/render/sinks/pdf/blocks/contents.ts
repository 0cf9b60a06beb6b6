import { TYPE, UNIT } from '../design.ts';
import type { Flow } from '../flow.ts';
import type { BlockRenderer } from './block.ts';

const ROW = 17;

export function contentsHeight(flow: Flow): number {
  return flow.numbered.length * ROW;
}

/** The list of sections; its page numbers are drawn when everything else is laid out. */
export const contents: BlockRenderer<'contents'> = {
  above: UNIT,
  head: () => ROW * 3,
  draw(_, { flow, parent }) {
    const { canvas, type, theme, left, right, width } = flow;
    flow.need(Math.min(contentsHeight(flow), flow.bottom - flow.y));
    const toc = parent.child('TOC');
    for (const section of flow.numbered) {
      flow.need(ROW);
      const top = flow.y;
      const baseline = top + ROW / 2 + TYPE.body.size * 0.36;
      const item = toc.child('TOCI');
      const reference = item.child('Reference');
      flow.linkLater(reference, section, { x: left, y: top, width, height: ROW }, (page) => {
        canvas.line(type.line(flow.numberOf(section.id), TYPE.strong), TYPE.strong, left, baseline, theme.accent);
        canvas.line(type.clipped(section.title, TYPE.body, width - 80), TYPE.body, left + 24, baseline, theme.ink);
        canvas.line(type.line(page, TYPE.cell), TYPE.cell, right, baseline, theme.ink, 'right');
      });
      flow.y += ROW;
      flow.marker.artifact('Layout', () => canvas.rule(left, flow.y, right, flow.y, theme.hairline));
    }
    toc.end();
  },
};
