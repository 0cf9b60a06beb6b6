import type { CellFormulaValue, Worksheet } from 'exceljs';
import { cutToCell, xstring } from './cell-text.ts';
import type { CellStyle } from './styles.ts';

/**
 * Writes cells of a shell sheet. All texts go through here, so that exceljs never receives one as an object (which
 * could be a formula or a link) or with characters that it would drop.
 */
export class SheetWriter {
  readonly sheet: Worksheet;

  constructor(sheet: Worksheet) {
    this.sheet = sheet;
  }

  text(row: number, column: number, text: string, style: CellStyle): void {
    this.#set(row, column, xstring(cutToCell(text)), style);
  }

  number(row: number, column: number, value: number, style: CellStyle): void {
    this.#set(row, column, value, style);
  }

  /** `formula` is always our own; `result` is its value, for programs that do not calculate. */
  formula(row: number, column: number, formula: string, result: string | number, style: CellStyle): void {
    const value: CellFormulaValue = { formula, result, date1904: false };
    this.#set(row, column, value, style);
  }

  /** An empty cell with a format. */
  blank(row: number, column: number, style: CellStyle): void {
    this.#set(row, column, null, style);
  }

  height(row: number, points: number): void {
    this.sheet.getRow(row).height = points;
  }

  merge(row: number, firstColumn: number, lastColumn: number): void {
    this.sheet.mergeCells(row, firstColumn, row, lastColumn);
  }

  #set(row: number, column: number, value: string | number | CellFormulaValue | null, style: CellStyle): void {
    const cell = this.sheet.getCell(row, column);
    cell.value = value;
    cell.style = style;
  }
}
