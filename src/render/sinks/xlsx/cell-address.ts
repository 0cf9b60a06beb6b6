/** Letters of a column, from 0: `A`, …, `Z`, `AA`, … */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/** Index of a column, from 0, for its letters. */
export function columnIndex(letters: string): number {
  let index = 0;
  for (const letter of letters.toUpperCase()) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
}

/** A rectangle of cells: columns from 0, rows from 1, both ends included. */
export interface CellRange {
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly lastColumn: number;
  readonly lastRow: number;
}

/** Reads `B2` or `B2:D10`, with or without `$`; null for anything else, whole columns included. */
export function readRange(text: string): CellRange | null {
  const match = /^\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?$/.exec(text.trim());
  if (match === null) return null;
  const [, from = '', first = '', to = from, last = first] = match;
  const range = {
    firstColumn: columnIndex(from),
    firstRow: Number(first),
    lastColumn: columnIndex(to),
    lastRow: Number(last),
  };
  return range.firstRow < 1 || range.firstRow > range.lastRow || range.firstColumn > range.lastColumn ? null : range;
}

/** The form of a `ref`: `B2:D10`. */
export function writeRange({ firstColumn, firstRow, lastColumn, lastRow }: CellRange): string {
  return `${columnLetters(firstColumn)}${firstRow}:${columnLetters(lastColumn)}${lastRow}`;
}

/** A sheet's name as a formula writes it. */
export function quotedSheet(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}

/** Longest name of a sheet (ECMA-376-1, 18.2.19, and Excel). */
const MAX_SHEET_NAME = 31;

/** Name of the `part`-th sheet of a table, from 1: `Metric nodes`, `Metric nodes (2)`, … */
export function sheetName(title: string, part: number): string {
  const suffix = part === 1 ? '' : ` (${part})`;
  const legal = title.replaceAll(/[[\]:*?/\\]/g, ' ').replaceAll(/^'|'$/g, ' ');
  return legal.slice(0, MAX_SHEET_NAME - suffix.length).trim() + suffix;
}
