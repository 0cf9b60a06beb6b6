import { availableParallelism } from 'node:os';
import { ConfigError, type ENQUEUE_OPTIONS, type WORKER_OPTIONS } from '../../config/command-line.ts';
import type { Secret } from '../../core/secret.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { exitCodeOfError } from '../exit-codes.ts';
import { failureFields, failureLines } from '../failure.ts';
import { chooseJobs, readJobs } from '../../app/jobs/read-jobs.ts';
import { enqueueJobs } from '../../app/fleet/enqueue.ts';
import type { Task } from '../../app/fleet/queue.ts';
import { runWorker } from '../../app/fleet/worker.ts';
import { systemClock } from '../../platform/machine.ts';
import { withProgress } from '../progress.ts';
import { checkedNow } from './jobs.ts';

const MOST_SLOTS = 8;
/** Exists only in the compiled program: a thread cannot run TypeScript. */
const STAGES = new URL('./stage-thread.js', import.meta.url);

/** Adds the jobs that are due to the queue. Prints a line for each, or everything as JSON. */
export async function runEnqueue(call: CommandCall<typeof ENQUEUE_OPTIONS, 'file'>): CommandEnd {
  const { terminal, values } = call;
  const address = required(values.queue);
  const file = await readJobs(call.args.file);
  const nowMs = checkedNow(values.now, systemClock().nowMs());
  const jobs = await withProgress(values, terminal, (emit) =>
    enqueueJobs(file, chooseJobs(file, values.job ?? []), { address, nowMs, emit }),
  );
  if (values.json) await terminal.json({ jobs });
  else
    for (const { job, state, periods } of jobs) {
      const what = state === 'idle' ? '' : periods.join(', ') || 'what is left to compare or to deliver';
      await terminal.result(`${job}: ${TEXTS[state]}${what}`);
    }
  return 0;
}

const TEXTS = { queued: 'queued ', waiting: 'in the queue already ', idle: 'nothing is due' } as const;

/** Does stages of the queue until SIGTERM. Prints the path of each sealed run. */
export async function runQueueWorker(call: CommandCall<typeof WORKER_OPTIONS>): CommandEnd {
  const { terminal, values, env, folder, signal } = call;
  const { store, metrics } = values;
  const address = required(values.queue);
  const slots = values.slots ?? Math.min(availableParallelism(), MOST_SLOTS);
  const failed = ({ job, label, stage }: Task, error: Error): void => {
    const name = [job, label].filter((word) => word !== '').join(' ');
    const fields = { job, stage, ...failureFields(error, exitCodeOfError(error)) };
    if (values['log-format'] === 'json') terminal.log('failed', fields);
    else for (const line of failureLines(error, values.debug)) terminal.note(`${name}: ${stage}: ${line}`);
  };
  const sealed = async (run: string): Promise<void> => await terminal.result(run);
  const protect = (secret: Secret): void => terminal.protect(secret);
  const settings = { address, slots, store, metrics, script: STAGES, folder, env };
  await withProgress(values, terminal, (emit) => runWorker(settings, { signal, emit, protect, sealed, failed }));
  return 0;
}

function required(queue: string | null): string {
  if (queue !== null) return queue;
  throw new ConfigError('--queue is missing: it names the Redis server that holds the queue.', {
    remedy: 'Give --queue redis://HOST:PORT, or set DETECT_REPORT_QUEUE.',
  });
}
