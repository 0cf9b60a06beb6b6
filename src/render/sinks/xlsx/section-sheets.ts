import type { Workbook } from 'exceljs';
import type { Block, Cell, Report, ReportColumn, Section } from '../../../core/report.ts';
import type { TableShape } from '../../../core/table.ts';
import { dateSerial } from './row-encoder.ts';
import { type CellStyle, linesOf, PAGE, SheetWriter, type Styles } from './styles.ts';

type TableBlock = Extract<Block, { kind: 'table' }>;

/** A column of a report's table that is written as one or more columns of a sheet. */
interface Placed {
  readonly column: ReportColumn;
  /** Index among the table's columns. */
  readonly index: number;
  readonly isSub: boolean;
  readonly first: number;
  readonly last: number;
}

const LINE_POINTS = 15;
/** Excel takes no higher row. */
const MOST_POINTS = 400;

/**
 * Writes blocks of the report's sections into a sheet, from row `top` down; returns the next free row. `first` is the
 * leftmost column, from 1; `widths` are those of all columns, in characters.
 */
export function writeBlocks(
  writer: SheetWriter,
  styles: Styles,
  { first, widths }: { readonly first: number; readonly widths: readonly number[] },
  blocks: readonly Block[],
  top: number,
): number {
  const end = widths.length;
  const pointsOf = (text: string, from: number, to: number): number => {
    const width = widths.slice(from - 1, to).reduce((sum, one) => sum + one, 0);
    const lines = text.split('\n').reduce((sum, line) => sum + linesOf(line, width), 0);
    return Math.min(MOST_POINTS, lines * LINE_POINTS + 2);
  };
  /** A text over the columns `[from, to]`. */
  const span = (row: number, from: number, to: number, text: string, style: CellStyle): void => {
    for (let column = from; column <= to; column++) writer.blank(row, column, style);
    writer.text(row, from, text, style);
    if (to > from) writer.merge(row, from, to);
  };
  const line = (row: number, text: string, style: CellStyle): number => {
    span(row, first, end, text, style);
    writer.height(row, pointsOf(text, first, end));
    return row + 1;
  };
  const definition = (row: number, term: string, { text: main, sub }: Cell): number => {
    const text = sub === undefined ? main : `${main}\n${sub}`;
    writer.text(row, first, term, styles.text);
    span(row, first + 1, end, text, styles.text);
    writer.height(row, Math.max(pointsOf(text, first + 1, end), pointsOf(term, first, first)));
    return row + 1;
  };
  const tableRow = (placed: readonly Placed[], cells: readonly Cell[], row: number): void => {
    let points = LINE_POINTS;
    for (const { column, index, isSub, first: from, last } of placed) {
      const cell = cells[index] ?? { text: '' };
      const style = styles.cell(cell, column.align);
      const sub = cell.sub === undefined || column.sub !== undefined ? '' : `\n${cell.sub}`;
      const text = isSub ? (cell.sub ?? '') : `${'    '.repeat(cell.indent ?? 0)}${cell.text}${sub}`;
      const { value = null, form = 'count' } = isSub || sub !== '' ? {} : (cell.figure ?? {});
      const number = value === null ? null : form === 'instant' ? dateSerial(value) : value;
      span(row, from, last, text, style);
      if (number !== null) writer.number(row, from, number, style);
      points = Math.max(points, pointsOf(text, from, last));
    }
    writer.height(row, points);
  };
  const table = (block: TableBlock, row: number): number => {
    const placed = placedColumns(block, first, end);
    for (const { column, isSub, first: from, last } of placed) {
      const style = column.align === 'right' ? styles.numberHead : styles.head;
      span(row, from, last, isSub ? (column.sub ?? '') : column.title, style);
    }
    for (const [index, cells] of block.rows.entries()) tableRow(placed, cells, row + 1 + index);
    return row + 1 + block.rows.length;
  };
  const write = (row: number, block: Block): number => {
    switch (block.kind) {
      case 'heading':
        writer.text(row, first, block.text, styles.tableTitle);
        writer.height(row, 26);
        return row + 1;
      case 'paragraph':
        return line(row, block.text, styles.paragraph);
      case 'notice': {
        const style = styles.banner(block.level === 'info' ? 'plain' : block.level);
        return line(row, `${block.title}: ${block.text}`, style) + 1;
      }
      case 'list':
        return block.items.reduce((next, { text }) => line(next, `•  ${text}`, styles.paragraph), row);
      case 'steps':
        return block.items.reduce((next, text) => line(next, `•  ${text}`, styles.paragraph), row);
      case 'commands':
        return block.lines.reduce((next, command) => line(next, command, styles.small), row);
      case 'definitions':
        return block.items.reduce((next, { term, cell }) => definition(next, term, cell), row) + 1;
      case 'figures':
        return (
          block.items.reduce((next, one) => definition(next, one.label, { text: one.value, sub: one.note }), row) + 1
        );
      case 'table':
        return table(block, row) + 1;
      case 'chart':
      case 'contents':
        return row;
    }
  };
  return blocks.reduce(write, top);
}

