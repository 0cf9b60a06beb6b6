import { ConfigError, DetectReportError } from '../../core/errors.ts';
import type { ChangeCounts, HistoryEntry } from '../../core/previous-run.ts';
import type { Period } from '../../core/period.ts';
import type { RunConfig } from '../../core/run-config.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';
import type { PreviousRun } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import { RunFolder } from '../../seal/run-folder/run-folder.ts';
import type { Amendment, ReportSettings } from '../../seal/seal.ts';
import { findDifferences } from '../compare/compare-runs.ts';
import { renderArchive, reviewsOf, type RunDependencies, publish } from '../export/export-run.ts';
import { type Extraction, ListReader, requestOf } from '../export/read-list.ts';
import { historyEntry, MOST_HISTORY, readPreviousRun } from '../run/previous-run.ts';
import { readSealedRun } from '../run/sealed-run.ts';
import type { JobContext, SealedJobRun } from './outcome.ts';
import { readDeliverableRun } from './deliverable-run.ts';
import type { Job } from './job.ts';
import { markPending } from './outbox.ts';
import { isRepeated, type JobPlan, periodNamed, periodOfLabel } from './plan.ts';
import { type FoundState, readState, runName, writeChecks } from './state.ts';

export interface Work {
  readonly job: Job;
  readonly plan: JobPlan;
  readonly state: FoundState;
  readonly config: RunConfig;
  /** The job's own folder: its lock is held, and the list is read into it. */
  readonly place: RunFolder;
  readonly context: JobContext;
  /** Gets the runs that are made, and the labels of periods that did not change. */
  readonly done: { readonly runs: SealedJobRun[]; readonly unchanged: string[] };
}

/**
 * Seals each due period, oldest first, then compares the sealed periods on the list with what it says now and amends
 * those that differ. Throws what stopped it; runs sealed by then stay, and the next attempt continues after them.
 */
export async function sealDuePeriods(work: Work): Promise<void> {
  const { job, plan } = work;
  const left = new Set(plan.check.map(({ label }) => label));
  const note = async (): Promise<void> =>
    plan.occurrenceMs === null ? undefined : await writeChecks(job, plan.occurrenceMs, [...left]);
  await note();
  // A wrong value is refused before anything is read.
  await reviewsOf(work.config);
  const read = readingsOf(work);
  for (const period of plan.due)
    await sealPeriod(work, await read(period), period, runName(job, period.label, 0), null);
  let snapshot: Snapshot | null = null;
  try {
    for (const period of plan.check) {
      const extraction = await read(period);
      if (snapshot === null || !extraction.isWholeList) {
        await snapshot?.close();
        snapshot = null;
        snapshot = await snapshotOf(work, extraction, period);
      }
      const { verdict, reason } = snapshot.record.certificate;
      if (verdict === 'unproven') {
        const text = `${job.name}: sealed periods are not compared with a list that may be incomplete: ${reason}`;
        work.context.emit({ kind: 'note', level: 'warning', text });
        return;
      }
      await comparePeriod(work, extraction, snapshot, period);
      left.delete(period.label);
      await note();
    }
  } finally {
    await snapshot?.close();
  }
}

/** Reads each period alone if the list's order allows it; a reading of the whole list serves the other periods too. */
function readingsOf({ job, config, place, context }: Work): (period: Period) => Promise<Extraction> {
  let last: Extraction | null = null;
  return async (period) => {
    if (last?.isWholeList === true) return last;
    // Its period is sealed: an interrupted job reads it no more.
    if (last !== null) await place.emptySpool();
    context.emit({ kind: 'note', level: 'info', text: `${job.name}: reading the list for ${period.label}` });
    last = await new ListReader(config, place, context.emit, period).readOnce(context.signal);
    if (last === null) throw new ConfigError(`The job ${job.name} reads no list.`, { remedy: 'Use source: api.' });
    return last;
  };
}

async function snapshotOf({ config, place }: Work, extraction: Extraction, period: Period): Promise<Snapshot> {
  await place.remove(ARCHIVE_FILE);
  await extraction.writeArchive(requestOf(config, period), await place.create(ARCHIVE_FILE));
  return await openArchive(place.pathOf(ARCHIVE_FILE), ARCHIVE_FILE);
}

