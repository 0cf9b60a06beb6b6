import type { Output } from '../../../core/output.ts';
import type { CsvCompression, SinkFactory } from '../../../core/sink.ts';
import type { TableName, TableShape } from '../../../core/table.ts';
import { sinkByTable, type TableFile } from '../by-table.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** One `<table>.csv` for each table: RFC 4180, UTF-8, a header row. */
export const csvSink: SinkFactory = {
  description: 'one CSV file for each table, for spreadsheets, databases and scripts',
  mediaType: 'text/csv; charset=utf-8',
  takesRows: true,
  async encoding({ tables, settings }) {
    const { csvPartEncoder } = await import('./part-encoder.ts');
    return (give) => csvPartEncoder(tables, settings, give);
  },
  files: (tables, settings) => tables.map((table) => fileName(table, settings?.csvCompression)),
  tableFiles: ({ tables, settings }) =>
    new Map(tables.map((table) => [table.name, fileName(table, settings.csvCompression)])),
  dataResource: {
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    dialect: { delimiter: ',', lineTerminator: '\r\n', quoteChar: '"', doubleQuote: true, header: true },
  },
  async *readRows(bytes) {
    yield* (await import('../csv-rows.ts')).csvRows(bytes);
  },
  difference: async (...paths) => (await import('./difference.ts')).csvDifference(...paths),
  async open({ folder, tables, settings }) {
    // Loaded only for a run: messages and help name the format too.
    const { CsvEncoder } = await import('./encoder.ts');
    const files = new Map<TableName, TableFile>();
    for (const table of tables) {
      const name = fileName(table, settings.csvCompression);
      const header = new CsvEncoder(table.columns, settings.csvSafety).header();
      const bytes = Buffer.from((settings.csvBom ? BYTE_ORDER_MARK : '') + header);
      const output = await folder.create(name);
      await output.append(settings.csvCompression === 'gzip' ? await packed(bytes) : bytes);
      files.set(table.name, fileOf(name, output));
    }
    return sinkByTable(files);
  },
};

function fileName(table: TableShape, compression: CsvCompression = 'none'): string {
  return compression === 'gzip' ? `${table.name}.csv.gz` : `${table.name}.csv`;
}

function fileOf(name: string, output: Output): TableFile {
  let written = Promise.resolve();
  return {
    name,
    // The next rows are encoded while these are being written; the next append or close throws a failure.
    async append({ bytes }) {
      await written;
      written = output.append(bytes);
      written.catch(() => undefined);
    },
    async close() {
      await written;
      await output.close();
    },
  };
}

async function packed(bytes: Uint8Array): Promise<Uint8Array> {
  const { gzipMember } = await import('./part-encoder.ts');
  const member = gzipMember();
  await member.append(bytes);
  return await member.finish();
}
