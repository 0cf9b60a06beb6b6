import type { TableName, TableShape } from '../../../../core/table.ts';
import { columnLetters, quotedSheet } from '../cells.ts';

/** A sheet with rows of a table; a long table continues in a second sheet, and so on. */
export interface DataSheet {
  readonly name: string;
  readonly table: TableShape;
  /** Number of the part within its table, from 1. */
  readonly part: number;
  /** Data rows, without the header. */
  readonly rows: number;
}

/** Longest formula in Excel ("Excel specifications and limits"), less some room for the text around it. */
const MAX_FORMULA_LENGTH = 7_000;

/** Last row of a sheet's table; an empty table keeps one blank row, as Excel insists. */
export function lastRow(sheet: DataSheet): number {
  return Math.max(sheet.rows, 1) + 1;
}

/** Position of the data: makes formulas that count over every sheet of a table. */
export type DataRanges = ReturnType<typeof dataRanges>;

export function dataRanges(sheets: readonly DataSheet[]) {
  const parts = (table: TableName): readonly DataSheet[] => sheets.filter((sheet) => sheet.table.name === table);
  return {
    /** Data rows of a table; 0 if the workbook does not hold it. */
    rows: (table: TableName): number => parts(table).reduce((sum, sheet) => sum + sheet.rows, 0),
    /** The tables that the workbook holds, with names and titles. */
    tables: (): readonly TableShape[] => sheets.filter(({ part }) => part === 1).map(({ table }) => table),
    /**
     * A formula over every sheet of a table. `term` makes one sheet's part from the ranges of the columns, in the order
     * of `columns`; the parts are added, or combined by `join`. Null if the workbook lacks the table or one of the
     * columns, or if the formula would be too long.
     */
    formula<const Columns extends readonly string[]>(
      table: TableName,
      columns: Columns,
      term: (...ranges: { [Index in keyof Columns]: string }) => string,
      join: (terms: readonly string[]) => string = (terms) => terms.join('+'),
    ): string | null {
      const terms: string[] = [];
      for (const sheet of parts(table)) {
        const indexes = columns.map((name) => sheet.table.columns.findIndex((column) => column.name === name));
        if (indexes.includes(-1)) return null;
        const found = indexes.map((index) => rangeOf(sheet, index));
        terms.push(term(...(found as { [Index in keyof Columns]: string })));
      }
      const formula = join(terms);
      return terms.length === 0 || formula.length > MAX_FORMULA_LENGTH ? null : formula;
    },
  };
}

function rangeOf(sheet: DataSheet, columnIndex: number): string {
  const letters = columnLetters(columnIndex);
  return `${quotedSheet(sheet.name)}!$${letters}$2:$${letters}$${lastRow(sheet)}`;
}
