import { isPossible } from '../../core/deletion.ts';
import type { Detection } from '../../core/detection.ts';
import type { DurationStatistics, SpanStatistics } from '../../core/statistics.ts';
import { type CountedValues, Distribution } from './distribution.ts';
import { type CountedSum, FixedSum } from './fixed-sum.ts';

/** 31 years: longer media is an error in the data, and would make the sum inexact. */
export const MAX_DURATION_SECONDS = 1e9;

export interface CountedDurations {
  readonly distribution: CountedValues;
  readonly sum: CountedSum;
}

/** Seconds of media. Sum and mean are exact to a microsecond; the rest is as received. Quantiles: `Distribution`. */
export class DurationSummary {
  readonly #distribution = new Distribution();
  readonly #sum = new FixedSum(6);

  /** Returns false, and counts nothing, if the value is negative, above 1e9 s or not a number. */
  add(seconds: number): boolean {
    if (!(seconds >= 0 && seconds <= MAX_DURATION_SECONDS)) return false;
    this.#distribution.add(seconds);
    this.#sum.add(seconds);
    return true;
  }

  get counted(): CountedDurations {
    return { distribution: this.#distribution.counted, sum: this.#sum.counted };
  }

  merge({ distribution, sum }: CountedDurations): void {
    this.#distribution.merge(distribution);
    this.#sum.merge(sum);
  }

  result(): DurationStatistics {
    const { count, min, max } = this.#distribution;
    return {
      count,
      sum: this.#sum.total(),
      mean: this.#sum.mean(count),
      min,
      max,
      p50: this.#distribution.quantile(50),
      p95: this.#distribution.quantile(95),
    };
  }
}

/** Why a span is not in the figures. */
export type LatencyAnomaly =
  | 'updated_at: before created_at, not in the latency figures'
  | 'updated_at: impossible when the list was read, not in the latency figures';

/**
 * From `created_at` to `updated_at` of finished detections: an upper bound of the processing time, because other
 * events, such as the deletion of the file, also move `updated_at`.
 */
export class LatencySummary {
  readonly #readUntilMs: number;
  readonly #seconds = new Distribution();

  /** `readUntilMs`: the time of the reading, epoch milliseconds. */
  constructor(readUntilMs: number) {
    this.#readUntilMs = readUntilMs;
  }

  /** Counts one detection; returns its anomaly, or null. */
  add({ status, createdAtMs, updatedAtMs }: Detection): LatencyAnomaly | null {
    if (status === 'processing' || createdAtMs === null || updatedAtMs === null) return null;
    if (updatedAtMs < createdAtMs) return 'updated_at: before created_at, not in the latency figures';
    if (!isPossible(createdAtMs, this.#readUntilMs) || !isPossible(updatedAtMs, this.#readUntilMs)) {
      return 'updated_at: impossible when the list was read, not in the latency figures';
    }
    this.#seconds.add((updatedAtMs - createdAtMs) / 1000);
    return null;
  }

  get counted(): CountedValues {
    return this.#seconds.counted;
  }

  merge(seconds: CountedValues): void {
    this.#seconds.merge(seconds);
  }

  result(): SpanStatistics {
    return {
      count: this.#seconds.count,
      p50: this.#seconds.quantile(50),
      p95: this.#seconds.quantile(95),
      max: this.#seconds.max,
    };
  }
}
