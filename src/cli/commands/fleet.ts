import { availableParallelism } from 'node:os';
import { ConfigError, type ENQUEUE_OPTIONS, type WORKER_OPTIONS } from '../../config/command-line.ts';
import { messagesOf } from '../../config/resolve.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { exitCodeOfError } from '../exit-codes.ts';
import { failureFields, failureLines } from '../failure.ts';
import { chooseJobs, readJobs } from '../../app/jobs/read-jobs.ts';
import { enqueueJobs } from '../../app/fleet/enqueue.ts';
import { runWorker } from '../../app/fleet/worker.ts';
import { systemClock } from '../../platform/machine.ts';
import { openProgress } from '../progress.ts';
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
  const progress = openProgress(messagesOf(values), terminal);
  try {
    const emit: Parameters<typeof enqueueJobs>[2]['emit'] = (event) => progress.show(event);
    const jobs = await enqueueJobs(file, chooseJobs(file, values.job ?? []), { address, nowMs, emit });
    if (values.json) await terminal.result(JSON.stringify({ jobs }));
    else
      for (const { job, state, periods } of jobs) await terminal.result(`${job}: ${TEXTS[state]}${periods.join(', ')}`);
  } finally {
    progress.end();
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
  const messages = messagesOf(values);
  const progress = openProgress(messages, terminal);
  try {
    await runWorker(
      { address, slots, store, metrics, script: STAGES, folder, env },
      {
        signal,
        emit: (event) => progress.show(event),
        protect: (secret) => terminal.protect(secret),
        sealed: async (run) => await terminal.result(run),
        failed: (task, error) => {
          const name = [task.job, task.label].filter((word) => word !== '').join(' ');
          if (messages.logFormat === 'json') {
            terminal.log('failed', {
              job: task.job,
              stage: task.stage,
              ...failureFields(error, exitCodeOfError(error)),
            });
          } else
            for (const line of failureLines(error, messages.debug)) terminal.note(`${name}: ${task.stage}: ${line}`);
        },
      },
    );
  } finally {
    progress.end();
  }
  return 0;
}

function required(queue: string | null): string {
  if (queue !== null) return queue;
  throw new ConfigError('--queue is missing: it names the Redis server that holds the queue.', {
    remedy: 'Give --queue redis://HOST:PORT, or set DETECT_REPORT_QUEUE.',
  });
}
