import { isoInstant } from '../../core/instant.ts';
import type { Column, ColumnType, Row } from '../../core/table.ts';
import { cutToCell, MAX_CELL_LENGTH, xstringXml } from './cell-text.ts';
import { columnLetters } from './cell-address.ts';

/** Why a cell of the workbook differs from its value. */
export type XlsxChange =
  | 'text cut at 32,767 characters'
  | 'number written as text: more than 15 digits'
  | 'time written as text: outside 1900 to 9999'
  | 'number left empty: not finite';

/** Excel keeps 15 significant digits; what has more would silently become another number. */
const MAX_EXACT_INTEGER = 999_999_999_999_999;
const DAY_MS = 86_400_000;
/** Serial number of 1970-01-01 in the 1900 date system. */
const EPOCH_SERIAL = 25_569;
/** Before March 1900 the date system counts a leap day that never was (ECMA-376-1, 18.17.4.1). */
const FIRST_INSTANT_MS = Date.UTC(1900, 2, 1);
const END_INSTANT_MS = Date.UTC(10_000, 0, 1);

/** Date serial of an instant (epoch milliseconds, UTC), null where the 1900 date system has none. */
export function dateSerial(ms: number): number | null {
  return ms >= FIRST_INSTANT_MS && ms < END_INSTANT_MS ? ms / DAY_MS + EPOCH_SERIAL : null;
}

/** Rows of one table to the `row` elements of a sheet. Texts stay texts: no cell is ever a formula, link or error. */
export class RowEncoder {
  readonly #types: readonly ColumnType[];
  readonly #letters: readonly string[];
  readonly #styles: Readonly<Record<ColumnType, number>>;
  readonly #changed = new Map<XlsxChange, number>();

  /** `styles`: index of the cell format (`cellXfs`) of each type of column. */
  constructor(columns: readonly Column[], styles: Readonly<Record<ColumnType, number>>) {
    this.#types = columns.map((column) => column.type);
    this.#letters = columns.map((_, index) => columnLetters(index));
    this.#styles = styles;
  }

  /** Cells that were changed, by reason. */
  get changed(): ReadonlyMap<XlsxChange, number> {
    return this.#changed;
  }

  /** One `row` element; `number` is the row's number in its sheet, from 1. */
  encode(row: Row, number: number): string {
    let xml = `<row r="${number}">`;
    for (let index = 0; index < row.length; index++) {
      const value = row[index];
      if (value === null || value === undefined) continue;
      const address = `${this.#letters[index]}${number}`;
      if (typeof value === 'string') xml += this.#text(address, value);
      else if (typeof value === 'number') xml += this.#number(address, value, this.#types[index]);
      else xml += `<c r="${address}" s="${this.#styles.boolean}" t="b"><v>${value ? 1 : 0}</v></c>`;
    }
    return `${xml}</row>`;
  }

  #text(address: string, value: string): string {
    let text = value;
    if (text.length > MAX_CELL_LENGTH) {
      text = cutToCell(text);
      this.#note('text cut at 32,767 characters');
    }
    const first = text.charCodeAt(0);
    // Without this, white space at either end is dropped by readers; an empty text (NaN) needs nothing.
    const space = first <= 32 || text.charCodeAt(text.length - 1) <= 32 ? ' xml:space="preserve"' : '';
    return `<c r="${address}" s="${this.#styles.text}" t="inlineStr"><is><t${space}>${xstringXml(text)}</t></is></c>`;
  }

  #number(address: string, value: number, type: ColumnType | undefined): string {
    if (!Number.isFinite(value)) {
      this.#note('number left empty: not finite');
      return '';
    }
    if (type === 'timestamp') {
      const serial = dateSerial(value);
      if (serial !== null) return `<c r="${address}" s="${this.#styles.timestamp}"><v>${serial}</v></c>`;
      this.#note('time written as text: outside 1900 to 9999');
      return this.#text(address, Math.abs(value) <= 8.64e15 ? isoInstant(value) : String(value));
    }
    if (Number.isInteger(value) && Math.abs(value) > MAX_EXACT_INTEGER) {
      this.#note('number written as text: more than 15 digits');
      return this.#text(address, String(value));
    }
    return `<c r="${address}" s="${type === 'integer' ? this.#styles.integer : this.#styles.number}"><v>${value}</v></c>`;
  }

  #note(change: XlsxChange): void {
    this.#changed.set(change, (this.#changed.get(change) ?? 0) + 1);
  }
}
