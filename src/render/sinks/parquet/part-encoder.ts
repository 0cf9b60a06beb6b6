import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { InvariantError } from '../../../core/errors.ts';
import { ChangedCells, type GiveBlock, type PartEncoder } from '../../../core/sink.ts';
import type { Column, Row, TableName, TableShape } from '../../../core/table.ts';
import { encodedSchema, type ParquetCellChange, storedValue } from './schema.ts';

/**
 * Most rows of a row group, which a reader loads or skips as a whole, and which is held in memory here (DuckDB works on
 * 122,880 rows at once, Spark on any number). Long texts make it smaller.
 */
const MOST_GROUP_ROWS = 50_000;
const MOST_GROUP_TEXT_UNITS = 8 * 1024 * 1024;
/** A file begins with `PAR1`: the offsets of a row group's columns count from there. */
export const MAGIC_BYTES = 4;

/** A row group as if it were the first of a file: what the footer says of it, and where its pages are. */
export interface RowGroup {
  readonly columns: ParquetWriter['pendingIndexes'];
  readonly sizes: Omit<ParquetWriter['row_groups'][number], 'columns'>;
}

/** Encodes rows as row groups: by column, compressed by Snappy. */
export class ParquetPartEncoder implements PartEncoder {
  readonly #tables: ReadonlyMap<TableName, RowGroups>;

  constructor(tables: readonly TableShape[], give: GiveBlock) {
    this.#tables = new Map(tables.map(({ name, columns }) => [name, new RowGroups(name, columns, give)]));
  }

  async write(table: TableName, rows: readonly Row[]): Promise<void> {
    const groups = this.#tables.get(table);
    if (groups === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    await groups.write(rows);
  }

  async finish(): Promise<void> {
    for (const groups of this.#tables.values()) await groups.finish();
  }
}

/** The row groups of one table. */
class RowGroups {
  readonly #table: TableName;
  readonly #columns: readonly Column[];
  readonly #give: GiveBlock;
  /** The cells of the current row group, by column. */
  readonly #cells: ReturnType<typeof storedValue>[][];
  readonly #changed = new ChangedCells<ParquetCellChange>();
  #rows = 0;
  #textUnits = 0;

  constructor(table: TableName, columns: readonly Column[], give: GiveBlock) {
    this.#table = table;
    this.#columns = columns;
    this.#give = give;
    this.#cells = columns.map(() => []);
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.#add(row);
      if (this.#rows >= MOST_GROUP_ROWS || this.#textUnits >= MOST_GROUP_TEXT_UNITS) await this.finish();
    }
  }

  /** Gives the current row group, if it has rows. */
  async finish(): Promise<void> {
    const rows = this.#rows;
    if (rows === 0) return;
    const bytes = new ByteWriter();
    const writer = new ParquetWriter({ writer: bytes, schema: encodedSchema(this.#columns), codec: 'SNAPPY' });
    await writer.write({
      columnData: this.#columns.map(({ name, type }, index) => ({
        name,
        data: this.#cells[index] ?? [],
        // No one searches a range of JSON texts, and their bounds may be long.
        statistics: type !== 'json',
      })),
      rowGroupSize: rows,
    });
    const [group] = writer.row_groups;
    if (group === undefined) throw new InvariantError('Rows gave no row group.');
    const { columns: _columns, ...sizes } = group;
    const detail: RowGroup = { columns: writer.pendingIndexes, sizes };
    const changedCells = this.#changed.take();
    for (const cells of this.#cells) cells.length = 0;
    this.#rows = 0;
    this.#textUnits = 0;
    await this.#give({ table: this.#table, bytes: bytes.getBytes().subarray(MAGIC_BYTES), rows, changedCells, detail });
  }

  #add(row: Row): void {
    for (const [index, { type }] of this.#columns.entries()) {
      const value = storedValue(row[index] ?? null, type, this.#note);
      if (typeof value === 'string') this.#textUnits += value.length;
      this.#cells[index]?.push(value);
    }
    this.#rows++;
  }

  readonly #note = (change: ParquetCellChange): void => {
    this.#changed.note(change);
  };
}
