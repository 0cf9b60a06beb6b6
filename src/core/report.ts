import type { Certificate } from './certificate.ts';
import type { Brand, Drawing, Texture, Tone } from './design.ts';
import type { Figure, FigureTable, Statistics } from './statistics.ts';
import type { SealedFile } from './output.ts';
import type { Period } from './period.ts';
import type { ExtractionRecord } from './snapshot.ts';
import type { ColumnType } from './table.ts';

/** The sections a template may choose, in their usual order. `summary` and `compliance` are on the cover if it is there. */
export const SECTION_IDS = [
  'cover',
  'summary',
  'compliance',
  'contents',
  'change',
  'verdicts',
  'flagged',
  'retention',
  'reviews',
  'indeterminate',
  'failed',
  'scores',
  'quality',
  'method',
  'limitations',
  'completeness',
  'extraction',
  'integrity',
  'sign_off',
] as const;
export type SectionId = (typeof SECTION_IDS)[number];

export type { Tone } from './design.ts';

export interface Cell {
  readonly text: string;
  /** The exact number that the text shows, for formats that calculate. */
  readonly figure?: Figure;
  readonly tone?: Tone;
  /** True for hashes and ids: set in a fixed-width font, may break anywhere. */
  readonly mono?: boolean;
  /** Indentation steps, for parts of a sum. */
  readonly indent?: number;
  /** True for totals: set bold. */
  readonly strong?: boolean;
  /** A second, quieter line below the first, e.g. a detection's id below its file name. */
  readonly sub?: string;
  readonly subMono?: boolean;
  /** The section that the text leads to; paper shows its page. */
  readonly link?: ReportSectionId;
}

/** An item of a list; `link` is the section that has more. */
export interface LinkedText {
  readonly text: string;
  readonly link?: ReportSectionId | undefined;
}

export interface ReportColumn {
  readonly title: string;
  /** Head of the cells' second lines in a format that gives them a column of their own. */
  readonly sub?: string;
  readonly align: 'left' | 'right';
  /** Relative width. */
  readonly weight: number;
}

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  readonly texture: Texture;
  /** One value for each category. */
  readonly values: readonly number[];
}

