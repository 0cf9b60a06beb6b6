import { join } from 'node:path';
import { readProxies } from '../../config/api-access.ts';
import { InterruptedError, SourceError, TryLaterError } from '../../core/errors.ts';
import { exists } from '../../platform/files/folders.ts';
import { TIMESTAMP_FILE } from '../../seal/evidence/run-files.ts';
import { RunFolder } from '../../seal/run-folder/run-folder.ts';
import type { JobContext, JobDelivery, JobOutcome, SealedJobRun } from './outcome.ts';
import { openDestinations } from './destinations.ts';
import { configOfJob } from './job-config.ts';
import type { Job } from './job.ts';
import { openJobNotifier } from './notify.ts';
import { pendingRuns } from './outbox.ts';
import { type JobPlan, planJob } from './plan.ts';
import { type FoundState, noteErrors, readState, removeLeftovers } from './state.ts';

/** Longest wait between two retries, however often a job failed. */
const LONGEST_WAIT_MS = 3_600_000;
/** Statuses that a retry would get again: the key, the account or the request is wrong. */
const PERMANENT_STATUS: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 405, 410, 422]);

/** The outcome while the job is at work. */
interface Done extends JobOutcome {
  idle: boolean;
  readonly runs: SealedJobRun[];
  readonly unchanged: string[];
  readonly deliveries: JobDelivery[];
  readonly errors: unknown[];
  nextMs: number | null;
}

/**
 * Does one job's due work: makes and amends its periods, then delivers what is not delivered. Holds the job's lock
 * meanwhile: of several runners on one folder, one works. `made` are runs that others have just sealed for it. Never
 * rejects: failures are in the outcome.
 */
export async function runJob(job: Job, context: JobContext, made: readonly SealedJobRun[] = []): Promise<JobOutcome> {
  const { name, timezone } = job;
  const none = { unchanged: [], deliveries: [], errors: [], nextMs: null };
  const done: Done = { ...none, job: name, idle: false, timezone, runs: [...made] };
  await doPart(done, context, async () => {
    const place = await openPlace(job, context.signal);
    let keepsPages = false;
    await doPart(done, context, async () => {
      const state = await readState(job);
      await removeLeftovers(job, state);
      await addTimestamps(job, state, context);
      const plan = planJob(job, state, context.nowMs);
      done.nextMs = plan.nextMs;
      tellOutOfReach(job, plan, context);
      const isWork = plan.due.length > 0 || plan.check.length > 0;
      // If there is work, what waits for delivery is looked up after it, and cannot prevent it.
      const pending = isWork || made.length > 0 ? [] : await pendingRuns(job);
      done.idle = !isWork && pending.length === 0 && made.length === 0;
      if (!done.idle) keepsPages = await watched(job, place, plan, pending, done, context);
    });
    await noteErrors(job, done.errors);
    await place.abandon(keepsPages);
  });
  return done;
}

/** Does a part of the work; why it failed is among the errors, and other parts go on. */
async function doPart({ errors }: Done, { signal }: JobContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = reasonOf(error, signal);
    // What ends all parts is told once.
    if (!errors.includes(reason)) errors.push(reason);
  }
}

/** Asks for the tokens that an authority did not give when their runs were sealed. */
async function addTimestamps(job: Job, { runs }: FoundState, context: JobContext): Promise<void> {
  if (job.timestamp === null) return;
  const config = { timestamp: { url: job.timestamp, proxies: readProxies(context.env) } };
  for (const folder of [...runs.values()].flat()) {
    if (await exists(join(folder, TIMESTAMP_FILE))) continue;
    const { timestamp } = await import('../export/export-run.ts');
    // One that does not answer is not asked for every run.
    if (!(await timestamp(config, folder, context))) return;
  }
}

export async function openPlace({ name, outDir }: Job, signal: AbortSignal): Promise<RunFolder> {
  const options = { outDir, name: `job-${name}`, overwrite: true, keptPages: 'use', signal } as const;
  return await RunFolder.open(options).catch(laterAs(`The job ${name} is at work in another process.`));
}

/** For `catch` of a lock that another process holds: throws `TryLaterError` in these words. */
export function laterAs(text: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof TryLaterError)) throw error;
    const { place, remedy } = error;
    throw new TryLaterError(text, null, { place, remedy, cause: error });
  };
}

