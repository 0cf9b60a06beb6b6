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

/** Rows of a sheet, header included ("Excel specifications and limits"). */
export const SHEET_ROW_LIMIT = 1_048_576;

/** Longest name of a sheet (ECMA-376-1, 18.2.19, and Excel). */
const MAX_SHEET_NAME = 31;

/** Name of the `part`-th sheet of a table, from 1: `Metric nodes`, `Metric nodes (2)`, … */
export function sheetName(title: string, part: number): string {
  const suffix = part === 1 ? '' : ` (${part})`;
  const legal = title.replaceAll(/[[\]:*?/\\]/g, ' ').replaceAll(/^'|'$/g, ' ');
  return legal.slice(0, MAX_SHEET_NAME - suffix.length).trim() + suffix;
}

/*
 * Text in a workbook is an ST_Xstring (ECMA-376-1, 22.9.2.19): XML text in which `_xHHHH_` means the UTF-16 unit HHHH.
 * Characters that XML cannot hold, or changes, are written that way, and so is a `_` that would begin such an escape by
 * accident. So every JavaScript string reads back exactly, including lone surrogates and NUL.
 */

/** Excel refuses more UTF-16 units in one cell ("Excel specifications and limits"). */
export const MAX_CELL_LENGTH = 32_767;
/** The end of a text that was cut to fit. */
export const CUT_MARK = '…[truncated]';

/** C0 but tab and LF (XML 1.0 forbids them, and turns CR into LF), DEL, two non-characters, lone surrogates. */
const UNREPRESENTABLE = '\\u0000-\\u0008\\u000b-\\u001f\\u007f\\ufffe\\uffff\\p{Cs}';
/** Here `_xHHHH` is followed by `_`, or by a character whose own escape will begin with one. */
const ESCAPED = new RegExp(`_(?=x[0-9A-Fa-f]{4}[_${UNREPRESENTABLE}])|[${UNREPRESENTABLE}]`, 'gu');
const UNREPRESENTABLE_CHARACTERS = new RegExp(`[${UNREPRESENTABLE}]`, 'gu');
/** Texts without any of these, nearly all, need no further check. Whole surrogate pairs match needlessly. */
const REMARKABLE = /[&<>\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff\ufffe\uffff]|_x/;
const MARKUP = /[&<>]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The text as an ST_Xstring, before XML markup is escaped. */
export function xstring(text: string): string {
  return text.replace(ESCAPED, (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);
}

export function xstringXml(text: string): string {
  return REMARKABLE.test(text) ? xmlText(xstring(text)) : text;
}

/** Replaces what XML cannot hold, for places that know no escape, such as document properties and descriptions. */
export function printableXml(text: string): string {
  return text.replace(UNREPRESENTABLE_CHARACTERS, '\ufffd');
}

export function xmlAttribute(text: string): string {
  return xmlText(printableXml(text)).replaceAll('"', '&quot;');
}

export function xmlText(text: string): string {
  return text.replace(MARKUP, (character) => ENTITIES[character] ?? character);
}

/** At most `MAX_CELL_LENGTH` units, cut between code points, with a mark at the end. */
export function cutToCell(text: string): string {
  if (text.length <= MAX_CELL_LENGTH) return text;
  const end = MAX_CELL_LENGTH - CUT_MARK.length;
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end) + CUT_MARK;
}
