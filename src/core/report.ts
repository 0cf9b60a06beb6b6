import type { Certificate } from './certificate.ts';
import type { SealedFile } from './output.ts';
import type { Period } from './period.ts';
import type { ExtractionRecord } from './snapshot.ts';
import type { Statistics } from './statistics.ts';
import type { Brand } from './template.ts';

/** The sections a template may choose, in their usual order. */
export const SECTION_IDS = [
  'cover',
  'summary',
  'completeness',
  'verdicts',
  'scores',
  'indeterminate',
  'flagged',
  'failed',
  'retention',
  'quality',
  'method',
  'extraction',
  'limitations',
  'integrity',
] as const;
export type SectionId = (typeof SECTION_IDS)[number];

/** What a piece of text is about; a sink gives it a colour and always a word or shape beside it. */
export type Tone = 'plain' | 'muted' | 'fake' | 'real' | 'indeterminate' | 'good' | 'warning' | 'critical';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  /** True for hashes and ids: set in a fixed-width face, may break anywhere. */
  readonly mono?: boolean;
}

export interface ReportColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Relative width. */
  readonly weight: number;
}

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** One value for each category. */
  readonly values: readonly number[];
}

/** A chart as data; its geometry is computed by whoever draws it. `alt` says in words what it shows. */
export interface Chart {
  readonly form: 'stacked-columns' | 'stacked-bars' | 'histogram';
  readonly title: string;
  readonly alt: string;
  readonly categories: readonly string[];
  readonly series: readonly Series[];
  readonly axis: { readonly x: string; readonly y: string };
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'notice'; readonly level: 'info' | 'good' | 'warning' | 'critical'; readonly text: string }
  | {
      readonly kind: 'figures';
      readonly items: readonly {
        readonly label: string;
        readonly value: string;
        readonly note: string;
        readonly tone: Tone;
      }[];
    }
  | { readonly kind: 'definitions'; readonly items: readonly { readonly term: string; readonly cell: Cell }[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly ReportColumn[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | { readonly kind: 'chart'; readonly chart: Chart };

export interface Section {
  readonly id: SectionId;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Everything a sink may say beside the tables. Complete: it needs no clock, no locale and no file. */
export interface Report {
  /** Derived from the content: same snapshot, template, period and version, same id. */
  readonly id: string;
  readonly title: string;
  readonly organisation: string | null;
  readonly classification: string | null;
  readonly template: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly period: Period;
  /** For people, e.g. `January 2024`. */
  readonly periodText: string;
  /** ISO 8601 UTC: the end of the extraction, or SOURCE_DATE_EPOCH. The only time stamp any file carries. */
  readonly asOf: string;
  /** One line for the cover: is it complete? */
  readonly status: { readonly level: 'good' | 'warning' | 'critical'; readonly text: string };
  readonly brand: Brand;
  readonly sections: readonly Section[];
  readonly statistics: Statistics;
  readonly certificate: Certificate;
  readonly extraction: ExtractionRecord;
  /** Files of the run that were sealed before this report was laid out. */
  readonly files: readonly SealedFile[];
}
