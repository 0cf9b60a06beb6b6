import type { Detection } from './detection.ts';
import type { Modality } from './policy.ts';
import type { PeriodPosition } from './period.ts';

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

export interface Population extends StatusCounts {
  readonly received: number;
  readonly unique: number;
  readonly duplicates: number;
  readonly in_period: number;
  readonly outside_period: number;
  readonly undated: number;
}

/** A rate with its Wilson 95 % interval; all null where `of` is 0. */
export interface Rate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly of: number;
}

/** Scores lie in 0..1; everything is null where `count` is 0. Twenty equal bins, the last one closed. */
export interface ScoreStatistics {
  readonly count: number;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly histogram: readonly number[];
}

export interface DurationStatistics {
  readonly count: number;
  readonly sum: number;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** Spans of time in seconds; everything is null where `count` is 0. */
export interface SpanStatistics {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

/** `statistics.json`: every number that the report prints. Its names are a public contract. */
export interface Statistics {
  readonly population: Population;
  readonly verdicts: VerdictCounts;
  readonly fake_rate: Rate;
  readonly by_media_type: Readonly<Record<string, OutcomeCounts>>;
  readonly by_day: readonly ({ readonly day: string } & OutcomeCounts)[];
  /** Labels of the modality's own result as they came, e.g. `{audio: {"Likely fake": 3}}`. */
  readonly labels: Readonly<Record<Modality, Readonly<Record<string, number>>>>;
  readonly source_tracing: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<Modality, ScoreStatistics>>;
  readonly duration_seconds: Readonly<Record<'audio' | 'video', DurationStatistics>>;
  /** From creation to the last update of completed and failed detections, in seconds. */
  readonly latency_seconds: SpanStatistics;
  readonly retention: {
    readonly zero_retention: number;
    readonly deleted: number;
    /** Zero retention, completed or failed, and no deletion time yet. */
    readonly not_deleted: number;
    /** Zero retention, still processing, and no deletion time yet: zero_retention = deleted + not_deleted + processing. */
    readonly processing: number;
    /** The template's limit, null where it sets none. */
    readonly limit_seconds: number | null;
    /** Of `seconds_to_deletion.count`, how many took longer than the limit; null without one. */
    readonly late: number | null;
    readonly seconds_to_deletion: SpanStatistics;
  };
  /** Modalities of completed detections that carry the "nothing to assess" sentinel. */
  readonly not_assessed: number;
  /** What `processing` holds beside detections that are processing: statuses that no version of the API documents. */
  readonly unknown_statuses: Readonly<Record<string, number>>;
  readonly unknown_keys: Readonly<Record<string, number>>;
  readonly coercions: Readonly<Record<string, number>>;
  /** Cells of which something private was withheld, e.g. `detections.filename`; `unknown_keys` counts keys. */
  readonly withheld: Readonly<Record<string, number>>;
}

/** Counting beside the stream. A value that merges: any split of the input gives the same digits. */
export interface StatisticsAccumulator {
  add(detection: Detection, position: PeriodPosition): void;
  /** Adds everything the other one counted; the other one stays as it is. */
  merge(other: StatisticsAccumulator): void;
  /** `received` and `duplicates` come from the certificate: duplicates never reach the transform. */
  result(received: number): Statistics;
}
