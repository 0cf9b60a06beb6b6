import type { CompletenessVerdict } from './certificate.ts';
import type { Rate, ReviewStatistics } from './reviews.ts';
import type { Modality } from './policy.ts';

export type { Rate } from './reviews.ts';

export interface VerdictCounts {
  readonly fake: number;
  readonly real: number;
  readonly indeterminate: number;
}

export interface StatusCounts {
  readonly completed: number;
  readonly processing: number;
  readonly failed: number;
}

/** `completed` = fake + real + indeterminate. */
export type OutcomeCounts = StatusCounts & VerdictCounts;

export const OUTCOMES = [
  'completed',
  'processing',
  'failed',
  'fake',
  'real',
  'indeterminate',
] as const satisfies readonly (keyof OutcomeCounts)[];

/** In the order of reports. */
export const REPORTED_OUTCOMES = ['fake', 'indeterminate', 'real', 'failed', 'processing'] as const;

export function totalOf({ completed, processing, failed }: StatusCounts): number {
  return completed + processing + failed;
}

export function sumOf(one: OutcomeCounts, other: OutcomeCounts): OutcomeCounts {
  return Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, one[outcome] + other[outcome]]),
  ) as unknown as OutcomeCounts;
}

/** A detection in no period, because its creation time is missing or unreadable. */
export interface UndatedDetection {
  readonly uuid: string;
  /** As received, at most 40 characters; `(not a date)` if it has characters that no date has; null if missing. */
  readonly created_at: string | null;
}

export interface Population extends StatusCounts {
  readonly received: number;
  readonly unique: number;
  readonly duplicates: number;
  readonly in_period: number;
  readonly outside_period: number;
  readonly undated: number;
}

