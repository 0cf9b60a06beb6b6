import type { DurationStatistics } from '../../core/statistics.ts';
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
