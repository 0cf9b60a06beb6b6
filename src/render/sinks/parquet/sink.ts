import { InvariantError } from '../../../core/errors.ts';
import {
  ChangedCells,
  type EncodedRows,
  type FormatSink,
  type SinkContext,
  type SinkFactory,
  type SinkSummary,
} from '../../../core/sink.ts';
import type { TableName, TableShape } from '../../../core/table.ts';
import type { ParquetTableFile } from './writer.ts';

/** One `<table>.parquet` for each table: typed, nullable columns, times as UTC milliseconds. */
export const parquetSink: SinkFactory = {
  description: 'one Parquet file for each table, for DuckDB, Spark and warehouses',
  mediaType: 'application/vnd.apache.parquet',
  takesRows: true,
  files: (tables) => tables.map(fileName),
  tableFiles: ({ tables }) => new Map(tables.map((table) => [table.name, fileName(table)])),
  async encoding({ tables }) {
    const { ParquetPartEncoder } = await import('./part-encoder.ts');
    return (give) => new ParquetPartEncoder(tables, give);
  },
  difference: async (...paths) => (await import('./difference.ts')).parquetDifference(...paths),
  open: (context) => ParquetSink.open(context),
};

function fileName(table: TableShape): string {
  return `${table.name}.parquet`;
}

interface NamedFile {
  readonly name: string;
  readonly file: ParquetTableFile;
}

class ParquetSink implements FormatSink {
  readonly #files: ReadonlyMap<TableName, NamedFile>;
  readonly #changed = new ChangedCells();

  private constructor(files: ReadonlyMap<TableName, NamedFile>) {
    this.#files = files;
  }

  static async open({ folder, tables }: SinkContext): Promise<ParquetSink> {
    // Loaded only for a run that needs it.
    const { ParquetTableFile: TableFile } = await import('./writer.ts');
    const files = new Map<TableName, NamedFile>();
    for (const table of tables) {
      const name = fileName(table);
      files.set(table.name, { name, file: new TableFile(table.columns, await folder.create(name)) });
    }
    return new ParquetSink(files);
  }

  async append(block: EncodedRows): Promise<void> {
    const named = this.#files.get(block.table);
    if (named === undefined)
      throw new InvariantError(`Rows came for the table ${block.table}, which was not selected.`);
    await named.file.append(block);
    this.#changed.add(block.changedCells);
  }

  async close(): Promise<SinkSummary> {
    const rowsByFile = new Map<string, number>();
    for (const { name, file } of this.#files.values()) {
      await file.close();
      rowsByFile.set(name, file.rows);
    }
    return { rowsByFile, changedCells: this.#changed.take() };
  }
}
