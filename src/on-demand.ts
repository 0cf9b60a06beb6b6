import type { examine as examineAll, examineAccess as examineOne } from './doctor.ts';
import type { exportReport as exportOne } from './app/library/export-report.ts';
import type { openRun as open } from './app/library/open-run.ts';
import { type CallOptions, readCall, readFunction, requireText } from './app/library/read-call.ts';
import type { Change } from './core/change.ts';
import { ConfigError } from './core/errors.ts';
import type { Explanation } from './explain-record.ts';
import type { Diff } from './diff-runs.ts';
import type { runReport as run } from './run-report.ts';
import type { planJobs as plan, runJobs as runAll } from './job-runs/run-jobs.ts';
import type { scheduleJobs as schedule } from './job-runs/schedule.ts';
import type { readJobs as read } from './jobs/read-jobs.ts';
import type { Verification, VerifyOptions } from './verify-run.ts';

/**
 * The jobs, each loaded when it is first asked for: the libraries behind them take longer to load than `--help`, a
 * wrong flag or a shell completion may take.
 */

/** See src/app/library/export-report.ts. */
export const exportReport: typeof exportOne = async (...given) =>
  (await import('./app/library/export-report.ts')).exportReport(...given);

/** See src/app/library/open-run.ts. */
export const openRun: typeof open = async (...given) => (await import('./app/library/open-run.ts')).openRun(...given);

/** See src/run-report.ts. */
export const runReport: typeof run = async (...given) => (await import('./run-report.ts')).runReport(...given);

const FOLDER = "the folder of a run, e.g. 'output/monthly-compliance_2024-01'";

/** See src/verify-run.ts. Without options: every check, no progress, to the end. */
export async function verifyRun(folder: string, options?: Partial<VerifyOptions>): Promise<Verification> {
  requireText('folder', folder, FOLDER);
  const call = readCall('verifyRun', options, {
    publicKeyPath: 'text',
    previousRun: 'text',
    checksumsOnly: 'switch',
    strict: 'switch',
  });
  return (await import('./verify-run.ts')).verifyRun(folder, call);
}

/** See src/explain-record.ts. */
export async function explainRecord(folder: string, uuid: string, signal?: AbortSignal): Promise<Explanation> {
  requireText('folder', folder, FOLDER);
  requireText('uuid', uuid, 'a value of the column uuid of detections.csv');
  const call = readCall<CallOptions>('explainRecord', { signal });
  return (await import('./explain-record.ts')).explainRecord(folder, uuid, call.signal);
}

/** See src/doctor.ts. */
export const examine: typeof examineAll = async (...given) => (await import('./doctor.ts')).examine(...given);

/** See src/doctor.ts. */
export const examineAccess: typeof examineOne = async (...given) =>
  (await import('./doctor.ts')).examineAccess(...given);

/** See src/jobs/read-jobs.ts. */
export const readJobs: typeof read = async (...given) => (await import('./jobs/read-jobs.ts')).readJobs(...given);

/** See src/job-runs/run-jobs.ts. */
export const planJobs: typeof plan = async (...given) => (await import('./job-runs/run-jobs.ts')).planJobs(...given);

/** See src/job-runs/run-jobs.ts. */
export const runJobs: typeof runAll = async (...given) => (await import('./job-runs/run-jobs.ts')).runJobs(...given);

/** See src/job-runs/schedule.ts. */
export const scheduleJobs: typeof schedule = async (...given) =>
  (await import('./job-runs/schedule.ts')).scheduleJobs(...given);

/** See src/diff-runs.ts. */
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
  return (await import('./diff-runs.ts')).diffRuns(before, after, tell, call.signal);
}
