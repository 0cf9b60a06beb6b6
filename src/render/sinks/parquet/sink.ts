import type { SinkFactory } from '../../../core/sink.ts';
import type { TableName, TableShape } from '../../../core/table.ts';
import { sinkByTable, type TableFile } from '../by-table.ts';

/** One `<table>.parquet` for each table: typed, nullable columns, times as UTC milliseconds. */
export const parquetSink: SinkFactory = {
  description: 'one Parquet file for each table, for DuckDB, Spark and warehouses',
  mediaType: 'application/vnd.apache.parquet',
  takesRows: true,
  files: (tables) => tables.map(fileName),
  tableFiles: ({ tables }) => new Map(tables.map((table) => [table.name, fileName(table)])),
  async encoding({ tables }) {
    const { parquetPartEncoder } = await import('./part-encoder.ts');
    return (give) => parquetPartEncoder(tables, give);
  },
  difference: async (...paths) => (await import('./difference.ts')).parquetDifference(...paths),
  async open({ folder, tables }) {
    // Loaded only for a run that needs it.
    const { parquetTableFile } = await import('./writer.ts');
    const files = new Map<TableName, TableFile>();
    for (const table of tables) {
      const name = fileName(table);
      files.set(table.name, parquetTableFile(name, table.columns, await folder.create(name)));
    }
    return sinkByTable(files);
  },
};

function fileName(table: TableShape): string {
  return `${table.name}.parquet`;
}
