import { setImmediate as breathe } from 'node:timers/promises';
import type { Cell, ReportColumn } from '../../../../core/report.ts';
import { STROKE, type TextStyle, TYPE, UNIT } from '../design.ts';
import type { BlockContext, BlockOf, BlockRenderer, Flow } from '../flow.ts';
import type { Tag } from '../tags.ts';
import type { Line } from '../text/lines.ts';
import type { Typesetter } from '../text/typesetter.ts';
const CAPTION_GAP = 4;
/** If rows are higher than this together, they may go to another page than the title above the table. */
const HIGH_ROWS = 90;
/** A table of up to this many rows that is not higher than this stays on one page: it is read at a glance. */
const FEW_ROWS = 5;
const SMALL_TABLE = 180;
/** Rows between two pauses that let other work of the process run. */
const ROWS_AT_A_TIME = 100;

/**
 * A table over as many pages as it takes. A row is never split; the head is real once (THead) and repeated on every
 * further page as an artifact, with the caption saying that the table continues.
 */
export const table: BlockRenderer<'table'> = {
  above: UNIT * 2,
  head(block, flow, headingAbove) {
    const laid = layTable(block, flow);
    const caption = captionHeight(block, headingAbove);
    const small = smallHeight(block, laid, flow);
    if (small !== null) return caption + small;
    const height = block.rows.slice(0, 2).reduce((sum, row) => sum + layRow(row, laid, flow.type).height, 0);
    return caption + laid.headHeight + Math.min(height, HIGH_ROWS);
  },
  async draw(block, context) {
    const { flow, parent } = context;
    const laid = layTable(block, flow);
    let next = layRow(block.rows[0] ?? [], laid, flow.type);
    flow.need(
      captionHeight(block, context.headingAbove) + (smallHeight(block, laid, flow) ?? laid.headHeight + next.height),
    );
    const element = parent.child('Table', { title: block.caption });
    drawCaption(block, context, element);
    const head = element.child('THead');
    drawHead(laid, flow, head);
    head.end();
    const body = element.child('TBody');
    // Only one row ahead: a register may be long.
    for (const [index, cells] of block.rows.entries()) {
      if (index % ROWS_AT_A_TIME === ROWS_AT_A_TIME - 1) await breathe();
      const row = next;
      next = layRow(block.rows[index + 1] ?? [], laid, flow.type);
      // The last row, often the sum, is never alone on a page.
      const together = row.height + (index === block.rows.length - 2 && next.height < HIGH_ROWS ? next.height : 0);
      if (flow.need(together)) repeatHead(block, laid, flow);
      drawRow(cells, row, laid, flow, body);
    }
    body.end();
    element.end();
  },
};

/** Height below the caption of a table that must stay on one page; null if it may continue on the next. */
function smallHeight(block: BlockOf<'table'>, laid: TableLayout, flow: Flow): number | null {
  // People who sign should see who else does.
  const { rows, writable = false } = block;
  if (!writable && rows.length > FEW_ROWS) return null;
  const height = wholeHeight(block, laid, flow);
  return writable || height <= SMALL_TABLE ? height : null;
}

function wholeHeight({ rows }: BlockOf<'table'>, laid: TableLayout, flow: Flow): number {
  return rows.reduce((sum, row) => sum + layRow(row, laid, flow.type).height, laid.headHeight);
}

export function tableHeight(block: BlockOf<'table'>, flow: Flow): number {
  return captionHeight(block, null) + wholeHeight(block, layTable(block, flow), flow);
}

/** No caption is drawn if the heading right above says the same. */
function captionHeight(block: BlockOf<'table'>, headingAbove: string | null): number {
  return headingAbove === block.caption ? 0 : TYPE.caption.leading + CAPTION_GAP;
}

function drawCaption(block: BlockOf<'table'>, { flow, headingAbove }: BlockContext, element: Tag): void {
  const height = captionHeight(block, headingAbove);
  if (height === 0) return;
  element.leaf('Caption', () => flow.drawLine(block.caption, TYPE.caption, flow.theme.ink));
  flow.y += height;
}

