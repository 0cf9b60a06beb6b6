import type { Detection } from '../../core/detection.ts';
import {
  agreedTruth,
  APPEAL_OUTCOMES,
  AUTOMATIONS,
  type DetectorRates,
  type Estimate,
  lastValue,
  RATE_NAMES,
  type Review,
  type ReviewStatistics,
  reviewsByUuid,
  TRUTHS,
} from '../../core/reviews.ts';
import type { OutcomeCounts, Rate, Statistics } from '../../core/statistics.ts';
import type { Part } from './counted.ts';
import {
  cohensKappa,
  correctedPrevalence,
  estimateRate,
  type Judged,
  notEstimable,
  RATE_RULES,
  type Stratum,
} from './estimates.ts';
import { wilsonRate } from './outcomes.ts';

/** Uuids and cases that are listed; the counts cover all of them. */
const MOST_LISTED = 100;
const HOUR_MS = 3_600_000;

/** What the statistics need of a detection that somebody reviewed. */
export interface ReviewedDetection {
  readonly uuid: string;
  readonly medium: string;
  /** Null if it is not completed. */
  readonly verdict: Detection['verdict'];
}

/** The reviewed detections of the period, in list order. */
export class ReviewedList implements Part {
  readonly counted: ReviewedDetection[] = [];

  add({ uuid, verdict }: Detection, medium: string): void {
    this.counted.push({ uuid, medium, verdict });
  }

  merge(counted: readonly ReviewedDetection[]): void {
    for (const one of counted) this.counted.push(one);
  }
}

export interface ReviewsInput {
  readonly reviews: readonly Review[];
  readonly limitSeconds: number;
  /** End of the list's reading: open cases are as old as then. */
  readonly readUntilMs: number;
}

/** The figures of reviews over the reviewed detections of the period, in list order. */
export function reviewStatistics(
  { reviews, limitSeconds, readUntilMs }: ReviewsInput,
  found: readonly ReviewedDetection[],
  run: Pick<Statistics, 'verdicts' | 'fake_rate' | 'by_media_type'>,
): ReviewStatistics {
  const byUuid = reviewsByUuid(reviews);
  const known = new Set(found.map(({ uuid }) => uuid));
  const unmatched = [...byUuid.keys()].filter((uuid) => !known.has(uuid)).sort();
  const items = found.map((one): Item => {
    const own = byUuid.get(one.uuid) ?? [];
    return { ...one, reviews: own, truth: agreedTruth(own) };
  });
  const sampled = items.every(({ reviews: [first] }) => (first?.stratum ?? null) !== null) && items.length > 0;
  const truths = (truth: Item['truth']): number => items.filter((item) => item.truth === truth).length;
  const reviewed = items.filter(({ truth }) => truth !== null);
  const clear = reviewed.filter(({ truth }) => truth !== 'ambiguous');
  const cell = (verdict: Item['verdict'], truth: Item['truth']): number =>
    clear.filter((item) => item.verdict === verdict && item.truth === truth).length;
  const media = [...new Set(items.map(({ medium }) => medium))].sort();
  const whole = strataOf(items, sampled, null);
  return {
    rows: reviews.length,
    matched: items.length,
    unmatched: { count: unmatched.length, uuids: unmatched.slice(0, MOST_LISTED) },
    reviewed: reviewed.length,
    truth: byName(TRUTHS, truths),
    undecided: clear.filter(({ verdict }) => verdict !== 'fake' && verdict !== 'real').length,
    confusion: {
      true_positive: cell('fake', 'ai_generated'),
      false_positive: cell('fake', 'authentic'),
      true_negative: cell('real', 'authentic'),
      false_negative: cell('real', 'ai_generated'),
    },
    weighting: sampled ? 'strata' : 'none',
    strata: sampled
      ? whole.map(({ name, size, items: of, reviews: done }) => {
          return { stratum: name, size: size ?? 0, sampled: of.length, reviewed: done.length };
        })
      : [],
    ...ratesOf(whole, run.verdicts),
    by_media_type: Object.fromEntries(
      media.map((medium) => {
        const { [medium]: counts = { fake: 0, real: 0 } } = run.by_media_type;
        return [medium, ratesOf(strataOf(items, sampled, medium), counts)];
      }),
    ),
    agreement: agreementOf(items),
    prevalence: { raw: run.fake_rate, corrected: prevalenceOf(whole, run) },
    casework: caseworkOf(items, limitSeconds, readUntilMs),
  };
}

