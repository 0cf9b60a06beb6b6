import type { OutputFolder, SealedFile } from './output.ts';
import type { Report } from './report.ts';
import type { Row, TableName, TableShape } from './table.ts';

/** How text cells of a CSV are kept from running as formulas; see docs/output.md. */
export const CSV_SAFETIES = ['strict', 'leading', 'raw'] as const;
export type CsvSafety = (typeof CSV_SAFETIES)[number];

/** How the CSV files may be packed. */
export const CSV_COMPRESSIONS = ['none', 'gzip'] as const;
export type CsvCompression = (typeof CSV_COMPRESSIONS)[number];

/** Among the reasons for changed cells: the rows came to the sinks with the private parts of these cells withheld. */
export const WITHHELD_REASON = 'private value withheld';

export interface SinkSettings {
  readonly csvSafety: CsvSafety;
  readonly csvBom: boolean;
  /** Absent: none. */
  readonly csvCompression?: CsvCompression;
}

export interface SinkContext {
  readonly folder: OutputFolder;
  readonly tables: readonly TableShape[];
  readonly settings: SinkSettings;
  /** A workbook (`.xlsx`) of the template, to be filled in place of one of our own; null and absent alike: none. */
  readonly workbook?: Uint8Array | null;
}

/** A font file that shaped what a sink wrote: other fonts give other bytes. */
export interface FontRecord {
  /** File name, e.g. `NotoSansJP_400Regular.ttf`. */
  readonly file: string;
  readonly sha256: string;
}

/** What a sink did that a reader must be told: written to the manifest, shown where `notice` is set. */
export interface SinkSummary {
  /** Data rows by file, for the files that hold a table. */
  readonly rowsByFile: ReadonlyMap<string, number>;
  /** Cells that were changed or cut, by reason, e.g. `formula guarded`, `text cut at 32,767 characters`. */
  readonly changedCells: ReadonlyMap<string, number>;
  /** Fonts that texts were set with; absent: none. */
  readonly fonts?: readonly FontRecord[];
}

/** Rows of one table as bytes of a format whose files are parts that stand one behind the other. */
export interface EncodedRows {
  readonly table: TableName;
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Cells that were changed in these rows, by reason. */
  readonly changedCells: ReadonlyMap<string, number>;
}

/** Rows or report to bytes of one format. Calls come one at a time; each is awaited. */
export interface Sink {
  write(table: TableName, rows: readonly Row[]): Promise<void>;
  /**
   * As `write` of rows that were encoded elsewhere, with the same settings and in the same batches. Only of formats with
   * `appendsParts`.
   */
  append?(part: EncodedRows): Promise<void>;
  close(report: Report): Promise<SinkSummary>;
}

/** How `datapackage.json` describes a file of a table (Frictionless Data Package 1.0, Data Resource). */
export interface DataResource {
  readonly format: string;
  readonly mediatype: string;
  readonly encoding: string;
  readonly dialect: Readonly<Record<string, string | boolean>>;
}

/** The file that holds a table, and what it is. */
export interface TableResource {
  readonly table: TableName;
  readonly file: string;
  readonly resource: DataResource;
}

export interface SinkFactory {
  /** For people: what a reader gets. */
  readonly description: string;
  /** Of its files (RFC 2046), before they are compressed. */
  readonly mediaType: string;
  /** Files it writes for these tables, in the order it writes them; without settings, as by default. */
  files(tables: readonly TableShape[], settings?: SinkSettings): readonly string[];
  /** The files that hold every row of a table, by its name; a report tells where a detection is found. */
  tableFiles(content: Omit<SinkContext, 'folder'>): ReadonlyMap<TableName, string>;
  /**
   * Of a format that keeps tables for any program: every version writes them alike, `datapackage.json` describes them so,
   * and a report may carry them inside.
   */
  readonly dataResource?: DataResource;
  /** False for a format that is laid out from the report alone; `write` is then never called. */
  readonly takesRows: boolean;
  /** True for a format whose rows can be encoded apart from its files: its sinks have `append`. */
  readonly appendsParts?: true;
  /** True for a format that can carry files inside; the others are given none. */
  readonly carriesFiles?: true;
  open(context: SinkContext): Promise<Sink>;
}

/**
 * A sink of the caller's own, opened beside the formats: its files are sealed with theirs, and what is made from the
 * records again is compared without them. A `SinkFactory` with a name is one.
 */
export interface OwnSink extends Pick<SinkFactory, 'takesRows' | 'files' | 'open'> {
  /** Lower-case letters, digits, `-` and `_`; not the name of a format. */
  readonly name: string;
}

/** What was sealed of such a sink. */
export interface OwnSinkRecord {
  readonly name: string;
  /** By reason. */
  readonly changedCells: Readonly<Record<string, number>>;
  readonly files: readonly SealedFile[];
}
