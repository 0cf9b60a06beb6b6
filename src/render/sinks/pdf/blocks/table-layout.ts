import type { Cell, ReportColumn } from '../../../../core/report.ts';
import { type TextStyle, TYPE } from '../design.ts';
import type { BlockOf, Flow } from '../flow.ts';
import type { Typesetter } from '../text/typesetter.ts';
import type { Line } from '../text/lines.ts';

const GUTTER = 10;
export const CELL_PAD = 1.5;
const INDENT = 12;
const WRITABLE_HEIGHT = 34;
/** A cell has at most this many lines; so no row outgrows a page, whatever uploaders write. */
const MOST_LINES = 16;
/** A column of text is never narrower than this. */
const LEAST_WIDTH = 36;

export interface ColumnLayout {
  readonly x: number;
  readonly width: number;
  readonly align: ReportColumn['align'];
  readonly title: readonly Line[];
}

export interface TableLayout {
  readonly columns: readonly ColumnLayout[];
  readonly headHeight: number;
  /** Minimum height of every row, without its padding. */
  readonly least: number;
  /** What follows the text of a link, with `{page}`. */
  readonly onPage: string;
}

export interface CellLayout {
  readonly lines: readonly Line[];
  readonly style: TextStyle;
  readonly sub: readonly Line[];
  readonly subStyle: TextStyle;
  readonly indent: number;
}

export interface RowLayout {
  readonly cells: readonly CellLayout[];
  readonly height: number;
}

/** Divides the width by weight; columns of numbers get the width of their longest number, at the cost of text. */
export function layTable(
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
export function textOf({ text, link }: Cell, onPage: string, page = '000'): string {
  return link === undefined ? text : `${text}, ${onPage.replace('{page}', page)}`;
}

export function layRow(row: readonly Cell[], { columns, least, onPage }: TableLayout, type: Typesetter): RowLayout {
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
