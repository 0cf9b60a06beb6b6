import { COMPLETENESS_VERDICTS, type CompletenessVerdict } from '../core/certificate.ts';
import type { ThresholdOutcome } from '../core/delivery.ts';
import type { Statistics } from '../core/statistics.ts';

const OPERATORS = ['>=', '<=', '==', '!=', '>', '<'] as const;
type Operator = (typeof OPERATORS)[number];

/** A condition that should not hold, e.g. `fake_rate > 0.05`. */
export interface Threshold {
  /** As the job file has it. */
  readonly condition: string;
  readonly path: string;
  readonly operator: Operator;
  readonly limit: number | CompletenessVerdict;
}

const OUTCOMES = ['completed', 'processing', 'failed', 'fake', 'real', 'indeterminate'];
const SCORES = ['count', 'mean', 'min', 'max', 'p50', 'p95'];
const DURATIONS = ['count', 'sum', 'mean', 'min', 'max', 'p50', 'p95'];

/** What a condition may look at: numbers of statistics.json by their path, `fake_rate` for its value, and `completeness`. */
export const THRESHOLD_PATHS: readonly string[] = [
  'completeness',
  'fake_rate',
  ...under('fake_rate', ['value', 'low', 'high', 'of']),
  ...under('population', [
    'received',
    'unique',
    'duplicates',
    'in_period',
    'outside_period',
    'undated',
    'completed',
    'processing',
    'failed',
  ]),
  ...under('verdicts', ['fake', 'real', 'indeterminate']),
  ...['audio', 'image', 'video'].flatMap((medium) => under(`by_media_type.${medium}`, OUTCOMES)),
  ...['audio', 'image', 'video'].flatMap((modality) => under(`scores.${modality}`, SCORES)),
  ...['audio', 'video'].flatMap((modality) => under(`duration_seconds.${modality}`, DURATIONS)),
  ...under('retention', ['zero_retention', 'deleted', 'not_deleted']),
  ...under('retention.seconds_to_deletion', ['count', 'p50', 'p95', 'max']),
  'not_assessed',
];

function under(prefix: string, names: readonly string[]): string[] {
  return names.map((name) => `${prefix}.${name}`);
}

/** Why a text is no condition. `path` where that alone is wrong, to suggest another. */
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
  const match = /^\s*([a-z0-9_.]+)\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*$/i.exec(condition);
  const [, path = '', sign = '', word = ''] = match ?? [];
  const operator = OPERATORS.find((known) => known === sign);
  if (operator === undefined) throw new ThresholdProblem('is not a condition such as "fake_rate > 0.05"');
  if (!THRESHOLD_PATHS.includes(path)) throw new ThresholdProblem(`looks at "${path}", which is no statistic`, path);
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
  if (!/^-?\d{1,15}(\.\d{1,15})?$/.test(word))
    throw new ThresholdProblem(`compares with "${word}", which is no number`);
  return Number(word);
}

/** What a run says to a condition. Where it has no such number (no score of that medium, no decided detection), no. */
export function evaluate(
  threshold: Threshold,
  statistics: Statistics,
  completeness: CompletenessVerdict,
): ThresholdOutcome {
  const value = threshold.path === 'completeness' ? completeness : numberAt(statistics, threshold.path);
  return { condition: threshold.condition, value, crossed: value !== null && holds(value, threshold) };
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

/** A medium of which there was none stands in no statistics: its counts are 0, everything else of it is unknown. */
function numberAt(statistics: Statistics, path: string): number | null {
  let value: unknown = statistics;
  for (const step of (path === 'fake_rate' ? 'fake_rate.value' : path).split('.')) {
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : null;
  }
  if (typeof value === 'number') return value;
  return path.startsWith('by_media_type.') ? 0 : null;
}
