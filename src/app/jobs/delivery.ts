import type { Clock } from '../../core/instant.ts';
import type { RunDependencies } from '../export/export-run.ts';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { DetectReportError, InterruptedError } from '../../core/errors.ts';
import { isoInstant } from '../../core/instant.ts';
import type { JsonObject } from '../../core/json.ts';
import {
  type DeliverableRun,
  DeliveryError,
  type DeliveryReceipt,
  type Destination,
  idempotencyKeyOf,
} from '../../deliver/destination.ts';
import { makeFolder, RUN_FILE_MODE, RUN_FOLDER_MODE, writeSmallFile } from '../../platform/files/folders.ts';
import { decideRetry, type RetryPace } from '../../platform/http/retry.ts';
import { readSmallJson } from '../../seal/evidence/run-files.ts';

const FORMAT = 'detect-report/delivery/1';
const MOST_BYTES = 1024 * 1024;

const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

const RECORD = z.object({
  format: z.literal(FORMAT),
  state: z.enum(['pending', 'delivered']),
  destination: z.string(),
  description: z.string(),
  run: z.string(),
  report_id: z.string(),
  idempotency_key: z.string(),
  attempts: z.int().min(0),
  /** Time of the last attempt; null before the first one. */
  tried_at: z.string().nullable(),
  last_error: z.string().nullable(),
  receipt: z
    .object({
      outcome: z.enum(['delivered', 'already']),
      location: z.string(),
      files: z.int().min(0),
      bytes: z.int().min(0),
      details: json,
    })
    .nullable(),
});

/** The delivery state of one run at one destination. Holds no secret. */
export type DeliveryRecord = Readonly<z.output<typeof RECORD>>;

export type RecordedRun = Pick<DeliverableRun, 'name' | 'reportId'>;

/**
 * The record of a run's delivery: `OUT/.deliveries/RUN/DESTINATION.json`, next to the runs and never in one, because a
 * sealed run does not change. It is replaced as a whole.
 */
function pathOf(outDir: string, run: RecordedRun, destinationId: string): string {
  return join(outDir, '.deliveries', run.name, `${destinationId}.json`);
}

/**
 * The record of a destination; null if it is missing, unreadable, or about another report under the same name: then the
 * run is delivered, with a key that lets the receiver tell.
 */
export async function readRecord(outDir: string, run: RecordedRun, id: string): Promise<DeliveryRecord | null> {
  const found = await readSmallJson(pathOf(outDir, run, id), MOST_BYTES, RECORD);
  return found?.report_id === run.reportId ? found : null;
}

type Tried = Pick<DeliveryRecord, 'attempts' | 'tried_at' | 'last_error'> & {
  readonly receipt: DeliveryReceipt | null;
};

/** Throws `OutputError`. */
async function writeRecord(outDir: string, run: RecordedRun, destination: Destination, tried: Tried): Promise<void> {
  const path = pathOf(outDir, run, destination.id);
  await makeFolder(dirname(path), RUN_FOLDER_MODE);
  const record: DeliveryRecord = {
    format: FORMAT,
    state: tried.receipt === null ? 'pending' : 'delivered',
    destination: destination.id,
    description: destination.describe(),
    run: run.name,
    report_id: run.reportId,
    idempotency_key: idempotencyKeyOf(run, destination),
    ...tried,
  };
  await writeSmallFile(path, `${JSON.stringify(record, null, 2)}\n`, RUN_FILE_MODE);
}

export interface DeliverAllDependencies extends RunDependencies {
  /** Parent of the run folder; records are in its `.deliveries`. */
  readonly outDir: string;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter. */
  readonly random: () => number;
  /** Time for one destination's attempts and waits; then it is left for the next run. Default: 5 minutes. */
  readonly budgetMs?: number;
  readonly pace?: RetryPace;
  /** Deliver even what a record says was delivered. Default false. */
  readonly again?: boolean;
}

export interface DeliveryOutcome {
  readonly destination: Destination;
  readonly idempotencyKey: string;
  /** `before`: a record says that an earlier run of the job delivered it. */
  readonly status: 'delivered' | 'before' | 'failed';
  readonly receipt: DeliveryReceipt | null;
  /** Attempts made by this call. */
  readonly attempts: number;
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
  const { outDir } = deps;
  const deliveries: (() => Promise<DeliveryOutcome>)[] = [];
  for (const destination of destinations) {
    const idempotencyKey = idempotencyKeyOf(run, destination);
    const known = await readRecord(outDir, run, destination.id);
    const receipt = deps.again === true ? null : (known?.receipt ?? null);
    if (receipt !== null) {
      const before = { destination, idempotencyKey, status: 'before', receipt, attempts: 0, error: null } as const;
      deliveries.push(() => Promise.resolve(before));
      continue;
    }
    deliveries.push(() => deliverOne(run, destination, known?.attempts ?? 0, deps));
    const none = { attempts: 0, tried_at: null, last_error: null, receipt: null };
    if (known === null) await writeRecord(outDir, run, destination, none);
  }
  const settled = await Promise.allSettled(deliveries.map((deliver) => deliver()));
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function deliverOne(
  run: DeliverableRun,
  destination: Destination,
  earlierAttempts: number,
  deps: DeliverAllDependencies,
): Promise<DeliveryOutcome> {
  const { budgetMs = BUDGET_MS, clock, emit, pace = PACE, random, signal } = deps;
  const idempotencyKey = idempotencyKeyOf(run, destination);
  const startedMs = clock.monotonicMs();
  // A record that cannot be written means one more attempt later, with the same key, not a failure.
  const record = async (attempt: number, error: string | null, receipt: DeliveryReceipt | null): Promise<void> => {
    const tried = {
      attempts: earlierAttempts + attempt,
      tried_at: isoInstant(clock.nowMs()),
      last_error: error,
      receipt,
    };
    await writeRecord(deps.outDir, run, destination, tried).catch((failure: unknown) => {
      const why = failure instanceof Error ? failure.message : String(failure);
      emit({ kind: 'note', level: 'warning', text: `The record of ${destination.id} could not be kept: ${why}` });
    });
  };
  for (let attempt = 1; ; attempt++) {
    let failure: DetectReportError;
    try {
      signal.throwIfAborted();
      const receipt = await destination.deliver(run, idempotencyKey, signal);
      for (const text of receipt.notices ?? []) emit({ kind: 'note', level: 'warning', text });
      await record(attempt, null, receipt);
      return { destination, idempotencyKey, status: 'delivered', receipt, attempts: attempt, error: null };
    } catch (error) {
      if (error instanceof InterruptedError || !(error instanceof DetectReportError)) throw error;
      failure = error;
    }
    await record(attempt, failure.message, null);
    const leftMs = budgetMs - (clock.monotonicMs() - startedMs);
    const decision =
      failure instanceof DeliveryError && failure.retryable
        ? decideRetry(attempt, failure.retryAfterMs, leftMs, pace, random)
        : null;
    if (decision?.kind !== 'wait') {
      return { destination, idempotencyKey, status: 'failed', receipt: null, attempts: attempt, error: failure };
    }
    const { delayMs } = decision;
    emit({ kind: 'delivery-retry', destination: destination.id, attempt, delayMs, leftMs, reason: failure.message });
    await clock.sleep(delayMs, signal);
  }
}
