import type { ScoreStatistics } from '../../core/statistics.ts';
import { type CountedValues, Distribution } from './distribution.ts';
import { type CountedSum, FixedSum } from './fixed-sum.ts';

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
