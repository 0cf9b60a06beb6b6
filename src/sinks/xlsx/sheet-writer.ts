import type { CellFormulaValue, Worksheet } from 'exceljs';
import { cutToCell, xstring } from './cell-text.ts';
import type { CellStyle } from './styles.ts';

/**
 * Writes cells of a shell sheet. Texts go through here and nowhere else, so that none reaches exceljs as an object
 * (which could be a formula or a link) or with characters that it would drop.
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

  /** `formula` is ours alone; `result` is what it gives, for programs that do not calculate. */
  formula(row: number, column: number, formula: string, result: string | number, style: CellStyle): void {
    const value: CellFormulaValue = { formula, result, date1904: false };
    this.#set(row, column, value, style);
  }

  /** An empty cell that only has looks. */
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
