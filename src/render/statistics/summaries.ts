import { isPossible } from '../../core/deletion.ts';
import type { Detection } from '../../core/detection.ts';
import type { DurationStatistics } from '../../core/statistics.ts';
import { Group, type Part } from './counted.ts';
import { Distribution, FixedSum } from './distribution.ts';

const BINS = 20;

/**
 * Counts of values from 0 to 1 in twenty equal bins `[k/20, (k+1)/20)`; the last one is closed and includes 1. The
 * caller checks that a value is in that range.
 */
export class Histogram implements Part {
  readonly #counts = Array.from({ length: BINS }, () => 0);

  add(value: number): void {
    let bin = Math.min(BINS - 1, Math.floor(value * BINS));
    // The product can round up to the next whole number for a value just below an edge.
    if (bin / BINS > value) bin -= 1;
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
  }

  get counted(): readonly number[] {
    return [...this.#counts];
  }

  merge(counts: readonly number[]): void {
    for (const [bin, count] of counts.entries()) this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
  }
}

/** 31 years: longer media is an error in the data, and would make the sum inexact. */
export const MAX_DURATION_SECONDS = 1e9;

/** Values up to a limit. Sum and mean are exact to `decimals`; the rest is as received. Quantiles: `Distribution`. */
export class Summary extends Group<{ readonly distribution: Distribution; readonly sum: FixedSum }> {
  readonly #most: number;

  constructor({ decimals, most }: { readonly decimals: number; readonly most: number }) {
    super({ distribution: new Distribution(), sum: new FixedSum(decimals) });
    this.#most = most;
  }

  /** Returns false, and counts nothing, if the value is negative, above the limit or not a number. */
  add(value: number): boolean {
    if (!(value >= 0 && value <= this.#most)) return false;
    this.of.distribution.add(value);
    this.of.sum.add(value);
    return true;
  }

  result(): DurationStatistics {
    const { distribution, sum } = this.of;
    const { count, min, max } = distribution;
    const [p50, p95] = [distribution.quantile(50), distribution.quantile(95)];
    return { count, sum: sum.total(), mean: sum.mean(count), min, max, p50, p95 };
  }
}

/** Why a span is not in the figures. */
type LatencyAnomaly =
  | 'updated_at: before created_at, not in the latency figures'
  | 'updated_at: impossible when the list was read, not in the latency figures';

/**
 * Seconds from `created_at` to `updated_at` of a finished detection: an upper bound of the processing time, because
 * other events, such as the deletion of the file, also move `updated_at`. Null if a time is missing.
 */
export function latencyOf(
  { status, createdAtMs, updatedAtMs }: Detection,
  readUntilMs: number,
): number | LatencyAnomaly | null {
  if (status === 'processing' || createdAtMs === null || updatedAtMs === null) return null;
  if (updatedAtMs < createdAtMs) return 'updated_at: before created_at, not in the latency figures';
  return isPossible(createdAtMs, readUntilMs) && isPossible(updatedAtMs, readUntilMs)
    ? (updatedAtMs - createdAtMs) / 1000
    : 'updated_at: impossible when the list was read, not in the latency figures';
}
