import { describe, expect, test } from 'vitest';
import { agreedTruth, type Review, REVIEW_FIELDS } from '../../src/core/reviews.ts';
import {
  cohensKappa,
  correctedPrevalence,
  estimateRate,
  type Judged,
  RATE_RULES,
} from '../../src/render/statistics/estimates.ts';
import { type ReviewedDetection, reviewStatistics } from '../../src/render/statistics/reviews.ts';

const HOUR = 3_600_000;
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const judged = (verdict: Judged['verdict'], isFake: boolean): Judged => ({ verdict, isFake, counts: true });
const TABLE = [
  ...times(45, judged('fake', true)),
  ...times(5, judged('fake', false)),
  ...times(40, judged('real', false)),
  ...times(10, judged('real', true)),
];
const empty = Object.fromEntries(Object.keys(REVIEW_FIELDS).map((name) => [name, null]));
const review = (given: Partial<Review>): Review =>
  ({ ...empty, uuid: '', stratum: null, stratum_size: null, review_extra: null, ...given }) as Review;

describe('rates', () => {
  test('without strata are those of Newcombe 1998, method 3: 81/263 is 0.3080 (0.2553 to 0.3662)', () => {
    const reviews = [...times(81, judged('fake', true)), ...times(182, judged('fake', false))];
    const { value, low, high, of } = estimateRate([{ size: null, reviews }], RATE_RULES.precision);
    expect([value, low, high].map((number) => number?.toFixed(4))).toEqual(['0.3080', '0.2553', '0.3662']);
    expect(of).toBe(263);
  });

  test.each([
    ['accuracy', 85 / 100, 100],
    ['precision', 45 / 50, 50],
    ['recall', 45 / 55, 55],
    ['false_positive_rate', 5 / 45, 45],
    ['false_negative_rate', 10 / 55, 55],
  ] as const)('of one table: %s', (name, value, of) => {
    const rate = estimateRate([{ size: null, reviews: TABLE }], RATE_RULES[name]);
    expect(rate.value).toBeCloseTo(value, 12);
    expect(rate.of).toBe(of);
  });

  test('with strata: the ratio estimator and its variance, computed by hand', () => {
    // 1,000 flagged, 50 drawn, 45 right; 4,000 unflagged, 50 drawn, 40 right.
    const strata = [
      { size: 1000, reviews: TABLE.slice(0, 50) },
      { size: 4000, reviews: TABLE.slice(50) },
    ];
    const accuracy = (1000 * 0.9 + 4000 * 0.8) / 5000;
    const s2 = (share: number): number => (share * (1 - share) * 50) / 49;
    const variance =
      (1000 ** 2 * 0.95 * s2(0.9)) / 50 / 5000 ** 2 + (4000 ** 2 * (1 - 50 / 4000) * s2(0.8)) / 50 / 5000 ** 2;
    const n = (accuracy * (1 - accuracy)) / variance;
    const z = 1.959963984540054;
    const centre = (accuracy + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
    const reach = (z * Math.sqrt((accuracy * (1 - accuracy)) / n + z ** 2 / (4 * n * n))) / (1 + z ** 2 / n);
    const rate = estimateRate(strata, RATE_RULES.accuracy);
    expect(rate.value).toBeCloseTo(accuracy, 10);
    expect(rate.low).toBeCloseTo(centre - reach, 10);
    expect(rate.high).toBeCloseTo(centre + reach, 10);
    expect(estimateRate(strata, RATE_RULES.recall).value).toBeCloseTo(900 / (900 + 800), 10);
  });
});

describe('the corrected prevalence', () => {
  test('is Rogan and Gladen’s: raw 0.5, sensitivity 9/11, specificity 8/9', () => {
    const { value } = correctedPrevalence([{ size: null, reviews: TABLE }], 0.5);
    expect(value).toBeCloseTo((0.5 + 8 / 9 - 1) / (9 / 11 + 8 / 9 - 1), 10);
  });

  test('is not estimable if sensitivity and specificity are at most 1 together', () => {
    const chance = [
      ...times(10, judged('fake', true)),
      ...times(10, judged('real', true)),
      ...times(10, judged('fake', false)),
      ...times(10, judged('real', false)),
    ];
    const corrected = correctedPrevalence([{ size: null, reviews: chance }], 0.5);
    expect(corrected).toEqual({ value: null, low: null, high: null, of: 40, why: 'not_informative' });
  });
});

describe('Cohen’s kappa', () => {
  test('is that of Cohen 1960 and Fleiss, Cohen and Everitt 1969', () => {
    // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 0.7, by chance 0.5.
    const pairs: (readonly [string, string])[] = [
      ...times(20, ['a', 'a'] as const),
      ...times(5, ['a', 'b'] as const),
      ...times(10, ['b', 'a'] as const),
      ...times(15, ['b', 'b'] as const),
    ];
    const { agreed, kappa } = cohensKappa(pairs);
    expect(agreed).toBeCloseTo(0.7, 12);
    expect(kappa.value).toBeCloseTo(0.4, 12);
    // psych::cohen.kappa in R prints 0.15 and 0.65 for this table.
    expect([kappa.low, kappa.high].map((end) => end?.toFixed(2))).toEqual(['0.15', '0.65']);
    expect(cohensKappa(times(9, ['a', 'a'] as const)).kappa).toMatchObject({ value: null, why: 'not_informative' });
  });
});

describe('the figures of reviews', () => {
  const run = {
    verdicts: { fake: 50, real: 50, indeterminate: 0 },
    fake_rate: { value: 0.5, low: 0.4, high: 0.6, of: 100 },
    by_media_type: { image: { completed: 100, processing: 0, failed: 0, fake: 50, real: 50, indeterminate: 0 } },
  };
  const of = (reviews: readonly Review[], found: readonly ReviewedDetection[]) =>
    reviewStatistics({ reviews, limitSeconds: 48 * 3600, readUntilMs: 100 * HOUR }, found, run);
  const found = (uuid: string, verdict: ReviewedDetection['verdict']) => ({ uuid, verdict, medium: 'image' });

  test('give precision, but never recall, where only flagged detections were reviewed', () => {
    const { precision, recall, accuracy, prevalence } = of(
      [review({ uuid: 'a', truth: 'ai_generated' }), review({ uuid: 'b', truth: 'authentic' })],
      [found('a', 'fake'), found('b', 'fake')],
    );
    expect(precision).toMatchObject({ value: 0.5, of: 2, why: null });
    for (const each of [recall, accuracy, prevalence.corrected]) {
      expect(each).toMatchObject({ value: null, why: 'one_verdict_only' });
    }
  });

  test('are not estimable where a stratum that matters has no review', () => {
    const rows = (truthOfReal: Review['truth']) => [
      review({ uuid: 'a', truth: 'ai_generated', stratum: 'fake', stratum_size: 50 }),
      review({ uuid: 'b', truth: truthOfReal, stratum: 'real', stratum_size: 50 }),
    ];
    const detections = [found('a', 'fake'), found('b', 'real')];
    const part = of(rows(null), detections);
    expect(part.strata).toEqual([
      { stratum: 'fake', size: 50, sampled: 1, reviewed: 1 },
      { stratum: 'real', size: 50, sampled: 1, reviewed: 0 },
    ]);
    expect(part.precision.value).toBe(1);
    expect(part.accuracy).toMatchObject({ value: null, why: 'stratum_without_review' });
    expect(part.prevalence.corrected).toMatchObject({ value: null, why: 'stratum_without_review' });
    expect(of(rows('authentic'), detections).accuracy.value).toBe(1);
  });

  test('take the majority of the reviewers, and nothing for a tie', () => {
    const say = (truth: Review['truth'], reviewer: string) => review({ uuid: 'a', truth, reviewer });
    expect(agreedTruth([say('authentic', 'A'), say('ai_generated', 'B')])).toBe('ambiguous');
    expect(agreedTruth([say('authentic', 'A'), say('ai_generated', 'B'), say('authentic', 'C')])).toBe('authentic');
    expect(agreedTruth([say(null, 'A')])).toBeNull();
    const twice = of([say('authentic', 'A'), say('ai_generated', 'A'), say('ai_generated', 'B')], [found('a', 'fake')]);
    expect(twice.truth).toEqual({ ai_generated: 1, authentic: 0, ambiguous: 0 });
    expect(twice.agreement).toMatchObject({ reviewers: ['A', 'B'], agreed: 1, kappa: { of: 1 } });
  });

  test('of casework: in time, late, overdue and open; median hours; appeals', () => {
    const at = (uuid: string, notice: number, action: number | null, more: Partial<Review> = {}) =>
      review({ uuid, notice_at: notice * HOUR, action_at: action === null ? null : action * HOUR, ...more });
    const rows = [
      at('in-time', 0, 10, {
        automated: 'full',
        appeal_at: 0,
        appeal_outcome: 'reversed',
        appeal_decided_at: 6 * HOUR,
      }),
      at('late', 0, 50, { automated: 'no', appeal_at: 0 }),
      at('overdue', 0, null),
      at('open', 90, null),
      at('impossible', 20, 10),
    ];
    const { casework } = of(
      rows,
      rows.map(({ uuid }) => found(uuid, 'fake')),
    );
    expect(casework).toMatchObject({
      limit_seconds: 172_800,
      notices: 5,
      within_limit: { of: 3 },
      median_hours: 30,
      overdue: 2,
      overdue_list: [
        { uuid: 'overdue', hours: 100, acted: false },
        { uuid: 'late', hours: 50, acted: true },
      ],
      open: 1,
      not_measured: 1,
      actions: 3,
      automated: { all: { full: 1, partial: 0, no: 1 }, own_initiative: { full: 0 }, notices: { full: 1, no: 1 } },
      appeals: { count: 2, outcomes: { reversed: 1, pending: 1, upheld: 0 }, median_hours: 6 },
    });
    expect(casework.within_limit.value).toBeCloseTo(1 / 3, 10);
  });
});
