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

/** Writes blocks of the report's sections into a sheet, top down. */
export class SectionWriter {
  readonly #writer: SheetWriter;
  readonly #styles: Styles;
  readonly #first: number;
  readonly #widths: readonly number[];

  /** `first` is the leftmost column, from 1; `widths` are those of all columns, in characters. */
  constructor(
    writer: SheetWriter,
    styles: Styles,
    grid: { readonly first: number; readonly widths: readonly number[] },
  ) {
    this.#writer = writer;
    this.#styles = styles;
    this.#first = grid.first;
    this.#widths = grid.widths;
  }

  /** Returns the next free row. */
  blocks(blocks: readonly Block[], top: number): number {
    let row = top;
    for (const block of blocks) row = this.#block(block, row);
    return row;
  }

  #block(block: Block, row: number): number {
    const styles = this.#styles;
    switch (block.kind) {
      case 'heading':
        this.#writer.text(row, this.#first, block.text, styles.tableTitle);
        this.#writer.height(row, 26);
        return row + 1;
      case 'paragraph':
        return this.#line(row, block.text, styles.paragraph);
      case 'notice':
        return (
          this.#line(
            row,
            `${block.title}: ${block.text}`,
            styles.banner(block.level === 'info' ? 'plain' : block.level),
          ) + 1
        );
      case 'list':
      case 'steps':
        return block.items.reduce((next, item) => this.#line(next, `•  ${textOf(item)}`, styles.paragraph), row);
      case 'commands':
        return block.lines.reduce((next, line) => this.#line(next, line, styles.small), row);
      case 'definitions':
        return block.items.reduce((next, { term, cell }) => this.#definition(next, term, cell), row) + 1;
      case 'figures':
        return (
          block.items.reduce(
            (next, { label, value, note }) => this.#definition(next, label, { text: value, sub: note }),
            row,
          ) + 1
        );
      case 'table':
        return this.table(block, row) + 1;
      case 'chart':
      case 'contents':
        return row;
    }
  }

  #line(row: number, text: string, style: CellStyle): number {
    const last = this.#widths.length;
    for (let column = this.#first; column <= last; column++) this.#writer.blank(row, column, style);
    this.#writer.text(row, this.#first, text, style);
    if (last > this.#first) this.#writer.merge(row, this.#first, last);
    this.#writer.height(row, this.#points(text, this.#first, last));
    return row + 1;
  }

  #definition(row: number, term: string, cell: Cell): number {
    this.#writer.text(row, this.#first, term, this.#styles.text);
    const last = this.#widths.length;
    const text = cell.sub === undefined ? cell.text : `${cell.text}\n${cell.sub}`;
    for (let column = this.#first + 1; column <= last; column++) this.#writer.blank(row, column, this.#styles.text);
    this.#writer.text(row, this.#first + 1, text, this.#styles.text);
    if (last > this.#first + 1) this.#writer.merge(row, this.#first + 1, last);
    const points = Math.max(this.#points(text, this.#first + 1, last), this.#points(term, this.#first, this.#first));
    this.#writer.height(row, points);
    return row + 1;
  }

  /** Head and rows; returns the next free row. */
  table(block: TableBlock, top: number): number {
    const placed = this.#placed(block);
    for (const { column, isSub, first, last } of placed) {
      const style = column.align === 'right' ? this.#styles.numberHead : this.#styles.head;
      for (let at = first; at <= last; at++) this.#writer.blank(top, at, style);
      this.#writer.text(top, first, isSub ? (column.sub ?? '') : column.title, style);
      if (last > first) this.#writer.merge(top, first, last);
    }
    for (const [index, cells] of block.rows.entries()) this.#row(placed, cells, top + 1 + index);
    return top + 1 + block.rows.length;
  }

  #row(placed: readonly Placed[], cells: readonly Cell[], row: number): void {
    let points = LINE_POINTS;
    for (const { column, index, isSub, first, last } of placed) {
      const cell = cells[index] ?? { text: '' };
      const style = this.#styles.cell(cell, column.align);
      for (let at = first; at <= last; at++) this.#writer.blank(row, at, style);
      const sub = cell.sub === undefined || column.sub !== undefined ? '' : `\n${cell.sub}`;
      const text = isSub ? (cell.sub ?? '') : `${'    '.repeat(cell.indent ?? 0)}${cell.text}${sub}`;
      const { value = null, form = 'count' } = isSub || sub !== '' ? {} : (cell.figure ?? {});
      const number = value === null ? null : form === 'instant' ? dateSerial(value) : value;
      if (number === null) this.#writer.text(row, first, text, style);
      else this.#writer.number(row, first, number, style);
      if (last > first) this.#writer.merge(row, first, last);
      points = Math.max(points, this.#points(text, first, last));
    }
    this.#writer.height(row, points);
  }

  /** The first column takes one of the sheet, a number one, and texts several by their weight. */
  #placed({ columns }: TableBlock): readonly Placed[] {
    const placed: Placed[] = [];
    let next = this.#first;
    const parts = columns.flatMap((column, index) =>
      [false, true].slice(0, column.sub === undefined ? 1 : 2).map((isSub) => ({ column, index, isSub })),
    );
    const isWide = this.#widths.length - this.#first >= 2 * parts.length;
    for (const { column, index, isSub } of parts) {
      const span = isWide && index > 0 && column.align === 'left' ? Math.max(1, Math.round(column.weight * 1.7)) : 1;
      placed.push({ column, index, isSub, first: next, last: Math.min(next + span - 1, this.#widths.length) });
      next += span;
    }
    return placed;
  }

  #points(text: string, first: number, last: number): number {
    const width = this.#widths.slice(first - 1, last).reduce((sum, one) => sum + one, 0);
    const lines = text.split('\n').reduce((sum, line) => sum + linesOf(line, width), 0);
    return Math.min(MOST_POINTS, lines * LINE_POINTS + 2);
  }
}

function textOf(item: string | { readonly text: string }): string {
  return typeof item === 'string' ? item : item.text;
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
  const blocks = new SectionWriter(writer, styles, { first: 2, widths });
  let row = 2;
  for (const section of sections) {
    writer.text(row, 2, section.title, styles.title);
    writer.merge(row, 2, widths.length);
    writer.height(row, 32);
    row = blocks.blocks(section.blocks, row + 1) + 1;
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
