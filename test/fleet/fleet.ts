import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { type EnqueuedJob, enqueueJobs } from '../../src/app/fleet/enqueue.ts';
import { readJobs } from '../../src/app/jobs/read-jobs.ts';
import { verifyRun } from '../../src/app/verify/verify-run.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';

const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url));
export const KEY = 'fleet-key-0123456789abcdef';
export const PASSWORD = 'queue-password-0123456789';
export const NOW = '2024-02-01T06:00:00Z';

/** Debian's redis-server on a free port, as docs/fleet.md wants it; killed and started again on the same data. */
export class RedisServer {
  readonly #folder: string;
  readonly port: number;
  #process: ChildProcess | null = null;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async start(): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'detect-report-redis-'));
    const server = new RedisServer(folder, await freePort());
    onTestFinished(async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    });
    await server.start();
    return server;
  }

  get address(): string {
    return `redis://:${PASSWORD}@127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const words = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    const more = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction', '--requirepass', PASSWORD];
    const child = spawn('redis-server', [...words, ...more], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`redis-server ended: ${said}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('Ready to accept connections')) resolve();
      });
    });
  }

  /** Takes connections and says nothing until it goes on. */
  pause(isPaused: boolean): void {
    this.#process?.kill(isPaused ? 'SIGSTOP' : 'SIGCONT');
  }

  /** As a power failure would. */
  async kill(): Promise<void> {
    await killed(this.#process);
    this.#process = null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function killed(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/**
 * Page files of detections of January 2024 and before, newest first. A part ends after 25,000 of them, or 8 MiB:
 * `bytes` of text in each make two parts of a few.
 */
export async function pageFiles(count: number, { apartMs = 100_000, bytes = 0 } = {}): Promise<string> {
  const folder = await temporaryFolder('pages');
  const more = bytes === 0 ? {} : { note: 'n'.repeat(bytes) };
  const items = Array.from({ length: count }, (_, index) => {
    const createdAt = new Date(Date.UTC(2024, 0, 31) - index * apartMs).toISOString();
    const metrics = { label: index % 3 === 0 ? 'fake' : 'real', aggregated_score: '0.9' };
    const uuid = index.toString(16).padStart(32, '0');
    // Short: 25,000 of them are fewer bytes than end a part.
    return { uuid, status: 'completed', metrics, created_at: createdAt, ...more };
  });
  await writeFile(join(folder, 'page.json'), JSON.stringify({ success: true, items }));
  return folder;
}

/** Gone when the test is. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `detect-report-fleet-${name}-`));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store with a job for each team, a list to read, a queue, and worker processes: all gone when the test is. */
export class Fleet {
  readonly store: string;
  readonly sandbox: Sandbox;
  readonly redis: RedisServer;
  readonly client: Redis;
  readonly workers: ChildProcess[] = [];
  /** All that the workers said. */
  said = '';

  private constructor(store: string, sandbox: Sandbox, redis: RedisServer) {
    this.store = store;
    this.sandbox = sandbox;
    this.redis = redis;
    this.client = new Redis(redis.address, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
    this.client.on('error', () => undefined);
  }

  static async open(list: SandboxOptions, teams: number, ...jobLines: string[]): Promise<Fleet> {
    const store = await temporaryFolder('store');
    const redis = await RedisServer.start();
    const sandbox = await startSandbox({ months: 2, ...list });
    const fleet = new Fleet(store, sandbox, redis);
    onTestFinished(async () => {
      for (const worker of fleet.workers) await killed(worker);
      fleet.client.disconnect();
      await sandbox.close();
    });
    const lines = ['schedule: "0 6 1 * *"', `base_url: ${sandbox.url}`, ...jobLines];
    const jobs = Array.from({ length: teams }, (_, team) =>
      [`  team-${team}:`, `    out: team-${team}`, ...lines.map((line) => `    ${line}`)].join('\n'),
    );
    await writeFile(join(store, 'jobs.yaml'), ['jobs:', ...jobs, ''].join('\n'));
    return fleet;
  }

  /** The jobs of all teams, or of the first ones. */
  async enqueue(teams = Infinity, now = NOW): Promise<EnqueuedJob[]> {
    const file = await readJobs(join(this.store, 'jobs.yaml'));
    const emit = (): void => undefined;
    return await enqueueJobs(file, file.jobs.slice(0, teams), {
      address: this.redis.address,
      nowMs: Date.parse(now),
      emit,
    });
  }

  startWorker(slots = 1, env: Readonly<Record<string, string>> = {}): ChildProcess {
    const all = { PATH: process.env['PATH'] ?? '', RESEMBLE_API_KEY: KEY, ...env };
    const child = spawn(process.execPath, [WORKER, this.redis.address, this.store, String(slots)], {
      env: all,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
      });
    }
    this.workers.push(child);
    return child;
  }

  async killWorker(child: ChildProcess): Promise<void> {
    await killed(child);
    this.workers.splice(this.workers.indexOf(child), 1);
  }

  /** Paths of the sealed runs. */
  async runs(): Promise<string[]> {
    const found: string[] = [];
    for (const team of (await readdir(this.store)).filter((name) => name.startsWith('team-')).sort()) {
      const names = await readdir(join(this.store, team));
      found.push(...names.filter((name) => !name.startsWith('.')).map((name) => join(this.store, team, name)));
    }
    return found;
  }

  /** Names of the jobs' stages that the queue holds. */
  async stages(): Promise<string[]> {
    const keys = await this.client.keys('bull:detect-report:jobs.yaml/*');
    return keys.flatMap((key) => /\/(\w+)\/\d+\/[\d.]+$/.exec(key)?.[1] ?? []);
  }

  /** Resolves when `isTrue` does; fails after the time, with what the workers said. */
  async until(what: string, isTrue: () => Promise<boolean>, withinMs = 250_000): Promise<void> {
    const endMs = Date.now() + withinMs;
    while (!(await isTrue())) {
      if (Date.now() > endMs) {
        throw new Error(
          `${what}: not within ${withinMs} ms. ${(await this.stages()).join(' ')}\n${this.said.slice(-3000)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Every period of every team is sealed, and the queue is empty. */
  async untilDone(runs: number, withinMs?: number): Promise<void> {
    const isDone = async () => (await this.stages()).length === 0 && (await this.runs()).length === runs;
    await this.until(`${runs} runs`, isDone, withinMs);
  }

  /** What full verification in one process finds: nothing if each byte is what one process writes. */
  async findings(): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const run of await this.runs()) {
      const { findings } = await verifyRun(run, { emit: () => undefined, signal: new AbortController().signal });
      found.push(...findings);
    }
    return found;
  }

  /** Everything that Redis holds, keys and values, as text. */
  async content(): Promise<string> {
    const texts: string[] = [];
    for (const key of await this.client.keys('*')) {
      const type = await this.client.type(key);
      texts.push(key);
      if (type === 'string') texts.push((await this.client.get(key)) ?? '');
      if (type === 'hash') texts.push(JSON.stringify(await this.client.hgetall(key)));
      if (type === 'list') texts.push(...(await this.client.lrange(key, 0, -1)));
      if (type === 'set') texts.push(...(await this.client.smembers(key)));
      if (type === 'zset') texts.push(...(await this.client.zrange(key, '0', '-1')));
      if (type === 'stream') texts.push(JSON.stringify(await this.client.xrange(key, '-', '+')));
    }
    return texts.join('\n');
  }

  /** Leftovers beside the runs of all teams. */
  async leftovers(): Promise<string[]> {
    const left: string[] = [];
    for (const run of await this.runs()) {
      const names = await readdir(join(run, '..'));
      left.push(...names.filter((name) => /\.(?:work|lock|error)/.test(name)));
    }
    return left;
  }
}
