import type { Detection } from '../../core/detection.ts';
import { InvariantError } from '../../core/errors.ts';
import { type OutcomeCounts, OUTCOMES, type Rate, type Statistics } from '../../core/statistics.ts';
import { shorten, terminalSafe } from '../../core/text.ts';

/** Position of each outcome in a row of counters. */
export const OUTCOME_COUNTER = Object.fromEntries(OUTCOMES.map((outcome, at) => [outcome, at])) as Readonly<
  Record<keyof OutcomeCounts, number>
>;

export function outcomeCounts(row: readonly number[]): OutcomeCounts {
  return Object.fromEntries(OUTCOMES.map((outcome, at) => [outcome, row[at] ?? 0])) as unknown as OutcomeCounts;
}

/** Throws `InvariantError` unless exactly the completed detections have a verdict. */
export function assertVerdictBelongs(detection: Detection): void {
  if ((detection.status === 'completed') === (detection.verdict !== null)) return;
  const uuid = terminalSafe(shorten(detection.uuid, 80));
  throw new InvariantError(
    detection.verdict === null
      ? `The completed detection ${uuid} has no verdict.`
      : `The detection ${uuid} is ${detection.status} but has the verdict ${detection.verdict}.`,
  );
}

/**
 * Throws `InvariantError`, naming the sum, unless all counts add up: received = unique + duplicates; unique = inside +
 * outside + undated; in period = completed + processing + failed; completed = fake + real + indeterminate; media types
 * and days each add up to the whole; zero_retention = deleted + not_deleted + processing + not_measured; unknown
 * statuses are part of processing.
 */
export function assertSums(statistics: Statistics): void {
  const { population, verdicts, retention } = statistics;
  const { received, unique, duplicates, in_period, outside_period, undated } = population;
  const { completed, processing, failed } = population;
  for (const [name, count] of Object.entries(population)) {
    if (!Number.isSafeInteger(count) || count < 0) throw new InvariantError(`The count ${name} is ${count}.`);
  }
  assertEqual('received = unique + duplicates', received, unique + duplicates);
  assertEqual('unique = in_period + outside_period + undated', unique, in_period + outside_period + undated);
  assertEqual('in_period = completed + processing + failed', in_period, completed + processing + failed);
  const judged = verdicts.fake + verdicts.real + verdicts.indeterminate;
  assertEqual('completed = fake + real + indeterminate', completed, judged);
  assertEqual(
    'retention: zero_retention = deleted + not_deleted + processing + not_measured',
    retention.zero_retention,
    retention.deleted + retention.not_deleted + retention.processing + retention.not_measured,
  );
  const { count: timed } = retention.seconds_to_deletion;
  if (timed > retention.deleted || (retention.late ?? 0) > timed) {
    throw new InvariantError(
      `A sum does not hold: retention: late within seconds_to_deletion within deleted (${retention.late} of ${timed} of ${retention.deleted}).`,
    );
  }
  const unknown = Object.values(statistics.unknown_statuses).reduce((sum, count) => sum + count, 0);
  if (unknown > processing) {
    throw new InvariantError(`A sum does not hold: unknown_statuses within processing (${unknown} of ${processing}).`);
  }
  const whole: OutcomeCounts = { completed, processing, failed, ...verdicts };
  assertParts('by_media_type', Object.values(statistics.by_media_type), whole);
  assertParts('by_day', statistics.by_day, whole);
}

function assertParts(place: string, parts: readonly OutcomeCounts[], whole: OutcomeCounts): void {
  for (const outcome of OUTCOMES) {
    const sum = parts.reduce((before, part) => before + part[outcome], 0);
    assertEqual(`${place} adds up to all ${outcome}`, whole[outcome], sum);
  }
}

function assertEqual(rule: string, whole: number, parts: number): void {
  if (whole !== parts) throw new InvariantError(`A sum does not hold: ${rule} (${whole} against ${parts}).`);
}

/** The 97.5 % point of the standard normal distribution, to double precision. */
export const Z = 1.959963984540054;

/**
 * `hits / of` with its Wilson score interval at 95 %, without continuity correction (E. B. Wilson, Journal of the
 * American Statistical Association 22, 1927, 209-212; method 3 of R. G. Newcombe, Statistics in Medicine 17, 1998,
 * 857-872). Unlike the textbook interval it stays within 0..1 and is sound for small numbers and for 0 hits. All three
 * numbers are rounded to 12 decimals; all are null if `of` is 0.
 */
export function wilsonRate(hits: number, of: number): Rate {
  if (of === 0) return { value: null, low: null, high: null, of };
  const share = hits / of;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of));
  const scale = 1 + z2 / of;
  return {
    value: rounded(share),
    // At the ends the formula gives exactly 0 and 1; floating point would leave a trace of 1e-17 or of -0.
    low: hits === 0 ? 0 : rounded(Math.max(0, (centre - reach) / scale)),
    high: hits === of ? 1 : rounded(Math.min(1, (centre + reach) / scale)),
    of,
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(12));
}