function drawHead(laid: TableLayout, flow: Flow, parent: Tag): void {
  const row = parent.child('TR');
  for (const column of laid.columns) row.leaf('TH', () => drawTitle(column, laid, flow), { scope: 'Column' });
  row.end();
  flow.marker.artifact('Layout', () => headRules(laid, flow));
  flow.y += laid.headHeight;
}

function repeatHead(block: BlockOf<'table'>, laid: TableLayout, flow: Flow): void {
  flow.marker.artifact('Pagination', () => {
    flow.drawLine(`${block.caption} ${flow.report.phrases.continued}`, TYPE.caption, flow.theme.muted);
    flow.y += captionHeight(block, null);
    for (const column of laid.columns) drawTitle(column, laid, flow);
    headRules(laid, flow);
    flow.y += laid.headHeight;
  });
}

function drawTitle({ x, width, align, title }: ColumnLayout, laid: TableLayout, flow: Flow): void {
  const top = flow.y + laid.headHeight - CELL_PAD - title.length * TYPE.cellHead.leading;
  flow.canvas.lines(title, TYPE.cellHead, align === 'right' ? x + width : x, top, flow.theme.muted, align);
}

function headRules(laid: TableLayout, flow: Flow): void {
  const bottom = flow.y + laid.headHeight;
  flow.canvas.rule(flow.left, bottom, flow.right, bottom, flow.theme.ink, STROKE.rule);
}

function drawRow(cells: readonly Cell[], row: RowLayout, laid: TableLayout, flow: Flow, body: Tag): void {
  const top = flow.y;
  const element = body.child('TR');
  for (const [at, column] of laid.columns.entries()) {
    const cell = cells[at];
    const laidCell = row.cells[at];
    const data = element.child('TD');
    if (cell !== undefined && laidCell !== undefined && laidCell.lines.length + laidCell.sub.length > 0) {
      drawCell(cell, laidCell, column, top + CELL_PAD, flow, data);
    }
    data.end();
  }
  element.end();
  flow.y = top + row.height;
  flow.marker.artifact('Layout', () => flow.canvas.rule(flow.left, flow.y, flow.right, flow.y, flow.theme.hairline));
}

function drawCell(cell: Cell, laid: CellLayout, column: ColumnLayout, top: number, flow: Flow, data: Tag): void {
  const x = column.align === 'right' ? column.x + column.width : column.x + laid.indent;
  const { canvas, type, theme, report } = flow;
  const { lines, style, sub, subStyle } = laid;
  const target = report.sections.find(({ id }) => id === cell.link);
  const height = lines.length * style.leading;
  if (target !== undefined) {
    flow.linkLater(data, target, { x: column.x, y: top, width: column.width, height }, (page) => {
      const linked = type.lines(textOf(cell, report.phrases.onPage, page), style, column.width);
      canvas.lines(linked, style, x, top, theme.primary, column.align);
    });
    if (sub.length === 0) return;
  }
  data.draw(() => {
    const own = target === undefined ? lines : [];
    canvas.lines(own, style, x, top, theme.tones[cell.tone ?? 'plain'].text, column.align);
    canvas.lines(sub, subStyle, x, top + height, theme.muted, column.align);
  });
}

const GUTTER = 10;
const CELL_PAD = 1.5;
const INDENT = 12;
const WRITABLE_HEIGHT = 34;
/** A cell has at most this many lines; so no row outgrows a page, whatever uploaders write. */
const MOST_LINES = 16;
/** A column of text is never narrower than this. */
const LEAST_WIDTH = 36;

interface ColumnLayout {
  readonly x: number;
  readonly width: number;
  readonly align: ReportColumn['align'];
  readonly title: readonly Line[];
}

interface TableLayout {
  readonly columns: readonly ColumnLayout[];
  readonly headHeight: number;
  /** Minimum height of every row, without its padding. */
  readonly least: number;
  /** What follows the text of a link, with `{page}`. */
  readonly onPage: string;
}

interface CellLayout {
  readonly lines: readonly Line[];
  readonly style: TextStyle;
  readonly sub: readonly Line[];
  readonly subStyle: TextStyle;
  readonly indent: number;
}

