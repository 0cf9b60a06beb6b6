import type { Period } from '../../core/period.ts';
import type { Modality } from '../../core/policy.ts';
import type { StatisticsAccumulator, UndatedDetection } from '../../core/statistics.ts';
import type { CountedValues } from './distribution.ts';
import type { CountedDurations, CountedScores } from './summaries.ts';
import type { CountedKeys } from './keyed-counts.ts';
import type { CountedRetention } from './retention.ts';

/** All counts of an accumulator as plain values, which another thread can receive and merge. */
export interface CountedStatistics {
  readonly period: Period;
  readonly retentionLimitSeconds: number | null;
  readonly unique: number;
  readonly inPeriod: number;
  readonly outsidePeriod: number;
  readonly undated: number;
  readonly undatedNamed: readonly UndatedDetection[];
  /** First creation time of all dated detections, epoch milliseconds; infinite without any. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly notAssessed: number;
  readonly outcomes: readonly number[];
  readonly byMediaType: CountedKeys;
  readonly byDay: ReadonlyMap<string, readonly number[]>;
  readonly labels: Readonly<Record<Modality, CountedKeys>>;
  readonly scores: Readonly<Record<Modality, CountedScores>>;
  readonly audioDurations: CountedDurations;
  readonly videoDurations: CountedDurations;
  readonly latency: CountedValues;
  readonly retention: CountedRetention;
  readonly sourceTracing: CountedKeys;
  readonly unknownStatuses: CountedKeys;
  readonly unknownKeys: CountedKeys;
  readonly coercions: CountedKeys;
  readonly withheld: CountedKeys;
}

/** An accumulator whose counts can leave the thread that counted them. */
export interface CountingStatistics extends StatisticsAccumulator {
  /** The counters themselves: valid until something is added. */
  readonly counted: CountedStatistics;
  /** Adds another accumulator's counts. Throws `InvariantError` if it has another period or limit. */
  mergeCounted(other: CountedStatistics): void;
}
