import { isoInstant } from '../../../core/instant.ts';
import { ChangedCells } from '../../../core/sink.ts';
import type { ColumnType, Row } from '../../../core/table.ts';
import { writeNumber } from '../cell-bytes.ts';
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

/** A row's element and a cell's are shorter, without the cell's content. */
const MOST_MARKUP_BYTES = 128;
/** Of XML, the content of a cell has at most as many bytes for each UTF-16 unit. */
const MOST_UNIT_BYTES = 3;
const BUFFER_BYTES = 288 * 1024;
/** Longer texts rarely repeat, and copying them would gain little. */
const LONGEST_REPEATED = 64;

const NO_CELL = '<c/>';
/** By their number. */
const NO_CELLS = Array.from({ length: 100 }, (_, count) => Buffer.from(NO_CELL.repeat(count)));
const END_OF_ROW = Buffer.from('</row>');
const END_OF_VALUE = Buffer.from('</v></c>');
const END_OF_TEXT = Buffer.from('</t></is></c>');

/** What a column's cells have around their content. */
interface Markup {
  readonly text: Uint8Array;
  /** Without this, readers drop white space at either end. */
  readonly spacedText: Uint8Array;
  readonly value: Uint8Array;
  readonly flag: Uint8Array;
  /** The whole cell of a row without a value; null if none is written. */
  readonly blank: Uint8Array | null;
}

function markupOf({ textStyle, valueStyle, blankStyle, formula }: EncodedColumn): Markup {
  const blank = blankStyle === null ? null : Buffer.from(`<c s="${blankStyle}"/>`);
  return {
    text: Buffer.from(`<c s="${textStyle}" t="inlineStr"><is><t>`),
    spacedText: Buffer.from(`<c s="${textStyle}" t="inlineStr"><is><t xml:space="preserve">`),
    value: Buffer.from(`<c s="${valueStyle}"><v>`),
    flag: Buffer.from(`<c s="${valueStyle}" t="b"><v>`),
    blank: formula === null ? blank : Buffer.from(`<c s="${valueStyle}"><f>${xmlText(formula)}</f></c>`),
  };
}

/** By ASCII code: 1 for what is itself in XML at any place. Not `_`, which may begin an escape. */
const IS_PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[&<>_\0-\x08\x0b-\x1f\x7f]/.test(String.fromCharCode(code)) ? 0 : 1,
);

/**
 * Encodes rows of one table as `row` elements. Texts stay texts: no cell is ever a formula, link or error. Rows and cells
 * have no `r`, which is optional (ECMA-376-1, 18.3.1.4 and 18.3.1.73): they follow each other, so a row's XML does not
 * depend on the number of rows before it.
 */
export class RowEncoder {
  readonly #columns: readonly EncodedColumn[];
  readonly #markup: readonly Markup[];
  readonly #opening: Uint8Array;
  readonly changed = new ChangedCells<XlsxChange>();
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  /** Memory to use again. */
  readonly #free: Buffer[] = [];
  /** The last text of each column, and the place of its cell in the bytes: most texts repeat the row above. */
  readonly #texts: (string | null)[];
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;

  /** `columns` in the order of the sheet. Every row gets `rowAttributes`, e.g. ` ht="30"`. */
  constructor(columns: readonly EncodedColumn[], rowAttributes = '') {
    this.#columns = columns;
    this.#markup = columns.map(markupOf);
    this.#opening = Buffer.from(`<row${rowAttributes}>`);
    this.#texts = columns.map(() => null);
    this.#starts = new Uint32Array(columns.length);
    this.#ends = new Uint32Array(columns.length);
  }

  /** Bytes of the rows since the last `take`. */
  get length(): number {
    return this.#end;
  }

