import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { PlannedJob } from '../jobs/run-jobs.ts';
import { namesWithLastError, readLastError } from '../jobs/state.ts';
import { evaluate } from '../jobs/thresholds.ts';
import { type FoundRun, orderOf, readRuns, type RunStatus, unreadable } from './run-status.ts';

export interface JobStatus {
  readonly name: string;
  /** Epoch milliseconds: in the past if the job is due now; null if it is not known, or never. */
  readonly nextDueMs: number | null;
  readonly lastError: string | null;
  readonly needs: readonly string[];
}

export interface FolderStatus {
  /** By template and period, amendments after what they amend. */
  readonly runs: readonly RunStatus[];
  readonly jobs: readonly JobStatus[];
  /** Names of runs that are being made, or were interrupted. */
  readonly unfinished: readonly string[];
}

/** A runner that comes once a day has come by then. */
const LATE_MS = 24 * 3_600_000;

/**
 * Every run of a folder, or of the folders of a job file, from manifests and statistics alone: nothing is recomputed.
 * Throws `ConfigError` if the path is neither, or the job file is wrong.
 */
export async function readFolderStatus(path: string, nowMs: number): Promise<FolderStatus> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) {
    const runs = await readRuns(path);
    const names = await namesWithLastError(path);
    const jobs = names.map((name) => jobStatus(path, name, null, []));
    return { ...runsStatus(runs.found), jobs: await Promise.all(jobs), unfinished: runs.unfinished };
  }
  const planned = await planFile(path, nowMs);
  const folders = [...new Set(planned.map(({ job }) => job.outDir))];
  const all = await Promise.all(folders.map((folder) => readRuns(folder)));
  const { runs, current } = runsStatus(all.flatMap((one) => one.found));
  const jobs = planned.map((one) => plannedStatus(one, current, nowMs));
  return { runs, jobs: await Promise.all(jobs), unfinished: all.flatMap((one) => one.unfinished) };
}

/** A job file needs far more code than a folder. */
async function planFile(path: string, nowMs: number): Promise<readonly PlannedJob[]> {
  const { readJobs } = await import('../jobs/read-jobs.ts');
  const { planJobs } = await import('../jobs/run-jobs.ts');
  return await planJobs((await readJobs(path)).jobs, nowMs);
}

/** What needs a person in the light of the other runs: an amended run is history, and so is an older period's matrix. */
function runsStatus(found: readonly FoundRun[]): { runs: RunStatus[]; current: readonly FoundRun[] } {
  const byId = new Map(found.flatMap((run) => (run.manifest === null ? [] : [[run.manifest.report_id, run] as const])));
  const amended = new Set(found.flatMap(({ manifest }) => manifest?.amends?.report_id ?? []));
  const sorted = found.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const isCurrent = ({ manifest }: FoundRun): boolean => manifest !== null && !amended.has(manifest.report_id);
  const current = sorted.filter(isCurrent);
  const newest = new Map(current.map((run) => [placeOf(run), run]));
  const runs = sorted.map((run): RunStatus => {
    const { status, manifest } = run;
    const { completeness, compliance, amendmentOf } = status;
    const unmet = compliance?.not_met ?? 0;
    const needs = [
      ...(isCurrent(run) && completeness !== 'proven' && completeness !== 'converged'
        ? [`completeness is unproven: ${manifest?.completeness.reason ?? ''}`]
        : []),
      ...(newest.get(placeOf(run)) === run && unmet > 0
        ? [`${unmet} ${unmet === 1 ? 'obligation is' : 'obligations are'} not met`]
        : []),
    ];
    const base = amendmentOf === null ? null : (byId.get(amendmentOf)?.status.folder ?? amendmentOf);
    return { ...status, amendmentOf: base, needs: [...status.needs, ...needs] };
  });
  return { runs, current };
}

/** Runs of one template in one folder follow each other. */
function placeOf({ status }: FoundRun): string {
  return JSON.stringify([resolve(dirname(status.folder)), status.template]);
}

async function plannedStatus(
  { job, plan }: PlannedJob,
  current: readonly FoundRun[],
  nowMs: number,
): Promise<JobStatus> {
  const { periodOfLabel } = await import('../jobs/plan.ts');
  const place = JSON.stringify([resolve(job.outDir), job.template.name]);
  // Another job may make runs of other periods there.
  const isOwn = ({ status: { period } }: FoundRun): boolean =>
    period !== null && periodOfLabel(job.period, period, job.timezone) !== null;
  const last = current.findLast((run) => placeOf(run) === place && isOwn(run)) ?? null;
  const { statistics = null, status = null } = last ?? {};
  const crossed = job.thresholds
    .map((one) => (statistics === null ? null : evaluate(one, statistics, status?.completeness ?? 'unproven')))
    .filter((one) => one?.crossed === true)
    .map((one) => `threshold crossed in ${status?.folder ?? ''}: ${one?.condition ?? ''} (${one?.text ?? ''})`);
  const isDue = plan.due.length > 0 && plan.occurrenceMs !== null;
  const dueMs = isDue ? (plan.occurrenceMs ?? 0) : plan.nextMs;
  const late =
    isDue && dueMs !== null && nowMs - dueMs > LATE_MS
      ? [`due since ${new Date(dueMs).toISOString()}, and not made: check that "detect-report run" is called`]
      : [];
  return await jobStatus(job.outDir, job.name, dueMs, [...late, ...crossed]);
}

async function jobStatus(outDir: string, name: string, nextDueMs: number | null, needs: readonly string[]) {
  const lastError = await readLastError(outDir, name);
  const failed = lastError === null ? [] : [`its last run failed: ${lastError}`];
  return { name, nextDueMs, lastError, needs: [...failed, ...needs] };
}
