import type { Estimate } from '../../core/reviews.ts';
import { wilsonRate, Z } from './outcomes.ts';

/** A stratum of the sample. Without strata, all reviews are one whose size is unknown. */
export interface Stratum {
  /** Detections in it; null: unknown, and every review counts the same. */
  readonly size: number | null;
  readonly reviews: readonly Judged[];
}

/** A review with a clear answer: `of` tells whether it counts in the denominator, `hit` in the numerator too. */
export interface Judged {
  readonly verdict: 'fake' | 'real' | 'indeterminate';
  readonly isFake: boolean;
  /** False if the truth stayed open, or the detection is not of the medium that is looked at. */
  readonly counts: boolean;
}

/** Whether a review is part of a rate's denominator, and of its numerator. */
export interface RateRule {
  readonly of: (one: Judged) => boolean;
  readonly hit: (one: Judged) => boolean;
}

const decided = ({ verdict, counts }: Judged): boolean => counts && verdict !== 'indeterminate';
const right = (one: Judged): boolean => (one.verdict === 'fake') === one.isFake;

/** The usual rates of a detector, of reviewed detections with a verdict. */
export const RATE_RULES = {
  accuracy: { of: decided, hit: right },
  precision: { of: (one) => decided(one) && one.verdict === 'fake', hit: right },
  recall: { of: (one) => decided(one) && one.isFake, hit: right },
  false_positive_rate: { of: (one) => decided(one) && !one.isFake, hit: (one) => !right(one) },
  false_negative_rate: { of: (one) => decided(one) && one.isFake, hit: (one) => !right(one) },
} as const satisfies Readonly<Record<string, RateRule>>;

/**
 * A share with its 95 % interval. Without strata: the plain share, with Wilson's interval. With strata: the combined
 * ratio estimator, sum of N/n hits over sum of N/n cases, and its variance by linearisation with the finite population
 * correction (W. G. Cochran, Sampling Techniques, 3rd ed., 1977, 5A.2, 6.11 and 6.13); the interval is Wilson's for
 * the effective number of cases, value (1 - value) / variance (P. S. Kott and D. A. Carr, Journal of Official
 * Statistics 13, 1997, 81-94; N. Dean and M. Pagano, Journal of Survey Statistics and Methodology 3, 2015, 484-503).
 */
export function estimateRate(strata: readonly Stratum[], { of, hit }: RateRule): Estimate {
  const cases = strata.flatMap(({ reviews }) => reviews.filter(of));
  const hits = cases.filter(hit).length;
  if (cases.length === 0) return notEstimable('no_case', 0);
  if (strata.every(({ size }) => size === null)) return { ...wilsonRate(hits, cases.length), why: null };
  const weighted = (rule: (one: Judged) => boolean): number => total(strata, (one) => (rule(one) ? 1 : 0));
  const whole = weighted(of);
  const value = weighted((one) => of(one) && hit(one)) / whole;
  const residual = (one: Judged): number => (of(one) ? ((hit(one) ? 1 : 0) - value) / whole : 0);
  return { ...intervalOf(value, varianceOf(strata, residual), cases.length), why: null };
}

/** The sum of a value over the population, each review for the share of its stratum that it stands for. */
function total(strata: readonly Stratum[], valueOf: (one: Judged) => number): number {
  return strata.reduce((sum, { size, reviews }) => {
    const weight = size === null ? 1 : size / Math.max(1, reviews.length);
    return sum + weight * reviews.reduce((part, one) => part + valueOf(one), 0);
  }, 0);
}

/** Variance of the estimated sum of a value: over strata, N² (1 - n/N) s² / n. */
function varianceOf(strata: readonly Stratum[], valueOf: (one: Judged) => number): number {
  return strata.reduce((sum, { size, reviews }) => {
    const count = reviews.length;
    if (count === 0) return sum;
    const population = size ?? count;
    const rest = size === null ? 1 : Math.max(0, 1 - count / size);
    return sum + (population ** 2 * rest * spread(reviews.map(valueOf))) / count;
  }, 0);
}

/** Variance of values within a stratum. */
function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares / Math.max(1, values.length - 1);
}

/** Wilson's interval for the number of cases that would give this variance; never for more than infinity of them. */
function intervalOf(value: number, variance: number, cases: number): Pick<Estimate, 'value' | 'low' | 'high' | 'of'> {
  const effective = variance > 0 ? (value * (1 - value)) / variance : cases;
  const { low, high } = wilsonRate(value * effective, effective);
  return { value: Number(value.toFixed(12)), low, high, of: cases };
}

