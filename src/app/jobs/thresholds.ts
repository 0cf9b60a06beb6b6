import { COMPLETENESS_VERDICTS, type CompletenessVerdict } from '../../core/certificate.ts';
import type { ThresholdOutcome } from '../../deliver/destination.ts';
import { MODALITIES } from '../../core/policy.ts';
import { RATE_NAMES } from '../../core/reviews.ts';
import type { Statistics } from '../../core/statistics.ts';
import { groupDigits } from '../../core/text.ts';
import { createStatistics } from '../../render/statistics/statistics.ts';

type Compare = (value: number | string, limit: number | string) => boolean;
const OPERATORS = {
  '>=': (value, limit) => value >= limit,
  '<=': (value, limit) => value <= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
  '>': (value, limit) => value > limit,
  '<': (value, limit) => value < limit,
} as const satisfies Readonly<Record<string, Compare>>;
type Operator = keyof typeof OPERATORS;

/** A condition that should not be met, e.g. `fake_rate > 0.05`. */
export interface Threshold {
  /** As in the job file. */
  readonly condition: string;
  readonly path: string;
  readonly operator: Operator;
  readonly limit: number | CompletenessVerdict;
}

/** The statistics of no detection: every number that a run of any data has. */
const NO_DATA = createStatistics({
  period: { from: null, to: null, timezone: 'UTC', fromMs: null, toMs: null, label: 'all' },
  retentionLimitSeconds: 0,
  reviews: { reviews: [], limitSeconds: 0, readUntilMs: 0 },
}).result(0);
/** Null without data, and never a number. */
const TEXTS: ReadonlySet<string> = new Set([
  'list_span.first',
  'list_span.last',
  'retention.oldest_not_deleted',
  'reviews.agreement',
]);
const RATE = ['value', 'low', 'high', 'of'];

/** What a condition may use: numbers of statistics.json by path, `fake_rate` for its value, and `completeness`. */
export const THRESHOLD_PATHS: readonly string[] = [
  'completeness',
  'fake_rate',
  ...numbersOf(NO_DATA).filter((path) => !TEXTS.has(path)),
  // Unknown, and so never crossed, without reviews by two people or of that medium.
  'reviews.agreement.agreed',
  ...under('reviews.agreement.kappa', RATE),
  ...MODALITIES.flatMap((medium) =>
    RATE_NAMES.flatMap((name) => under(`reviews.by_media_type.${medium}.${name}`, RATE)),
  ),
];

function numbersOf(value: unknown): string[] {
  if (value === null || typeof value === 'number') return [''];
  if (typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    numbersOf(member).map((path) => (path === '' ? key : `${key}.${path}`)),
  );
}

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
  /^(?:fake_rate(?:\.(?:value|low|high))?|scores\.[a-z]+\.(?:mean|min|max|p50|p95)|reviews\.(?:[a-z_.]+\.)?(?:accuracy|precision|recall|false_(?:posi|nega)tive_rate|raw|corrected|within_limit)\.(?:value|low|high)|reviews\.agreement\.agreed)$/;

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
  if (match === null) throw new ThresholdProblem('is not a condition such as "fake_rate > 0.05"');
  const operator = sign as Operator;
  const isKnown = THRESHOLD_PATHS.includes(path) || [...OPEN_PATHS, OBLIGATION_PATH].some((known) => known.test(path));
  if (!isKnown) throw new ThresholdProblem(`looks at "${path}", which is not a statistic`, path);
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
  if (!isShare || limit <= 1) return limit;
  const hint = sign === '%' || limit > 100 ? '' : `: write ${number}% or ${limit / 100}`;
  throw new ThresholdProblem(`compares with "${word}", which is above 100%${hint}`);
}

/** Evaluates a condition for a run; not crossed if the run has no such number (no score, no decided detection). */
export function evaluate(
  threshold: Threshold,
  statistics: Statistics,
  completeness: CompletenessVerdict,
): ThresholdOutcome {
  const { condition, path, operator, limit } = threshold;
  const value = path === 'completeness' ? completeness : numberAt(statistics, path);
  return { condition, value, text: textOf(value, path), crossed: value !== null && OPERATORS[operator](value, limit) };
}

/** A number for people: a share as a percentage, three decimals at most. */
function textOf(value: number | string | null, path: string): string {
  if (value === null) return 'unknown';
  if (typeof value === 'string') return value;
  if (SHARES.test(path)) return `${(value * 100).toFixed(1)} %`;
  const [whole = '', ...decimals] = String(Number(value.toFixed(3))).split('.');
  return [groupDigits(whole), ...decimals].join('.');
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
    const found: unknown = value.find((one: unknown) => Object(one).day === step) ?? value[Number(step)];
    return leafAt(found, rest.join('.'));
  }
  const key = Object.keys(value)
    .filter((each) => path === each || path.startsWith(`${each}.`))
    .toSorted((a, b) => b.length - a.length)
    .at(0);
  return key === undefined ? null : leafAt(Reflect.get(value, key), path.slice(key.length + 1));
}