interface Item extends ReviewedDetection {
  readonly reviews: readonly Review[];
  readonly truth: ReturnType<typeof agreedTruth>;
}

interface NamedStratum extends Stratum {
  readonly name: string;
  /** All that were drawn, reviewed or not. */
  readonly items: readonly Item[];
  /** Those of the medium that is looked at. */
  readonly wanted: readonly Item[];
}

/** A review without a clear answer stays part of its stratum's sample; detections of other media count as zero. */
function strataOf(items: readonly Item[], sampled: boolean, medium: string | null): NamedStratum[] {
  const names = new Map<string, Item[]>();
  for (const item of items) pushTo(names, sampled ? (item.reviews[0]?.stratum ?? '') : '', item);
  return [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, of]) => {
      const isWanted = (item: Item): boolean => medium === null || item.medium === medium;
      const reviews = of.flatMap((item): Judged[] => {
        if (item.truth === null || item.verdict === null) return [];
        const counts = item.truth !== 'ambiguous' && isWanted(item);
        return [{ verdict: item.verdict, isFake: item.truth === 'ai_generated', counts }];
      });
      const size = sampled ? (of[0]?.reviews[0]?.stratum_size ?? null) : null;
      return { name, size, items: of, wanted: of.filter(isWanted), reviews };
    });
}

type Verdicts = Pick<OutcomeCounts, 'fake' | 'real'>;

function ratesOf(strata: readonly NamedStratum[], run: Verdicts): DetectorRates {
  return byName(RATE_NAMES, (name) => rateOf(strata, name, run));
}

/** Not estimable if a part of its cases went unseen: reviews of one verdict alone say nothing of the other's errors. */
function rateOf(strata: readonly NamedStratum[], name: keyof typeof RATE_RULES, run: Verdicts): Estimate {
  const needed = name === 'precision' ? (['fake'] as const) : (['fake', 'real'] as const);
  const rate = estimateRate(strata, RATE_RULES[name]);
  const blind = strata.some(
    ({ wanted, reviews }) =>
      reviews.length === 0 && wanted.some(({ verdict }) => needed.some((one) => one === verdict)),
  );
  if (blind) return notEstimable('stratum_without_review', rate.of);
  const seen = (verdict: 'fake' | 'real'): boolean =>
    strata.some(({ reviews }) => reviews.some((one) => one.counts && one.verdict === verdict));
  const some = needed.filter((verdict) => seen(verdict) || run[verdict] === 0).length;
  return rate.of > 0 && some < needed.length ? notEstimable('one_verdict_only', rate.of) : rate;
}

function prevalenceOf(strata: readonly NamedStratum[], run: Pick<Statistics, 'verdicts' | 'fake_rate'>): Estimate {
  const { recall, false_positive_rate: fpr } = ratesOf(strata, run.verdicts);
  const missing = [recall, fpr].find(({ value }) => value === null);
  if (missing !== undefined || run.fake_rate.value === null) {
    return notEstimable(missing?.why ?? 'no_case', recall.of + fpr.of);
  }
  return correctedPrevalence(strata, run.fake_rate.value);
}

