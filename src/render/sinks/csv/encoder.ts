import { stringify } from 'csv-stringify/sync';
import { ChangedCells, type CsvSafety } from '../../../core/sink.ts';
import type { CellValue, Column, ColumnType, Row } from '../../../core/table.ts';
import { copyWithin, FALL_BACK, MOST_BYTES, writeAscii, writeNumber } from '../cell-bytes.ts';
import { textBytes, writeInstant, writePlainJson, writePlainText, writeQuotedText } from './fast-cells.ts';
import { isoInstant } from '../../../core/instant.ts';
import { type CsvChange, guardJson, guardKey, guardText } from './formula-guard.ts';

/** A batch becomes one string and one append; longer ones are cut, so that a huge page needs no huge string. */
const ROWS_PER_APPEND = 2_000;
const COMMA = 0x2c;
const CR = 0x0d;
const LF = 0x0a;
const SMALLEST_BUFFER_BYTES = 16 * 1024;
/** A larger buffer, needed for a batch of huge texts, is freed again. */
const LARGEST_BUFFER_BYTES = 4 * 1024 * 1024;
const ENDING_BYTES = 3;
/** Longer texts rarely repeat, and copying them would gain little. */
const LONGEST_REPEATED = 64;

/** Encodes rows as RFC 4180: plain cells straight into bytes, all others as texts. Both ways give the same bytes. */
export class CsvEncoder {
  readonly #names: readonly string[];
  readonly #types: readonly ColumnType[];
  readonly #cells: ReturnType<typeof cellEncoder>;
  /** The current buffer and the one returned before: they alternate, because new memory costs more than encoding. */
  #bytes = Buffer.alloc(0);
  #other = Buffer.alloc(0);
  /** The last plain text of each column, and its position in the buffer: most texts repeat the row above. */
  readonly #texts: string[];
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;

  constructor(columns: readonly Column[], safety: CsvSafety) {
    this.#names = columns.map(({ name }) => name);
    this.#types = columns.map(({ type }) => type);
    this.#texts = columns.map(() => '');
    this.#starts = new Uint32Array(columns.length);
    this.#ends = new Uint32Array(columns.length);
    this.#cells = cellEncoder(columns, safety);
  }

  get changed(): ChangedCells<CsvCellChange> {
    return this.#cells.changed;
  }

  header(): string {
    return stringify([this.#names], { record_delimiter: 'windows' });
  }

  /** The returned bytes stay valid until the call after the next. */
  encode(rows: readonly Row[]): Uint8Array {
    [this.#bytes, this.#other] = [this.#other, this.#bytes];
    this.#texts.fill('');
    let end = 0;
    for (const row of rows) end = this.#encodeRow(row, end);
    const batch = this.#bytes.subarray(0, end);
    if (this.#bytes.length > LARGEST_BUFFER_BYTES) this.#bytes = Buffer.alloc(0);
    return batch;
  }

  /** Writes the row at `start`; returns its end. */
  #encodeRow(row: Row, start: number): number {
    const types = this.#types;
    const texts = this.#texts;
    let at = start;
    let bytes = this.#roomFor(at, MOST_BYTES);
    for (let index = 0; index < types.length; index++) {
      const cell = row[index] ?? null;
      let end = at;
      if (typeof cell === 'string') {
        bytes = this.#roomFor(at, textBytes(cell));
        if (cell === texts[index] && cell !== '') {
          end = copyWithin(bytes, at, this.#starts[index] ?? 0, this.#ends[index] ?? 0);
        } else {
          end = types[index] === 'json' && cell !== '' ? writePlainJson(bytes, at, cell) : writeText(bytes, at, cell);
          if (end !== FALL_BACK && cell.length <= LONGEST_REPEATED) {
            texts[index] = cell;
            this.#starts[index] = at;
            this.#ends[index] = end;
          }
        }
      } else if (cell !== null) {
        bytes = this.#roomFor(at, MOST_BYTES);
        end = writeCell(bytes, at, cell, types[index]);
      }
      if (end === FALL_BACK || (cell === null && types.length === 1)) {
        const text = this.#cells.encode(cell, index);
        bytes = this.#roomFor(at, textBytes(text));
        end = at + bytes.write(text, at, 'utf8');
      }
      bytes[end] = COMMA;
      at = end + 1;
    }
    // Overwrites the comma after the last cell.
    bytes[at - 1] = CR;
    bytes[at] = LF;
    return at + 1;
  }

  /** The buffer, with room at `at` for `bytes` and the end of a cell and a row. */
  #roomFor(at: number, bytes: number): Buffer {
    const needed = at + bytes + ENDING_BYTES;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, needed, SMALLEST_BUFFER_BYTES));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

export function* batchesOf(rows: readonly Row[]): Generator<readonly Row[]> {
  if (rows.length <= ROWS_PER_APPEND) yield rows;
  else for (let at = 0; at < rows.length; at += ROWS_PER_APPEND) yield rows.slice(at, at + ROWS_PER_APPEND);
}

function writeText(bytes: Uint8Array, at: number, text: string): number {
  const end = writePlainText(bytes, at, text);
  return end === FALL_BACK ? writeQuotedText(bytes, at, text) : end;
}

function writeCell(bytes: Uint8Array, at: number, cell: number | boolean, type: ColumnType | undefined): number {
  if (typeof cell === 'boolean') return writeAscii(bytes, at, cell ? 'true' : 'false');
  return type === 'timestamp' ? writeInstant(bytes, at, cell) : writeNumber(bytes, at, cell);
}

type CsvCellChange = CsvChange | 'number left empty: not finite';

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Readers find rows of the tables by these columns. */
const KEY_COLUMNS: ReadonlySet<string> = new Set(['uuid', 'detection_uuid']);
/** Largest instant of a JavaScript date (ECMA-262, 21.4.1.1). */
const MAX_INSTANT_MS = 8.64e15;

/** Encodes any cell: empty for null, `""` for an empty text; guarded as the safety says. */
export function cellEncoder(columns: readonly Column[], safety: CsvSafety) {
  const changed = new ChangedCells<CsvCellChange>();
  const numberText = (value: number, type: ColumnType | undefined): string => {
    if (!Number.isFinite(value)) {
      changed.note('number left empty: not finite');
      return '';
    }
    if (type !== 'timestamp' || Math.abs(value) > MAX_INSTANT_MS) return String(value);
    const instant = isoInstant(value);
    // Years beyond four digits have a sign (ECMA-262), so the cell is a text that begins with an operator.
    return instant.length === 24 ? instant : guardText(instant, safety, changed.note);
  };
  /** The text of the cell, before it is quoted. */
  const guarded = (cell: CellValue, column: number): string => {
    const { name = '', type } = columns[column] ?? {};
    if (typeof cell === 'number') return numberText(cell, type);
    if (typeof cell !== 'string') return cell === null ? '' : String(cell);
    const guard = type === 'json' ? guardJson : KEY_COLUMNS.has(name) ? guardKey : guardText;
    return guard(cell, safety, changed.note);
  };
  return {
    changed,
    guarded,
    encode(cell: CellValue, column: number): string {
      // With only one column, a null would be a blank line, which many readers skip: the row would be lost.
      if (cell === '' || (cell === null && columns.length === 1)) return '""';
      return quoted(guarded(cell, column));
    },
  };
}