interface RowLayout {
  readonly cells: readonly CellLayout[];
  readonly height: number;
}

/** Divides the width by weight; columns of numbers get the width of their longest number, at the cost of text. */
function layTable(
  { columns, rows, writable }: BlockOf<'table'>,
  { type, left, width, report }: Pick<Flow, 'type' | 'left' | 'width' | 'report'>,
): TableLayout {
  const available = width - GUTTER * (columns.length - 1);
  const total = columns.reduce((sum, { weight }) => sum + weight, 0);
  const shares = columns.map(({ weight }) => (weight / total) * available);
  const wanted = columns.map(({ align, title }, at) => {
    if (align === 'left') return 0;
    const longest = Math.max(...title.split(' ').map((word) => type.line(word, TYPE.cellHead).width));
    return rows.reduce((most, row) => Math.max(most, numberWidth(row[at], type)), longest) + 0.5;
  });
  const widths = shares.map((share, at) => Math.max(share, Math.min(wanted[at] ?? 0, available * 0.4)));
  let excess = widths.reduce((sum, each) => sum + each, 0) - available;
  const spare = widths.map((each, at) => Math.max(0, each - Math.max(LEAST_WIDTH, wanted[at] ?? 0)));
  const spareTotal = spare.reduce((sum, each) => sum + each, 0);
  if (excess > 0 && spareTotal > 0) {
    excess = Math.min(excess, spareTotal);
    for (const [at, each] of spare.entries()) widths[at] = (widths[at] ?? 0) - (each / spareTotal) * excess;
  }
  let x = left;
  const laid = columns.map(({ title, align }, at) => {
    const column = { x, width: widths[at] ?? 0, align, title: type.lines(title, TYPE.cellHead, widths[at] ?? 0) };
    x += column.width + GUTTER;
    return column;
  });
  const titleLines = Math.max(1, ...laid.map(({ title }) => title.length));
  const least = writable === true ? WRITABLE_HEIGHT : TYPE.cell.leading;
  return {
    columns: laid,
    headHeight: titleLines * TYPE.cellHead.leading + 2 * CELL_PAD,
    least,
    onPage: report.phrases.onPage,
  };
}

function numberWidth(cell: Cell | undefined, type: Typesetter): number {
  if (cell === undefined) return 0;
  return Math.max(type.line(cell.text, styleOf(cell)).width, type.line(cell.sub ?? '', TYPE.cellSub).width);
}

/** The text of a cell; a link's with the page of its target, `000` while that is not known. */
function textOf({ text, link }: Cell, onPage: string, page = '000'): string {
  return link === undefined ? text : `${text}, ${onPage.replace('{page}', page)}`;
}

function layRow(row: readonly Cell[], { columns, least, onPage }: TableLayout, type: Typesetter): RowLayout {
  const cells = columns.map(({ width }, at): CellLayout => {
    const cell = row[at] ?? { text: '' };
    const style = styleOf(cell);
    const subStyle = cell.subMono === true ? TYPE.monoSub : TYPE.cellSub;
    const indent = (cell.indent ?? 0) * INDENT;
    return {
      lines: clip(type.lines(textOf(cell, onPage), style, width - indent)),
      style,
      sub: clip(type.lines(cell.sub ?? '', subStyle, width - indent)),
      subStyle,
      indent,
    };
  });
  const height = Math.max(least, ...cells.map(cellHeight)) + 2 * CELL_PAD;
  return { cells, height };
}

function clip(lines: Line[]): readonly Line[] {
  return lines.length > MOST_LINES ? lines.slice(0, MOST_LINES) : lines;
}

function cellHeight({ lines, style, sub, subStyle }: CellLayout): number {
  return lines.length * style.leading + sub.length * subStyle.leading;
}

function styleOf(cell: Cell): TextStyle {
  if (cell.mono === true) return TYPE.mono;
  return cell.strong === true || (cell.tone !== undefined && cell.tone !== 'plain' && cell.tone !== 'muted')
    ? TYPE.cellStrong
    : TYPE.cell;
}
