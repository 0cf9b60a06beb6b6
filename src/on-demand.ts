import type { examine as examineAll, examineAccess as examineOne } from './doctor.ts';
import type { exportReport as exportOne } from './app/library/export-report.ts';
import type { openRun as open } from './app/library/open-run.ts';
import type { explainRecord as explain } from './explain-record.ts';
import type { diffRuns as diff } from './diff-runs.ts';
import type { runReport as run } from './run-report.ts';
import type { planJobs as plan, runJobs as runAll } from './job-runs/run-jobs.ts';
import type { scheduleJobs as schedule } from './job-runs/schedule.ts';
import type { readJobs as read } from './jobs/read-jobs.ts';
import type { verifyRun as verify } from './verify-run.ts';

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

/** See src/verify-run.ts. */
export const verifyRun: typeof verify = async (...given) => (await import('./verify-run.ts')).verifyRun(...given);

/** See src/explain-record.ts. */
export const explainRecord: typeof explain = async (...given) =>
  (await import('./explain-record.ts')).explainRecord(...given);

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
export const diffRuns: typeof diff = async (...given) => (await import('./diff-runs.ts')).diffRuns(...given);