/** Works, archives, delivers and notifies. Returns whether the pages read are worth keeping. */
async function watched(
  job: Job,
  place: RunFolder,
  plan: JobPlan,
  pending: readonly string[],
  done: Done,
  context: JobContext,
): Promise<boolean> {
  const made = done.runs.at(-1)?.summary.period.label;
  const label = plan.due.at(-1)?.label ?? made ?? plan.check.at(-1)?.label ?? pending.at(-1) ?? '';
  const watcher = openJobNotifier(job, label, context);
  await watcher.started();
  let keepsPages = false;
  await doPart(done, context, async () => {
    if (plan.due.length > 0 || plan.check.length > 0)
      keepsPages = await workWithRetries(job, place, done, watcher.context);
  });
  await doPart(done, context, async () => {
    if (!job.archive || done.runs.length === 0 || context.signal.aborted) return;
    const { writeArchive } = await import('../archive/write-archive.ts');
    await writeArchive(job.outDir, watcher.context);
  });
  await doPart(done, context, async () => {
    context.signal.throwIfAborted();
    await deliverPending(job, done, watcher.context);
  });
  await watcher.ended(done);
  return keepsPages;
}

async function workWithRetries(job: Job, place: RunFolder, done: Done, context: JobContext): Promise<boolean> {
  const { config, warnings } = await configOfJob(job, context);
  if (config.source.kind === 'api') context.protect(config.source.api.key);
  for (const text of warnings) context.emit({ kind: 'note', level: 'warning', text });
  // Rendering code is loaded only now: a runner that finds another one at work has already ended.
  const { sealDuePeriods } = await import('./seal-due-periods.ts');
  const { isWorthKeeping } = await import('../export/read-list.ts');
  for (let attempt = 1; ; attempt++) {
    const state: FoundState = await readState(job);
    const plan = planJob(job, state, context.nowMs);
    try {
      await sealDuePeriods({ job, plan, state, config, place, context, done });
      return false;
    } catch (error) {
      const failure = reasonOf(error, context.signal);
      const waitMs = attempt <= job.retries ? waitBefore(failure, attempt, job, context.clock.nowMs()) : null;
      if (waitMs === null) {
        done.errors.push(failure);
        return isWorthKeeping(failure);
      }
      const why = failure instanceof Error ? failure.message : 'unknown failure';
      const text = `${job.name}: ${why} The next attempt follows in ${Math.round(waitMs / 1000)} s.`;
      context.emit({ kind: 'note', level: 'warning', text });
      await context.clock.sleep(waitMs, context.signal);
    }
  }
}

/** Milliseconds until the next attempt; null if another one is useless. */
function waitBefore(error: unknown, attempt: number, job: Job, nowMs: number): number | null {
  const planned = Math.min(LONGEST_WAIT_MS, job.retryWaitSeconds * 1000 * 2 ** (attempt - 1));
  if (error instanceof TryLaterError) {
    // Without a time it is a lock: its holder does the work.
    if (error.retryAtMs === null) return null;
    const asked = error.retryAtMs - nowMs;
    return asked > LONGEST_WAIT_MS ? null : Math.max(planned, asked);
  }
  return isTransient(error) ? planned : null;
}

/** True if the source may answer next time. */
export function isTransient(error: unknown): boolean {
  return error instanceof SourceError && !PERMANENT_STATUS.has(error.place.status ?? 0);
}

function tellOutOfReach(job: Job, { outOfReach }: JobPlan, { emit }: JobContext): void {
  if (outOfReach.length === 0) return;
  const labels = outOfReach.map(({ label }) => label);
  const named = labels.length > 6 ? [...labels.slice(0, 3), '…', ...labels.slice(-2)] : labels;
  const text = `${job.name}: ${labels.length} missing periods are older than catch_up: ${job.catchUp} reaches (${named.join(', ')}). Raise it, or make them with export.`;
  emit({ kind: 'note', level: 'warning', text });
}

async function deliverPending(job: Job, done: Done, context: JobContext): Promise<void> {
  const runs = await pendingRuns(job);
  if (runs.length === 0) return;
  const { deliverRun } = await import('./deliverable-run.ts');
  const { destinations, errors } = openDestinations(job, context);
  done.errors.push(...errors);
  for (const folder of runs) {
    try {
      const { name, outcomes } = await deliverRun(job, folder, destinations, errors.length === 0, context);
      for (const { destination, status, receipt, error } of outcomes) {
        const text = error?.message ?? receipt?.location ?? '';
        done.deliveries.push({ run: name, destination: destination.describe(), status, text });
        if (error !== null) done.errors.push(error);
      }
    } catch (error) {
      if (error instanceof InterruptedError || context.signal.aborted) throw error;
      done.errors.push(error);
    }
  }
}

/** If a run was aborted, the abort explains more than the errors it caused. */
function reasonOf(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted && signal.reason instanceof Error ? signal.reason : error;
}
