import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Output } from '../../core/output.ts';
import type { Column, Row } from '../../core/table.ts';
import { encodedSchema, statedSchema } from './schema.ts';
import { type ParquetCellChange, storedValue } from './values.ts';

/**
 * A row group is what a reader loads and skips at once, and what must be held in memory here: so many rows at the most
 * (DuckDB works on 122,880 at once, Spark on whatever there is), and fewer where texts are long.
 */
const MOST_GROUP_ROWS = 50_000;
const MOST_GROUP_TEXT_UNITS = 8 * 1024 * 1024;
/** Beyond this, the buffer of a row group that was once large is given back. */
const LARGEST_KEPT_BUFFER_BYTES = 4 * 1024 * 1024;

/** One table as a Parquet file: columns side by side, a row group at a time, compressed by Snappy. */
export class ParquetTableFile {
  readonly #columns: readonly Column[];
  readonly #output: Output;
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  readonly #changed = new Map<ParquetCellChange, number>();
  /** The cells of the current row group, column by column. */
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
    // The footer states what the columns are; how they were encoded is the same for both schemas.
    this.#writer.schema = statedSchema(this.#columns);
    await this.#writer.finish();
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
        // Nobody looks for JSON between two others, and bounds of it may be long.
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

  #releaseBuffer(): void {
    this.#bytes.buffer = new ArrayBuffer(1024);
    this.#bytes.view = new DataView(this.#bytes.buffer);
  }

  readonly #note = (change: ParquetCellChange): void => {
    this.#changed.set(change, (this.#changed.get(change) ?? 0) + 1);
  };
}
