import type { CsvSafety } from '../../core/sink.ts';
import type { CellValue, Column, ColumnType, Row } from '../../core/table.ts';
import {
  MOST_BYTES,
  NOT_PLAIN,
  textBytes,
  writeAscii,
  writeInstant,
  writeNumber,
  writePlainJson,
  writePlainText,
} from './plain-cells.ts';
import { type CsvCellChange, RecordEncoder } from './record-encoder.ts';

const COMMA = 0x2c;
const CR = 0x0d;
const LF = 0x0a;
/** Buffers begin as large as the last batch needed, within these bounds. */
const SMALLEST_BUFFER_BYTES = 16 * 1024;
const LARGEST_BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * Rows of one table to the bytes of RFC 4180. Plain cells are written here; every other cell goes through csv-stringify,
 * which thereby decides what is quoted, and how. Both ways give the same bytes.
 */
export class CsvEncoder {
  readonly #types: readonly ColumnType[];
  readonly #records: RecordEncoder;
  /** What is being filled; it is handed out when it holds a batch. */
  #bytes = Buffer.alloc(0);
  #bufferBytes = SMALLEST_BUFFER_BYTES;

  constructor(columns: readonly Column[], safety: CsvSafety) {
    this.#types = columns.map(({ type }) => type);
    this.#records = new RecordEncoder(columns, safety);
  }

  /** Cells that were changed, by reason. */
  get changed(): ReadonlyMap<CsvCellChange, number> {
    return this.#records.changed;
  }

  header(): string {
    return this.#records.header();
  }

  encode(rows: readonly Row[]): Uint8Array {
    this.#bytes = Buffer.allocUnsafeSlow(this.#bufferBytes);
    let end = 0;
    for (const row of rows) end = this.#encodeRow(row, end);
    const batch = this.#bytes.subarray(0, end);
    this.#bytes = Buffer.alloc(0);
    this.#bufferBytes = Math.min(Math.max(Math.ceil(end * 1.25), SMALLEST_BUFFER_BYTES), LARGEST_BUFFER_BYTES);
    return batch;
  }

  /** Writes the row at `start`; returns where it ended. */
  #encodeRow(row: Row, start: number): number {
    const types = this.#types;
    let left = mostBytesOf(row);
    let bytes = this.#roomFor(start, left);
    let at = start;
    for (let index = 0; index < types.length; index++) {
      const cell = row[index] ?? null;
      let end = cell === null ? at : writeCell(bytes, at, cell, types[index]);
      if (end === NOT_PLAIN || (cell === null && types.length === 1)) {
        const text = this.#records.encodeCell(cell, index);
        left += textBytes(text);
        bytes = this.#roomFor(start, left);
        end = at + bytes.write(text, at, 'utf8');
      }
      bytes[end] = COMMA;
      at = end + 1;
    }
    // The comma behind the last cell makes way.
    bytes[at - 1] = CR;
    bytes[at] = LF;
    return at + 1;
  }

  /** The buffer, with room for so many bytes at `at`. */
  #roomFor(at: number, bytes: number): Buffer {
    if (at + bytes > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, at + bytes));
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

function writeCell(
  bytes: Uint8Array,
  at: number,
  cell: Exclude<CellValue, null>,
  type: ColumnType | undefined,
): number {
  if (typeof cell === 'string') {
    return type === 'json' && cell !== '' ? writePlainJson(bytes, at, cell) : writePlainText(bytes, at, cell);
  }
  if (typeof cell === 'number')
    return type === 'timestamp' ? writeInstant(bytes, at, cell) : writeNumber(bytes, at, cell);
  return writeAscii(bytes, at, cell ? 'true' : 'false');
}

function mostBytesOf(row: Row): number {
  let bytes = 2;
  for (let index = 0; index < row.length; index++) {
    const cell = row[index];
    bytes += 1 + (typeof cell === 'string' ? textBytes(cell) : MOST_BYTES);
  }
  return bytes;
}
