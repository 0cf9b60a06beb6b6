import type { LinkedText } from '../../../../core/report.ts';
import { baselineOf, LIMITS, type TextStyle, TYPE, UNIT } from '../design.ts';
import type { BlockOf, BlockRenderer, Flow } from '../flow.ts';
import type { Tag } from '../tags.ts';

export const heading: BlockRenderer<'heading'> = {
  above: UNIT * 2.5,
  introduces: true,
  head: (block, flow) => headingLines(block.text, flow).length * TYPE.heading.leading,
  draw(block, { flow, parent, headingType }) {
    flow.stop(block.text);
    flow.element(parent, headingType, headingLines(block.text, flow), TYPE.heading, flow.theme.ink);
  },
};

function headingLines(text: string, flow: Flow): ReturnType<Flow['type']['lines']> {
  return flow.type.lines(text, TYPE.heading, flow.width, LIMITS.heading);
}

/** Room at the right of an item for the page that it links to. */
const LINK_WIDTH = 57;

function paragraphStyle({ tone }: BlockOf<'paragraph'>): TextStyle {
  return tone === 'lead' ? TYPE.lead : tone === 'muted' ? TYPE.note : TYPE.body;
}

export const paragraph: BlockRenderer<'paragraph'> = {
  above: UNIT * 1.5,
  head(block, flow) {
    const style = paragraphStyle(block);
    return Math.min(3, flow.type.lines(block.text, style, flow.width, LIMITS.paragraph).length) * style.leading;
  },
  draw(block, { flow, parent }) {
    const style = paragraphStyle(block);
    const lines = flow.type.lines(block.text, style, flow.width, LIMITS.paragraph);
    flow.element(parent, 'P', lines, style, block.tone === 'muted' ? flow.theme.muted : flow.theme.ink);
  },
};

const INDENT = 16;
const ITEM_GAP = 3;

function itemLines({ text, link }: LinkedText, flow: Flow): ReturnType<Flow['type']['lines']> {
  const width = flow.width - INDENT - (link === undefined ? 0 : LINK_WIDTH);
  return flow.type.lines(text, TYPE.body, width, LIMITS.paragraph);
}

function listHead([first]: readonly LinkedText[], flow: Flow): number {
  return Math.min(3, itemLines(first ?? { text: '' }, flow).length) * TYPE.body.leading;
}

/** A list whose items begin with `label(index)`, which must be drawn from `x` on the first line's baseline. */
function drawList(
  items: readonly LinkedText[],
  { flow, parent }: { readonly flow: Flow; readonly parent: Tag },
  numbering: 'Disc' | 'Decimal',
  label: (index: number, x: number, baseline: number) => void,
): void {
  const list = parent.list(numbering);
  for (const [index, entry] of items.entries()) {
    const { link } = entry;
    const lines = itemLines(entry, flow);
    flow.need((link === undefined ? Math.min(lines.length, 3) : lines.length) * TYPE.body.leading);
    const item = list.child('LI');
    item.leaf('Lbl', () => label(index, flow.left, flow.y + baselineOf(TYPE.body)));
    const body = item.child('LBody');
    const top = flow.y;
    flow.write(body, lines, TYPE.body, flow.left + INDENT, flow.theme.ink);
    const section = flow.report.sections.find(({ id }) => id === link);
    if (section !== undefined) {
      const box = { x: flow.right - LINK_WIDTH, y: top, width: LINK_WIDTH, height: TYPE.body.leading };
      flow.linkLater(body, section, box, (page) => {
        const words = flow.type.line(flow.report.phrases.onPage.replace('{page}', page), TYPE.body);
        flow.canvas.line(words, TYPE.body, flow.right, top + baselineOf(TYPE.body), flow.theme.primary, 'right');
      });
    }
    body.end();
    item.end();
    flow.skip(ITEM_GAP);
  }
  list.end();
}

export const list: BlockRenderer<'list'> = {
  above: UNIT * 1.5,
  head: (block, flow) => listHead(block.items, flow),
  draw(block, context) {
    const { flow } = context;
    const bullet = flow.type.line('•', TYPE.strong);
    drawList(block.items, context, 'Disc', (_, x, baseline) =>
      flow.canvas.line(bullet, TYPE.strong, x + 2, baseline, flow.theme.accent),
    );
  },
};

export const steps: BlockRenderer<'steps'> = {
  above: UNIT * 1.5,
  head: ({ items: [first = ''] }, flow) => listHead([{ text: first }], flow),
  draw({ items }, context) {
    const { flow } = context;
    const texts = items.map((text) => ({ text }));
    drawList(texts, context, 'Decimal', (index, x, baseline) =>
      flow.canvas.line(flow.type.line(`${index + 1}.`, TYPE.strong), TYPE.strong, x, baseline, flow.theme.accent),
    );
  },
};

const ROW = 17;
const COLUMNS = 2;
const GAP = 24;

export function contentsHeight(flow: Flow): number {
  return Math.ceil(flow.numbered.length / COLUMNS) * ROW;
}

/** The list of sections in two columns; its page numbers are drawn when everything else is laid out. */
export const contents: BlockRenderer<'contents'> = {
  above: UNIT,
  head: (_, flow) => contentsHeight(flow),
  draw(_, { flow, parent }) {
    const { canvas, type, theme } = flow;
    const height = contentsHeight(flow);
    const width = (flow.width - GAP * (COLUMNS - 1)) / COLUMNS;
    const rows = Math.round(height / ROW);
    const start = flow.y;
    const toc = parent.child('TOC');
    for (const [index, section] of flow.numbered.entries()) {
      const left = flow.left + Math.floor(index / rows) * (width + GAP);
      const right = left + width;
      const top = start + (index % rows) * ROW;
      const baseline = top + ROW / 2 + TYPE.body.size * 0.36;
      const item = toc.child('TOCI');
      const reference = item.child('Reference');
      flow.linkLater(reference, section, { x: left, y: top, width, height: ROW }, (page) => {
        canvas.line(type.line(flow.numberOf(section.id), TYPE.strong), TYPE.strong, left, baseline, theme.accent);
        canvas.line(type.clipped(section.title, TYPE.body, width - 50), TYPE.body, left + 24, baseline, theme.ink);
        canvas.line(type.line(page, TYPE.cell), TYPE.cell, right, baseline, theme.ink, 'right');
      });
      flow.marker.artifact('Layout', () => canvas.rule(left, top + ROW, right, top + ROW, theme.hairline));
    }
    flow.y = start + height;
    toc.end();
  },
};
