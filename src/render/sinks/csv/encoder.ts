import type { ChangedCells, CsvSafety } from '../../../core/sink.ts';
import type { Column, ColumnType, Row } from '../../../core/table.ts';
import {
  MOST_BYTES,
  FALL_BACK,
  textBytes,
  writeAscii,
  writeInstant,
  writeNumber,
  writePlainJson,
  writePlainText,
  writeQuotedText,
} from './fast-cells.ts';
import { type CsvCellChange, RecordEncoder } from './record-encoder.ts';

/** A batch becomes one string and one append; longer ones are cut, so that a huge page needs no huge string. */
const ROWS_PER_APPEND = 2_000;
const COMMA = 0x2c;
const CR = 0x0d;
const LF = 0x0a;
const SMALLEST_BUFFER_BYTES = 16 * 1024;
/** A larger buffer, needed for a batch of huge texts, is freed again. */
const LARGEST_BUFFER_BYTES = 4 * 1024 * 1024;
/** The comma, or the end of a row. */
const ENDING_BYTES = 3;
/** Longer texts rarely repeat, and copying them would gain little. */
const LONGEST_REPEATED = 64;

/**
 * Encodes rows of one table as RFC 4180. Plain cells are written here; csv-stringify encodes every other cell, and so
 * decides what is quoted, and how. Both ways give the same bytes.
 */
export class CsvEncoder {
  readonly #types: readonly ColumnType[];
  readonly #records: RecordEncoder;
  /** The current buffer and the one returned before: they alternate, because new memory costs more than encoding. */
  #bytes = Buffer.alloc(0);
  #other = Buffer.alloc(0);
  /** The last plain text of each column, and its position in the buffer: most texts repeat the row above. */
  readonly #texts: string[];
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;

  constructor(columns: readonly Column[], safety: CsvSafety) {
    this.#types = columns.map(({ type }) => type);
    this.#texts = columns.map(() => '');
    this.#starts = new Uint32Array(columns.length);
    this.#ends = new Uint32Array(columns.length);
    this.#records = new RecordEncoder(columns, safety);
  }

  get changed(): ChangedCells<CsvCellChange> {
    return this.#records.changed;
  }

  header(): string {
    return this.#records.header();
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
        if (cell === texts[index] && cell !== '') end = copyWithin(bytes, at, this.#starts, this.#ends, index);
        else {
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
        const text = this.#records.encodeCell(cell, index);
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

/** Splits the rows into batches of one append each. */
export function* batchesOf(rows: readonly Row[]): Generator<readonly Row[]> {
  if (rows.length <= ROWS_PER_APPEND) yield rows;
  else for (let at = 0; at < rows.length; at += ROWS_PER_APPEND) yield rows.slice(at, at + ROWS_PER_APPEND);
}

/** Copies a text that the buffer already holds to `at`; returns its end. */
function copyWithin(bytes: Uint8Array, at: number, starts: Uint32Array, ends: Uint32Array, index: number): number {
  const to = ends[index] ?? 0;
  let end = at;
  for (let from = starts[index] ?? 0; from < to; from++) bytes[end++] = bytes[from] ?? 0;
  return end;
}

function writeText(bytes: Uint8Array, at: number, text: string): number {
  const end = writePlainText(bytes, at, text);
  return end === FALL_BACK ? writeQuotedText(bytes, at, text) : end;
}

function writeCell(bytes: Uint8Array, at: number, cell: number | boolean, type: ColumnType | undefined): number {
  if (typeof cell === 'boolean') return writeAscii(bytes, at, cell ? 'true' : 'false');
  return type === 'timestamp' ? writeInstant(bytes, at, cell) : writeNumber(bytes, at, cell);
}
