import { COMPLETENESS_VERDICTS, type CompletenessVerdict } from '../../core/certificate.ts';
import type { ThresholdOutcome } from '../../deliver/destination.ts';
import { APPEAL_OUTCOMES, RATE_NAMES } from '../../core/reviews.ts';
import { MARKS, type ObligationStatus, type Statistics } from '../../core/statistics.ts';
import { groupDigits } from '../../core/text.ts';

const OPERATORS = ['>=', '<=', '==', '!=', '>', '<'] as const;
type Operator = (typeof OPERATORS)[number];

/** A condition that should not be met, e.g. `fake_rate > 0.05`. */
export interface Threshold {
  /** As in the job file. */
  readonly condition: string;
  readonly path: string;
  readonly operator: Operator;
  readonly limit: number | CompletenessVerdict;
}

const OUTCOMES = ['completed', 'processing', 'failed', 'fake', 'real', 'indeterminate'];
const SCORES = ['count', 'mean', 'min', 'max', 'p50', 'p95'];
const DURATIONS = ['count', 'sum', 'mean', 'min', 'max', 'p50', 'p95'];
const RATE = ['value', 'low', 'high', 'of'];
const SPANS = ['count', 'p50', 'p95', 'max'];
const MODALITIES = ['audio', 'image', 'video'];

/** The numbers of every run; the type makes a missing key a compile error. */
const POPULATION: Readonly<Record<keyof Statistics['population'], true>> = {
  received: true,
  unique: true,
  duplicates: true,
  in_period: true,
  outside_period: true,
  undated: true,
  completed: true,
  processing: true,
  failed: true,
};
const RETENTION: Readonly<
  Record<Exclude<keyof Statistics['retention'], 'seconds_to_deletion' | 'oldest_not_deleted'>, true>
> = {
  zero_retention: true,
  deleted: true,
  not_deleted: true,
  processing: true,
  not_measured: true,
  undated: true,
  limit_seconds: true,
  late: true,
  overdue: true,
  processing_over_limit: true,
};
const COMPLIANCE: Readonly<Record<ObligationStatus, true>> = {
  met: true,
  not_met: true,
  not_shown: true,
  no_case: true,
  not_measured: true,
  stated: true,
  not_applicable: true,
};

const RATES = RATE_NAMES.flatMap((name) => under(name, RATE));
/** Unknown, and so never crossed, in a run without reviews. */
const REVIEWS = [
  'rows',
  'matched',
  'reviewed',
  'undecided',
  'unmatched.count',
  'agreement.agreed',
  'casework.median_hours',
  ...RATES,
  ...MODALITIES.flatMap((medium) => under(`by_media_type.${medium}`, RATES)),
  ...['agreement.kappa', 'prevalence.corrected', 'casework.within_limit'].flatMap((rate) => under(rate, RATE)),
  ...under('casework', ['notices', 'overdue', 'open', 'actions', 'appeals.count', 'appeals.median_hours']),
  ...under('casework.appeals.outcomes', [...APPEAL_OUTCOMES, 'pending']),
];

/** What a condition may use: numbers of statistics.json by path, `fake_rate` for its value, and `completeness`. */
export const THRESHOLD_PATHS: readonly string[] = [
  'completeness',
  'fake_rate',
  ...under('fake_rate', ['value', 'low', 'high', 'of']),
  ...under('population', Object.keys(POPULATION)),
  ...under('verdicts', ['fake', 'real', 'indeterminate']),
  ...MODALITIES.flatMap((medium) => under(`by_media_type.${medium}`, OUTCOMES)),
  ...MODALITIES.flatMap((modality) => under(`scores.${modality}`, SCORES)),
  ...['audio', 'video'].flatMap((modality) => under(`duration_seconds.${modality}`, DURATIONS)),
  ...under('latency_seconds', SPANS),
  ...under('retention', Object.keys(RETENTION)),
  ...under('retention.seconds_to_deletion', SPANS),
  ...under('compliance', Object.keys(COMPLIANCE)),
  ...under('reviews', REVIEWS),
  ...['c2pa', 'watermark', 'synthid'].flatMap((signal) => under(`provenance.signals.${signal}`, MARKS)),
  'not_assessed',
];

/** Numbers under keys that come from the data; one that a run does not have counts as 0. */
const OPEN_PATHS: readonly RegExp[] = [
  /^by_media_type\.(.+)\.(?:completed|processing|failed|fake|real|indeterminate)$/,
  /^by_day\.\d{4}-\d{2}-\d{2}\.(?:completed|processing|failed|fake|real|indeterminate)$/,
  /^labels\.(?:audio|image|video)\.(.+)$/,
  /^provenance\.by_media_type\.(.+)\.(?:fake|real|indeterminate|none)\.(?:marked|not_marked|unknown)$/,
  /^scores\.(?:audio|image|video)\.histogram\.1?\d$/,
  /^(?:source_tracing|unknown_statuses|unknown_keys|coercions|withheld)\.(.+)$/,
];

/** The matrix row by row, from 0. */
const OBLIGATION_PATH = /^compliance\.obligations\.\d{1,2}\.(?:value|at_most|at_least|open)$/;

