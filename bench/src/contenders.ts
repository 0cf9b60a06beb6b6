import { join } from 'node:path';
import { type DataSet, hasXlsxWriter } from './data-set.js';

/** What a writer's rate is compared with. */
export type Kind = 'base' | 'csv' | 'xlsx' | 'parquet' | 'pdf';

/** A writer: what it is called in the table, and the process that runs it. */
export interface Contender {
  readonly name: string;
  readonly kind: Kind;
  readonly note: string;
  command(data: DataSet, out: string): readonly string[];
}

/** Each of these would take minutes, or more memory than there is: their rates come from fewer rows. */
const ROWS_HELD_IN_MEMORY = 100_000;
const ROWS_OF_A_TABLE_IN_PYTHON = 100_000;

const COMPILED = join(import.meta.dirname, 'peers');
const PYTHON = join(import.meta.dirname, '..', 'python');

function node(script: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, join(COMPILED, `${script}.js`), ...args];
}

function python(script: string, ...args: readonly string[]): readonly string[] {
  return ['/usr/bin/python3', join(PYTHON, `${script}.py`), ...args];
}

export function rowsOf(data: DataSet): number {
  return Object.values(data.rows).reduce((sum, rows) => sum + rows, 0);
}

function ours(format: string, compress = 'none', workers: 'auto' | 0 = 0): Contender['command'] {
  return (data, out) => node('detect-report', data.snapshot, format, out, String(rowsOf(data)), compress, `${workers}`);
}

const CONTENDERS: readonly Contender[] = [
  {
    name: 'floor: JSON.parse',
    kind: 'base',
    note: 'reads the pages from the snapshot and parses them, nothing else',
    command: (data) => node('floor', data.snapshot, String(rowsOf(data))),
  },
  {
    name: 'rows, not written',
    kind: 'base',
    note: 'our pages to rows and statistics; what exceljs, hucre and write-excel-file are fed with',
    command: (data) => node('rows', data.snapshot),
  },
  { name: 'detect-report CSV', kind: 'csv', note: 'the whole export, sealed; --workers 0', command: ours('csv') },
  {
    name: 'detect-report CSV, all cores',
    kind: 'csv',
    note: 'the same with --workers auto',
    command: ours('csv', 'none', 'auto'),
  },
  {
    name: 'detect-report CSV, gzip',
    kind: 'csv',
    note: 'with --compress gzip, --workers 0',
    command: ours('csv', 'gzip'),
  },
  { name: 'detect-report XLSX', kind: 'xlsx', note: 'the whole export, sealed; --workers 0', command: ours('xlsx') },
  {
    name: 'detect-report XLSX, all cores',
    kind: 'xlsx',
    note: 'the same with --workers auto',
    command: ours('xlsx', 'none', 'auto'),
  },
  {
    name: 'detect-report Parquet',
    kind: 'parquet',
    note: 'the whole export, sealed; --workers 0',
    command: ours('parquet'),
  },
  {
    name: 'detect-report Parquet, all cores',
    kind: 'parquet',
    note: 'the same with --workers auto',
    command: ours('parquet', 'none', 'auto'),
  },
  {
    name: 'exceljs',
    kind: 'xlsx',
    note: 'WorkbookWriter, with the wait for its streams',
    command: (data, out) => node('exceljs', data.snapshot, out),
  },
  {
    name: 'hucre',
    kind: 'xlsx',
    note: 'writeXlsxStream, a workbook for each table',
    command: (data, out) => node('hucre', data.snapshot, out),
  },
  {
    name: 'write-excel-file',
    kind: 'xlsx',
    note: `the first ${ROWS_HELD_IN_MEMORY.toLocaleString('en')} rows: it holds them all`,
    command: (data, out) => node('write-excel-file', data.snapshot, out, String(ROWS_HELD_IN_MEMORY)),
  },
  {
    name: 'DuckDB, pages to CSV',
    kind: 'csv',
    note: 'read_json with explicit columns, then COPY … TO; raw columns only, all cores',
    command: (data, out) => node('duckdb-pages', data.pages, out),
  },
  {
    name: 'DuckDB, tables to CSV',
    kind: 'csv',
    note: 'COPY … TO from tables in memory, every column; loading them is not counted',
    command: (data, out) => node('duckdb-tables', data.run, out),
  },
  {
    name: 'Python csv',
    kind: 'csv',
    note: 'the rows of our CSV files, read and written',
    command: (data, out) => python('write_csv', data.run, out),
  },
  {
    name: 'Python XlsxWriter',
    kind: 'xlsx',
    note: `constant_memory; the first ${ROWS_OF_A_TABLE_IN_PYTHON.toLocaleString('en')} rows of each table`,
    command: (data, out) => python('write_xlsx', data.run, out, String(ROWS_OF_A_TABLE_IN_PYTHON)),
  },
];

/** Writers of the report's register, each of which gets the same texts in the same columns. */
const REGISTERS: readonly Contender[] = [
  {
    name: 'detect-report PDF, register',
    kind: 'pdf',
    note: 'tagged PDF/A-3a, two fonts, head repeated on every page',
    command: (data, out) => node('pdf-register', data.register, out),
  },
  {
    name: 'pdfkit doc.table, tagged',
    kind: 'pdf',
    note: 'tagged, one font, head on the first page only',
    command: (data, out) => node('pdfkit-table', data.register, out, 'tagged'),
  },
  {
    name: 'pdfkit doc.table',
    kind: 'pdf',
    note: 'the same without tags',
    command: (data, out) => node('pdfkit-table', data.register, out, 'untagged'),
  },
];

/** Whole PDF reports over few and many detections, for their memory. */
const REPORTS: readonly Contender[] = [10_000, 1_000_000].map((detections) => ({
  name: `PDF report, ${detections.toLocaleString('en')} detections`,
  kind: 'pdf',
  note: 'the monthly report from a snapshot whose pages come again and again',
  command: (data, out) => node('pdf-report', data.snapshot, out, String(detections)),
}));

/** Those that can run on this machine. */
export function contenders(): readonly Contender[] {
  const hasPython = hasXlsxWriter();
  return [...CONTENDERS.filter(({ name }) => hasPython || !name.startsWith('Python')), ...REGISTERS];
}

/** What takes minutes, and is run once where it is asked for. */
export function longContenders(): readonly Contender[] {
  return REPORTS;
}
