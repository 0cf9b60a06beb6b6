import {
  type DeliverableRun,
  DeliveryError,
  type DeliveryReceipt,
  type Destination,
  idempotencyKeyOf,
} from '../../deliver/destination.ts';
import { DetectReportError, interruptionOf, OutputError } from '../../core/errors.ts';
import type { Emit } from '../../core/progress.ts';
import { deliverAll, type DeliveryOutcome } from '../jobs/delivery.ts';
import { readDeliverableRun } from '../jobs/deliverable-run.ts';
import { systemClock } from '../../platform/clock.ts';

/**
 * Delivers a run that was just sealed. Whatever happens here, the run stays: each destination has an outcome, and a
 * failure is in it.
 */
export async function deliverSealed(
  run: { readonly folder: string; readonly reportId: string },
  outDir: string,
  destinations: readonly Destination[],
  { emit, signal }: { readonly emit: Emit; readonly signal: AbortSignal },
): Promise<readonly DeliveryOutcome[]> {
  if (destinations.length === 0) return [];
  try {
    const deliverable = await readDeliverableRun(run.folder, null, signal);
    const dependencies = { outDir, clock: systemClock(), random: Math.random, emit, signal };
    const outcomes = await deliverAll(deliverable, destinations.map(checkedDestination), dependencies);
    return outcomes.map((outcome, index) => ({ ...outcome, destination: destinations[index] ?? outcome.destination }));
  } catch (error) {
    const failure = signal.aborted ? interruptionOf(signal) : failureOf(error);
    return destinations.map((destination) => {
      const idempotencyKey = idempotencyKeyOf(run, destination);
      return { destination, idempotencyKey, status: 'failed', receipt: null, attempts: 0, error: failure };
    });
  }
}

function failureOf(error: unknown): DetectReportError {
  if (error instanceof DetectReportError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new OutputError(`The run was not delivered: ${why}`, { cause: error });
}

/** One whose mistakes are a `DeliveryError` that says so, and no other destination's trouble. */
function checkedDestination(own: Destination): Destination {
  return {
    kind: own.kind,
    id: own.id,
    describe: () => own.describe(),
    check: () => own.check(),
    async deliver(run, key, signal) {
      let receipt: unknown;
      try {
        receipt = await own.deliver(run, key, signal);
      } catch (error) {
        if (error instanceof DetectReportError) throw error;
        if (signal.aborted) throw interruptionOf(signal);
        const why = error instanceof Error ? error.message : String(error);
        throw refused(own, `failed: ${why}`, 'Correct the destination, and deliver again.', error);
      }
      return receiptOf(own, run, receipt);
    },
  };
}

function receiptOf(own: Destination, run: DeliverableRun, value: unknown): DeliveryReceipt {
  const { outcome, location, files, bytes, details = {}, notices = [] } = Object(value) as Partial<DeliveryReceipt>;
  const isReceipt = (outcome === 'delivered' || outcome === 'already') && typeof location === 'string';
  const isCounted = Number.isSafeInteger(files) && Number.isSafeInteger(bytes);
  if (isReceipt && isCounted && Array.isArray(notices)) return { ...(value as DeliveryReceipt), details };
  const example = `{ outcome: 'delivered', location: 'https://…', files: ${run.files.length}, bytes: 0, details: {} }`;
  throw refused(own, 'returned no receipt.', `Return ${example}.`);
}

function refused(own: Destination, problem: string, remedy: string, cause?: unknown): DeliveryError {
  return new DeliveryError('refused', `The destination ${own.id} ${problem}`, { remedy, cause });
}
