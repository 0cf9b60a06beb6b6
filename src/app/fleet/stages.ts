import { createReadStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withDayStarts } from '../../core/calendar.ts';
import { ConfigError, DetectReportError, InvariantError, SourceError, TryLaterError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { RunConfig } from '../../core/run-config.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';
import { FileOutput } from '../../platform/files/file-output.ts';
import {
  exists,
  makeFolder,
  randomName,
  RUN_FILE_MODE,
  RUN_FOLDER_MODE,
  syncFolder,
  withScratch,
} from '../../platform/files/folders.ts';
import { PART_LIMITS, planParts } from '../../render/render-parts.ts';
import { ARCHIVE_FILE, MANIFEST_FILE } from '../../seal/evidence/run-files.ts';
import { partsPathOf } from '../../seal/run-folder/run-folder.ts';
import { reviewsOf } from '../export/export-run.ts';
import { type Extraction, ListReader, requestOf } from '../export/read-list.ts';
import { partSetupOf } from '../export/render-parts.ts';
import { readDeliverableRun } from '../jobs/deliverable-run.ts';
import { configOfJob } from '../jobs/job-config.ts';
import type { Job } from '../jobs/job.ts';
import { openJobNotifier } from '../jobs/notify.ts';
import { type JobContext, type JobOutcome, outcomeLines, type SealedJobRun } from '../jobs/outcome.ts';
import { periodOfLabel, planJob } from '../jobs/plan.ts';
import type { JobReader } from '../jobs/read-jobs.ts';
import { isTransient, openPlace, runJob } from '../jobs/run-job.ts';
import { sealPeriod } from '../jobs/seal-due-periods.ts';
import { noteErrors, readState, runName, writeChecks } from '../jobs/state.ts';
import { checkRecords } from '../run/check-records.ts';
import { withKey } from './one-reading.ts';
import { type PartFiles, partFiles } from './part-files.ts';
import { runIdOf, type Task } from './queue.ts';

export interface StageContext extends Omit<JobContext, 'baseDir' | 'nowMs'> {
  /** The folder that holds the job file; its runs are below it, on every machine. */
  readonly store: string;
  readonly readJob: JobReader;
  readonly tries: Tries;
}

/** Which of its tries a stage is at; what fails for good is not tried again. */
export interface Tries {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** What a stage made known; the rest is on the store. */
export interface StageResult {
  /** Parts that others may render; `prove` alone says more than 0. */
  readonly parts: number;
  readonly sealed: readonly string[];
}

const NOTHING: StageResult = { parts: 0, sealed: [] };

interface Work {
  readonly task: Task;
  readonly job: Job;
  readonly config: RunConfig;
  readonly context: JobContext;
  readonly signal: AbortSignal;
}

/**
 * Does one stage. Safe to repeat, also while another worker does the same: what is there is not made again. Throws
 * `TryLaterError` while another one is at work on the same job, run folder or key.
 */
export async function runStage(task: Task, { store, readJob, tries, ...rest }: StageContext): Promise<StageResult> {
  // The first error is what the stage ends with.
  const willRetry = ({ errors: [error] }: JobOutcome): boolean =>
    error !== undefined && !(error instanceof TryLaterError) && !tries.isLast && !isPermanent(error);
  const context: JobContext = {
    ...rest,
    baseDir: store,
    nowMs: task.nowMs,
    runId: runIdOf(task),
    retried: { ...tries, willRetry },
  };
  const job = await jobOf(task, store, readJob);
  const { config, warnings } = await configOfJob(job, context);
  if (config.source.kind === 'api') context.protect(config.source.api.key);
  const work: Work = { task, job, config, context, signal: context.signal };
  if (task.stage === 'deliver') {
    for (const text of warnings) context.emit({ kind: 'note', level: 'warning', text });
    return await deliver(work);
  }
  const run = runOf(work, task.label);
  if (await run.isSealed()) return NOTHING;
  if (task.stage === 'read') {
    await read(work);
    return NOTHING;
  }
  if (!(await exists(run.archive))) await read(work);
  if (task.stage === 'prove') return { parts: await prove(work, run.archive), sealed: [] };
  if (task.stage === 'seal') return { parts: 0, sealed: await sealRun(work) };
  await withArchive(run.archive, async (snapshot) => {
    const parts = await partFilesOf(work, snapshot);
    const made = await parts.make(task.part, work.signal);
    if (!made) throw new InvariantError(`The run has no part ${task.part}.`);
  });
  return NOTHING;
}

/** Notes and notifies that a stage failed for good; `deliver` has done so itself. */
export async function tellFailure(
  task: Task,
  error: unknown,
  { store, readJob, ...rest }: Omit<StageContext, 'tries'>,
): Promise<void> {
  const context: JobContext = { ...rest, baseDir: store, nowMs: task.nowMs, runId: runIdOf(task) };
  const job = await jobOf(task, store, readJob);
  await noteErrors(job, [error]);
  const none = { runs: [], unchanged: [], deliveries: [], nextMs: null };
  const outcome: JobOutcome = { ...none, job: job.name, idle: false, timezone: job.timezone, errors: [error] };
  const watcher = openJobNotifier(job, task.label, context);
  await watcher.started();
  await watcher.ended(outcome);
}

async function jobOf(task: Task, store: string, readJob: JobReader): Promise<Job> {
  const path = join(store, task.file);
  const job = await readJob(path, task.job);
  if (job !== null) return job;
  throw new ConfigError(`${path} has no job ${JSON.stringify(task.job)}.`, {
    place: { file: path },
    remedy: 'Give all workers the job file that was enqueued: --store names its folder.',
  });
}

function runOf({ job }: Pick<Work, 'job'>, label: string) {
  const name = runName(job, label, 0);
  const parts = partsPathOf({ outDir: job.outDir, name });
  const folder = join(job.outDir, name);
  return {
    name,
    folder,
    parts,
    archive: join(parts, ARCHIVE_FILE),
    isSealed: async () => await exists(join(folder, MANIFEST_FILE)),
  };
}

function periodOf({ job }: Pick<Work, 'job'>, label: string): Period {
  const period = periodOfLabel(job.period, label, job.timezone);
  if (period !== null) return period;
  throw new ConfigError(
    `The job ${job.name} asks for other periods than ${label}: it was changed since it was queued.`,
    {
      remedy: 'Run enqueue again: it queues what the job asks for now.',
    },
  );
}

/** Reads the list into `records.zip` of the run; if all of it was read, also into those of the later runs. */
async function read(work: Work): Promise<void> {
  const { task, job, config, context } = work;
  const period = periodOf(work, task.label);
  await withKey(work, async (signal) => {
    const place = await openPlace(job, signal);
    const reader = new ListReader(config, place, context.emit, period);
    let keepsPages = false;
    try {
      // Decided before anything is sealed, as in one process: what was just read is not compared.
      const { occurrenceMs, check } = planJob(job, await readState(job), task.nowMs);
      if (occurrenceMs !== null) {
        const labels = check.map(({ label }) => label);
        await writeChecks(job, occurrenceMs, labels);
      }
      if (await exists(runOf(work, task.label).archive)) return;
      const extraction = await reader.readOnce(signal);
      if (extraction === null) {
        throw new ConfigError(`The job ${job.name} reads no list.`, { remedy: 'Use source: api.' });
      }
      for (const label of extraction.isWholeList ? new Set([task.label, ...task.labels]) : [task.label]) {
        const { archive, isSealed } = runOf(work, label);
        if ((await isSealed()) || (await exists(archive))) continue;
        await keepArchive(work, label, extraction, signal);
      }
    } catch (error) {
      const failure: unknown = signal.aborted && signal.reason instanceof Error ? signal.reason : error;
      keepsPages = reader.keepsSpool(failure);
      throw failure;
    } finally {
      await place.abandon(keepsPages);
    }
  });
}

async function keepArchive(work: Work, label: string, extraction: Extraction, signal: AbortSignal): Promise<void> {
  const { parts, archive } = runOf(work, label);
  await makeFolder(parts, RUN_FOLDER_MODE);
  const output = await FileOutput.create(join(parts, `.${randomName()}`), RUN_FILE_MODE, signal);
  try {
    await extraction.writeArchive(requestOf(work.config, periodOf(work, label)), output);
    await output.close();
    await rename(output.path, archive);
    await syncFolder(parts);
  } catch (error) {
    await output.abandon();
    await rm(output.path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Checks the archive from its pages up; returns the number of its parts if it is worth sharing them. */
async function prove({ signal }: Work, archive: string): Promise<number> {
  try {
    return await withArchive(archive, async (snapshot) => {
      const emit = (): void => undefined;
      const { findings } = await withScratch('prove', (scratch) =>
        checkRecords({ snapshot, run: null, scratch, emit, signal }),
      );
      const [finding] = findings;
      if (finding !== undefined) throw new SourceError(`${archive} cannot be used: ${finding.text}.`);
      const parts = planParts(snapshot.record, PART_LIMITS).length;
      return parts > 1 ? parts : 0;
    });
  } catch (error) {
    // The next attempt reads the list again.
    if (error instanceof SourceError) await rm(archive, { force: true });
    throw error;
  }
}

async function sealRun(work: Work): Promise<string[]> {
  const { task, job, config, context } = work;
  const { archive, name, parts, isSealed } = runOf(work, task.label);
  const runs: SealedJobRun[] = [];
  const copied: Pick<Extraction, 'writeArchive'> = {
    writeArchive: async (_requested, output) => {
      for await (const chunk of createReadStream(archive)) await output.append(chunk as Buffer);
      await output.close();
      return await withArchive(archive, async ({ record }) => record);
    },
  };
  try {
    const sealing = { job, config, context, done: { runs, unchanged: [] } };
    await sealPeriod(sealing, copied, periodOf(work, task.label), name, null, (setup, snapshot) =>
      partFiles(parts, setup, snapshot, config).runner(context.emit),
    );
  } catch (error) {
    // Another worker was faster.
    if (!(error instanceof ConfigError) || !(await isSealed())) throw error;
  }
  return runs.map(({ folder }) => folder);
}

/** What a part stage renders is what `seal` would. */
async function partFilesOf(work: Work, snapshot: Snapshot): Promise<PartFiles> {
  const { task, config } = work;
  const settings = { ...config, reviews: await reviewsOf(config) };
  const setup = partSetupOf(settings, snapshot, withDayStarts(periodOf(work, task.label)));
  return partFiles(runOf(work, task.label).parts, setup, snapshot, config);
}

/** Compares sealed periods with the list, delivers what is not delivered, and notifies, as `run` does. */
async function deliver(work: Work): Promise<StageResult> {
  const { task, job, context, signal } = work;
  const made: SealedJobRun[] = [];
  for (const label of task.labels) {
    const { folder } = runOf(work, label);
    const { summary } = await readDeliverableRun(folder, job, signal);
    made.push({ folder, summary, changes: null });
  }
  const { due, check } = planJob(job, await readState(job), task.nowMs);
  const run = async (): Promise<JobOutcome> => await runJob(job, context, made);
  const outcome = due.length + check.length > 0 ? await withKey(work, run) : await run();
  const [error] = outcome.errors;
  const lines = context.retried?.willRetry(outcome) === true ? [] : outcomeLines({ ...outcome, errors: [] });
  for (const text of lines) context.emit({ kind: 'note', level: 'info', text });
  if (error !== undefined) throw error;
  return { parts: 0, sealed: outcome.runs.flatMap(({ folder, changes }) => (changes === null ? [] : [folder])) };
}

async function withArchive<T>(path: string, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const snapshot = await openArchive(path);
  try {
    return await use(snapshot);
  } finally {
    await snapshot.close();
  }
}

/** True if the same stage would fail again, here or on another machine. */
export function isPermanent(error: unknown): boolean {
  return error instanceof DetectReportError && error.kind !== 'output' && !isTransient(error);
}
