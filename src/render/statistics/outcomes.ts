import type { Detection } from '../../core/detection.ts';
import { InvariantError } from '../../core/errors.ts';
import type { OutcomeCounts } from '../../core/statistics.ts';
import { shorten, terminalSafe } from '../../core/text.ts';

/** The counters of one row, in this order. */
export const OUTCOMES = [
  'completed',
  'processing',
  'failed',
  'fake',
  'real',
  'indeterminate',
] as const satisfies readonly (keyof OutcomeCounts)[];

export type Outcome = (typeof OUTCOMES)[number];

/** Position of each outcome in a row of counters. */
export const OUTCOME_COUNTER: Readonly<Record<Outcome, number>> = {
  completed: 0,
  processing: 1,
  failed: 2,
  fake: 3,
  real: 4,
  indeterminate: 5,
};

/** A row's counters by name. */
export function outcomeCounts(row: readonly number[]): OutcomeCounts {
  const [completed = 0, processing = 0, failed = 0, fake = 0, real = 0, indeterminate = 0] = row;
  return { completed, processing, failed, fake, real, indeterminate };
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
