import type { ScoreStatistics } from '../core/statistics.ts';
import { Distribution } from './distribution.ts';
import { FixedSum } from './fixed-sum.ts';
import { Histogram } from './histogram.ts';

/** P(fake) of one modality. The mean is exact to 1e-12; all else is as received, quantiles as `Distribution` says. */
export class ScoreSummary {
  readonly #distribution = new Distribution();
  readonly #sum = new FixedSum(12);
  readonly #histogram = new Histogram();

  /** False where the value lies outside 0..1 (or is no number at all): then nothing was counted. */
  add(score: number): boolean {
    if (!(score >= 0 && score <= 1)) return false;
    this.#distribution.add(score);
    this.#sum.add(score);
    this.#histogram.add(score);
    return true;
  }

  merge(other: ScoreSummary): void {
    this.#distribution.merge(other.#distribution);
    this.#sum.merge(other.#sum);
    this.#histogram.merge(other.#histogram);
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
