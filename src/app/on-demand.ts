import type { checkLive as live, deliverAgain as redeliver } from './jobs/destinations.ts';
import type { queryLake as query } from './archive/query-lake.ts';
import type { writeArchive as archive } from './archive/write-archive.ts';
import type { combineRuns as combine } from './combine/combine-runs.ts';
import type { examine as examineAll, examineAccess as examineOne } from './setup/doctor.ts';
import type { exportReport as exportOne } from './library/export-report.ts';
import type { openRun as open } from './library/open-run.ts';
import { type CallOptions, readCall, readFunction, requireText } from './library/read-call.ts';
import type { Change } from '../core/previous-run.ts';
import { ConfigError } from '../core/errors.ts';
import type { Explanation } from './explain/explain-record.ts';
import type { Diff } from './compare/compare-runs.ts';
import type { enqueueJobs as enqueue } from './fleet/enqueue.ts';
import type { serveStages as serve } from './fleet/stage-thread.ts';
import type { runWorker as workOff } from './fleet/worker.ts';
import type { runReport as run } from './export/export-run.ts';
import type { planJobs as plan, runJobs as runAll, scheduleJobs as schedule } from './jobs/run-jobs.ts';
import type { readJobs as read } from './jobs/read-jobs.ts';
import type { checkTransparency as checkParts } from './export/dsa-rules.ts';
import type { drawSample as draw } from './reviews/draw-sample.ts';
import type { readFolderStatus as readStatus } from './status/folder-status.ts';
import type { Verification, VerifyOptions } from './verify/verify-run.ts';

/**
 * The jobs, each loaded when it is first asked for: their libraries take longer to load than `--help`, a
 * wrong flag or a shell completion may take.
 */

export const exportReport: typeof exportOne = async (...given) =>
  (await import('./library/export-report.ts')).exportReport(...given);

export const openRun: typeof open = async (...given) => (await import('./library/open-run.ts')).openRun(...given);

export const runReport: typeof run = async (...given) => (await import('./export/export-run.ts')).runReport(...given);

export const combineRuns: typeof combine = async (...given) =>
  (await import('./combine/combine-runs.ts')).combineRuns(...given);

/** See src/app/archive/write-archive.ts. */
export const writeArchive: typeof archive = async (...given) =>
  (await import('./archive/write-archive.ts')).writeArchive(...given);

/** See src/app/archive/query-lake.ts. */
export const queryLake: typeof query = async (...given) =>
  (await import('./archive/query-lake.ts')).queryLake(...given);

const FOLDER = "the folder of a run, e.g. 'output/monthly-compliance_2024-01'";

/** Without options: every check, no progress, to the end. */
export async function verifyRun(folder: string, options?: Partial<VerifyOptions>): Promise<Verification> {
  requireText('folder', folder, FOLDER);
  const call = readCall('verifyRun', options, {
    publicKeyPath: 'text',
    timestampCaPath: 'text',
    previousRun: 'text',
    parts: 'texts',
    checksumsOnly: 'switch',
    strict: 'switch',
  });
  return (await import('./verify/verify-run.ts')).verifyRun(folder, call);
}

export async function explainRecord(folder: string, uuid: string, signal?: AbortSignal): Promise<Explanation> {
  requireText('folder', folder, FOLDER);
  requireText('uuid', uuid, 'a value of the column uuid of the table detections');
  const call = readCall<CallOptions>('explainRecord', { signal });
  return (await import('./explain/explain-record.ts')).explainRecord(folder, uuid, call.signal);
}

export const examine: typeof examineAll = async (...given) => (await import('./setup/doctor.ts')).examine(...given);

export const examineAccess: typeof examineOne = async (...given) =>
  (await import('./setup/doctor.ts')).examineAccess(...given);

export const readJobs: typeof read = async (...given) => (await import('./jobs/read-jobs.ts')).readJobs(...given);

export const checkLive: typeof live = async (...given) => (await import('./jobs/destinations.ts')).checkLive(...given);

export const deliverAgain: typeof redeliver = async (...given) =>
  (await import('./jobs/destinations.ts')).deliverAgain(...given);

export const planJobs: typeof plan = async (...given) => (await import('./jobs/run-jobs.ts')).planJobs(...given);

export const runJobs: typeof runAll = async (...given) => (await import('./jobs/run-jobs.ts')).runJobs(...given);

/** See src/app/reviews/draw-sample.ts. */
export const drawSample: typeof draw = async (...given) =>
  (await import('./reviews/draw-sample.ts')).drawSample(...given);

/** See src/app/export/dsa-rules.ts. */
export const checkTransparency: typeof checkParts = async (...given) =>
  (await import('./export/dsa-rules.ts')).checkTransparency(...given);

export const readFolderStatus: typeof readStatus = async (...given) =>
  (await import('./status/folder-status.ts')).readFolderStatus(...given);

export const scheduleJobs: typeof schedule = async (...given) =>
  (await import('./jobs/run-jobs.ts')).scheduleJobs(...given);

/** See src/app/fleet/enqueue.ts. */
export const enqueueJobs: typeof enqueue = async (...given) =>
  (await import('./fleet/enqueue.ts')).enqueueJobs(...given);

/** See src/app/fleet/worker.ts. */
export const runWorker: typeof workOff = async (...given) => (await import('./fleet/worker.ts')).runWorker(...given);

/** See src/app/fleet/stage-thread.ts. */
export const serveStages: typeof serve = async (...given) =>
  (await import('./fleet/stage-thread.ts')).serveStages(...given);

export async function diffRuns(
  before: string,
  after: string,
  tell: (change: Change) => Promise<void>,
  signal?: AbortSignal,
): Promise<Diff> {
  requireText('before', before, FOLDER);
  requireText('after', after, FOLDER);
  if (readFunction('tell', tell) === null) {
    throw new ConfigError('tell: it is missing.', { remedy: 'Write async (change) => { … }.' });
  }
  const call = readCall<CallOptions>('diffRuns', { signal });
  return (await import('./compare/compare-runs.ts')).diffRuns(before, after, tell, call.signal);
}