/** The first column takes one of the sheet, a number one, and texts several by their weight. */
function placedColumns({ columns }: TableBlock, first: number, end: number): readonly Placed[] {
  const placed: Placed[] = [];
  let next = first;
  const parts = columns.flatMap((column, index) =>
    [false, true].slice(0, column.sub === undefined ? 1 : 2).map((isSub) => ({ column, index, isSub })),
  );
  const isWide = end - first >= 2 * parts.length;
  for (const { column, index, isSub } of parts) {
    const span = isWide && index > 0 && column.align === 'left' ? Math.max(1, Math.round(column.weight * 1.7)) : 1;
    placed.push({ column, index, isSub, first: next, last: Math.min(next + span - 1, end) });
    next += span;
  }
  return placed;
}

/** Widest sheet in characters, and the characters of a column of weight 1. */
const SHEET_WIDTH = 150;
const WEIGHT_WIDTH = 14;

export function addSectionSheet(workbook: Workbook, name: string, sections: readonly Section[], styles: Styles): void {
  if (sections.length === 0) return;
  const sheet = workbook.addWorksheet(name, {
    views: [{ showGridLines: false, state: 'normal' }],
    pageSetup: { ...PAGE, orientation: 'landscape' },
    headerFooter: { oddFooter: '&C&A&R&P / &N' },
  });
  const widths = [2, ...widthsOf(sections)];
  for (const [index, width] of widths.entries()) sheet.getColumn(index + 1).width = width;
  const writer = new SheetWriter(sheet);
  let row = 2;
  for (const section of sections) {
    writer.text(row, 2, section.title, styles.title);
    writer.merge(row, 2, widths.length);
    writer.height(row, 32);
    row = writeBlocks(writer, styles, { first: 2, widths }, section.blocks, row + 1) + 1;
  }
}

/** Widths for the widest of the sections' tables; at least two columns, and together the width of a page. */
function widthsOf(sections: readonly Section[]): readonly number[] {
  const blocks = sections.flatMap((section) => section.blocks);
  const widths = blocks.some(({ kind }) => kind === 'definitions' || kind === 'figures') ? [30, 10] : [8, 10];
  for (const block of blocks) {
    if (block.kind !== 'table') continue;
    const parts = block.columns.flatMap(({ weight, sub }) => (sub === undefined ? [weight] : [weight, weight]));
    for (const [index, weight] of parts.entries()) {
      widths[index] = Math.max(widths[index] ?? 10, Math.min(60, Math.round(weight * WEIGHT_WIDTH)));
    }
  }
  const rest = SHEET_WIDTH - widths.reduce((sum, one) => sum + one, 0);
  return rest > 0 ? [...widths.slice(0, -1), (widths.at(-1) ?? 0) + rest] : widths;
}

const DICTIONARY_WIDTHS: readonly number[] = [16, 30, 20, 9, 40, 90];

/** Adds one sentence on every column of the data sheets, from the descriptions in the columns' definitions. */
export function addDictionarySheet(
  workbook: Workbook,
  tables: readonly TableShape[],
  { phrases: { workbook: say } }: Report,
  styles: Styles,
): void {
  const sheet = workbook.addWorksheet(say.dictionary, {
    views: [{ state: 'frozen', ySplit: 1, showGridLines: false }],
    pageSetup: { ...PAGE, orientation: 'landscape', printTitlesRow: '1:1' },
  });
  const writer = new SheetWriter(sheet);
  for (const [index, width] of DICTIONARY_WIDTHS.entries()) sheet.getColumn(index + 1).width = width;
  for (const [index, head] of say.dictionaryHeads.entries()) writer.text(1, index + 1, head, styles.columnHead);
  writer.height(1, 22);
  let row = 2;
  for (const { title, columns } of tables) {
    for (const { name, type, private: isPrivate, path, description } of columns) {
      const cells = [title, name, say.types[type], isPrivate ? say.yes : say.no, path, description];
      for (const [index, text] of cells.entries()) writer.text(row, index + 1, text, styles.text);
      row += 1;
    }
  }
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: row - 1, column: DICTIONARY_WIDTHS.length } };
}