/** Of the two reviewers with the most detections in common; of several such pairs, the first by name. */
function agreementOf(items: readonly Item[]): ReviewStatistics['agreement'] {
  const pairs = new Map<string, [string, string][]>();
  for (const { reviews } of items) {
    const said = reviews
      .flatMap(({ reviewer, truth }): [string, string][] => (truth === null ? [] : [[reviewer ?? '', truth]]))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [index, [one, answer]] of said.entries()) {
      for (const [other, otherAnswer] of said.slice(index + 1)) {
        pushTo(pairs, JSON.stringify([one, other]), [answer, otherAnswer]);
      }
    }
  }
  const [most] = [...pairs].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  if (most === undefined) return null;
  const { agreed, kappa } = cohensKappa(most[1]);
  return { reviewers: JSON.parse(most[0]) as [string, string], agreed: Number(agreed.toFixed(12)), kappa };
}

function caseworkOf(items: readonly Item[], limitSeconds: number, readUntilMs: number): ReviewStatistics['casework'] {
  const limitMs = limitSeconds * 1000;
  const late: { uuid: string; hours: number; acted: boolean }[] = [];
  const spans: number[] = [];
  const appealSpans: number[] = [];
  const outcomes = { upheld: 0, partially_reversed: 0, reversed: 0, omitted: 0, pending: 0 };
  let [notices, inTime, open, impossible, actions, appeals] = [0, 0, 0, 0, 0, 0];
  for (const { uuid, reviews } of items) {
    const noticeAt = lastValue(reviews, 'notice_at');
    const actionAt = lastValue(reviews, 'action_at');
    if (lastValue(reviews, 'action') !== null || actionAt !== null) actions++;
    if (noticeAt !== null) {
      notices++;
      const span = (actionAt ?? readUntilMs) - noticeAt;
      if (actionAt !== null && span >= 0) spans.push(span);
      if (actionAt !== null && span < 0) impossible++;
      else if (span > limitMs) late.push({ uuid, hours: hours(span), acted: actionAt !== null });
      else if (actionAt === null) open++;
      else inTime++;
    }
    const appealAt = lastValue(reviews, 'appeal_at');
    const outcome = lastValue(reviews, 'appeal_outcome');
    if (appealAt === null && outcome === null) continue;
    appeals++;
    outcomes[outcome ?? 'pending']++;
    const decidedAt = lastValue(reviews, 'appeal_decided_at');
    if (appealAt !== null && decidedAt !== null && decidedAt >= appealAt) appealSpans.push(decidedAt - appealAt);
  }
  late.sort((a, b) => b.hours - a.hours || (a.uuid < b.uuid ? -1 : 1));
  const automated = (isOne: (noticeAt: number | null) => boolean): Record<(typeof AUTOMATIONS)[number], number> => {
    const some = items.filter(({ reviews }) => isOne(lastValue(reviews, 'notice_at')));
    const ways = some.map(({ reviews }) => lastValue(reviews, 'automated'));
    return byName(AUTOMATIONS, (how) => ways.filter((one) => one === how).length);
  };
  const within: Rate = wilsonRate(inTime, inTime + late.length);
  return {
    limit_seconds: limitSeconds,
    notices,
    within_limit: within,
    median_hours: medianHours(spans),
    overdue: late.length,
    overdue_list: late.slice(0, MOST_LISTED),
    open,
    not_measured: impossible,
    actions,
    automated: {
      all: automated(() => true),
      own_initiative: automated((noticeAt) => noticeAt === null),
      notices: automated((noticeAt) => noticeAt !== null),
    },
    appeals: {
      count: appeals,
      outcomes: byName([...APPEAL_OUTCOMES, 'pending'] as const, (name) => outcomes[name]),
      median_hours: medianHours(appealSpans),
    },
  };
}

function hours(spanMs: number): number {
  return Number((spanMs / HOUR_MS).toFixed(4));
}

/** The mean of the two middle ones of an even number. */
function medianHours(spans: readonly number[]): number | null {
  const sorted = [...spans].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : hours((low + high) / 2);
}

function byName<const Name extends string, T>(names: readonly Name[], valueOf: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, T>;
}

function pushTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
