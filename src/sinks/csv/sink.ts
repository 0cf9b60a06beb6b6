import { InvariantError } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import type { CsvCompression, Sink, SinkContext, SinkFactory, SinkSummary } from '../../core/sink.ts';
import type { Row, TableName, TableShape } from '../../core/table.ts';
import { CsvEncoder } from './encoder.ts';
import { GzipOutput } from './gzip-output.ts';

/** A batch becomes one string and one append; longer ones are cut, so that a huge page needs no huge string. */
const ROWS_PER_APPEND = 2_000;
const BYTE_ORDER_MARK = '\ufeff';

/** One `<table>.csv` for each table: RFC 4180, UTF-8, a header row. */
export const csvSink: SinkFactory = {
  format: 'csv',
  description: 'one CSV file for each table, for spreadsheets, databases and scripts',
  takesRows: true,
  files: (tables, settings) => tables.map((table) => fileName(table, settings?.csvCompression)),
  open: (context) => CsvSink.open(context),
};

function fileName(table: TableShape, compression: CsvCompression = 'none'): string {
  return compression === 'gzip' ? `${table.name}.csv.gz` : `${table.name}.csv`;
}

interface CsvFile {
  readonly name: string;
  readonly output: Output;
  readonly encoder: CsvEncoder;
  /** The last append: rows are encoded while the ones before them are being written. */
  written: Promise<void>;
  rows: number;
}

class CsvSink implements Sink {
  readonly #files: ReadonlyMap<TableName, CsvFile>;

  private constructor(files: ReadonlyMap<TableName, CsvFile>) {
    this.#files = files;
  }

  static async open({ folder, tables, settings }: SinkContext): Promise<CsvSink> {
    const files = new Map<TableName, CsvFile>();
    for (const table of tables) {
      const name = fileName(table, settings.csvCompression);
      const encoder = new CsvEncoder(table.columns, settings.csvSafety);
      const file = await folder.create(name);
      const output = settings.csvCompression === 'gzip' ? await GzipOutput.open(file) : file;
      await output.append(Buffer.from((settings.csvBom ? BYTE_ORDER_MARK : '') + encoder.header()));
      files.set(table.name, { name, output, encoder, written: Promise.resolve(), rows: 0 });
    }
    return new CsvSink(files);
  }

  async write(table: TableName, rows: readonly Row[]): Promise<void> {
    const file = this.#files.get(table);
    if (file === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    for (let at = 0; at < rows.length; at += ROWS_PER_APPEND) {
      const batch = rows.length <= ROWS_PER_APPEND ? rows : rows.slice(at, at + ROWS_PER_APPEND);
      const bytes = file.encoder.encode(batch);
      await file.written;
      file.written = file.output.append(bytes);
      // Whoever writes or closes next hears of a failure.
      file.written.catch(() => undefined);
      file.rows += batch.length;
    }
  }

  async close(): Promise<SinkSummary> {
    const rowsByFile = new Map<string, number>();
    const changedCells = new Map<string, number>();
    for (const { name, output, encoder, written, rows } of this.#files.values()) {
      await written;
      await output.close();
      rowsByFile.set(name, rows);
      for (const [reason, cells] of encoder.changed) {
        changedCells.set(reason, (changedCells.get(reason) ?? 0) + cells);
      }
    }
    return { rowsByFile, changedCells };
  }
}
