import { join } from 'node:path';
import { InterruptedError } from '../../core/errors.ts';
import type { Clock } from '../../core/instant.ts';
import { makeFolder } from '../../platform/files/folders.ts';
import { acquireLock, type RunLock } from '../../platform/files/lock.ts';
import type { JobContext, JobOutcome } from './outcome.ts';
import type { Job } from './job.ts';
import { type JobPlan, planJob, readSchedule } from './plan.ts';
import { laterAs, runJob } from './run-job.ts';
import { readState } from './state.ts';

/**
 * Does the due work of each job in turn: a job that fails does not stop the others. `told` gets each outcome as soon as
 * it exists. Throws only the reason of an aborted signal, after the outcome of the interrupted job.
 */
export async function runJobs(
  jobs: readonly Job[],
  context: JobContext,
  told: (outcome: JobOutcome) => Promise<void>,
): Promise<JobOutcome[]> {
  const outcomes: JobOutcome[] = [];
  for (const job of jobs) {
    const outcome = await runJob(job, context);
    outcomes.push(outcome);
    await told(outcome);
    context.signal.throwIfAborted();
  }
  return outcomes;
}

/** What `run` would do, and with which settings. */
export interface PlannedJob {
  readonly job: Job;
  readonly plan: JobPlan;
}

/** Plans every job and changes nothing: no lock, no file, no request. Throws `OutputError`. */
export async function planJobs(jobs: readonly Job[], nowMs: number): Promise<PlannedJob[]> {
  const planned: PlannedJob[] = [];
  for (const job of jobs) {
    planned.push({ job, plan: planJob(job, await readState(job), nowMs) });
  }
  return planned;
}

/** A clock may be set, and a machine may sleep: the time is checked at least this often. */
const LONGEST_SLEEP_MS = 30_000;
/** A failed job is retried after this time, unless its schedule comes earlier. */
const AFTER_FAILURE_MS = 3_600_000;

/**
 * Runs jobs as they fall due, until the signal is aborted: first what is due already, then at each time of their
 * schedules. A job never overlaps itself, and only one works at a time, so that memory holds one reading. Several
 * schedulers on one folder exclude each other while they live. Throws `TryLaterError` if another one is at work,
 * `OutputError`; returns if it was stopped while idle, else throws the signal's reason.
 */
export async function scheduleJobs(
  jobs: readonly Job[],
  context: Omit<JobContext, 'nowMs'>,
  told: (outcome: JobOutcome) => Promise<void>,
): Promise<void> {
  const locks = await lockAll(jobs);
  try {
    // One job works at a time, in the order in which they fell due.
    let last: Promise<unknown> = Promise.resolve();
    const run = (job: Job): Promise<JobOutcome | null> => {
      const turn = last.then(async () => {
        if (context.signal.aborted) return null;
        const outcome = await runJob(job, { ...context, nowMs: context.clock.nowMs() });
        await told(outcome);
        return outcome;
      });
      last = turn.catch(() => undefined);
      return turn;
    };
    const ends = await Promise.allSettled(jobs.map((job) => scheduleOne(job, context, run)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } finally {
    for (const lock of locks) await lock.release();
  }
  if (context.signal.aborted && context.signal.reason instanceof InterruptedError) return;
  context.signal.throwIfAborted();
}

async function scheduleOne(
  job: Job,
  { clock, signal }: Omit<JobContext, 'nowMs'>,
  run: (job: Job) => Promise<JobOutcome | null>,
): Promise<void> {
  const schedule = readSchedule(job.schedule, job.timezone);
  while (!signal.aborted) {
    const outcome = await run(job);
    const interruption = outcome?.errors.find((error) => error instanceof InterruptedError);
    if (signal.aborted && interruption !== undefined) throw interruption;
    const nowMs = clock.nowMs();
    const nextMs = schedule.nextMs(nowMs) ?? Number.POSITIVE_INFINITY;
    const isDone = outcome !== null && outcome.errors.length === 0;
    const dueMs = isDone ? nextMs : Math.min(nextMs, nowMs + AFTER_FAILURE_MS);
    if (!(await sleptUntil(dueMs, clock, signal))) return;
  }
}

/** False if the signal came first. Checks the clock again and again: see `LONGEST_SLEEP_MS`. */
async function sleptUntil(dueMs: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  for (let nowMs = clock.nowMs(); nowMs < dueMs; nowMs = clock.nowMs()) {
    try {
      await clock.sleep(Math.min(dueMs - nowMs, LONGEST_SLEEP_MS), signal);
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }
  return !signal.aborted;
}

/** One lock for each job; all or none. */
async function lockAll(jobs: readonly Job[]): Promise<RunLock[]> {
  const locks: RunLock[] = [];
  try {
    for (const job of jobs) {
      await makeFolder(job.outDir);
      const held = laterAs(`Another scheduler runs the job ${job.name} on this folder.`);
      locks.push(await acquireLock(join(job.outDir, `.schedule-${job.name}.lock`)).catch(held));
    }
    return locks;
  } catch (error) {
    for (const lock of locks) await lock.release();
    throw error;
  }
}
