import type { Job } from '../jobs/job.ts';
import { type JobPlan, planJob } from '../jobs/plan.ts';
import type { JobContext } from './context.ts';
import type { JobOutcome } from './outcome.ts';
import { pendingRuns } from './outbox.ts';
import { runJob } from './run-job.ts';
import { readState } from './state.ts';

/**
 * Does what is due of each job, one after the other: a job that fails stops none of the others. `told` gets each outcome
 * when it is there. Throws nothing but the reason of an aborted signal, after the outcome of the job that it interrupted.
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

/** What `run` would do, and what it would do it with. */
export interface PlannedJob {
  readonly job: Job;
  readonly plan: JobPlan;
  /** Paths of sealed runs that wait to be delivered. */
  readonly pending: readonly string[];
}

/** Plans every job and touches nothing: no lock, no file, no request. Throws `OutputError`. */
export async function planJobs(jobs: readonly Job[], nowMs: number): Promise<PlannedJob[]> {
  const planned: PlannedJob[] = [];
  for (const job of jobs) {
    const plan = planJob(job, await readState(job), nowMs);
    planned.push({ job, plan, pending: await pendingRuns(job) });
  }
  return planned;
}
