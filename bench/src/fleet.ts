import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Sandbox, startSandbox } from '../../dist/sandbox/server.js';

/*
 * npm run bench:fleet -- [--teams 200] [--detections 2000] [--workers 2] [--port 16379]
 *
 * Months of many teams, each with a key and a list of its own, due in the same minute: one `run` against workers that
 * share them through a queue. Starts redis-server on the port; needs redis-cli too.
 */

const MAIN = resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const CLOCK_TICKS = 100;

const { values } = parseArgs({
  options: {
    teams: { type: 'string', default: '200' },
    detections: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '2' },
    port: { type: 'string', default: '16379' },
  },
});
const [teams, detections, workers] = [values.teams, values.detections, values.workers].map(Number) as [
  number,
  number,
  number,
];
const folder = await mkdtemp(join(tmpdir(), 'detect-report-bench-fleet-'));
const names = Array.from({ length: teams }, (_, index) => `team-${index}`);
const keys = names.map((name) => [name.toUpperCase().replace('-', '_'), `${name}-key-0123456789`] as const);
const env = {
  PATH: process.env['PATH'] ?? '',
  DETECT_REPORT_QUEUE: `redis://127.0.0.1:${values.port}`,
  ...Object.fromEntries(keys),
};

function start(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...words], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

function asked(...words: readonly string[]): string {
  return execFileSync('redis-cli', ['-p', values.port, ...words], { encoding: 'utf8' });
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`a process ended with ${code}`);
}

/** CPU seconds of all child processes that have ended. */
async function childSeconds(): Promise<number> {
  const fields = (await readFile('/proc/self/stat', 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / CLOCK_TICKS;
}

async function sealedRuns(out: string): Promise<number> {
  const found = await Promise.all(names.map(async (name) => await readdir(join(folder, out, name)).catch(() => [])));
  return found.flat().filter((name) => !name.startsWith('.')).length;
}

async function openList(seed: number, key: string): Promise<Sandbox> {
  return await startSandbox({ detections, months: 1, seed, key });
}

/** Writes the job file, serves the lists, does the work, and prints what it cost. */
async function measure(what: string, out: string, work: (file: string) => Promise<string>): Promise<void> {
  const lists: Sandbox[] = [];
  for (const [index, [, key]] of keys.entries()) lists.push(await openList(index, key));
  const jobs = names.flatMap((name, index) => [
    `  ${name}:`,
    '    schedule: "0 6 1 * *"',
    `    base_url: ${lists[index]?.url}`,
    `    api_key: { env: ${keys[index]?.[0]} }`,
    `    out: ${out}/${name}`,
    '    formats: [csv]',
  ]);
  await writeFile(join(folder, `${out}.yaml`), ['jobs:', ...jobs, ''].join('\n'));
  const [beforeMs, cpuBefore] = [performance.now(), await childSeconds()];
  const note = await work(`${out}.yaml`);
  const seconds = (performance.now() - beforeMs) / 1000;
  const runs = await sealedRuns(out);
  if (runs !== teams) throw new Error(`${what}: ${runs} runs instead of ${teams}`);
  const cpu = (await childSeconds()) - cpuBefore;
  const fastest = Math.max(...lists.map(({ counters }) => counters.maxPerSecond));
  const requests = lists.reduce((sum, { counters }) => sum + counters.listRequests, 0);
  const cells = [what, teams, seconds.toFixed(0), cpu.toFixed(0), requests, fastest, note];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
  for (const list of lists) await list.close();
}

const NOW = ['--now', '2024-02-01T06:00:00Z', '--quiet'];
const redis = spawn('redis-server', ['--port', values.port, '--dir', folder, '--appendonly', 'yes', '--save', ''], {
  stdio: 'ignore',
});
try {
  process.stdout.write(
    '| what | runs | seconds | CPU seconds | requests | most a second for a key | memory of Redis |\n',
  );
  await measure('one `run`', 'alone', async (file) => {
    await ended(start('run', file, ...NOW));
    return '';
  });
  await measure(`${workers} workers`, 'shared', async (file) => {
    const started = Array.from({ length: workers }, () => start('worker', '--store', '.', '--slots', '1', '--quiet'));
    await ended(start('enqueue', file, ...NOW));
    while ((await sealedRuns('shared')) < teams || asked('keys', 'bull:detect-report:*/deliver/*').trim() !== '') {
      await new Promise((next) => setTimeout(next, 500));
    }
    const info = asked('info', 'memory');
    const ends = started.map(async (worker) => await once(worker, 'exit'));
    for (const worker of started) worker.kill('SIGTERM');
    await Promise.all(ends);
    const bytes = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
    return `${((bytes('used_memory_peak') - bytes('used_memory_startup')) / 1024).toFixed(0)} KiB`;
  });
} finally {
  redis.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
