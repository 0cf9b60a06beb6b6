import { InvariantError } from '../../../core/errors.ts';
import type { EncodedRows, SinkSettings } from '../../../core/sink.ts';
import type { Row, TableName, TableShape } from '../../../core/table.ts';
import { batchesOf, CsvEncoder } from './encoder.ts';

/**
 * Encodes rows as the parts that the CSV sink's `write` would append, one part for each append; for a thread, which has
 * no files.
 */
export class CsvPartEncoder {
  readonly #encoders: ReadonlyMap<TableName, CsvEncoder>;

  constructor(tables: readonly TableShape[], { csvSafety }: SinkSettings) {
    this.#encoders = new Map(tables.map(({ name, columns }) => [name, new CsvEncoder(columns, csvSafety)]));
  }

  encode(table: TableName, rows: readonly Row[]): EncodedRows[] {
    const encoder = this.#encoders.get(table);
    if (encoder === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    return [...batchesOf(rows)].map((batch) => {
      const before = new Map(encoder.changed);
      // The encoder reuses its memory; another thread can be given a copy of the right size.
      const bytes = new Uint8Array(encoder.encode(batch));
      return { table, bytes, rows: batch.length, changedCells: increase(before, encoder.changed) };
    });
  }
}

function increase(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const more = [...after].map(([reason, cells]) => [reason, cells - (before.get(reason) ?? 0)] as const);
  return new Map(more.filter(([, cells]) => cells > 0));
}
