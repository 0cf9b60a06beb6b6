import { type Options, stringify } from 'csv-stringify/sync';
import { isoInstant } from '../../../core/instant.ts';
import { ChangedCells, type CsvSafety } from '../../../core/sink.ts';
import type { CellValue, Column, Row } from '../../../core/table.ts';
import { type CsvChange, guardJson, guardKey, guardText } from './formula-guard.ts';

/** Why a cell of a CSV file differs from its value. */
export type CsvCellChange = CsvChange | 'number left empty: not finite';

const RECORD_DELIMITER = '\r\n';
/** Readers find rows of the tables by these columns. */
const KEY_COLUMNS: ReadonlySet<string> = new Set(['uuid', 'detection_uuid']);
/** Largest instant of a JavaScript date (ECMA-262, 21.4.1.1). */
const MAX_INSTANT_MS = 8.64e15;

/**
 * Encodes any cell, or row, of one table as RFC 4180 text with csv-stringify: CRLF, empty for null, `""` for an empty
 * text; guarded as the safety says.
 */
export class RecordEncoder {
  readonly #columns: readonly Column[];
  readonly #safety: CsvSafety;
  readonly #options: Options;
  /** Column of the first encoded cell. */
  #first = 0;
  readonly changed = new ChangedCells<CsvCellChange>();

  constructor(columns: readonly Column[], safety: CsvSafety) {
    this.#columns = columns;
    this.#safety = safety;
    this.#options = {
      record_delimiter: RECORD_DELIMITER,
      quote_record_delimiter: true,
      cast: {
        boolean: String,
        number: (value, { index }) => this.#number(value, this.#first + index),
        string: (value, { index }) =>
          value === '' ? { value, quoted_empty: true } : this.#text(value, this.#first + index),
        // With only one column, a null would be a blank line, which many readers skip: the row would be lost.
        ...(columns.length === 1 ? { null: () => ({ value: '', quoted_empty: true }) } : {}),
      },
    };
  }

  header(): string {
    return stringify([this.#columns.map((column) => column.name)], this.#options);
  }

  encode(row: Row): string {
    return stringify([row], this.#options);
  }

  /** One cell, without separators. */
  encodeCell(cell: CellValue, column: number): string {
    this.#first = column;
    const record = stringify([[cell]], this.#options);
    this.#first = 0;
    return record.slice(0, -RECORD_DELIMITER.length);
  }

  #number(value: number, index: number): string | null {
    if (!Number.isFinite(value)) {
      this.#note('number left empty: not finite');
      return null;
    }
    const isInstant = this.#columns[index]?.type === 'timestamp' && Math.abs(value) <= MAX_INSTANT_MS;
    if (!isInstant) return String(value);
    const instant = isoInstant(value);
    // Years beyond four digits have a sign (ECMA-262), so the cell is a text that begins with an operator.
    return instant.length === 24 ? instant : guardText(instant, this.#safety, this.#note);
  }

  #text(value: string, index: number): string {
    const { name = '', type = 'text' } = this.#columns[index] ?? {};
    const guard = type === 'json' ? guardJson : KEY_COLUMNS.has(name) ? guardKey : guardText;
    return guard(value, this.#safety, this.#note);
  }

  readonly #note = (change: CsvCellChange): void => {
    this.changed.note(change);
  };
}
