import { once } from 'node:events';
import { type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { DetectReportError, InterruptedError, InvariantError, TryLaterError } from '../../core/errors.ts';
import type { ProgressEvent } from '../../core/progress.ts';
import { Secret } from '../../core/secret.ts';
import { systemClock } from '../../platform/machine.ts';
import { endedWorker, receivedFailure, type SentFailure, sentFailure } from '../../render/parts/messages.ts';
import type { JobContext } from '../jobs/outcome.ts';
import { jobReader } from '../jobs/read-jobs.ts';
import type { Task } from './queue.ts';
import { isPermanent, runStage, type StageContext, type StageResult, tellFailure, type Tries } from './stages.ts';

/*
 * Stages run in threads: one that computes for minutes in the worker's own event loop would lose its lock in Redis, and
 * another worker would begin the same. A thread does one stage after the other.
 */

export type StageEnd =
  | ({ readonly kind: 'done' } & StageResult)
  /** Another one is at work on the same; `atMs` (epoch milliseconds) if the API named a time. */
  | { readonly kind: 'later'; readonly atMs: number | null; readonly failure: SentFailure }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly failure: SentFailure; readonly isPermanent: boolean };

type Request =
  | { readonly kind: 'run'; readonly task: Task; readonly tries: Tries }
  | { readonly kind: 'tell'; readonly task: Task; readonly failure: SentFailure }
  | { readonly kind: 'stop' };

type Answer =
  | { readonly kind: 'end'; readonly end: StageEnd }
  | { readonly kind: 'event'; readonly event: ProgressEvent }
  | { readonly kind: 'secret'; readonly value: string };

export interface StageThreadSettings {
  /** The compiled script, which calls `serveStages`. */
  readonly script: URL;
  readonly store: string;
  /** Folder in which detect-report.yaml is searched. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The main thread's side: events of stages, and each key before it is used. */
export interface StageListener {
  readonly emit: JobContext['emit'];
  readonly protect: JobContext['protect'];
}

/** One thread for stages, seen from the main thread. Replaces itself if it ends unexpectedly. */
export function openStageThread({ script, store, folder, env }: StageThreadSettings, listener: StageListener) {
  let worker: Worker | null = null;
  let ended: ((end: StageEnd) => void) | null = null;
  const finish = (end: StageEnd): void => {
    ended?.(end);
    ended = null;
  };
  const start = (): Worker => {
    const started = new Worker(script, { workerData: { store, folder }, env: { ...env }, name: 'stage' });
    const lost = (cause: unknown): void => {
      if (worker !== started) return;
      worker = null;
      finish({ kind: 'failed', failure: sentFailure(endedWorker(cause)), isPermanent: false });
    };
    started.on('message', (answer: Answer) => {
      if (answer.kind === 'event') listener.emit(answer.event);
      else if (answer.kind === 'secret') listener.protect(new Secret(answer.value));
      else finish(answer.end);
    });
    started.on('error', lost);
    started.on('exit', lost);
    return started;
  };
  const send = (request: Request): void => worker?.postMessage(request, []);
  const ask = async (request: Request): Promise<StageEnd> => {
    worker ??= start();
    const end = new Promise<StageEnd>((resolve) => {
      ended = resolve;
    });
    send(request);
    return await end;
  };
  return {
    /** Never rejects. */
    run: (task: Task, tries: Tries) => ask({ kind: 'run', task, tries }),
    /** Notes and notifies that a stage failed for good. */
    tell: (task: Task, failure: SentFailure) => ask({ kind: 'tell', task, failure }),
    /** Asks the stage at work to end; its `run` resolves. */
    interrupt(): void {
      if (ended !== null) send({ kind: 'stop' });
    },
    async close(): Promise<void> {
      await worker?.terminate();
    },
  };
}

export type StageThread = ReturnType<typeof openStageThread>;

/** The thread's side: does the stages that the main thread asks for, one by one. */
export async function serveStages(exitCodeOf: JobContext['exitCodeOf']): Promise<void> {
  if (parentPort === null) throw new InvariantError('The script of a worker thread was started as a program.');
  const port: MessagePort = parentPort;
  const { store, folder } = workerData as Pick<StageThreadSettings, 'store' | 'folder'>;
  const say = (answer: Answer): void => port.postMessage(answer, []);
  let stop = new AbortController();
  const readJob = jobReader();
  const context = (): Omit<StageContext, 'tries'> => ({
    store,
    readJob,
    folder,
    env: process.env,
    clock: systemClock(),
    random: Math.random,
    emit: (event) => {
      if (event.kind === 'note' || event.kind === 'delivery-retry') say({ kind: 'event', event });
    },
    signal: stop.signal,
    protect: (secret) => say({ kind: 'secret', value: secret.reveal() }),
    exitCodeOf,
  });
  port.on('message', (request: Request) => {
    if (request.kind === 'stop') return stop.abort(new InterruptedError('SIGTERM'));
    stop = new AbortController();
    const work =
      request.kind === 'run'
        ? runStage(request.task, { ...context(), tries: request.tries })
        : tellFailure(request.task, receivedFailure(request.failure), context()).then(() => ({ parts: 0, sealed: [] }));
    work.then(
      (result) => say({ kind: 'end', end: { kind: 'done', ...result } }),
      (error: unknown) => say({ kind: 'end', end: endOf(error, stop.signal) }),
    );
  });
  await once(port, 'close');
}

function endOf(error: unknown, signal: AbortSignal): StageEnd {
  if (signal.aborted) return { kind: 'interrupted' };
  const failure = sentFailure(error);
  if (error instanceof TryLaterError) return { kind: 'later', atMs: error.retryAtMs, failure };
  return { kind: 'failed', failure, isPermanent: error instanceof DetectReportError && isPermanent(error) };
}
