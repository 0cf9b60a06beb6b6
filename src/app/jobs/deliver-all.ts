import { decideRetry, type RetryPace } from '../../platform/http/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import {
  type DeliverableRun,
  DeliveryError,
  type DeliveryReceipt,
  type Destination,
  idempotencyKeyOf,
} from '../../deliver/delivery.ts';
import { DetectReportError, InterruptedError } from '../../core/errors.ts';
import { isoInstant } from '../../core/instant.ts';
import type { Emit } from '../../core/progress.ts';
import { DeliveryRecords } from './delivery-records.ts';

export interface DeliverAllDependencies {
  /** Parent of the run folder; records are in its `.deliveries`. */
  readonly outDir: string;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter. */
  readonly random: () => number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Time for one destination's attempts and waits; then it is left for the next run. Default: 5 minutes. */
  readonly budgetMs?: number;
  readonly pace?: RetryPace;
}

export interface DeliveryOutcome {
  readonly destination: Destination;
  readonly idempotencyKey: string;
  /** `before`: a record says that an earlier run of the job delivered it. */
  readonly status: 'delivered' | 'before' | 'failed';
  readonly receipt: DeliveryReceipt | null;
  /** Attempts made by this call. */
  readonly attempts: number;
  /** Why it failed, or null. */
  readonly error: DetectReportError | null;
}

const BUDGET_MS = 300_000;
const PACE: RetryPace = { retryBaseMs: 1_000, retryCapMs: 60_000 };

/**
 * Delivers a sealed run to all its destinations at the same time, each with its own retries. A failure affects neither
 * the others nor the run: its outcome says why, its record stays `pending`, and the next call for the same run tries
 * again with the same key. What was delivered is not delivered again. The records of all destinations are written
 * before the first attempt. Throws `InterruptedError` once every delivery has stopped, and `OutputError` if no record
 * can be kept, before anything is sent.
 */
export async function deliverAll(
  run: DeliverableRun,
  destinations: readonly Destination[],
  deps: DeliverAllDependencies,
): Promise<DeliveryOutcome[]> {
  const records = new DeliveryRecords(deps.outDir, run);
  const open = new Map<string, number>();
  const before = new Map<string, DeliveryOutcome>();
  for (const destination of destinations) {
    const key = idempotencyKeyOf(run, destination);
    const known = await records.read(destination.id);
    const receipt = known?.receipt ?? null;
    if (receipt !== null) {
      before.set(destination.id, outcomeOf(destination, key, 'before', receipt, 0, null));
      continue;
    }
    open.set(destination.id, known?.attempts ?? 0);
    if (known === null) {
      await records.write(destination, key, { attempts: 0, tried_at: null, last_error: null, receipt: null });
    }
  }
  const settled = await Promise.allSettled(
    destinations.map(async (destination) => {
      const done = before.get(destination.id);
      return done ?? (await deliverOne(run, destination, records, open.get(destination.id) ?? 0, deps));
    }),
  );
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function deliverOne(
  run: DeliverableRun,
  destination: Destination,
  records: DeliveryRecords,
  earlierAttempts: number,
  deps: DeliverAllDependencies,
): Promise<DeliveryOutcome> {
  const { budgetMs = BUDGET_MS, clock, emit, pace = PACE, random, signal } = deps;
  const key = idempotencyKeyOf(run, destination);
  const startedMs = clock.monotonicMs();
  const record = async (attempt: number, error: string | null, receipt: DeliveryReceipt | null): Promise<void> => {
    const tried_at = isoInstant(clock.nowMs());
    await records.write(destination, key, {
      attempts: earlierAttempts + attempt,
      tried_at,
      last_error: error,
      receipt,
    });
  };
  for (let attempt = 1; ; attempt++) {
    let failure: DetectReportError;
    try {
      if (signal.aborted) throw signal.reason;
      const receipt = await destination.deliver(run, key, signal);
      for (const text of receipt.notices ?? []) emit({ kind: 'note', level: 'warning', text });
      // A record that cannot be written means one more attempt later, with the same key, not a failure.
      await record(attempt, null, receipt).catch((error: unknown) => warn(emit, destination, error));
      return outcomeOf(destination, key, 'delivered', receipt, attempt, null);
    } catch (error) {
      if (error instanceof InterruptedError || !(error instanceof DetectReportError)) throw error;
      failure = error;
    }
    await record(attempt, failure.message, null).catch((error: unknown) => warn(emit, destination, error));
    const delayMs = delayAfter(failure, attempt, budgetMs - (clock.monotonicMs() - startedMs), pace, random);
    if (delayMs === null) return outcomeOf(destination, key, 'failed', null, attempt, failure);
    emit({ kind: 'delivery-retry', destination: destination.id, attempt, delayMs, reason: failure.message });
    await clock.sleep(delayMs, signal);
  }
}

/** Milliseconds until the next attempt, or null. */
function delayAfter(
  failure: DetectReportError,
  attempt: number,
  remainingMs: number,
  pace: RetryPace,
  random: () => number,
): number | null {
  if (!(failure instanceof DeliveryError) || !failure.retryable) return null;
  const decision = decideRetry(attempt, failure.retryAfterMs, remainingMs, pace, random);
  return decision.kind === 'wait' ? decision.delayMs : null;
}

function warn(emit: Emit, destination: Destination, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  emit({ kind: 'note', level: 'warning', text: `The record of ${destination.id} could not be kept: ${why}` });
}

function outcomeOf(
  destination: Destination,
  idempotencyKey: string,
  status: DeliveryOutcome['status'],
  receipt: DeliveryReceipt | null,
  attempts: number,
  error: DetectReportError | null,
): DeliveryOutcome {
  return { destination, idempotencyKey, status, receipt, attempts, error };
}
