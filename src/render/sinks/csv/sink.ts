import { InvariantError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
import {
  ChangedCells,
  type CsvCompression,
  type EncodedRows,
  type FormatSink,
  type SinkContext,
  type SinkFactory,
  type SinkSummary,
} from '../../../core/sink.ts';
import type { TableName, TableShape } from '../../../core/table.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** One `<table>.csv` for each table: RFC 4180, UTF-8, a header row. */
export const csvSink: SinkFactory = {
  description: 'one CSV file for each table, for spreadsheets, databases and scripts',
  mediaType: 'text/csv; charset=utf-8',
  takesRows: true,
  async encoding({ tables, settings }) {
    const { CsvPartEncoder } = await import('./part-encoder.ts');
    return (give) => new CsvPartEncoder(tables, settings, give);
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
  open: (context) => CsvSink.open(context),
};

function fileName(table: TableShape, compression: CsvCompression = 'none'): string {
  return compression === 'gzip' ? `${table.name}.csv.gz` : `${table.name}.csv`;
}

interface CsvFile {
  readonly name: string;
  readonly output: Output;
  /** The last append: the next rows are encoded while it is being written. */
  written: Promise<void>;
  rows: number;
}

class CsvSink implements FormatSink {
  readonly #files: ReadonlyMap<TableName, CsvFile>;
  readonly #changed = new ChangedCells();

  private constructor(files: ReadonlyMap<TableName, CsvFile>) {
    this.#files = files;
  }

  static async open({ folder, tables, settings }: SinkContext): Promise<CsvSink> {
    // Loaded only for a run: messages and help name the format too.
    const { CsvEncoder } = await import('./encoder.ts');
    const files = new Map<TableName, CsvFile>();
    for (const table of tables) {
      const name = fileName(table, settings.csvCompression);
      const header = new CsvEncoder(table.columns, settings.csvSafety).header();
      const bytes = Buffer.from((settings.csvBom ? BYTE_ORDER_MARK : '') + header);
      const output = await folder.create(name);
      await output.append(settings.csvCompression === 'gzip' ? await packed(bytes) : bytes);
      files.set(table.name, { name, output, written: Promise.resolve(), rows: 0 });
    }
    return new CsvSink(files);
  }

  async append({ table, bytes, rows, changedCells }: EncodedRows): Promise<void> {
    const file = this.#files.get(table);
    if (file === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    await file.written;
    file.written = file.output.append(bytes);
    // The next append or close throws a failure.
    file.written.catch(() => undefined);
    file.rows += rows;
    this.#changed.add(changedCells);
  }

  async close(): Promise<SinkSummary> {
    const rowsByFile = new Map<string, number>();
    for (const { name, output, written, rows } of this.#files.values()) {
      await written;
      await output.close();
      rowsByFile.set(name, rows);
    }
    return { rowsByFile, changedCells: this.#changed.take() };
  }
}

async function packed(bytes: Uint8Array): Promise<Uint8Array> {
  const { GzipMember } = await import('./part-encoder.ts');
  const member = new GzipMember();
  await member.append(bytes);
  return await member.finish();
}
