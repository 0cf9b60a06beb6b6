import type { JsonValue } from '../core/json.ts';
import type { Classifier } from './classify.ts';
import { isExactNumber, numberFrom } from './fields.ts';
import type { Notes } from './notes.ts';
import type { ExtraEntries } from './raw-node.ts';

export interface AudioChunks {
  readonly scores: readonly (number | null)[];
  /** Over the chunks that were assessed; null where there is none. */
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

const PATH = 'metrics.score';
const MEAN_UNITS = 1e12;
const NONE: AudioChunks = { scores: [], min: null, mean: null, max: null };

/**
 * `metrics.score`: P(fake) per chunk, numbers or numeric strings. A chunk that is neither stays a row without a score,
 * and what it was goes to the root's `extra` (`asReceived`). Chunks with the "nothing to assess" sentinel are rows
 * without a score.
 */
export function readAudioChunks(
  value: JsonValue,
  classifier: Classifier,
  notes: Notes,
  rootExtra: ExtraEntries,
  asReceived: () => string,
): AudioChunks {
  if (value === null) return NONE;
  const list: readonly JsonValue[] = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (!Array.isArray(value)) notes.coerced(PATH, 'single score read as one chunk');
  const scores: (number | null)[] = [];
  let [min, max, sum, count, texts, odd] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0];
  let inexact = false;
  for (const chunk of list) {
    const score = numberFrom(chunk);
    const assessed = score !== undefined && classifier.isAssessed(score);
    scores.push(assessed ? score : null);
    if (score === undefined) {
      odd++;
      continue;
    }
    if (typeof chunk === 'string') texts++;
    else if (!isExactNumber(score)) inexact = true;
    if (!assessed) continue;
    count++;
    sum += score;
    if (score < min) min = score;
    if (score > max) max = score;
  }
  if (texts > 0) notes.coerced(`${PATH}[]`, 'text read as number');
  if (odd > 0) notes.coerced(`${PATH}[]`, 'not a number, kept in extra');
  if (inexact) notes.coerced(`${PATH}[]`, 'number read with fewer digits than it may have had, kept in extra');
  if (odd > 0 || inexact) rootExtra.push(['score', asReceived()]);
  if (count === 0) return { ...NONE, scores };
  return { scores, min, mean: meanOf(sum, count), max };
}

/**
 * To 12 decimals: a sum of floats leaves noise behind the digits that the scores have (0.30000000000000004), while its
 * error stays far below one unit. Scores are probabilities; only nonsense has no such mean, or none that a double holds.
 */
function meanOf(sum: number, count: number): number | null {
  if (!Number.isFinite(sum)) return null;
  const mean = sum / count;
  const units = Math.round(mean * MEAN_UNITS);
  // A whole number divided by a power of ten gives the double that the shortest decimal stands for.
  return Number.isSafeInteger(units) ? units / MEAN_UNITS + 0 : mean;
}
