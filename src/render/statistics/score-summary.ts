import type { ScoreStatistics } from '../../core/statistics.ts';
import { type CountedValues, Distribution } from './distribution.ts';
import { type CountedSum, FixedSum } from './fixed-sum.ts';
import { Histogram } from './histogram.ts';

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
