import { isoInstant } from '../../../core/instant.ts';
import { ChangedCells } from '../../../core/sink.ts';
import type { CellValue, ColumnType, Row } from '../../../core/table.ts';
import { cutToCell, MAX_CELL_LENGTH, xmlText, xstringXml } from './cells.ts';

type XlsxChange =
  | 'text cut at 32,767 characters'
  | 'number written as text: more than 15 digits'
  | 'time written as text: outside 1900 to 9999'
  | 'number left empty: not finite';

/** Excel keeps 15 significant digits; a longer number would silently become another. */
const MAX_EXACT_INTEGER = 999_999_999_999_999;
const DAY_MS = 86_400_000;
/** Serial number of 1970-01-01 in the 1900 date system. */
const EPOCH_SERIAL = 25_569;
/** Before March 1900 the date system counts a leap day that did not exist (ECMA-376-1, 18.17.4.1). */
const FIRST_INSTANT_MS = Date.UTC(1900, 2, 1);
const END_INSTANT_MS = Date.UTC(10_000, 0, 1);

/** Date serial of an instant (epoch milliseconds, UTC); null if the 1900 date system has none. */
export function dateSerial(ms: number): number | null {
  return ms >= FIRST_INSTANT_MS && ms < END_INSTANT_MS ? ms / DAY_MS + EPOCH_SERIAL : null;
}

/** Position of a table's column in a sheet, and the look of its cells: indexes of cell formats (`cellXfs`). */
export interface EncodedColumn {
  /** Index of its cell in a row of the table; -1 for a column that the workbook has beside the table's. */
  readonly source: number;
  readonly type: ColumnType;
  /** Its column in the sheet, from 0. */
  readonly place: number;
  /** For texts, in a column of any type. */
  readonly textStyle: number;
  /** For every other value. */
  readonly valueStyle: number;
  /** For cells without a value; null if none is written. */
  readonly blankStyle: number | null;
  /** What its cells calculate, the same in every row; null for nothing. */
  readonly formula: string | null;
}

const NO_CELL = '<c/>';

/**
 * Encodes rows of one table as `row` elements. Texts stay texts: no cell is ever a formula, link or error. Rows and cells
 * have no `r`, which is optional (ECMA-376-1, 18.3.1.4 and 18.3.1.73): they follow each other, so a row's XML does not
 * depend on the number of rows before it.
 */
export class RowEncoder {
  readonly #columns: readonly EncodedColumn[];
  readonly #opening: string;
  readonly changed = new ChangedCells<XlsxChange>();
  /** The last text of each cell of a row, and its element: most texts repeat the row above. */
  readonly #texts: (string | null)[] = [];
  readonly #elements: string[] = [];

  /** `columns` in the order of the sheet. Every row gets `rowAttributes`, e.g. ` ht="30"`. */
  constructor(columns: readonly EncodedColumn[], rowAttributes = '') {
    this.#columns = columns;
    this.#opening = `<row${rowAttributes}>`;
  }

  encode(row: Row): string {
    let xml = this.#opening;
    let next = 0;
    for (const column of this.#columns) {
      const cell = this.#cell(column, row[column.source] ?? null);
      if (cell === '') continue;
      for (; next < column.place; next++) xml += NO_CELL;
      xml += cell;
      next++;
    }
    return `${xml}</row>`;
  }

  /** Empty if the cell is left out. */
  #cell(column: EncodedColumn, value: CellValue): string {
    if (typeof value === 'string') return this.#text(column, value);
    if (typeof value === 'number') return this.#number(column, value);
    if (value !== null) return `<c s="${column.valueStyle}" t="b"><v>${value ? 1 : 0}</v></c>`;
    if (column.formula !== null) return `<c s="${column.valueStyle}"><f>${xmlText(column.formula)}</f></c>`;
    return column.blankStyle === null ? '' : `<c s="${column.blankStyle}"/>`;
  }

  #text({ place, textStyle }: EncodedColumn, value: string): string {
    if (value !== this.#texts[place]) {
      this.#elements[place] = `<c s="${textStyle}" t="inlineStr"><is>${this.#textElement(value)}</is></c>`;
      this.#texts[place] = value;
    } else if (value.length > MAX_CELL_LENGTH) this.changed.note('text cut at 32,767 characters');
    return this.#elements[place] ?? '';
  }

  #textElement(value: string): string {
    let text = value;
    if (text.length > MAX_CELL_LENGTH) {
      text = cutToCell(text);
      this.changed.note('text cut at 32,767 characters');
    }
    const first = text.charCodeAt(0);
    // Without this, readers drop white space at either end; an empty text (NaN) needs nothing.
    const space = first <= 32 || text.charCodeAt(text.length - 1) <= 32 ? ' xml:space="preserve"' : '';
    return `<t${space}>${xstringXml(text)}</t>`;
  }

  #number(column: EncodedColumn, value: number): string {
    if (!Number.isFinite(value)) {
      this.changed.note('number left empty: not finite');
      return '';
    }
    if (column.type === 'timestamp') {
      const serial = dateSerial(value);
      if (serial !== null) return `<c s="${column.valueStyle}"><v>${serial}</v></c>`;
      this.changed.note('time written as text: outside 1900 to 9999');
      return this.#text(column, Math.abs(value) <= 8.64e15 ? isoInstant(value) : String(value));
    }
    if (Number.isInteger(value) && Math.abs(value) > MAX_EXACT_INTEGER) {
      this.changed.note('number written as text: more than 15 digits');
      return this.#text(column, String(value));
    }
    return `<c s="${column.valueStyle}"><v>${value}</v></c>`;
  }
}
