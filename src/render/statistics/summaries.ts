import type { DurationStatistics, ScoreStatistics, SpanStatistics } from '../../core/statistics.ts';
import { type CountedSum, type CountedValues, Distribution, FixedSum } from './distribution.ts';
import { isPossible } from '../../core/deletion.ts';
import type { Detection } from '../../core/detection.ts';

const BINS = 20;

/**
 * Counts of values from 0 to 1 in twenty equal bins `[k/20, (k+1)/20)`; the last one is closed and includes 1. The
 * caller checks that a value is in that range.
 */
export class Histogram {
  readonly #counts = Array.from({ length: BINS }, () => 0);

  add(value: number): void {
    let bin = Math.min(BINS - 1, Math.floor(value * BINS));
    // The product can round up to the next whole number for a value just below an edge.
    if (bin / BINS > value) bin -= 1;
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
  }

  merge(counts: readonly number[]): void {
    for (const [bin, count] of counts.entries()) this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
  }

  counts(): number[] {
    return [...this.#counts];
  }
}

export interface CountedScores {
  readonly distribution: CountedValues;
  readonly sum: CountedSum;
  readonly histogram: readonly number[];
}

/** P(fake) of one modality. The mean is exact to 1e-12; the rest is as received, with quantiles of `Distribution`. */
export class ScoreSummary {
  readonly #distribution = new Distribution();
  readonly #sum = new FixedSum(12);
  readonly #histogram = new Histogram();

  /** Returns false, and counts nothing, if the value is outside 0..1 or not a number. */
  add(score: number): boolean {
    if (!(score >= 0 && score <= 1)) return false;
    this.#distribution.add(score);
    this.#sum.add(score);
    this.#histogram.add(score);
    return true;
  }

  get counted(): CountedScores {
    return {
      distribution: this.#distribution.counted,
      sum: this.#sum.counted,
      histogram: this.#histogram.counts(),
    };
  }

  merge({ distribution, sum, histogram }: CountedScores): void {
    this.#distribution.merge(distribution);
    this.#sum.merge(sum);
    this.#histogram.merge(histogram);
  }

  result(): ScoreStatistics {
    const { count, min, max } = this.#distribution;
    return {
      count,
      mean: this.#sum.mean(count),
      min,
      max,
      p50: this.#distribution.quantile(50),
      p95: this.#distribution.quantile(95),
      histogram: this.#histogram.counts(),
    };
  }
}

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
