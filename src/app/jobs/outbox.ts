import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OutputError } from '../../core/errors.ts';
import {
  exists,
  isFolder,
  makeFolder,
  RUN_FILE_MODE,
  RUN_FOLDER_MODE,
  writeSmallFile,
} from '../../platform/files/folders.ts';
import { MANIFEST_FILE, readSmallJson } from '../../seal/evidence/run-files.ts';
import { type DeliveryRecord, readRecord, type RecordedRun } from './delivery.ts';
import type { Job } from './job.ts';
import { namesIn } from './state.ts';

/*
 *     OUT/.deliveries/RUN/pending.json       some destinations do not have the run yet
 *     OUT/.deliveries/RUN/DESTINATION.json   what is known of one destination: see delivery.ts
 *
 * `pending.json` is written before the run appears, so that no run is left undelivered if the process dies in between.
 * It is removed when every destination of the job has the run.
 */

const FOLDER = '.deliveries';
const PENDING = 'pending.json';
const MOST_BYTES = 64 * 1024;

const pendingFile = z.looseObject({ job: z.string() });

/** Notes, before the run exists, that it must be delivered. Throws `OutputError`. */
export async function markPending(job: Job, runName: string): Promise<void> {
  await makeFolder(folderOf(job, runName), RUN_FOLDER_MODE);
  const content = { format: 'detect-report/pending/1', job: job.name };
  await writeSmallFile(join(folderOf(job, runName), PENDING), `${JSON.stringify(content)}\n`, RUN_FILE_MODE);
}

export async function markDelivered(job: Job, runName: string): Promise<void> {
  await unlink(join(folderOf(job, runName), PENDING)).catch(() => undefined);
}

/** Paths of the job's sealed runs that wait for delivery, in the order of their names. Throws `OutputError`. */
export async function pendingRuns(job: Job): Promise<string[]> {
  const runs: string[] = [];
  for (const name of (await namesIn(join(job.outDir, FOLDER))).sort()) {
    const folder = folderOf(job, name);
    const pending = await readSmallJson(join(folder, PENDING), MOST_BYTES, pendingFile);
    if (pending === null && (await isFolder(folder)) && (await namesIn(folder)).includes(PENDING)) {
      throw unreadable(join(folder, PENDING), name);
    }
    if (pending?.job !== job.name) continue;
    const run = join(job.outDir, name);
    // No run: an attempt noted it and died before the run appeared. The next one makes it.
    if (await exists(join(run, MANIFEST_FILE))) runs.push(run);
  }
  return runs;
}

/** Taken for another job's, the run would never be delivered. */
function unreadable(path: string, run: string): OutputError {
  return new OutputError(`${path} cannot be read, or is damaged: whether ${run} must be delivered is not known.`, {
    place: { file: path },
    remedy: 'Let this user read it; remove it if it is damaged, and deliver the run with: detect-report deliver RUN.',
  });
}

/** The part of a record that says why its destination does not have the run yet; empty and null if nothing was tried. */
type Waiting = Pick<DeliveryRecord, 'description' | 'last_error'>;

export async function waitingDeliveries(outDir: string, run: RecordedRun): Promise<Waiting[]> {
  const names: string[] = await readdir(join(outDir, FOLDER, run.name)).catch(() => []);
  const waiting: Waiting[] = [];
  for (const name of names.filter((one) => one.endsWith('.json') && one !== PENDING).sort()) {
    const record = await readRecord(outDir, run, name.slice(0, -'.json'.length));
    if (record?.state === 'pending') waiting.push(record);
  }
  if (waiting.length > 0 || !names.includes(PENDING)) return waiting;
  return [{ description: '', last_error: null }];
}

function folderOf(job: Job, runName: string): string {
  return join(job.outDir, FOLDER, runName);
}
