import type { FlowJob } from 'bullmq';
import { basename } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Emit } from '../../core/progress.ts';
import type { Job, JobFile } from '../jobs/job.ts';
import { pendingRuns } from '../jobs/outbox.ts';
import { planJobs } from '../jobs/run-jobs.ts';
import { type OpenQueue, openQueue, optionsOf, QUEUE, readAnyTask, readTask, type Task, taskId } from './queue.ts';

export interface EnqueuedJob {
  readonly job: string;
  /** `queued`: added now · `waiting`: in the queue already · `idle`: nothing is due, to compare or to deliver. */
  readonly state: 'queued' | 'waiting' | 'idle';
  readonly periods: readonly string[];
}

/**
 * Adds a flow for each job that has something to do, planned from its run folders as `run` does; one that is in the
 * queue stays as it is, one that failed starts again. Throws `ConfigError`, `OutputError`.
 */
export async function enqueueJobs(
  file: JobFile,
  jobs: readonly Job[],
  { address, nowMs, emit }: { readonly address: string; readonly nowMs: number; readonly emit: Emit },
): Promise<EnqueuedJob[]> {
  const planned = await planJobs(jobs, nowMs);
  const open = await openQueue(address, emit);
  const enqueued: EnqueuedJob[] = [];
  try {
    for (const { job, plan } of planned) {
      const periods = plan.due.map(({ label }) => label);
      // If that cannot be looked up, the worker says so, of this job alone.
      const waits = await pendingRuns(job).catch(() => [job.outDir]);
      const isIdle = periods.length + plan.check.length + waits.length === 0;
      const base = { file: basename(file.path), job: job.name, part: 0, labels: periods, nowMs };
      const waiting = isIdle ? null : await open.ask(add(open, base));
      const state = isIdle ? 'idle' : waiting === null ? 'queued' : 'waiting';
      enqueued.push({ job: job.name, state, periods: waiting?.labels ?? periods });
    }
    await open.ask(removeForgotten(open, file));
    return enqueued;
  } finally {
    await open.close();
  }
}

type Base = Omit<Task, 'stage' | 'label'>;

/** Failed stages of jobs that the file no longer has, or of another version: no one would start them again. */
async function removeForgotten({ queue }: OpenQueue, file: JobFile): Promise<void> {
  const jobs = new Set(file.jobs.map(({ name }) => name));
  for (const failed of await queue.getFailed()) {
    const task = readAnyTask(failed.data);
    if (task?.file !== basename(file.path) || (jobs.has(task.job) && failed.id === taskId(task))) continue;
    // It may be gone with its parent, or be held by a worker.
    await failed.remove({ removeChildren: true }).catch(() => undefined);
  }
}

/** Null if the job's flow was added; that which is in the queue already. */
async function add({ queue, flows, place }: OpenQueue, base: Base): Promise<Pick<Task, 'labels'> | null> {
  const found = await queue.getJob(taskId({ ...base, stage: 'deliver', label: '' }));
  if (found !== undefined) {
    if (!(await found.isFailed())) return readTask(found.data);
    try {
      await found.remove({ removeChildren: true });
    } catch {
      // A stage of it is still at work: what it makes counts, and the next call starts the rest.
      return readTask(found.data);
    }
  }
  try {
    await flows.add(flowOf(base));
  } catch (error) {
    throw new ConfigError(`The job ${base.job} cannot be added to the queue at ${place}.`, { cause: error });
  }
  return null;
}

/** Each period follows the one before, as in one process: its report names that one's figures. */
function flowOf(base: Base): FlowJob {
  let below: NonNullable<FlowJob['children']> = [];
  for (const label of base.labels) {
    for (const stage of ['read', 'prove', 'seal'] as const) {
      const task: Task = { ...base, stage, label };
      const opts = optionsOf(task);
      below = [{ name: stage, queueName: QUEUE, data: task, opts, ...(below.length > 0 ? { children: below } : {}) }];
    }
  }
  const task: Task = { ...base, stage: 'deliver', label: '' };
  const root = { name: 'deliver', queueName: QUEUE, data: task, opts: optionsOf(task) };
  return below.length > 0 ? { ...root, children: below } : root;
}
