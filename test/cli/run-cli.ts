import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../src/cli/program.ts';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
export const START = fileURLToPath(new URL('../../dist/cli/start.js', import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly script?: string;
}

/** The compiled program as a process of its own, with nothing in its environment but what is given. */
export function startCli(words: readonly string[], options: CliOptions = {}): ChildProcess {
  return spawn(process.execPath, [options.script ?? MAIN, ...words], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the program to its end. */
export function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  return endOf(startCli(words, options));
}

/** A run of the program in this process. */
export interface RunHere {
  readonly end: Promise<CliRun>;
  /** As a signal to the process would. */
  readonly kill: (signal: 'SIGINT' | 'SIGTERM') => void;
  /** The first line of stdout, or a failure if it ends without one. */
  readonly firstLine: Promise<string>;
}

/**
 * Starts the program in this process: the same words, environment, folder and streams as `startCli` gives to one of its
 * own. Paths within the folder are shown as from there.
 */
export function startHere(words: readonly string[], options: Omit<CliOptions, 'script'> = {}): RunHere {
  const folder = options.cwd ?? tmpdir();
  const said = { stdout: '', stderr: '' };
  const events = new EventEmitter();
  const stream = (name: 'stdout' | 'stderr'): NodeJS.WriteStream => {
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString();
        events.emit(name);
        done();
      },
    });
    return Object.assign(sink, { isTTY: false, columns: 80 }) as unknown as NodeJS.WriteStream;
  };
  const fake = Object.assign(events, {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    folder,
    stdin: Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    exitCode: undefined as number | undefined,
    exit: (): void => void events.emit('exit'),
  });
  const exited = new Promise<never>((_resolve, reject) => {
    // Once the program has ended this comes too late to change anything, as it would in a process that is gone.
    events.once('exit', () => reject(new Error('the process was ended before the program was')));
  });
  exited.catch(() => undefined);
  const end = Promise.race([runProgram(words, fake), exited]).then(() => ({
    code: fake.exitCode ?? 0,
    stdout: said.stdout.replaceAll(`${folder}/`, ''),
    stderr: said.stderr.replaceAll(`${folder}/`, ''),
  }));
  const firstLine = new Promise<string>((resolve, reject) => {
    events.on('stdout', () => {
      if (said.stdout.includes('\n')) resolve(said.stdout.split('\n')[0] ?? '');
    });
    end.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)), reject);
  });
  // Only those who wait for it are to hear of its failure.
  firstLine.catch(() => undefined);
  return { end, kill: (signal) => events.emit(signal, signal), firstLine };
}

/** Runs the program in this process to its end. */
export function runHere(words: readonly string[], options: Omit<CliOptions, 'script'> = {}): Promise<CliRun> {
  return startHere(words, options).end;
}

/** Everything a started program says until it ends. */
export function endOf(child: ChildProcess): Promise<CliRun> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

/** A folder that exists while `use` runs. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'detect-report-cli-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
