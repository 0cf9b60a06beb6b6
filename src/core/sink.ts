import type { Language } from './template.ts';
import type { OutputFolder, SealedFile } from './output.ts';
import type { Report } from './report.ts';
import type { Row, TableName, TableShape } from './table.ts';

/** How a CSV's text cells are kept from running as formulas; see docs/output.md. */
export const CSV_SAFETIES = ['strict', 'leading', 'raw'] as const;
export type CsvSafety = (typeof CSV_SAFETIES)[number];

/** How CSV files may be compressed. */
export const CSV_COMPRESSIONS = ['none', 'gzip'] as const;
export type CsvCompression = (typeof CSV_COMPRESSIONS)[number];

/** A reason for changed cells: their private parts were withheld before the sinks got the rows. */
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
  /** A workbook (`.xlsx`) of the template, filled instead of one of our own; null or absent: none. */
  readonly workbook?: Uint8Array | null;
  /** Language of the words around the rows; absent: English. */
  readonly language?: Language;
}

/** A font file used by a sink: other fonts give other bytes. */
export interface FontRecord {
  /** File name, e.g. `NotoSansJP_400Regular.ttf`. */
  readonly file: string;
  readonly sha256: string;
}

/** What a sink did that a reader must know: written to the manifest, shown if `notice` is set. */
export interface SinkSummary {
  /** Data rows by file, for the files that hold a table. */
  readonly rowsByFile: ReadonlyMap<string, number>;
  /** Cells that were changed or cut, by reason, e.g. `formula guarded`, `text cut at 32,767 characters`. */
  readonly changedCells: ReadonlyMap<string, number>;
  /** Fonts used for texts; absent: none. */
  readonly fonts?: readonly FontRecord[];
}

/** Counts cells that differ from their values, by reason. */
export class ChangedCells<Reason extends string = string> {
  #cells = new Map<Reason, number>();

  readonly note = (reason: Reason, cells = 1): void => {
    if (cells > 0) this.#cells.set(reason, (this.#cells.get(reason) ?? 0) + cells);
  };

  add(cells: ReadonlyMap<Reason, number>): void {
    for (const [reason, count] of cells) this.note(reason, count);
  }

  /** What was counted since the last call. What is returned stays as it is: blocks are kept. */
  take(): ReadonlyMap<Reason, number> {
    const cells = this.#cells;
    this.#cells = new Map();
    return cells;
  }
}

/**
 * Rows of one table, encoded: the files of a format are made of such blocks, in list order. Plain data, which can be
 * sent to another thread and kept in a file.
 */
export interface EncodedRows {
  readonly table: TableName;
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Cells that were changed in these rows, by reason. */
  readonly changedCells: ReadonlyMap<string, number>;
  /** What else the format's sink must know of it. */
  readonly detail?: unknown;
}

/** Takes a block; its bytes are valid until the block after the next of its table is given. */
export type GiveBlock = (block: EncodedRows) => Promise<void>;

/** Encodes the rows of one part of a list, without the files. Nothing before the part affects its blocks. */
export interface PartEncoder {
  write(table: TableName, rows: readonly Row[]): Promise<void>;
  /** Gives the last blocks. */
  finish(): Promise<void>;
}

/** Returns the encoder of one part. */
export type Encoding = (give: GiveBlock) => PartEncoder;

/** Turns rows or a report into bytes of one format. Calls come one at a time; each is awaited. */
export interface Sink {
  write(table: TableName, rows: readonly Row[]): Promise<void>;
  close(report: Report): Promise<SinkSummary>;
}

/** A sink of a format. One whose rows are encoded takes blocks, in list order. */
export interface FormatSink extends Pick<Sink, 'close'>, Partial<Pick<Sink, 'write'>> {
  append?(block: EncodedRows): Promise<void>;
}

/** A place at which a file is not what was sealed; the keys are a public contract, for scripts. */
export interface FilePlace {
  /** For people: `row 12, column verdict`, `sheet Detections, row 13, column verdict`, `page 3`, `verdicts.fake`. */
  readonly where: string;
  /** Data row of a table, from 1, or row of a sheet as the sheet numbers it. */
  readonly row?: number;
  readonly column?: string;
  readonly sheet?: string;
  /** Page of a PDF, from 1. */
  readonly page?: number;
  /** Of a value in JSON: `verdicts.fake`. */
  readonly path?: string;
  /** As the records give it; null if they give nothing there. */
  readonly sealed: string | null;
  /** As found in the file; null if nothing is there. */
  readonly found: string | null;
}

/**
 * How two files differ whose bytes do: `packing` only in what a compressor decides, or in content; `place` is null if it
 * cannot be named. `isPagesOnly`: only in what fonts decide, how its texts look.
 */
export type FileDifference =
  | { readonly kind: 'packing' }
  | { readonly kind: 'content'; readonly place: FilePlace | null; readonly isPagesOnly?: boolean };

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
  /** For people: what the format gives a reader. */
  readonly description: string;
  /** Media type of its files (RFC 2046), before compression. */
  readonly mediaType: string;
  /** Files it writes for these tables, in that order; without settings, for the defaults. */
  files(tables: readonly TableShape[], settings?: SinkSettings): readonly string[];
  /** The files with every row of a table, by its name; a report says where to find a detection. */
  tableFiles(content: Omit<SinkContext, 'folder'>): ReadonlyMap<TableName, string>;
  /**
   * For a format that keeps tables for any program: every version writes the same bytes, `datapackage.json` describes
   * the files, and a report may embed them.
   */
  readonly dataResource?: DataResource;
  /** False for a format made from the report alone; `write` is then never called. */
  readonly takesRows: boolean;
  /** For a format that `takesRows`: what encodes its parts. Its sinks have `append`. */
  encoding?(content: Omit<SinkContext, 'folder'>): Promise<Encoding>;
  /** True for a format whose files a compressor packs: other bytes can hold the same. */
  readonly packs?: true;
  /** True for a format that looks as the fonts of a machine make it. */
  readonly embedsFonts?: true;
  /** The rows of a table's file, unpacked, header first. Throws `ConfigError` if the bytes cannot be read. */
  readRows?(bytes: AsyncIterable<Uint8Array>): AsyncIterable<readonly string[]>;
  /**
   * How a file that was found differs from the sealed one of its name. What was found may come from anybody, and is read
   * no further than the sealed one goes. Absent: not known.
   */
  difference?(sealedPath: string, foundPath: string): Promise<FileDifference>;
  /** True for a format that can embed files; the others get none. */
  readonly carriesFiles?: true;
  open(context: SinkContext): Promise<FormatSink>;
}

/**
 * A sink of the caller's own, opened beside the formats: its files are sealed with theirs, and what is made from the
 * records again is compared without them.
 */
export interface OwnSink extends Pick<SinkFactory, 'takesRows' | 'files'> {
  /** Lower-case letters, digits, `-` and `_`; not the name of a format. */
  readonly name: string;
  open(context: SinkContext): Promise<Sink>;
}

/** What was sealed of such a sink. */
export interface OwnSinkRecord {
  readonly name: string;
  /** By reason. */
  readonly changedCells: Readonly<Record<string, number>>;
  readonly files: readonly SealedFile[];
}
