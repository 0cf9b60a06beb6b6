import type { Job } from './job.ts';
import { type JobPlan, planJob } from './plan.ts';
import type { JobContext } from './context.ts';
import type { JobOutcome } from './outcome.ts';
import { pendingRuns } from './outbox.ts';
import { runJob } from './run-job.ts';
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
  /** Paths of sealed runs that wait for delivery. */
  readonly pending: readonly string[];
}

/** Plans every job and changes nothing: no lock, no file, no request. Throws `OutputError`. */
export async function planJobs(jobs: readonly Job[], nowMs: number): Promise<PlannedJob[]> {
  const planned: PlannedJob[] = [];
  for (const job of jobs) {
    const plan = planJob(job, await readState(job), nowMs);
    planned.push({ job, plan, pending: await pendingRuns(job) });
  }
  return planned;
}
