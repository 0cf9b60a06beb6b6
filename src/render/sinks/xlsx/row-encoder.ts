import { isoInstant } from '../../../core/instant.ts';
import type { ColumnType, Row } from '../../../core/table.ts';
import { cutToCell, MAX_CELL_LENGTH, xstringXml } from './cells.ts';

/** Why a cell of the workbook differs from its value. */
export type XlsxChange =
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
  /** Index of its cell in a row of the table. */
  readonly source: number;
  readonly type: ColumnType;
  /** Letters of its column in the sheet. */
  readonly letters: string;
  /** For texts, in a column of any type. */
  readonly textStyle: number;
  /** For every other value. */
  readonly valueStyle: number;
  /** For cells without a value; null if none is written. */
  readonly blankStyle: number | null;
}

/** Encodes rows of one table as `row` elements. Texts stay texts: no cell is ever a formula, link or error. */
export class RowEncoder {
  readonly #columns: readonly EncodedColumn[];
  readonly #rowAttributes: string;
  readonly #changed = new Map<XlsxChange, number>();
  /** The last text of each cell of a row, and its element: most texts repeat the row above. */
  readonly #texts: (string | null)[] = [];
  readonly #elements: string[] = [];

  /** `columns` in the order of the sheet. Every row gets `rowAttributes`, e.g. ` ht="30"`. */
  constructor(columns: readonly EncodedColumn[], rowAttributes = '') {
    this.#columns = columns;
    this.#rowAttributes = rowAttributes;
  }

  /** Number of changed cells, by reason. */
  get changed(): ReadonlyMap<XlsxChange, number> {
    return this.#changed;
  }

  /** One `row` element; `number` is the row's number in its sheet, from 1. */
  encode(row: Row, number: number): string {
    let xml = `<row r="${number}"${this.#rowAttributes}>`;
    for (const column of this.#columns) {
      const value = row[column.source];
      if (value === null || value === undefined) {
        if (column.blankStyle !== null) xml += `<c r="${column.letters}${number}" s="${column.blankStyle}"/>`;
      } else if (typeof value === 'string') xml += this.#text(column, number, value);
      else if (typeof value === 'number') xml += this.#number(column, number, value);
      else xml += `<c r="${column.letters}${number}" s="${column.valueStyle}" t="b"><v>${value ? 1 : 0}</v></c>`;
    }
    return `${xml}</row>`;
  }

  #text({ source, letters, textStyle }: EncodedColumn, number: number, value: string): string {
    if (value !== this.#texts[source]) {
      this.#elements[source] = this.#textElement(value);
      this.#texts[source] = value;
    } else if (value.length > MAX_CELL_LENGTH) this.#note('text cut at 32,767 characters');
    return `<c r="${letters}${number}" s="${textStyle}" t="inlineStr"><is>${this.#elements[source]}</is></c>`;
  }

  #textElement(value: string): string {
    let text = value;
    if (text.length > MAX_CELL_LENGTH) {
      text = cutToCell(text);
      this.#note('text cut at 32,767 characters');
    }
    const first = text.charCodeAt(0);
    // Without this, readers drop white space at either end; an empty text (NaN) needs nothing.
    const space = first <= 32 || text.charCodeAt(text.length - 1) <= 32 ? ' xml:space="preserve"' : '';
    return `<t${space}>${xstringXml(text)}</t>`;
  }

  #number(column: EncodedColumn, number: number, value: number): string {
    if (!Number.isFinite(value)) {
      this.#note('number left empty: not finite');
      return '';
    }
    if (column.type === 'timestamp') {
      const serial = dateSerial(value);
      if (serial !== null) return `<c r="${column.letters}${number}" s="${column.valueStyle}"><v>${serial}</v></c>`;
      this.#note('time written as text: outside 1900 to 9999');
      return this.#text(column, number, Math.abs(value) <= 8.64e15 ? isoInstant(value) : String(value));
    }
    if (Number.isInteger(value) && Math.abs(value) > MAX_EXACT_INTEGER) {
      this.#note('number written as text: more than 15 digits');
      return this.#text(column, number, String(value));
    }
    return `<c r="${column.letters}${number}" s="${column.valueStyle}"><v>${value}</v></c>`;
  }

  #note(change: XlsxChange): void {
    this.#changed.set(change, (this.#changed.get(change) ?? 0) + 1);
  }
}
