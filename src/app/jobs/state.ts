import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OutputError } from '../../core/errors.ts';
import { systemCode } from '../../platform/files/output-failure.ts';
import { MANIFEST_FILE, readSmallFile } from '../../seal/evidence/run-files.ts';
import type { Job } from './job.ts';
import type { JobState } from './plan.ts';
import { exists, RUN_FILE_MODE } from '../../platform/files/folders.ts';
import { writeSmallFile } from '../../platform/files/small-file.ts';

/** The run folders of one period: the first run, and its amendments in their order. */
export interface PeriodRuns {
  readonly label: string;
  /** Paths; the last one is the current state of the period. */
  readonly folders: readonly string[];
}

/** What a job's earlier work left. */
export interface FoundState extends JobState {
  readonly runs: ReadonlyMap<string, PeriodRuns>;
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
  const state = {
    format: 'detect-report/job-state/1',
    occurrence: new Date(occurrenceMs).toISOString(),
    to_compare: labels,
  };
  await writeSmallFile(checksPath(job), `${JSON.stringify(state, null, 2)}\n`, RUN_FILE_MODE);
}

/** Name of a period's run folder. */
export function runName(job: Job, label: string, amendment: number): string {
  return `${job.template.name}_${label}${amendment === 0 ? '' : `.amendment-${amendment}`}`;
}

/** An unreadable file counts as lost: that occurrence's comparisons are repeated, which does no harm. */
async function readChecks(job: Job): Promise<JobState['checks']> {
  const bytes = await readSmallFile(checksPath(job), MOST_BYTES);
  if (bytes === null) return null;
  try {
    const { occurrence, to_compare: labels } = checksFile.parse(JSON.parse(bytes.toString('utf8')));
    return { occurrenceMs: Date.parse(occurrence), labels };
  } catch {
    return null;
  }
}

async function readRuns(job: Job): Promise<ReadonlyMap<string, PeriodRuns>> {
  const numbered = new Map<string, number[]>();
  const prefix = `${job.template.name}_`;
  for (const name of await namesIn(job.outDir)) {
    if (!name.startsWith(prefix)) continue;
    const [, label = '', amendment = '0'] =
      /^(.+?)(?:\.amendment-([1-9]\d{0,5}))?$/.exec(name.slice(prefix.length)) ?? [];
    if (!(await exists(join(job.outDir, name, MANIFEST_FILE)))) continue;
    numbered.set(label, [...(numbered.get(label) ?? []), Number(amendment)]);
  }
  const runs = [...numbered].map(([label, numbers]): [string, PeriodRuns] => [
    label,
    { label, folders: numbers.sort((a, b) => a - b).map((number) => join(job.outDir, runName(job, label, number))) },
  ]);
  return new Map(runs);
}

async function namesIn(folder: string): Promise<string[]> {
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
