import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ProgressEvent } from '../../src/index.ts';
import { type JobOutcome } from '../../src/app/jobs/outcome.ts';
import { runJobs } from '../../src/app/jobs/run-jobs.ts';
import { readJobs } from '../../src/app/jobs/read-jobs.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { verifyRun } from '../../src/app/verify/verify-run.ts';

/** The environment of every job here; `HOOK_SECRET` signs webhooks. */
export const ENV = { RESEMBLE_API_KEY: 'office-key-0123456789', HOOK_SECRET: 'hook-secret' };

/** A folder with a job file, and a list to read: everything is gone when the test is. */
export class Office {
  readonly folder: string;
  readonly sandbox: Sandbox;
  /** What was told while jobs ran. */
  readonly notes: string[] = [];
  /** Waits that were asked for, in milliseconds; none of them took any time. */
  readonly waitsMs: number[] = [];

  private constructor(folder: string, sandbox: Sandbox) {
    this.folder = folder;
    this.sandbox = sandbox;
  }

  static async open(options: SandboxOptions, ...jobLines: string[]): Promise<Office> {
    const folder = await mkdtemp(join(tmpdir(), 'detect-report-office-'));
    const sandbox = await startSandbox({ detections: 100, months: 4, ...options });
    onTestFinished(async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    });
    const office = new Office(folder, sandbox);
    await office.write(...jobLines);
    return office;
  }

  get jobFile(): string {
    return join(this.folder, 'jobs.yaml');
  }

  get out(): string {
    return join(this.folder, 'output');
  }

  /** The job `monthly`, with these lines more. */
  async write(...jobLines: string[]): Promise<void> {
    await this.writeJob('schedule: "0 6 1 * *"', ...jobLines);
  }

  /** The same with a schedule of its own. */
  async writeJob(...jobLines: string[]): Promise<void> {
    const lines = ['formats: [csv]', `base_url: ${this.sandbox.url}`, ...jobLines];
    await writeFile(this.jobFile, `jobs:\n  monthly:\n${lines.map((line) => `    ${line}\n`).join('')}`);
  }

  /** Runs what is due at a time, in this process; `watch` sees its events, and may interrupt it. */
  async run(
    now: string,
    env: Record<string, string> = {},
    watch: (event: ProgressEvent, stop: AbortController) => void = () => undefined,
  ): Promise<JobOutcome> {
    const stop = new AbortController();
    const file = await readJobs(this.jobFile);
    const context = {
      baseDir: file.baseDir,
      env: { ...ENV, ...env },
      nowMs: Date.parse(now),
      clock: {
        nowMs: () => Date.now(),
        monotonicMs: () => performance.now(),
        sleep: (ms: number) => {
          this.waitsMs.push(ms);
          return Promise.resolve();
        },
      },
      random: () => 0,
      emit: (event: ProgressEvent) => {
        if (event.kind === 'note') this.notes.push(event.text);
        watch(event, stop);
      },
      signal: stop.signal,
      protect: () => undefined,
      exitCodeOf: () => 0,
    };
    let told: JobOutcome | null = null;
    const running = runJobs(file.jobs, context, (outcome) => {
      told = outcome;
      return Promise.resolve();
    });
    // An interruption is thrown after it was told.
    await running.catch((error: unknown) => {
      if (error !== stop.signal.reason) throw error;
    });
    if (told === null) throw new Error('no job');
    return told;
  }

  /** Deletes a detection as a client of the API would. */
  async delete(uuid: string): Promise<void> {
    const headers = { authorization: 'Bearer any' };
    const answer = await fetch(`${this.sandbox.url}/api/v2/detect/${uuid}`, { method: 'DELETE', headers });
    if (!answer.ok) throw new Error(`DELETE answered ${answer.status}`);
  }

  /** Names of what stands in the output folder, hidden names too. */
  async names(): Promise<string[]> {
    return (await readdir(this.out)).sort();
  }

  /** Names of run folders. */
  async runs(): Promise<string[]> {
    return (await this.names()).filter((name) => !name.startsWith('.'));
  }

  async uuidsOf(run: string): Promise<string[]> {
    const text = await readFile(join(this.out, run, 'detections.csv'), 'utf8');
    return text
      .split('\r\n')
      .slice(1, -1)
      .map((row) => row.split(',')[0] ?? '');
  }

  /** Hash over everything in a run folder. */
  async hashOf(run: string): Promise<string> {
    const hash = createHash('sha256');
    for (const name of (await readdir(join(this.out, run))).sort()) {
      hash.update(name).update(await readFile(join(this.out, run, name)));
    }
    return hash.digest('hex');
  }

  /** Findings and notices of `verify`, of each run. */
  async verified(): Promise<string[]> {
    const told: string[] = [];
    for (const run of await this.runs()) {
      const options = { emit: () => undefined, signal: new AbortController().signal };
      const { findings, notices } = await verifyRun(join(this.out, run), options);
      told.push(...findings.map(({ text }) => `${run}: ${text}`), ...notices.map((text) => `${run}: ${text}`));
    }
    return told;
  }

  async json(run: string, name: string): Promise<unknown> {
    return JSON.parse(await readFile(join(this.out, run, name), 'utf8'));
  }

  async share(): Promise<string> {
    const share = join(this.folder, 'share');
    await mkdir(share, { recursive: true });
    return share;
  }
}