  /** The rows since the last call; `reuse` gives their memory back. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#end);
    this.#bytes = this.#free.pop() ?? Buffer.alloc(0);
    this.#end = 0;
    this.#texts.fill(null);
    return taken;
  }

  reuse({ buffer }: Buffer): void {
    if (buffer.byteLength === BUFFER_BYTES) this.#free.push(Buffer.from(buffer));
  }

  add(row: Row): void {
    const columns = this.#columns;
    this.#makeRoom(this.#opening.length);
    this.#end = put(this.#bytes, this.#end, this.#opening);
    let next = 0;
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index];
      const markup = this.#markup[index];
      if (column === undefined || markup === undefined) continue;
      const value = row[column.source] ?? null;
      if (value === null && markup.blank === null) continue;
      if (typeof value === 'number' && !Number.isFinite(value)) {
        this.changed.note('number left empty: not finite');
        continue;
      }
      const empty = column.place - next;
      this.#makeRoom(NO_CELL.length * empty + (markup.blank?.length ?? 0));
      if (empty > 0) {
        const cells = NO_CELLS[empty] ?? Buffer.from(NO_CELL.repeat(empty));
        this.#end = put(this.#bytes, this.#end, cells);
      }
      next = column.place + 1;
      if (typeof value === 'string') this.#text(index, markup, value);
      else if (typeof value === 'number') this.#number(index, column, markup, value);
      else if (value !== null) this.#value(markup.flag, value ? 1 : 0);
      else if (markup.blank !== null) this.#end = put(this.#bytes, this.#end, markup.blank);
    }
    this.#end = put(this.#bytes, this.#end, END_OF_ROW);
  }

  /** Room for `content` and for the markup of a cell and a row. */
  #makeRoom(content: number): void {
    const needed = this.#end + content + MOST_MARKUP_BYTES;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, needed, BUFFER_BYTES));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }

  #text(index: number, markup: Markup, value: string): void {
    const start = this.#end;
    if (value === this.#texts[index]) {
      const [first = 0, end = 0] = [this.#starts[index], this.#ends[index]];
      this.#makeRoom(end - first);
      this.#bytes.copyWithin(start, first, end);
      this.#end += end - first;
      return;
    }
    if (!this.#plainText(markup, value)) this.#anyText(markup, value);
    if (value.length > LONGEST_REPEATED) return;
    this.#texts[index] = value;
    this.#starts[index] = start;
    this.#ends[index] = this.#end;
  }

  /** False if the text is not plain: then nothing is written. */
  #plainText({ text }: Markup, value: string): boolean {
    this.#makeRoom(value.length);
    const { length } = value;
    if (length > MAX_CELL_LENGTH || value.charCodeAt(0) <= 32 || value.charCodeAt(length - 1) <= 32) return false;
    const bytes = this.#bytes;
    let at = put(bytes, this.#end, text);
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit >= 0x80 || IS_PLAIN[unit] === 0) return false;
      bytes[at++] = unit;
    }
    this.#end = put(bytes, at, END_OF_TEXT);
    return true;
  }

  #anyText({ text, spacedText }: Markup, value: string): void {
    if (value.length > MAX_CELL_LENGTH) this.changed.note('text cut at 32,767 characters');
    const cut = cutToCell(value);
    const isSpaced = cut.charCodeAt(0) <= 32 || cut.charCodeAt(cut.length - 1) <= 32;
    const xml = xstringXml(cut);
    this.#makeRoom(MOST_UNIT_BYTES * xml.length);
    const at = put(this.#bytes, this.#end, isSpaced ? spacedText : text);
    this.#end = put(this.#bytes, at + this.#bytes.write(xml, at, 'utf8'), END_OF_TEXT);
  }

  #number(index: number, { type }: EncodedColumn, markup: Markup, value: number): void {
    if (type === 'timestamp') {
      const serial = dateSerial(value);
      if (serial !== null) return this.#value(markup.value, serial);
      this.changed.note('time written as text: outside 1900 to 9999');
      return this.#text(index, markup, Math.abs(value) <= 8.64e15 ? isoInstant(value) : String(value));
    }
    if (Number.isInteger(value) && Math.abs(value) > MAX_EXACT_INTEGER) {
      this.changed.note('number written as text: more than 15 digits');
      return this.#text(index, markup, String(value));
    }
    this.#value(markup.value, value);
  }

  #value(opening: Uint8Array, value: number): void {
    const bytes = this.#bytes;
    this.#end = put(bytes, writeNumber(bytes, put(bytes, this.#end, opening), value), END_OF_VALUE);
  }
}

function put(bytes: Uint8Array, at: number, source: Uint8Array): number {
  bytes.set(source, at);
  return at + source.length;
}
