import type { Job as QueueJob, Queue } from 'bullmq';
import { join } from 'node:path';
import { ConfigError, InterruptedError, interruptionOf } from '../../core/errors.ts';
import { once } from 'node:events';
import type { Emit } from '../../core/progress.ts';
import { isFolder, writeSmallFile } from '../../platform/files/folders.ts';
import { receivedFailure, sentFailure, type SentFailure } from '../../render/parts/messages.ts';
import { loadEngine, openQueue, optionsOf, QUEUE, readTask, type Task, taskId } from './queue.ts';
import {
  openStageThread,
  type StageEnd,
  type StageListener,
  type StageThread,
  type StageThreadSettings,
} from './stage-thread.ts';

export interface WorkerSettings extends StageThreadSettings {
  /** Of the queue: redis:// or rediss://. */
  readonly address: string;
  /** Stages at a time, each in a thread of its own. */
  readonly slots: number;
  /** Folder of node_exporter's textfile collector for the queue's metrics; null: none. */
  readonly metrics: string | null;
  /** Only tests shorten them. */
  readonly times?: { readonly lockMs: number; readonly stalledMs: number };
}

export interface WorkerContext extends StageListener {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly sealed: (folder: string) => Promise<void>;
  readonly failed: (task: Task, error: Error) => void;
}

const TIMES = { lockMs: 60_000, stalledMs: 30_000 };
/** Wait for another worker's lock: longer each time, because hundreds may wait for one key. */
const LOCKED_MS = 1_000;
const MOST_LOCKED_MS = 10_000;
/** A stage that waits for longer than this fails: nothing waits for ever. */
const LONGEST_WAIT_MS = 86_400_000;
const METRICS_EVERY_MS = 15_000;
/** A stopped process hands its stages back within this time; a manager kills it after three seconds or more. */
const HAND_BACK_MS = 2_500;

/**
 * Takes stages from the queue until the signal is aborted; then hands back what it had begun. Throws `ConfigError`,
 * `OutputError`, and the signal's reason if a stage was interrupted.
 */
export async function runWorker(settings: WorkerSettings, context: WorkerContext): Promise<void> {
  const { address, slots, store, metrics, times = TIMES } = settings;
  const { emit, signal } = context;
  for (const folder of metrics === null ? [store] : [store, metrics]) {
    if (await isFolder(folder)) continue;
    throw new ConfigError(`The folder ${folder} does not exist.`, {
      place: { file: folder },
      remedy: 'Mount the folder that holds the job file, and name it with --store.',
    });
  }
  const { bullmq } = await loadEngine();
  const open = await openQueue(address, emit);
  const threads = Array.from({ length: slots }, () => openStageThread(settings, context));
  const idle = [...threads];
  const failures = new Map<string, SentFailure>();
  const telling = new Set<Promise<void>>();
  let isInterrupted = false;

  const withThread = async <T>(use: (thread: StageThread) => Promise<T>): Promise<T> => {
    // BullMQ starts no more stages at a time than there are threads; only a failure's notice needs one more.
    const thread = idle.pop() ?? openStageThread(settings, context);
    try {
      return await use(thread);
    } finally {
      if (threads.includes(thread)) idle.push(thread);
      else await thread.close();
    }
  };

  const work = async (job: QueueJob, token = ''): Promise<void> => {
    const task = readTask(job.data);
    const end = await withThread(async (thread) => {
      const { attemptsMade: made, opts } = job;
      const running = thread.run(task, { isFirst: made === 0, isLast: made + 1 >= (opts.attempts ?? 1) });
      if (signal.aborted) thread.interrupt();
      return await running;
    });
    if (end.kind === 'interrupted') {
      isInterrupted = true;
      await job.moveToWait(token);
      throw new bullmq.WaitingError();
    }
    const waitMs = waitAfter(end, job);
    if (waitMs !== null) {
      // Kept in Redis: whichever worker takes it next knows since when it waits.
      if (waitingSinceMs(job) === null) await job.updateProgress(Date.now());
      await job.moveToDelayed(Date.now() + waitMs, token);
      throw new bullmq.DelayedError();
    }
    if (end.kind !== 'done') {
      failures.set(taskId(task), end.failure);
      // Redis gets no text: it may quote what the list holds.
      const text = `The stage ${task.stage} failed: see .job-${task.job}.error on the store.`;
      throw end.kind === 'failed' && !end.isPermanent ? new Error(text) : new bullmq.UnrecoverableError(text);
    }
    if (end.parts > 0) await addParts(open.queue, task, end.parts);
    for (const folder of end.sealed) await context.sealed(folder);
  };

  const worker = new bullmq.Worker(QUEUE, work, {
    connection: open.redis,
    concurrency: slots,
    lockDuration: times.lockMs,
    stalledInterval: times.stalledMs,
    maxStalledCount: 3,
  });
  worker.on('error', () => undefined);
  worker.on('failed', (job, error) => {
    const isFinal =
      job !== undefined && (error.name === 'UnrecoverableError' || job.attemptsMade >= (job.opts.attempts ?? 1));
    // A parent fails because its child did, which was told.
    if (!isFinal || error.message.startsWith('child ')) return;
    const task = readTask(job.data);
    const failure =
      failures.get(taskId(task)) ??
      sentFailure(new Error(`The stage ${task.stage} ended with its worker, again and again.`));
    failures.delete(taskId(task));
    context.failed(task, receivedFailure(failure));
    if (task.stage === 'deliver' && error.message.startsWith('The stage')) return;
    const told = withThread(async (thread) => void (await thread.tell(task, failure)));
    telling.add(told);
    void told.finally(() => telling.delete(told));
  });

  const write = async (): Promise<void> => {
    if (metrics === null) return;
    await writeMetrics(open.queue, metrics).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : 'unknown failure';
      emit({ kind: 'note', level: 'warning', text: `The metrics of the queue were not written: ${why}` });
    });
  };
  const timer = setInterval(() => void write(), METRICS_EVERY_MS);
  try {
    await write();
    if (!signal.aborted) await once(signal, 'abort');
    const closing = worker.close();
    for (const thread of threads) thread.interrupt();
    const late = new Promise<void>((resolve) => setTimeout(resolve, HAND_BACK_MS).unref());
    await Promise.race([closing.then(async () => void (await Promise.all(telling))), late]);
  } finally {
    clearInterval(timer);
    for (const thread of threads) await thread.close();
    await open.close();
  }
  if (isInterrupted || !(signal.reason instanceof InterruptedError)) throw interruptionOf(signal);
}

