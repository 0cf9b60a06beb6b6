import { type DuckDBConnection, DuckDBInstance, type JS } from '@duckdb/node-api';
import type { CellValue, Column, ColumnType, Row } from '../../../src/core/table.ts';

/** A DuckDB in memory: the reader that these files are made for, and an independent one. */
export class DuckDb {
  readonly #connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<DuckDb> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    return new DuckDb(instance, await instance.connect());
  }

  async all(sql: string): Promise<readonly (readonly JS[])[]> {
    return (await this.#connection.runAndReadAll(sql)).getRowsJS();
  }

  /** The rows of a file in its own order, as cells. */
  async rows(path: string, columns: readonly Column[]): Promise<Row[]> {
    const cells = columns.map(({ name, type }) => {
      const cell = CELL[type](quoted(name));
      // As bytes: the client drops a byte order mark that a text begins with.
      return type === 'text' || type === 'json' ? `encode(${cell})` : cell;
    });
    const file = `read_parquet('${path}', file_row_number = true)`;
    const rows = await this.all(`SELECT ${cells.join()} FROM ${file} ORDER BY file_row_number`);
    return rows.map((row) => row.map(asCell));
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What a cell holds, in types that JavaScript has. */
export const CELL: Readonly<Record<ColumnType, (name: string) => string>> = {
  text: (name) => name,
  json: (name) => `${name}::VARCHAR`,
  number: (name) => name,
  integer: (name) => name,
  boolean: (name) => name,
  timestamp: (name) => `epoch_ms(${name})`,
};

function asCell(value: JS): CellValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  throw new TypeError(`DuckDB gave ${typeof value}`);
}
