import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { InvariantError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
import type { Column, Row } from '../../../core/table.ts';
import { encodedSchema, type ParquetCellChange, statedSchema, storedValue } from './schema.ts';

/**
 * Most rows of a row group, which a reader loads or skips as a whole, and which is held in memory here (DuckDB works on
 * 122,880 rows at once, Spark on any number). Long texts make it smaller.
 */
const MOST_GROUP_ROWS = 50_000;
const MOST_GROUP_TEXT_UNITS = 8 * 1024 * 1024;
/** A larger buffer of a row group is freed again. */
const LARGEST_KEPT_BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * In the footer of a file without rows: num_rows of 0, and row_groups without the type of its elements. Readers built
 * on arrow-rs refuse that (apache/arrow-rs#8826): by Thrift's compact protocol a list states its type, empty or not.
 */
const NO_ROW_GROUPS = Buffer.from([0x16, 0x00, 0x19, 0x00]);
const LIST_OF_STRUCTS = 0x0c;

/** Writes one table as a Parquet file: by column, one row group at a time, compressed by Snappy. */
export class ParquetTableFile {
  readonly #columns: readonly Column[];
  readonly #output: Output;
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  readonly #changed = new Map<ParquetCellChange, number>();
  /** The cells of the current row group, by column. */
  readonly #cells: ReturnType<typeof storedValue>[][];
  #groupRows = 0;
  #groupTextUnits = 0;
  #rows = 0;

  constructor(columns: readonly Column[], output: Output) {
    this.#columns = columns;
    this.#output = output;
    this.#cells = columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: encodedSchema(columns),
      codec: 'SNAPPY',
      createdBy: 'detect-report (hyparquet-writer)',
    });
  }

  get rows(): number {
    return this.#rows;
  }

  get changed(): ReadonlyMap<ParquetCellChange, number> {
    return this.#changed;
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.#add(row);
      if (this.#groupRows >= MOST_GROUP_ROWS || this.#groupTextUnits >= MOST_GROUP_TEXT_UNITS) await this.#endGroup();
    }
  }

  async close(): Promise<void> {
    await this.#endGroup();
    // The footer states what the columns are; both schemas encode them in the same way.
    this.#writer.schema = statedSchema(this.#columns);
    await this.#writer.finish();
    if (this.#rows === 0) this.#typeRowGroups();
    await this.#flush();
    await this.#output.close();
  }

  #add(row: Row): void {
    for (const [index, { type }] of this.#columns.entries()) {
      const value = storedValue(row[index] ?? null, type, this.#note);
      if (typeof value === 'string') this.#groupTextUnits += value.length;
      this.#cells[index]?.push(value);
    }
    this.#groupRows++;
    this.#rows++;
  }

  async #endGroup(): Promise<void> {
    if (this.#groupRows === 0) return;
    await this.#writer.write({
      columnData: this.#columns.map(({ name, type }, index) => ({
        name,
        data: this.#cells[index] ?? [],
        // No one searches a range of JSON texts, and their bounds may be long.
        statistics: type !== 'json',
      })),
      rowGroupSize: this.#groupRows,
    });
    for (const cells of this.#cells) cells.length = 0;
    this.#groupRows = 0;
    this.#groupTextUnits = 0;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    if (this.#bytes.buffer.byteLength > LARGEST_KEPT_BUFFER_BYTES) this.#releaseBuffer();
    await this.#output.append(bytes);
  }

  #typeRowGroups(): void {
    const at = Buffer.from(this.#bytes.buffer, 0, this.#bytes.index).lastIndexOf(NO_ROW_GROUPS);
    if (at < 0) throw new InvariantError('The footer of a Parquet file without rows has no list of row groups.');
    this.#bytes.view.setUint8(at + NO_ROW_GROUPS.length - 1, LIST_OF_STRUCTS);
  }

  #releaseBuffer(): void {
    this.#bytes.buffer = new ArrayBuffer(1024);
    this.#bytes.view = new DataView(this.#bytes.buffer);
  }

  readonly #note = (change: ParquetCellChange): void => {
    this.#changed.set(change, (this.#changed.get(change) ?? 0) + 1);
  };
}
