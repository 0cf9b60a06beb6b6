import { createReadStream } from 'node:fs';
import type { Certificate } from './core/certificate.ts';
import { OutputError, SourceError } from './core/errors.ts';
import type { SealedFile } from './core/output.ts';
import type { Source } from './core/page.ts';
import type { Period } from './core/period.ts';
import type { Emit } from './core/progress.ts';
import type { RunConfig } from './core/run-config.ts';
import type { ExtractionRecord } from './core/snapshot.ts';
import type { Statistics } from './core/statistics.ts';
import { type PreviousRun, readPreviousRun } from './evidence/previous-run.ts';
import { extract } from './extract.ts';
import { openSource } from './open-source.ts';
import { renderRun } from './render-run.ts';
import { decidePeriod } from './run-period.ts';
import { RunFolder } from './run-folder/run-folder.ts';
import { openArchive } from './snapshot/archive.ts';
import { FileSpool } from './snapshot/spool.ts';
import { systemClock } from './system-clock.ts';
import { TOOL } from './tool.ts';
import { walkList } from './walk/driver.ts';

const ARCHIVE = 'records.zip';
/** One page should not need more memory than this; the walk fits the page size to it. */
const PAGE_BYTE_BUDGET = 16 * 1024 * 1024;

export interface RunDependencies {
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface RunResult {
  /** Path of the sealed run folder. */
  readonly folder: string;
  readonly reportId: string;
  readonly period: Period;
  readonly certificate: Certificate;
  readonly statistics: Statistics;
  readonly files: readonly SealedFile[];
  /** Cells that a format had to change, by format and reason. */
  readonly changedCells: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * The main job: extract, render, seal, and one rename. Resolves when the run folder stands under its final name and is
 * on disk. Throws a `DetectReportError`; then nothing stands under that name that was not there before.
 */
export async function runReport(config: RunConfig, deps: RunDependencies): Promise<RunResult> {
  const past = config.source.kind === 'records' ? await recordOf(config.source.path) : null;
  const period = decidePeriod(config, past?.requested ?? null);
  const { previousRun = null } = config;
  const previous = previousRun === null ? null : await readPreviousRun(previousRun);
  const folder = await RunFolder.open({
    outDir: config.outDir,
    name: `${config.template.name}_${period.label}`,
    overwrite: config.overwrite,
  });
  try {
    await obtainSnapshot(config, period, folder, deps);
    const result = await renderArchive(config, period, previous, folder, deps);
    deps.signal.throwIfAborted();
    await folder.publish();
    await folder.cleanUp();
    return result;
  } catch (error) {
    await folder.abandon();
    throw deps.signal.aborted && deps.signal.reason instanceof Error ? deps.signal.reason : error;
  }
}

async function recordOf(path: string): Promise<ExtractionRecord> {
  const snapshot = await openArchive(path);
  await snapshot.close();
  return snapshot.record;
}

/** Leaves `records.zip` in the run folder: read from the list, or copied from the snapshot that is rendered again. */
async function obtainSnapshot(
  config: RunConfig,
  period: Period,
  folder: RunFolder,
  deps: RunDependencies,
): Promise<void> {
  const clock = systemClock();
  const archive = await folder.create(ARCHIVE);
  if (config.source.kind === 'records') {
    try {
      for await (const chunk of createReadStream(config.source.path)) await archive.append(chunk as Buffer);
    } catch (error) {
      if (error instanceof OutputError) throw error;
      throw new SourceError(`Could not read ${config.source.path}.`, {
        place: { file: config.source.path },
        cause: error,
      });
    }
    await archive.close();
    return;
  }
  const random = Math.random;
  const source = await openSource(config, { clock, emit: deps.emit, random, version: TOOL.version });
  if (source === null) return;
  try {
    await extract(extractJob(config, period, folder, source, archive, deps.emit), deps.signal);
  } finally {
    await source.close();
  }
}

function extractJob(
  config: RunConfig,
  period: Period,
  folder: RunFolder,
  source: Source,
  archive: Parameters<typeof extract>[0]['archive'],
  emit: Emit,
): Parameters<typeof extract>[0] {
  return {
    source,
    walk: walkList,
    settings: { pageSize: config.pageSize, concurrency: config.concurrency, pageByteBudget: PAGE_BYTE_BUDGET },
    spool: new FileSpool(folder.spoolPath),
    archive,
    facts: {
      tool: TOOL,
      requested: {
        template: config.template.name,
        templateSha256: config.template.sha256,
        from: period.from,
        to: period.to,
        timezone: period.timezone,
      },
    },
    clock: systemClock(),
    emit,
  };
}

/** Every rendering, the first one too, reads the archive: what is shown is what was kept. */
async function renderArchive(
  config: RunConfig,
  period: Period,
  previous: PreviousRun | null,
  folder: RunFolder,
  deps: RunDependencies,
): Promise<RunResult> {
  const snapshot = await openArchive(folder.pathOf(ARCHIVE));
  try {
    const archive = config.keepSnapshot ? folder.sealed(ARCHIVE) : null;
    const settings = { ...config, previous, signingKey: config.signingKey ?? null };
    const rendered = await renderRun({ settings, period, folder, snapshot, archive, tool: TOOL, ...deps });
    if (!config.keepSnapshot) await folder.remove(ARCHIVE);
    return {
      folder: folder.path,
      reportId: rendered.identity.id,
      period,
      certificate: snapshot.record.certificate,
      statistics: rendered.statistics,
      files: rendered.files,
      changedCells: rendered.changedCells,
    };
  } finally {
    await snapshot.close();
  }
}
