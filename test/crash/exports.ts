import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseWords } from '../../src/cli/parse.ts';
import { TABLES } from '../../src/index.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { runReport } from '../../src/app/export/export-run.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { type CliRun, endOf, MAIN } from '../cli/run-cli.ts';

const HOOK = fileURLToPath(new URL('file-faults.mjs', import.meta.url));

/** What the k-th change to the file system meets; see file-faults.mjs. */
export interface Fault {
  readonly at: number;
  readonly kind: 'kill' | 'term' | 'stop' | 'lost' | 'slow' | 'ENOSPC' | 'EIO' | 'EACCES' | 'EDQUOT' | 'EROFS';
  /** Counts these operations alone. */
  readonly only?: 'sync-folder' | 'sync-file' | 'rename-run';
  /** Later writes fail too. */
  readonly stays?: boolean;
}

export interface ExportOptions {
  readonly words?: readonly string[];
  readonly fault?: Fault;
  /** File that gets a line for each operation on files. */
  readonly log?: string;
  /** Words before `node`, e.g. of another user's identity. */
  readonly under?: readonly string[];
}

export interface CleanRun {
  /** Tables and statistics. */
  readonly files: ReadonlyMap<string, string>;
  /** What it did to the file system, one line for each operation. */
  readonly operations: readonly string[];
  /** Requests for the list. */
  readonly requests: number;
}

/** A list to read, and folders to write to: everything is gone after `close`. */
export class Workplace {
  readonly sandbox: Sandbox;
  readonly root: string;
  readonly #words: readonly string[];

  private constructor(sandbox: Sandbox, root: string, words: readonly string[]) {
    this.sandbox = sandbox;
    this.root = root;
    this.#words = words;
  }

  static async open(options: SandboxOptions, words: readonly string[]): Promise<Workplace> {
    return new Workplace(await startSandbox(options), await mkdtemp(join(tmpdir(), 'crash-')), words);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await rm(this.root, { recursive: true, force: true });
  }

  /** A new place for run folders. */
  async outDir(): Promise<string> {
    return await mkdtemp(join(this.root, 'out-'));
  }

  /** The program as a process of its own, exporting the list into `out`. */
  start(out: string, options: ExportOptions = {}): ChildProcess {
    const { fault, log, under = [], words = [] } = options;
    const env = {
      PATH: process.env['PATH'] ?? '',
      RESEMBLE_API_KEY: 'any-key',
      ...(fault === undefined ? {} : { FAULT_AT: String(fault.at), FAULT_KIND: fault.kind }),
      ...(fault?.only === undefined ? {} : { FAULT_ONLY: fault.only }),
      ...(fault?.stays === true ? { FAULT_STAYS: '1' } : {}),
      ...(log === undefined ? {} : { FAULT_LOG: log }),
    };
    const source = ['export', '--base-url', this.sandbox.url, '--all', '--out', out];
    const command = [...under, process.execPath, '--import', HOOK, MAIN, ...source, ...this.#words, ...words];
    return spawn(command[0] ?? '', command.slice(1), { cwd: this.root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async run(out: string, options: ExportOptions = {}): Promise<CliRun> {
    return await endOf(this.start(out, options));
  }

  /** The same command, within this process: what follows a killed one needs no process of its own. */
  async runHere(out: string, words: readonly string[] = []): Promise<void> {
    const source = ['export', '--base-url', this.sandbox.url, '--all', '--out', out];
    const request = await parseWords([...source, ...this.#words, ...words]);
    if (request.kind !== 'export') throw new Error('no export');
    const env = { RESEMBLE_API_KEY: 'any-key' };
    const context = { nowMs: Date.now(), tables: Object.values(TABLES), baseDir: this.root };
    const { config } = await resolveConfig({ flags: request.flags, env }, context);
    await runReport(config, { emit: () => undefined, signal: new AbortController().signal });
  }

  /** A run to which nothing happens. */
  async clean(options: ExportOptions = {}, out = ''): Promise<CleanRun> {
    const log = join(this.root, 'operations.log');
    const folder = out === '' ? await this.outDir() : out;
    const before = this.sandbox.counters.listRequests;
    const { code, stderr } = await this.run(folder, { ...options, log });
    const files = await readRun(folder);
    if (code !== 0 || files === null) throw new Error(`The run to compare with failed: ${stderr}`);
    const operations = (await readFile(log, 'utf8')).trimEnd().split('\n');
    await rm(log);
    return { files, operations, requests: this.sandbox.counters.listRequests - before };
  }
}

/** Makes the locks of dead processes look as old as they are for whoever comes much later. */
export async function ageLocks(out: string): Promise<void> {
  for (const name of await readdir(out).catch(() => [])) {
    if (name.includes('.lock')) await utimes(join(out, name), new Date(0), new Date(0));
  }
}

/** What a complete run says; throws where it is torn. Null where there is no run folder at all. */
export async function readRun(out: string): Promise<ReadonlyMap<string, string> | null> {
  const names = (await readdir(out).catch(() => [])).filter((name) => !name.startsWith('.'));
  const [name, ...others] = names;
  if (name === undefined) return null;
  if (others.length > 0) throw new Error(`More than one run: ${names.join(', ')}`);
  const folder = join(out, name);
  const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8');
  const listed = Array.from(sums.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm), ([, sum, file = '']) => ({ sum, file }));
  for (const { sum, file } of listed) {
    const actual = createHash('sha256')
      .update(await readFile(join(folder, file)))
      .digest('hex');
    if (actual !== sum) throw new Error(`${file} is not what was sealed`);
  }
  const files = await readdir(folder);
  if (files.length !== listed.length + 1) throw new Error(`Not what was sealed: ${files.join(', ')}`);
  const content = new Map<string, string>();
  for (const file of files.filter((one) => /\.csv$|^statistics\.json$/.test(one))) {
    content.set(file, await readFile(join(folder, file), 'utf8'));
  }
  return content;
}

/** How many requests the run in `out` took over from an unfinished one. */
export async function resumedRequests(out: string): Promise<number> {
  const name = (await readdir(out)).find((one) => !one.startsWith('.')) ?? '';
  const text = await readFile(join(out, name, 'manifest.json'), 'utf8');
  const { completeness } = JSON.parse(text) as { completeness: { resumed_requests?: number } };
  return completeness.resumed_requests ?? 0;
}

/** Everything in the folder but a run folder that is complete. */
export async function litter(out: string): Promise<string[]> {
  return (await readdir(out).catch(() => [])).filter((name) => name.startsWith('.'));
}

/** `count` numbers from 1 to `last`, spread evenly. */
export function spread(count: number, last: number): number[] {
  const step = Math.max(1, (last - 1) / (count - 1));
  const points = Array.from({ length: count }, (_, index) => Math.round(1 + index * step));
  return [...new Set(points.filter((point) => point <= last))];
}

/** Runs `use` for each value, two at a time. */
export async function inPairs<T>(values: readonly T[], use: (value: T) => Promise<void>): Promise<void> {
  const waiting = [...values];
  const worker = async (): Promise<void> => {
    for (let value = waiting.shift(); value !== undefined; value = waiting.shift()) await use(value);
  };
  await Promise.all([worker(), worker()]);
}