export function notEstimable(why: Exclude<Estimate['why'], null>, of: number): Estimate {
  return { value: null, low: null, high: null, of, why };
}

/**
 * The share of fakes in truth, from the share that the detector gives: (raw + specificity - 1) / (sensitivity +
 * specificity - 1) (W. J. Rogan and B. Gladen, American Journal of Epidemiology 107, 1978, 71-76), cut to 0..1. The raw
 * share is that of all detections, so only sensitivity and specificity vary: the variance is that of their
 * linearisation, the interval as for a rate.
 */
export function correctedPrevalence(strata: readonly Stratum[], raw: number): Estimate {
  const sensitivity = estimateRate(strata, RATE_RULES.recall);
  const falsePositives = estimateRate(strata, RATE_RULES.false_positive_rate);
  const of = sensitivity.of + falsePositives.of;
  if (sensitivity.value === null || falsePositives.value === null) return notEstimable('no_case', of);
  const youden = sensitivity.value - falsePositives.value;
  if (youden <= 0) return notEstimable('not_informative', of);
  const exact = (raw - falsePositives.value) / youden;
  const value = Math.min(1, Math.max(0, exact));
  const { recall, false_positive_rate: fpr } = RATE_RULES;
  const fakes = total(strata, (one) => (recall.of(one) ? 1 : 0));
  const reals = total(strata, (one) => (fpr.of(one) ? 1 : 0));
  const [sensitive, positive] = [sensitivity.value, falsePositives.value];
  const residual = (one: Judged): number => {
    if (recall.of(one)) return (-value / youden) * (((recall.hit(one) ? 1 : 0) - sensitive) / fakes);
    if (fpr.of(one)) return (-(1 - value) / youden) * (((fpr.hit(one) ? 1 : 0) - positive) / reals);
    return 0;
  };
  return { ...intervalOf(value, varianceOf(strata, residual), of), why: null };
}

/**
 * Cohen's kappa of two reviewers over the same detections, with the large-sample 95 % interval of J. L. Fleiss, J. Cohen
 * and B. S. Everitt, Psychological Bulletin 72, 1969, 323-327. `pairs` are their answers. Null if both always give the
 * same single answer: then chance alone explains all agreement.
 */
export function cohensKappa(pairs: readonly (readonly [string, string])[]): {
  readonly agreed: number;
  readonly kappa: Estimate;
} {
  const of = pairs.length;
  const share = (test: (pair: readonly [string, string]) => boolean): number => pairs.filter(test).length / of;
  if (of === 0) return { agreed: 0, kappa: notEstimable('no_case', 0) };
  const answers = [...new Set(pairs.flat())].sort();
  const first = new Map(answers.map((answer) => [answer, share(([one]) => one === answer)]));
  const second = new Map(answers.map((answer) => [answer, share(([, other]) => other === answer)]));
  const agreed = share(([one, other]) => one === other);
  const chance = answers.reduce((sum, answer) => sum + (first.get(answer) ?? 0) * (second.get(answer) ?? 0), 0);
  if (chance >= 1) return { agreed, kappa: notEstimable('not_informative', of) };
  const kappa = (agreed - chance) / (1 - chance);
  let [diagonal, others] = [0, 0];
  for (const a of answers) {
    for (const b of answers) {
      const part = share(([one, other]) => one === a && other === b);
      // In the order of the paper: row marginals are the first reviewer's, column marginals the second's.
      if (a === b) diagonal += part * (1 - ((first.get(a) ?? 0) + (second.get(a) ?? 0)) * (1 - kappa)) ** 2;
      else others += part * ((second.get(a) ?? 0) + (first.get(b) ?? 0)) ** 2;
    }
  }
  const variance =
    (diagonal + (1 - kappa) ** 2 * others - (kappa - chance * (1 - kappa)) ** 2) / (of * (1 - chance) ** 2);
  const reach = Z * Math.sqrt(Math.max(0, variance));
  const rounded = (value: number): number => Number(Math.min(1, Math.max(-1, value)).toFixed(12));
  const interval = { value: rounded(kappa), low: rounded(kappa - reach), high: rounded(kappa + reach) };
  return { agreed, kappa: { ...interval, of, why: null } };
}
