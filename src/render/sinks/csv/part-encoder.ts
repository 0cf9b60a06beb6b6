import { InvariantError } from '../../../core/errors.ts';
import type { GiveBlock, PartEncoder, SinkSettings } from '../../../core/sink.ts';
import type { Row, TableName, TableShape } from '../../../core/table.ts';
import { batchesOf, CsvEncoder } from './encoder.ts';
import { GzipMember } from './gzip-member.ts';

interface EncodedTable {
  readonly encoder: CsvEncoder;
  /** The part's rows as one gzip member; null before the first row, or without compression. */
  member: GzipMember | null;
  rows: number;
}

/** Encodes the rows of a part: as they come, or as one gzip member for each table. */
export class CsvPartEncoder implements PartEncoder {
  readonly #tables: ReadonlyMap<TableName, EncodedTable>;
  readonly #isPacked: boolean;
  readonly #give: GiveBlock;

  constructor(tables: readonly TableShape[], { csvSafety, csvCompression }: SinkSettings, give: GiveBlock) {
    this.#tables = new Map(
      tables.map(({ name, columns }) => [name, { encoder: new CsvEncoder(columns, csvSafety), member: null, rows: 0 }]),
    );
    this.#isPacked = csvCompression === 'gzip';
    this.#give = give;
  }

  async write(table: TableName, rows: readonly Row[]): Promise<void> {
    const into = this.#tables.get(table);
    if (into === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    for (const batch of batchesOf(rows)) {
      const bytes = into.encoder.encode(batch);
      into.rows += batch.length;
      if (this.#isPacked) await (into.member ??= new GzipMember()).append(bytes);
      else await this.#give({ table, bytes, rows: batch.length, changedCells: into.encoder.changed.take() });
    }
  }

  async finish(): Promise<void> {
    for (const [table, { encoder, member, rows }] of this.#tables) {
      if (member === null) continue;
      await this.#give({ table, bytes: await member.finish(), rows, changedCells: encoder.changed.take() });
    }
  }
}
