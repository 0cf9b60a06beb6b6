import { InvariantError } from '../core/errors.ts';
import type { OutcomeCounts, Statistics } from '../core/statistics.ts';
import { OUTCOMES, type Outcome } from './outcomes.ts';

/**
 * Throws `InvariantError`, naming the sum, unless every count adds up: received = unique + duplicates; unique = inside
 * + outside + undated; in period = completed + processing + failed; completed = fake + real + indeterminate; media
 * types and days each add up to the whole.
 */
export function assertSums(statistics: Statistics): void {
  const { population, verdicts } = statistics;
  const { received, unique, duplicates, in_period, outside_period, undated } = population;
  const { completed, processing, failed } = population;
  assertWhole(population);
  assertEqual('received = unique + duplicates', received, unique + duplicates);
  assertEqual('unique = in_period + outside_period + undated', unique, in_period + outside_period + undated);
  assertEqual('in_period = completed + processing + failed', in_period, completed + processing + failed);
  const judged = verdicts.fake + verdicts.real + verdicts.indeterminate;
  assertEqual('completed = fake + real + indeterminate', completed, judged);
  const whole: OutcomeCounts = { completed, processing, failed, ...verdicts };
  assertParts('by_media_type', Object.values(statistics.by_media_type), whole);
  assertParts('by_day', statistics.by_day, whole);
}

function assertWhole(counts: object): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 0) throw new InvariantError(`The count ${name} is ${count}.`);
  }
}

function assertParts(place: string, parts: readonly OutcomeCounts[], whole: OutcomeCounts): void {
  for (const outcome of OUTCOMES) {
    assertEqual(`${place} adds up to all ${outcome}`, whole[outcome], sumOf(parts, outcome));
  }
}

function sumOf(parts: readonly OutcomeCounts[], outcome: Outcome): number {
  return parts.reduce((sum, part) => sum + part[outcome], 0);
}

function assertEqual(rule: string, whole: number, parts: number): void {
  if (whole !== parts) throw new InvariantError(`A sum does not hold: ${rule} (${whole} against ${parts}).`);
}
