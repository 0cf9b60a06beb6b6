import type * as BullMq from 'bullmq';
import type { JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import * as z from 'zod';
import { ConfigError, OutputError } from '../../core/errors.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { Emit } from '../../core/progress.ts';
import { systemCode } from '../../platform/files/output-failure.ts';
import { TOOL } from '../../platform/machine.ts';

/*
 * A flow for each job that has something to do; a stage begins when those below it have ended:
 *
 *     deliver <- seal <- prove <- read <- seal of the period before <- prove <- read …
 *                   ^--- part 0 … K-1, which `prove` adds: their number is known only then
 *
 * Redis holds this and nothing else: which stage of which job comes next. What the stages make is in the run folders
 * and their work folders on the store, so a queue that is lost costs time alone.
 */

export const QUEUE = 'detect-report';
export const STAGES = ['read', 'prove', 'part', 'seal', 'deliver'] as const;

const TASK = z.strictObject({
  /** Name of the job file, in the folder that all workers share. */
  file: z.string().regex(/^[^/\\]{1,255}$/),
  job: z.string().min(1).max(255),
  stage: z.enum(STAGES),
  /** The period's label; of `deliver` empty. */
  label: z.string().max(40),
  part: z.int().min(0),
  /** All periods of the flow, oldest first. */
  labels: z.array(z.string().max(40)).max(4_000),
  /** When the job was planned (epoch milliseconds). */
  nowMs: z.int(),
});

/** One stage of one run: all that Redis knows of it. */
export type Task = Readonly<z.output<typeof TASK>>;

export function readTask(data: unknown): Task {
  return TASK.parse(data);
}

/** Null for what another version queued in a form of its own. */
export function readAnyTask(data: unknown): Task | null {
  return TASK.safeParse(data).data ?? null;
}

/** Fixed: what is queued already is not queued again. BullMQ forbids ":" in it. */
export function taskId({ file, job, label, stage, part }: Task): string {
  return [file, job, label, stage, part, TOOL.version]
    .filter((word) => word !== '')
    .join('/')
    .replaceAll(':', '_');
}

/** All tries of a stage are one run for those who are notified, on whichever machine: a UUID (RFC 9562, version 8). */
export function runIdOf(task: Task): string {
  const hex = sha256Of(`${taskId(task)} ${task.nowMs}`);
  const words = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return words.join('-');
}

export function optionsOf(task: Task): JobsOptions {
  return {
    jobId: taskId(task),
    attempts: 5,
    backoff: { type: 'exponential', delay: 2_000 },
    // What was begun is finished first, so that few runs are open at a time.
    ...(task.stage === 'read' ? { priority: 1 } : {}),
    ...(task.stage === 'deliver' ? {} : { failParentOnFailure: true }),
    removeOnComplete: true,
    stackTraceLimit: 0,
  };
}

/** The packages that only the queue needs. Throws `ConfigError` if they are missing. */
export async function loadEngine(): Promise<{
  readonly bullmq: typeof BullMq;
  readonly Redis: typeof Redis;
}> {
  try {
    return { bullmq: await import('bullmq'), Redis: (await import('ioredis')).Redis };
  } catch (error) {
    throw new ConfigError('The queue needs two packages that are not installed.', {
      remedy: 'Install them with: npm install bullmq@6 ioredis@6',
      cause: error,
    });
  }
}

export type OpenQueue = Awaited<ReturnType<typeof openQueue>>;

const CONNECT_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 30_000;

/**
 * Connects to the queue. Throws `OutputError` if Redis does not answer, `ConfigError` if it refuses the login or may
 * drop keys. Its `place` is host and port, without user and password.
 */
export async function openQueue(address: string, emit: Emit) {
  const { bullmq, Redis } = await loadEngine();
  const { hostname, port } = new URL(address);
  const place = `${hostname}:${port === '' ? '6379' : port}`;
  const redis = new Redis(address, {
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * 200, 2_000),
  });
  const failures: unknown[] = [];
  redis.on('error', (error: unknown) => failures.push(error));
  try {
    await answered(connected(redis, place, emit), CONNECT_WITHIN_MS);
  } catch (error) {
    redis.disconnect();
    throw error instanceof ConfigError ? error : unreachable(place, failures.at(0) ?? error);
  }
  redis.removeAllListeners('error');
  tellOutages(redis, place, emit);
  const queue = new bullmq.Queue(QUEUE, { connection: redis });
  const flows = new bullmq.FlowProducer({ connection: redis });
  // The connection itself reports what they only repeat.
  queue.on('error', () => undefined);
  flows.on('error', () => undefined);
  return {
    queue,
    flows,
    redis,
    place,
    /** For what must not wait for an outage to end. Throws `OutputError` if Redis does not answer. */
    ask: async <T>(work: Promise<T>): Promise<T> =>
      await answered(work, ANSWER_WITHIN_MS).catch((error: unknown) => {
        throw error instanceof ConfigError ? error : unreachable(place, error);
      }),
    async close(): Promise<void> {
      await Promise.allSettled([queue.close(), flows.close()]);
      redis.disconnect();
    },
  };
}

async function connected(redis: Redis, place: string, emit: Emit): Promise<void> {
  await redis.connect();
  await checkSettings(redis, place, emit);
  const { db = 0 } = redis.options;
  // Without this, the client goes on with database 0 if it may not have this one.
  await redis.select(db).catch(() => {
    throw new ConfigError(`Redis at ${place} has no database ${db}.`, {
      remedy: 'Name one that it has at the end of the address: redis://HOST:PORT/1.',
    });
  });
}

/** A server that was stopped takes connections and says nothing, and the client waits for ever. */
async function answered<T>(work: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), withinMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function unreachable(place: string, error: unknown): ConfigError | OutputError {
  const text = error instanceof Error ? error.message : '';
  const refusal = /^(?:WRONGPASS|NOAUTH|NOPERM|ERR (?:invalid password|AUTH))/.exec(text);
  if (refusal !== null) {
    return new ConfigError(`Redis at ${place} refuses the login.`, {
      remedy: 'Give user and password in the address: redis://USER:PASSWORD@HOST:PORT, best as DETECT_REPORT_QUEUE.',
    });
  }
  return new OutputError(`Redis at ${place} cannot be reached (${systemCode(error) || 'the connection was closed'}).`, {
    remedy: 'Check that it runs and that the address is right.',
  });
}

/** Keys that Redis drops would be stages that no one does. */
async function checkSettings(redis: Redis, place: string, emit: Emit): Promise<void> {
  const info = await redis.info();
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  if (policy !== 'noeviction') {
    throw new ConfigError(`Redis at ${place} may drop what is queued: its maxmemory-policy is ${policy}.`, {
      remedy: 'Set maxmemory-policy noeviction, or use a Redis of its own for the queue.',
    });
  }
  if (/^aof_enabled:0/m.test(info)) {
    const text = `Redis at ${place} keeps no append-only file: after a restart, enqueue must add again what was queued.`;
    emit({ kind: 'note', level: 'warning', text });
  }
}

/** One line when the connection is lost, and one when it is back. */
function tellOutages(redis: Redis, place: string, emit: Emit): void {
  let isLost = false;
  redis.on('error', () => {
    if (!isLost) emit({ kind: 'note', level: 'warning', text: `Redis at ${place} does not answer; trying again.` });
    isLost = true;
  });
  redis.on('ready', () => {
    if (isLost) emit({ kind: 'note', level: 'info', text: `Redis at ${place} answers again.` });
    isLost = false;
  });
}