/** Publishes one run of what was read. With `runner`, others may have rendered its parts. */
export async function sealPeriod(
  work: Pick<Work, 'job' | 'config' | 'context' | 'done'>,
  extraction: Pick<Extraction, 'writeArchive'>,
  period: Period,
  name: string,
  amended: { readonly amendment: Amendment; readonly counts: ChangeCounts } | null,
  runner?: RunDependencies['runner'],
): Promise<void> {
  const { job, config, context, done } = work;
  const { emit, signal } = context;
  emit({ kind: 'note', level: 'info', text: `${job.name}: making ${name}` });
  const keepParts = runner !== undefined;
  const folder = await RunFolder.open({ outDir: job.outDir, name, overwrite: false, keepParts, signal });
  try {
    await extraction.writeArchive(requestOf(config, period), await folder.create(ARCHIVE_FILE));
    const reviews = await reviewsOf(config);
    const evidence = { ...(await runsBefore(work, period)), reviews, amendment: amended?.amendment ?? null };
    await renderArchive(config, period, evidence, folder, { emit, signal, runner });
    if (job.deliver.length > 0) await markPending(job, name);
    await publish(config, folder, context);
    const { summary } = await readDeliverableRun(folder.path, job, signal);
    done.runs.push({ folder: folder.path, summary, changes: amended?.counts ?? null });
  } catch (error) {
    await folder.abandon();
    throw error;
  }
}

/**
 * The newest run of the period before, which this one follows, and the figures of up to 13 periods: of each, its newest
 * amendment. A run that cannot be followed is left out with a warning.
 */
async function runsBefore(
  { job, config, context }: Pick<Work, 'job' | 'config' | 'context'>,
  { from }: Period,
): Promise<Pick<ReportSettings, 'previous' | 'history'>> {
  const { runs } = await readState(job);
  const earlier = [...runs]
    .flatMap(([label, folders]) => {
      const named = isRepeated(job.period)
        ? periodOfLabel(job.period, label, job.timezone)
        : periodNamed(label, job.timezone);
      const to = named?.to ?? null;
      const folder = folders.at(-1);
      return folder === undefined || from === null || to === null || to > from ? [] : [{ folder, to }];
    })
    .toSorted((a, b) => (a.to < b.to ? 1 : -1));
  let previous: PreviousRun | null = null;
  const history: HistoryEntry[] = [];
  for (const { folder } of earlier.slice(0, MOST_HISTORY)) {
    try {
      const followed = await readPreviousRun(folder);
      history.unshift(await historyEntry(await readSealedRun(folder)));
      previous ??= followed;
    } catch (error) {
      if (!(error instanceof DetectReportError)) throw error;
      context.emit({ kind: 'note', level: 'warning', text: `${job.name}: ${error.message}` });
    }
  }
  return { previous, history: config.noHistory === true ? [] : history };
}

/** Compares a period's newest run with what was read; if they differ, seals an amendment. */
async function comparePeriod(work: Work, extraction: Extraction, snapshot: Snapshot, { label }: Period): Promise<void> {
  const { job, state, place, context } = work;
  const folder = state.runs.get(label)?.at(-1);
  if (folder === undefined) return;
  const before = await readSealedRun(folder);
  const { manifest, manifestSha256, period } = before;
  const found = await findDifferences(before, { snapshot, period }, place.scratchPath, context.signal);
  if (found.total === 0) {
    work.done.unchanged.push(label);
    return;
  }
  const { from, to, timezone } = manifest.period;
  const amends = {
    report_id: manifest.report_id,
    period: { from, to, timezone },
    manifest_sha256: manifestSha256,
    differences_sha256: found.sha256,
    number: Number(/\.amendment-(\d+)$/.exec(folder)?.[1] ?? 0) + 1,
  };
  const amendment: Amendment = { amends, path: found.path };
  const name = runName(job, label, amends.number);
  await sealPeriod(work, extraction, period, name, { amendment, counts: found.counts });
}
