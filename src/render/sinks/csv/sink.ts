import { InvariantError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
import type { CsvCompression, EncodedRows, Sink, SinkContext, SinkFactory, SinkSummary } from '../../../core/sink.ts';
import type { Row, TableName, TableShape } from '../../../core/table.ts';
import type { batchesOf, CsvEncoder } from './encoder.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** One `<table>.csv` for each table: RFC 4180, UTF-8, a header row. */
export const csvSink: SinkFactory = {
  description: 'one CSV file for each table, for spreadsheets, databases and scripts',
  mediaType: 'text/csv; charset=utf-8',
  takesRows: true,
  appendsParts: true,
  files: (tables, settings) => tables.map((table) => fileName(table, settings?.csvCompression)),
  tableFiles: ({ tables, settings }) =>
    new Map(tables.map((table) => [table.name, fileName(table, settings.csvCompression)])),
  dataResource: {
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    dialect: { delimiter: ',', lineTerminator: '\r\n', quoteChar: '"', doubleQuote: true, header: true },
  },
  open: (context) => CsvSink.open(context),
};

function fileName(table: TableShape, compression: CsvCompression = 'none'): string {
  return compression === 'gzip' ? `${table.name}.csv.gz` : `${table.name}.csv`;
}

interface CsvFile {
  readonly name: string;
  readonly output: Output;
  readonly encoder: CsvEncoder;
  /** The last append: the next rows are encoded while it is being written. */
  written: Promise<void>;
  rows: number;
  /** Changed cells in parts that were encoded elsewhere. */
  readonly changed: Map<string, number>;
}

class CsvSink implements Sink {
  readonly #files: ReadonlyMap<TableName, CsvFile>;
  readonly #batchesOf: typeof batchesOf;

  private constructor(files: ReadonlyMap<TableName, CsvFile>, batches: typeof batchesOf) {
    this.#files = files;
    this.#batchesOf = batches;
  }

  static async open({ folder, tables, settings }: SinkContext): Promise<CsvSink> {
    // Loaded only for a run: messages and help name the format too.
    const { batchesOf: batches, CsvEncoder: Encoder } = await import('./encoder.ts');
    const files = new Map<TableName, CsvFile>();
    for (const table of tables) {
      const name = fileName(table, settings.csvCompression);
      const encoder = new Encoder(table.columns, settings.csvSafety);
      const file = await folder.create(name);
      const output = settings.csvCompression === 'gzip' ? await packed(file) : file;
      await output.append(Buffer.from((settings.csvBom ? BYTE_ORDER_MARK : '') + encoder.header()));
      files.set(table.name, { name, output, encoder, written: Promise.resolve(), rows: 0, changed: new Map() });
    }
    return new CsvSink(files, batches);
  }

  async write(table: TableName, rows: readonly Row[]): Promise<void> {
    const file = this.#file(table);
    for (const batch of this.#batchesOf(rows)) await appendTo(file, file.encoder.encode(batch), batch.length);
  }

  async append({ table, bytes, rows, changedCells }: EncodedRows): Promise<void> {
    const file = this.#file(table);
    await appendTo(file, bytes, rows);
    add(file.changed, changedCells);
  }

  #file(table: TableName): CsvFile {
    const file = this.#files.get(table);
    if (file === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    return file;
  }

  async close(): Promise<SinkSummary> {
    const rowsByFile = new Map<string, number>();
    const changedCells = new Map<string, number>();
    for (const { name, output, encoder, written, rows, changed } of this.#files.values()) {
      await written;
      await output.close();
      rowsByFile.set(name, rows);
      add(changedCells, encoder.changed);
      add(changedCells, changed);
    }
    return { rowsByFile, changedCells };
  }
}

async function packed(file: Output): Promise<Output> {
  const { GzipOutput } = await import('./gzip-output.ts');
  return await GzipOutput.open(file);
}

/** Starts an append after the previous one: the next rows are encoded while it is being written. */
async function appendTo(file: CsvFile, bytes: Uint8Array, rows: number): Promise<void> {
  await file.written;
  file.written = file.output.append(bytes);
  // The next write or close throws a failure.
  file.written.catch(() => undefined);
  file.rows += rows;
}

function add(to: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [reason, cells] of counts) to.set(reason, (to.get(reason) ?? 0) + cells);
}
