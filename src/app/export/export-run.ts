import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Certificate } from '../../core/certificate.ts';
import { OutputError, SourceError } from '../../core/errors.ts';
import type { SealedFile } from '../../core/output.ts';
import { type Period, type Unfinished, unfinished } from '../../core/period.ts';
import type { Emit } from '../../core/progress.ts';
import type { RunConfig } from '../../core/run-config.ts';
import type { OwnSink } from '../../core/sink.ts';
import type { ReviewsFile } from '../../core/reviews.ts';
import type { ExtractionRecord } from '../../core/snapshot.ts';
import type { Statistics } from '../../core/statistics.ts';
import { LARGEST_MANIFEST_BYTES } from '../../seal/evidence/manifest-schema.ts';
import { loadReader } from '../../seal/evidence/timestamp.ts';
import { ARCHIVE_FILE, holdsManifest } from '../../seal/evidence/run-files.ts';
import { ListReader } from './read-list.ts';
import type { RenderPartsJob } from './render-parts.ts';
import { type RenderedRun, renderRun, type RenderRunJob } from './render-run.ts';
import { historyAfter, readPreviousRun, runsBeforeArchive } from '../run/previous-run.ts';
import { repackingOf } from '../run/packed-archive.ts';
import { decidePeriod, refuseFuture, refuseUncovered } from '../run/period.ts';
import { RunFolder } from '../../seal/run-folder/run-folder.ts';
import { withScratch } from '../../platform/files/folders.ts';
import { EXTRACTION_ENTRY, refused } from '../../extract/snapshot/format.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';
import type { ReportSettings } from '../../seal/seal.ts';
import { systemClock, TOOL } from '../../platform/machine.ts';
import { checkRecords, damaged, RecordCheck, recordFindings, refuseContradictions } from '../run/check-records.ts';

export interface RunDependencies {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly runner?: RenderPartsJob['runner'];
  readonly ownSinks?: readonly OwnSink[];
}