/** A chart as data and as geometry. `alt` says in words what it shows. */
export interface Chart {
  readonly form: 'stacked-columns' | 'histogram' | 'intervals';
  readonly title: string;
  readonly alt: string;
  readonly categories: readonly string[];
  readonly series: readonly Series[];
  readonly axis: { readonly x: string; readonly y: string };
  readonly drawing: Drawing;
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: 'lead' | 'muted' }
  | { readonly kind: 'list'; readonly items: readonly LinkedText[] }
  /** Steps in order, numbered from 1. */
  | { readonly kind: 'steps'; readonly items: readonly string[] }
  | {
      readonly kind: 'notice';
      readonly level: 'info' | 'good' | 'warning' | 'critical';
      /** One or two words that name the level without its colour, e.g. `Complete`. */
      readonly title: string;
      readonly text: string;
    }
  | {
      readonly kind: 'figures';
      readonly items: readonly {
        readonly label: string;
        readonly value: string;
        readonly note: string;
        readonly tone: Tone;
        /** The difference from the period before. */
        readonly change?: string;
      }[];
    }
  | { readonly kind: 'definitions'; readonly items: readonly { readonly term: string; readonly cell: Cell }[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly ReportColumn[];
      readonly rows: readonly (readonly Cell[])[];
      /** True for a table to fill in by hand: its rows have room for a signature. */
      readonly writable?: true;
    }
  | { readonly kind: 'chart'; readonly chart: Chart }
  /** Commands to type, one on each line, set in a fixed-width font. */
  | { readonly kind: 'commands'; readonly lines: readonly string[] }
  /** The list of sections with their pages. */
  | { readonly kind: 'contents' };

/** Sections that no template lists: an amendment's, a combined run's, and the annex. */
export type ReportSectionId = SectionId | 'amendment' | 'parts' | 'annex';

export interface Section {
  readonly id: ReportSectionId;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Words that a sink needs around the sections, in one language; `{name}` is replaced. */
export interface Phrases {
  /** BCP 47, e.g. `en`. */
  readonly language: string;
  /** With `{page}` and `{pages}`. */
  readonly pageOf: string;
  /** After the title of a part that continues on the next page. */
  readonly continued: string;
  readonly reportId: string;
  /** With `{organisation}`. */
  readonly logoAlt: string;
  /** With `{page}`. */
  readonly onPage: string;
  /** With `{section}` and `{page}`. */
  readonly linkToSection: string;
  /** With `{count}`: characters that no font of the report can draw. */
  readonly missingGlyphs: { readonly one: string; readonly many: string };
  /** With `{packages}`: those that have the missing characters. */
  readonly installFonts: string;
  readonly end: string;
  /** Between thousands, before decimals, after a percentage. */
  readonly marks: { readonly thousands: string; readonly decimals: string; readonly percent: string };
  readonly workbook: WorkbookPhrases;
}

/** Words of a workbook around the figures and sections; `{name}` is replaced. */
export interface WorkbookPhrases {
  /** Names of its further sheets. */
  readonly parts: string;
  readonly compliance: string;
  readonly flagged: string;
  readonly retention: string;
  readonly reviews: string;
  readonly dictionary: string;
  readonly extraction: string;
  readonly recounted: string;
  readonly check: string;
  readonly checks: string;
  readonly asOf: string;
  readonly ofChecks: string;
  readonly changed: { readonly one: string; readonly many: string };
  readonly cells: string;
  readonly rows: string;
  readonly rowsNote: string;
  readonly rowsHeads: readonly [table: string, rows: string];
  readonly dictionaryHeads: readonly string[];
  readonly types: Readonly<Record<ColumnType, string>>;
  readonly yes: string;
  readonly no: string;
  readonly charts: {
    readonly byDay: string;
    readonly byMedium: string;
    readonly scores: string;
    readonly score: string;
    readonly day: string;
    readonly medium: string;
    readonly detections: string;
    readonly verdicts: string;
    readonly byDayAlt: string;
    readonly byMediumAlt: string;
    readonly byPeriodAlt: string;
    readonly scoresAlt: string;
  };
}

/** A file embedded in a format that can carry files, e.g. `statistics.json`. */
export interface Attachment {
  /** Lower-case ASCII, so that every reader sorts it the same way. */
  readonly name: string;
  /** Media type, e.g. `application/json`. */
  readonly type: string;
  readonly description: string;
  /** As PDF/A-3 names it: the data that the report was made from, or a supplement. */
  readonly relationship: 'Data' | 'Supplement';
  readonly bytes: Uint8Array;
}

/** What a reader must know before any number, in one or two words: `INCOMPLETE`, `PRELIMINARY`. */
export interface Stamp {
  readonly text: string;
  readonly level: 'good' | 'warning' | 'critical';
}

/** Everything a sink shows besides the tables. Complete: it needs no clock, locale or file. */
export interface Report {
  /** Derived from the content: the same snapshot, template, period and version give the same id. */
  readonly id: string;
  readonly title: string;
  readonly organisation: string | null;
  readonly classification: string | null;
  readonly template: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly period: Period;
  /** For people, e.g. `January 2024`. */
  readonly periodText: string;
  /** ISO 8601 UTC: the end of the extraction, or SOURCE_DATE_EPOCH. The only time stamp in any file. */
  readonly asOf: string;
  /** First and last day with the zone, e.g. `1 January 2024 to 31 January 2024 (UTC)`. */
  readonly periodDays: string;
  /** Whether the report is complete. `stamp` is one word, e.g. `INCOMPLETE`. */
  readonly status: { readonly level: Stamp['level']; readonly stamp: string; readonly text: string };
  /** In the strip of the first page and in every running head. */
  readonly stamps: readonly Stamp[];
  readonly brand: Brand;
  readonly phrases: Phrases;
  readonly sections: readonly Section[];
  /** Sections for a workbook's sheets, whether the template chose them or not. */
  readonly sheets: readonly Section[];
  readonly figures: readonly FigureTable[];
  readonly statistics: Statistics;
  readonly certificate: Certificate;
  readonly extraction: ExtractionRecord;
  readonly attachments?: readonly Attachment[];
  /** Files of the run that were sealed before this report was laid out. */
  readonly files: readonly SealedFile[];
  /** The file that lists every detection; null if the run wrote none. */
  readonly everyDetection: string | null;
  /** Cells of the tables with a private value that was withheld before the sinks got them. */
  readonly withheldCells?: number;
}