/** Spans of time in seconds; everything is null if `count` is 0. */
export interface SpanStatistics {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

export interface DurationStatistics extends SpanStatistics {
  readonly sum: number;
  readonly mean: number | null;
  readonly min: number | null;
}

/** Scores are within 0..1. Twenty equal bins, the last one closed. */
export interface ScoreStatistics extends Omit<DurationStatistics, 'sum'> {
  readonly histogram: readonly number[];
}

/** `met` only if the data show it; see `statusOf` of src/render/report/indicators.ts. */
export type ObligationStatus =
  | 'met'
  | 'not_met'
  | 'not_shown'
  | 'no_case'
  | 'not_measured'
  | 'stated'
  | 'not_applicable';

/** The template's obligations by status, each with its figure: counts, shares of 1, or seconds. */
export interface ComplianceSummary extends Readonly<Record<ObligationStatus, number>> {
  readonly obligations: readonly {
    readonly obligation: string;
    readonly indicator: string | null;
    readonly value: number | string | null;
    readonly at_most: number | null;
    readonly at_least: number | null;
    readonly status: ObligationStatus;
    /** Detections that the value leaves out and that could change it. */
    readonly open: number;
  }[];
}

/** Whether media carry a mark of their origin. Unavailable is unknown, not absent. */
export const MARKS = ['marked', 'not_marked', 'unknown'] as const;
export type Mark = (typeof MARKS)[number];
export type MarkCounts = Readonly<Record<Mark, number>>;

/** `none`: the detection has no verdict yet. */
export interface Provenance {
  readonly by_media_type: Readonly<
    Record<string, Readonly<Record<'fake' | 'real' | 'indeterminate' | 'none', MarkCounts>>>
  >;
  readonly signals: Readonly<Record<'c2pa' | 'watermark' | 'synthid', MarkCounts>>;
}

export const NO_OBLIGATIONS: ComplianceSummary = {
  met: 0,
  not_met: 0,
  not_shown: 0,
  no_case: 0,
  not_measured: 0,
  stated: 0,
  not_applicable: 0,
  obligations: [],
};

/** What a part of a combined run says of itself. */
export interface PartCounts extends OutcomeCounts {
  readonly part: string;
  readonly report_id: string;
  readonly completeness: CompletenessVerdict;
  readonly in_period: number;
  readonly undated: number;
  /** How many of `in_period` and `undated` are counted from this part: the others count from a part that was read later. */
  readonly counted: number;
  readonly fake_rate: Rate;
}

/** `statistics.json`: every number that the report prints. Its names are a public contract. */
export interface Statistics {
  readonly population: Population;
  /** Earliest and latest creation time of all detections read (ISO 8601 UTC), null if none is dated. */
  readonly list_span: { readonly first: string | null; readonly last: string | null };
  /** The first ten of `population.undated`, by uuid. */
  readonly undated: readonly UndatedDetection[];
  readonly verdicts: VerdictCounts;
  readonly fake_rate: Rate;
  /** By part, in list order; absent if the run is not a combined one. */
  readonly by_part?: readonly PartCounts[];
  readonly by_media_type: Readonly<Record<string, OutcomeCounts>>;
  readonly by_day: readonly ({ readonly day: string } & OutcomeCounts)[];
  /** Labels of the modality's own result as received, e.g. `{audio: {"Likely fake": 3}}`. */
  readonly labels: Readonly<Record<Modality, Readonly<Record<string, number>>>>;
  readonly source_tracing: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<Modality, ScoreStatistics>>;
  readonly duration_seconds: Readonly<Record<'audio' | 'video', DurationStatistics>>;
  /** From creation to the last update of completed and failed detections, in seconds. */
  readonly latency_seconds: SpanStatistics;
  readonly retention: {
    readonly zero_retention: number;
    readonly deleted: number;
    /** Zero retention, completed or failed, without a deletion time. */
    readonly not_deleted: number;
    /** Zero retention, still processing, without a deletion time. */
    readonly processing: number;
    /**
     * Zero retention, with a deletion or creation time that is unreadable or impossible:
     * zero_retention = deleted + not_deleted + processing + not_measured.
     */
    readonly not_measured: number;
    /** Zero retention without a readable creation time: in no period, so not in zero_retention. */
    readonly undated: number;
    /** The template's limit, or null. */
    readonly limit_seconds: number | null;
    /** How many of `deleted` took longer than the limit; null without a limit. */
    readonly late: number | null;
    /** `late`, and those of `not_deleted` older than the limit when the list was read; null without a limit. */
    readonly overdue: number | null;
    /** How many of `processing` were older than the limit when the list was read; null without a limit. */
    readonly processing_over_limit: number | null;
    /** Creation of the oldest of `not_deleted`, as an instant in UTC; null if `not_deleted` is 0. */
    readonly oldest_not_deleted: string | null;
    readonly seconds_to_deletion: SpanStatistics;
  };
  readonly provenance: Provenance;
  /** What the joined reviews show; null if none were joined. */
  readonly reviews: ReviewStatistics | null;
  /** Results for the template's obligations; empty if the statistics were only counted. */
  readonly compliance: ComplianceSummary;
  /** Modalities of completed detections that carry the "nothing to assess" sentinel. */
  readonly not_assessed: number;
  /** Undocumented statuses, which `processing` includes. */
  readonly unknown_statuses: Readonly<Record<string, number>>;
  readonly unknown_keys: Readonly<Record<string, number>>;
  readonly coercions: Readonly<Record<string, number>>;
  /** Cells with a private value that was withheld, e.g. `detections.filename`; `unknown_keys` counts keys. */
  readonly withheld: Readonly<Record<string, number>>;
}

/** How a number is shown. */
export type NumberForm = 'count' | 'share' | 'score' | 'seconds' | 'instant';

/** An exact number in its form; instants are epoch milliseconds. */
export interface Figure {
  readonly value: number | null;
  readonly form: NumberForm;
}

/**
 * A table of the statistics with exact numbers. Table, row and column together are a figure's id, such as
 * `by_day`, `2024-01-15`, `fake`: by it a workbook knows how to count the figure again.
 */
export interface FigureTable {
  readonly id: string;
  readonly title: string;
  /** One sentence that says what is counted; empty if the title does. */
  readonly note: string;
  /** Head of the labels, then those of the numbers. */
  readonly heads: readonly string[];
  /** Names of the numbers. */
  readonly columns: readonly string[];
  readonly rows: readonly FigureRow[];
}

export interface FigureRow {
  /** A name, or the day, medium or label as received; null for the sum of all rows. */
  readonly key: string | null;
  readonly label: string;
  readonly figures: readonly Figure[];
}
