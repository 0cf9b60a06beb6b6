import { readdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { InterruptedError, OutputError, TryLaterError } from '../../core/errors.ts';
import { shorten } from '../../core/text.ts';
import { exists, makeFolder, removeFolder, RUN_FILE_MODE, writeSmallFile } from '../../platform/files/folders.ts';
import { acquireLock, type RunLock } from '../../platform/files/lock.ts';
import { systemCode } from '../../platform/files/output-failure.ts';
import { MANIFEST_FILE, readSmallFile, readSmallJson } from '../../seal/evidence/run-files.ts';
import type { Job } from './job.ts';
import type { JobState } from './plan.ts';

export interface FoundState extends JobState {
  /** By label of a period, paths of its first run and of its amendments: the last one is its current state. */
  readonly runs: ReadonlyMap<string, readonly string[]>;
}

const MOST_BYTES = 64 * 1024;

const checksFile = z.strictObject({
  format: z.literal('detect-report/job-state/1'),
  occurrence: z.iso.datetime(),
  to_compare: z.array(z.string().max(30)).max(1000),
});

/**
 * Reads a job's state from its folder, and changes nothing. Only a sealed run folder marks a period as done: a separate
 * list could be lost or disagree. Throws `OutputError` if the folder cannot be read.
 */
export async function readState(job: Job): Promise<FoundState> {
  const runs = await readRuns(job);
  return { runs, sealed: new Set(runs.keys()), checks: await readChecks(job) };
}

/** Stores what is left to compare for an occurrence, for the next attempt if this one dies. */
export async function writeChecks(job: Job, occurrenceMs: number, labels: readonly string[]): Promise<void> {
  const occurrence = new Date(occurrenceMs).toISOString();
  const state = { format: 'detect-report/job-state/1', occurrence, to_compare: labels };
  await writeSmallFile(checksPath(job), `${JSON.stringify(state, null, 2)}\n`, RUN_FILE_MODE);
}

const LAST_ERROR = /^\.job-(.+)\.error$/;
const LONGEST_ERROR = 1000;

/**
 * Keeps why a job failed until it succeeds. What ends differently, because of a signal or because another process is at
 * work on the job, changes nothing.
 */
export async function noteErrors(job: Job, errors: readonly unknown[]): Promise<void> {
  const path = errorPath(job.outDir, job.name);
  const [first] = errors;
  if (first === undefined) return await unlink(path).catch(() => undefined);
  if (first instanceof InterruptedError) return;
  const text = shorten(first instanceof Error ? first.message : 'unknown failure', LONGEST_ERROR);
  try {
    // A stage may fail before anything else is there.
    await makeFolder(job.outDir);
    await writeSmallFile(path, `${text}\n`, RUN_FILE_MODE);
  } catch {
    // The caller says it, too.
  }
}

export async function readLastError(outDir: string, name: string): Promise<string | null> {
  return (await readSmallFile(errorPath(outDir, name), MOST_BYTES))?.toString('utf8').trim() ?? null;
}

export async function namesWithLastError(outDir: string): Promise<string[]> {
  return (await namesIn(outDir)).flatMap((name) => LAST_ERROR.exec(name)?.[1] ?? []).sort();
}

function errorPath(outDir: string, name: string): string {
  return join(outDir, `.job-${name}.error`);
}

export function runName(job: Job, label: string, amendment: number): string {
  return `${job.template.name}_${label}${amendment === 0 ? '' : `.amendment-${amendment}`}`;
}

/** An unreadable file counts as lost: that occurrence's comparisons are repeated, which does no harm. */
async function readChecks(job: Job): Promise<JobState['checks']> {
  const found = await readSmallJson(checksPath(job), MOST_BYTES, checksFile);
  return found && { occurrenceMs: Date.parse(found.occurrence), labels: found.to_compare };
}

async function readRuns(job: Job): Promise<FoundState['runs']> {
  const numbered = new Map<string, number[]>();
  const prefix = `${job.template.name}_`;
  for (const name of await namesIn(job.outDir)) {
    if (!name.startsWith(prefix)) continue;
    const [, label = '', amendment = '0'] =
      /^(.+?)(?:\.amendment-([1-9]\d{0,5}))?$/.exec(name.slice(prefix.length)) ?? [];
    if (!(await exists(join(job.outDir, name, MANIFEST_FILE)))) continue;
    numbered.set(label, [...(numbered.get(label) ?? []), Number(amendment)]);
  }
  const pathsOf = (label: string, numbers: readonly number[]): string[] =>
    numbers.toSorted((a, b) => a - b).map((number) => join(job.outDir, runName(job, label, number)));
  return new Map([...numbered].map(([label, numbers]) => [label, pathsOf(label, numbers)]));
}

/** Names in the folder; none if it does not exist. Throws `OutputError`. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw new OutputError(`The folder ${folder} cannot be read (${systemCode(error)}).`, {
      place: { file: folder },
      remedy: 'Check the folder that the job names as out, and its permissions.',
      cause: error,
    });
  }
}

function checksPath(job: Job): string {
  return join(job.outDir, `.job-${job.name}.state`);
}

/**
 * Removes what a killed process left next to a run that it had just sealed: no later run of that name will do it. Keeps
 * it for the next time if the lock may still be held. Throws `OutputError`.
 */
export async function removeLeftovers(job: Job, state: FoundState): Promise<void> {
  const sealed = new Set([...state.runs.values()].flat().map((folder) => basename(folder)));
  const names = await namesIn(job.outDir);
  const left = new Set(names.flatMap((name) => /^\.(.+)\.(?:work|lock(?:\.[0-9a-f]+)?)$/.exec(name)?.[1] ?? []));
  for (const name of left) if (sealed.has(name)) await removeLeft(job.outDir, name);
}

async function removeLeft(outDir: string, name: string): Promise<void> {
  let lock: RunLock;
  try {
    lock = await acquireLock(join(outDir, `.${name}.lock`));
  } catch (error) {
    if (error instanceof TryLaterError) return;
    throw error;
  }
  try {
    await removeFolder(join(outDir, `.${name}.work`));
  } finally {
    await lock.release();
  }
}