/** Milliseconds until the stage is tried again without counting as an attempt, or null. */
function waitAfter(end: StageEnd, job: QueueJob): number | null {
  const nowMs = Date.now();
  if (end.kind !== 'later' || nowMs - (waitingSinceMs(job) ?? nowMs) > LONGEST_WAIT_MS) return null;
  const lockedMs = Math.min(MOST_LOCKED_MS, LOCKED_MS * job.attemptsStarted);
  const waitMs = end.atMs === null ? lockedMs : Math.max(LOCKED_MS, end.atMs - nowMs);
  return waitMs > LONGEST_WAIT_MS ? null : waitMs;
}

/** When the stage first had to wait, which is all that its progress says. */
function waitingSinceMs({ progress }: QueueJob): number | null {
  return typeof progress === 'number' && progress > 0 ? progress : null;
}

/** Adds the parts below `seal`, which then waits for them too. Those that are queued are not queued again. */
async function addParts(queue: Queue, task: Task, count: number): Promise<void> {
  const parent = { id: taskId({ ...task, stage: 'seal' }), queue: queue.qualifiedName };
  await queue.addBulk(
    Array.from({ length: count }, (_, part) => {
      const data: Task = { ...task, stage: 'part', part };
      return { name: 'part', data, opts: { ...optionsOf(data), parent } };
    }),
  );
}

const STATES = ['wait', 'active', 'delayed', 'prioritized', 'waiting-children', 'failed'] as const;

/** The queue in Prometheus' text format; every worker of a queue writes the same. */
async function writeMetrics(queue: Queue, folder: string): Promise<void> {
  const counts = await queue.getJobCounts(...STATES);
  const workers = await queue.getWorkersCount();
  const name = 'detect_report_queue';
  const lines = [
    `# HELP ${name}_stages Stages in the queue by state.`,
    `# TYPE ${name}_stages gauge`,
    ...STATES.map((state) => `${name}_stages{state="${state}"} ${counts[state] ?? 0}`),
    `# HELP ${name}_workers Workers that are connected to the queue.`,
    `# TYPE ${name}_workers gauge`,
    `${name}_workers ${workers}`,
  ];
  await writeSmallFile(join(folder, `${name}.prom`), `${lines.join('\n')}\n`);
}