export interface RunResult {
  readonly folder: string;
  readonly reportId: string;
  readonly period: Period;
  /** Null if the period was over when the reading began. */
  readonly unfinished: Unfinished | null;
  /** Detections of the previous run; null if none was named. */
  readonly previousDetections: number | null;
  readonly certificate: Certificate;
  readonly statistics: Statistics;
  readonly files: readonly SealedFile[];
  /** Cells that a format had to change, by format and reason. */
  readonly changedCells: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * The main job: extract, render, seal, and one rename. Resolves when the run folder has its final name and is on disk.
 * Throws a `DetectReportError`; then nothing new has that name. What was read of the list may stay next to it, so that
 * the next run of that name can resume.
 */
export async function runReport(config: RunConfig, deps: RunDependencies): Promise<RunResult> {
  if ((config.timestamp ?? null) !== null) await loadReader();
  const past = config.source.kind === 'records' ? await recordOf(config.source.path, deps) : null;
  const period = decidePeriod(config, past?.requested ?? null);
  refuseFuture(period, past, systemClock().nowMs());
  if (past !== null) refuseUncovered(period, past.certificate);
  const before = { ...(await runsBefore(config)), reviews: await reviewsOf(config) };
  const folder = await RunFolder.open({
    outDir: config.outDir,
    name: `${config.template.name}_${period.label}`,
    overwrite: config.overwrite,
    isRun: (path) => holdsManifest(path, LARGEST_MANIFEST_BYTES),
    keptPages: config.source.kind === 'records' ? 'leave' : config.fresh === true ? 'remove' : 'use',
    signal: deps.signal,
  });
  const reader = new ListReader(config, folder, deps.emit, config.seek === true ? period : null);
  try {
    if (config.source.kind === 'records') await copyArchive(config.source.path, folder);
    else await reader.read(ARCHIVE_FILE, period, deps.signal);
    const render = config.source.kind === 'records' ? renderChecked : renderRun;
    const result = await renderArchive(config, period, { ...before, amendment: null }, folder, deps, render);
    await publish(config, folder, deps);
    return result;
  } catch (error) {
    const failure: unknown = deps.signal.aborted && deps.signal.reason instanceof Error ? deps.signal.reason : error;
    await folder.abandon(reader.keepsSpool(failure));
    throw failure;
  }
}

/** Gives a finished run its name, and asks for its timestamp. */
export async function publish(config: RunConfig, folder: RunFolder, deps: RunDependencies): Promise<void> {
  deps.signal.throwIfAborted();
  await folder.publish();
  await folder.cleanUp();
  await timestamp(config, folder.path, deps);
}

/** The run is published and stays as it is, whatever the authority does. False if it gave no token. */
export async function timestamp(
  { timestamp: authority = null }: Pick<RunConfig, 'timestamp'>,
  folder: string,
  deps: RunDependencies,
): Promise<boolean> {
  if (authority === null) return true;
  const { timestampRun } = await import('./timestamp-run.ts');
  const why = await timestampRun(folder, authority, deps.signal);
  if (why === null) return true;
  const text = `The run has no timestamp: ${why}. The run is complete without it; a job asks again when it runs next.`;
  deps.emit({ kind: 'note', level: 'warning', text });
  return false;
}

/** The run that this one follows, and the history: of a replay, those that its run recorded. */
async function runsBefore(config: RunConfig): Promise<Pick<ReportSettings, 'previous' | 'history'>> {
  const { source, previousRun = null, noHistory = false } = config;
  const past = source.kind === 'records' ? await runsBeforeArchive(dirname(source.path)) : null;
  const previous = previousRun === null ? (past?.previous ?? null) : await readPreviousRun(previousRun);
  if (noHistory) return { previous };
  if (past !== null && past.history.length > 0) return { previous, history: past.history };
  return { previous, history: previousRun === null ? [] : await historyAfter(previousRun) };
}

/** The reviews to join, read before anything is asked of the list. Throws `ConfigError`. */
export async function reviewsOf({ reviewsFile = null }: Pick<RunConfig, 'reviewsFile'>): Promise<ReviewsFile | null> {
  return reviewsFile === null ? null : await (await import('../run/reviews-file.ts')).readReviews(reviewsFile);
}

/** The record of an archive that may come from anyone. What its pages say of it is checked while they are rendered. */
async function recordOf(path: string, { ownSinks = [], signal }: RunDependencies): Promise<ExtractionRecord> {
  const snapshot = await openArchive(path);
  try {
    refuseContradictions(recordFindings(snapshot, null), snapshot);
    // A caller's own sink may pass rows on at once: it gets none of a forged list.
    if (ownSinks.length > 0) {
      const emit = (): void => undefined;
      const { findings } = await withScratch('replay', (scratch) =>
        checkRecords({ snapshot, run: null, scratch, emit, signal }),
      );
      refuseContradictions(findings, snapshot);
    }
    return snapshot.record;
  } finally {
    await snapshot.close();
  }
}

async function copyArchive(path: string, folder: RunFolder): Promise<void> {
  const archive = await folder.create(ARCHIVE_FILE);
  try {
    for await (const chunk of createReadStream(path)) await archive.append(chunk as Buffer);
  } catch (error) {
    if (error instanceof OutputError) throw error;
    throw new SourceError(`Could not read ${path}.`, { place: { file: path }, cause: error });
  }
  await archive.close();
}

async function renderChecked(job: RenderRunJob): Promise<RenderedRun> {
  const { snapshot } = job;
  return await withScratch('replay', async (scratch) => {
    const check = new RecordCheck(snapshot, null, scratch);
    try {
      const rendered = await renderRun({ ...job, check });
      // The run has a copy, which `verify` would not take for a run's own. A damaged page is told first: it says more.
      const { path, given } = snapshot.archive;
      const repacked = await repackingOf(path, EXTRACTION_ENTRY, snapshot.record.packed);
      if (repacked !== null) throw refused(given, `it ${repacked}`);
      return rendered;
    } catch (error) {
      if (error instanceof SourceError && error.place.entry !== undefined && error.place.entry !== EXTRACTION_ENTRY)
        refuseContradictions([...check.findings, damaged(error)], snapshot);
      throw error;
    }
  });
}

/** Every rendering, the first one too, reads the archive: what is shown is what was kept. */
export async function renderArchive(
  config: RunConfig,
  period: Period,
  evidence: Pick<ReportSettings, 'previous' | 'history' | 'reviews' | 'amendment'>,
  folder: RunFolder,
  deps: RunDependencies,
  render: typeof renderRun = renderRun,
): Promise<RunResult> {
  // A fault in the copy is a fault in the given file; the copy is already gone.
  const given = config.source.kind === 'records' ? config.source.path : join(folder.path, ARCHIVE_FILE);
  const snapshot = await openArchive(folder.pathOf(ARCHIVE_FILE), given);
  try {
    const archive = config.keepSnapshot ? folder.sealed(ARCHIVE_FILE) : null;
    const ownSinks = (deps.ownSinks ?? []).map(({ name }) => name);
    const settings = { ...config, ...evidence, ownSinks, signingKey: config.signingKey ?? null };
    const { workers = 'auto' } = config;
    const job = { settings, period, folder, snapshot, archive, tool: TOOL, workers, ...deps };
    const rendered = await render(job);
    if (!config.keepSnapshot) await folder.remove(ARCHIVE_FILE);
    return {
      folder: folder.path,
      reportId: rendered.identity.id,
      period,
      unfinished: unfinished(period, snapshot.record.certificate.startedAt),
      previousDetections: evidence.previous?.figures?.in_period ?? null,
      certificate: snapshot.record.certificate,
      statistics: rendered.statistics,
      files: rendered.files,
      changedCells: rendered.changedCells,
    };
  } finally {
    await snapshot.close();
  }
}
