import { LIMITS, STROKE, TYPE, UNIT } from '../design.ts';
import type { BlockOf, BlockRenderer, Flow } from '../flow.ts';
import type { Line } from '../text/lines.ts';

const PAD = 12;

function layNotice(block: BlockOf<'notice'>, flow: Flow) {
  const width = flow.width - 2 * PAD - STROKE.bar;
  const title = flow.type.lines(block.title, TYPE.strong, width, LIMITS.heading);
  const text = flow.type.lines(block.text, TYPE.body, width, 1_200);
  return { title, text, height: (title.length + text.length) * TYPE.body.leading + 2 * (PAD - 3) };
}

/** A statement that must not be overlooked: a bar, a background, and its level in words. */
export const notice: BlockRenderer<'notice'> = {
  above: UNIT * 2,
  head: (block, flow) => layNotice(block, flow).height,
  draw(block, { flow, parent }) {
    const { title, text, height } = layNotice(block, flow);
    flow.need(height);
    const colours = flow.theme.tones[block.level === 'info' ? 'plain' : block.level];
    flow.marker.artifact('Layout', () => {
      flow.canvas.rect(flow.left, flow.y, flow.width, height, colours.wash);
      flow.canvas.rect(flow.left, flow.y, STROKE.bar, height, colours.fill);
    });
    const x = flow.left + STROKE.bar + PAD;
    const end = flow.y + height;
    flow.y += PAD - 3;
    flow.element(parent, 'P', title, TYPE.strong, colours.text, x);
    flow.element(parent, 'P', text, TYPE.body, flow.theme.ink, x);
    flow.y = end;
  },
};

const GUTTER = 14;
const MOST_NOTES = 4;

/** Cards of key figures: label, figure, note, change; a bar in the colour of the outcome. */
export const figures: BlockRenderer<'figures'> = {
  above: UNIT * 2.5,
  head: (block, flow) => layCards(block, flow).height,
  draw(block, { flow, parent }) {
    const { columns, width, height, notes } = layCards(block, flow);
    for (let row = 0; row < block.items.length; row += columns) {
      flow.need(height);
      const top = flow.y;
      for (const [column, item] of block.items.slice(row, row + columns).entries()) {
        const x = flow.left + column * (width + GUTTER);
        const colours = flow.theme.tones[item.tone];
        flow.marker.artifact('Layout', () => flow.canvas.rect(x, top, width, 1.6, colours.fill));
        parent.leaf('P', () => {
          const { canvas, type, theme } = flow;
          let y = canvas.lines([type.clipped(item.label, TYPE.label, width)], TYPE.label, x, top + 7, theme.muted);
          y = canvas.lines([type.clipped(item.value, TYPE.figure, width)], TYPE.figure, x, y, colours.text);
          canvas.lines(notes[row + column] ?? [], TYPE.note, x, y, theme.muted);
        });
      }
      flow.y = top + height;
    }
  },
};

function layCards({ items }: BlockOf<'figures'>, flow: Flow) {
  const columns = items.length === 4 || items.length === 5 ? items.length : 3;
  const width = (flow.width - GUTTER * (columns - 1)) / columns;
  const notes = items.map(({ note, change }) => [
    ...flow.type.lines(note, TYPE.note, width).slice(0, MOST_NOTES),
    ...flow.type.lines(change ?? '', TYPE.note, width).slice(0, MOST_NOTES),
  ]);
  const most = notes.reduce((high, { length }) => Math.max(high, length), 0);
  const height = 7 + TYPE.label.leading + TYPE.figure.leading + most * TYPE.note.leading + UNIT;
  return { columns, width, notes, height };
}

const TERM_WIDTH = 124;
const ROW_PAD = 1.5;

export const definitions: BlockRenderer<'definitions'> = {
  above: UNIT * 1.5,
  head: (block, flow) => block.items.slice(0, 2).reduce((sum, item) => sum + layDefinition(item, flow).height, 0),
  draw(block, { flow, parent }) {
    const list = parent.list('None');
    for (const [index, item] of block.items.entries()) {
      const laid = layDefinition(item, flow);
      const broken = flow.need(laid.height);
      const top = flow.y;
      if (index > 0 && !broken) {
        flow.marker.artifact('Layout', () => flow.canvas.rule(flow.left, top, flow.right, top, flow.theme.hairline));
      }
      const entry = list.child('LI');
      flow.y = top + ROW_PAD;
      flow.element(entry, 'Lbl', laid.term, TYPE.label, flow.theme.muted);
      flow.y = top + ROW_PAD;
      const body = entry.child('LBody');
      const x = flow.left + TERM_WIDTH;
      flow.write(body, laid.value, laid.style, x, flow.theme.tones[item.cell.tone ?? 'plain'].text);
      flow.write(body, laid.sub, TYPE.note, x, flow.theme.muted);
      body.end();
      entry.end();
      flow.y = top + laid.height;
    }
    list.end();
  },
};

function layDefinition({ term, cell }: BlockOf<'definitions'>['items'][number], flow: Flow) {
  const width = flow.width - TERM_WIDTH;
  const style = cell.mono === true ? TYPE.code : TYPE.definition;
  const lines = {
    style,
    term: flow.type.lines(term, TYPE.label, TERM_WIDTH - 10),
    value: flow.type.lines(cell.text, style, width, 1_200),
    sub: flow.type.lines(cell.sub ?? '', TYPE.note, width),
  };
  const right = lines.value.length * style.leading + lines.sub.length * TYPE.note.leading;
  return { ...lines, height: Math.max(lines.term.length * TYPE.label.leading, right) + 2 * ROW_PAD };
}

export const commands: BlockRenderer<'commands'> = {
  above: UNIT * 1.5,
  head: (block, flow) => layCommands(block, flow).height,
  draw(block, { flow, parent }) {
    const { lines, height } = layCommands(block, flow);
    flow.need(height);
    const end = flow.y + height;
    flow.marker.artifact('Layout', () => flow.canvas.rect(flow.left, flow.y, flow.width, height, flow.theme.wash));
    flow.y += PAD - 3;
    for (const each of lines) {
      const tag = parent.child('P');
      flow.element(tag, 'Code', each, TYPE.code, flow.theme.ink, flow.left + PAD);
      tag.end();
    }
    flow.y = end;
  },
};

function layCommands(block: BlockOf<'commands'>, flow: Flow): { lines: Line[][]; height: number } {
  const lines = block.lines.map((line) => flow.type.lines(line, TYPE.code, flow.width - 2 * PAD, LIMITS.cell));
  return { lines, height: lines.flat().length * TYPE.code.leading + 2 * (PAD - 3) };
}