/** Shares of 1: only these may be compared with a percentage. */
const SHARES =
  /^(?:fake_rate(?:\.(?:value|low|high))?|scores\.[a-z]+\.(?:mean|min|max|p50|p95)|reviews\.(?:[a-z_.]+\.)?(?:accuracy|precision|recall|false_(?:posi|nega)tive_rate|corrected|within_limit)\.(?:value|low|high)|reviews\.agreement\.agreed)$/;

function under(prefix: string, names: readonly string[]): string[] {
  return names.map((name) => `${prefix}.${name}`);
}

/** Why a text is not a condition. `path` if only that is wrong, to suggest another. */
export class ThresholdProblem extends Error {
  override readonly name = 'ThresholdProblem';
  readonly unknownPath: string | null;

  constructor(message: string, unknownPath: string | null = null) {
    super(message);
    this.unknownPath = unknownPath;
  }
}

/** Reads `path operator limit`. Throws `ThresholdProblem`. */
export function readThreshold(condition: string): Threshold {
  // A key of the data may hold anything: the last operator is the one that compares.
  const match = /^\s*(\S(?:.*?\S)?)\s*(>=|<=|==|!=|>|<)\s*([^\s<>=!]+)\s*$/.exec(condition);
  const [, path = '', sign = '', word = ''] = match ?? [];
  const operator = OPERATORS.find((known) => known === sign);
  if (operator === undefined) throw new ThresholdProblem('is not a condition such as "fake_rate > 0.05"');
  const isKnown = THRESHOLD_PATHS.includes(path) || [...OPEN_PATHS, OBLIGATION_PATH].some((known) => known.test(path));
  if (!isKnown) {
    throw new ThresholdProblem(`looks at "${path}", which is not a statistic`, path);
  }
  return { condition: condition.trim(), path, operator, limit: readLimit(path, operator, word) };
}

function readLimit(path: string, operator: Operator, word: string): Threshold['limit'] {
  if (path === 'completeness') {
    const verdict = COMPLETENESS_VERDICTS.find((known) => known === word);
    if (verdict === undefined || (operator !== '==' && operator !== '!=')) {
      throw new ThresholdProblem(`compares completeness by == or != with ${COMPLETENESS_VERDICTS.join(', ')} only`);
    }
    return verdict;
  }
  const isShare = SHARES.test(path);
  const [, number, sign] = /^(-?\d{1,15}(?:\.\d{1,15})?)(%?)$/.exec(word) ?? [];
  if (number === undefined) throw new ThresholdProblem(`compares with "${word}", which is not a number`);
  if (sign === '%' && !isShare) {
    throw new ThresholdProblem(`compares with "${word}", but ${path} is not a share: write a number without %`);
  }
  const limit = sign === '%' ? Number(`${number}e-2`) : Number(number);
  if (isShare && limit > 1) {
    throw new ThresholdProblem(
      `compares with "${word}", which is above 100%: write ${number}% or ${Number(number) / 100}`,
    );
  }
  return limit;
}

/** Evaluates a condition for a run; not crossed if the run has no such number (no score, no decided detection). */
export function evaluate(
  threshold: Threshold,
  statistics: Statistics,
  completeness: CompletenessVerdict,
): ThresholdOutcome {
  const value = threshold.path === 'completeness' ? completeness : numberAt(statistics, threshold.path);
  const { condition, path } = threshold;
  return { condition, value, text: textOf(value, path), crossed: value !== null && holds(value, threshold) };
}

/** A number for people: a share as a percentage, three decimals at most. */
function textOf(value: number | string | null, path: string): string {
  if (value === null) return 'unknown';
  if (typeof value === 'string') return value;
  if (SHARES.test(path)) return `${(value * 100).toFixed(1)} %`;
  const [whole = '', ...decimals] = String(Number(value.toFixed(3))).split('.');
  return [groupDigits(whole), ...decimals].join('.');
}

function holds(value: number | string, { operator, limit }: Threshold): boolean {
  switch (operator) {
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
    case '>':
      return value > limit;
    case '<':
      return value < limit;
    case '>=':
      return value >= limit;
    case '<=':
      return value <= limit;
  }
}

/** A missing number under a key from the data counts as 0; any other missing number is unknown. */
function numberAt(statistics: Statistics, path: string): number | null {
  const value = leafAt(statistics, path === 'fake_rate' ? 'fake_rate.value' : path);
  if (typeof value === 'number') return value;
  return OPEN_PATHS.some((open) => open.test(path)) ? 0 : null;
}

/** A key of the data may contain dots: the longest existing one is used. */
function leafAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) {
    const [step = '', ...rest] = path.split('.');
    const found: unknown = value.find((one: unknown) => isDay(one, step)) ?? value[Number(step)];
    return leafAt(found, rest.join('.'));
  }
  const key = Object.keys(value)
    .filter((each) => path === each || path.startsWith(`${each}.`))
    .toSorted((a, b) => b.length - a.length)
    .at(0);
  return key === undefined ? null : leafAt(Reflect.get(value, key), path.slice(key.length + 1));
}

function isDay(one: unknown, day: string): boolean {
  return typeof one === 'object' && one !== null && Reflect.get(one, 'day') === day;
}
