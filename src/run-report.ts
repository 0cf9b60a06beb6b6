import { createReadStream } from 'node:fs';
import { resolvePeriod } from './core/calendar.ts';
import type { Certificate } from './core/certificate.ts';
import { OutputError, SourceError } from './core/errors.ts';
import type { SealedFile } from './core/output.ts';
import type { Source } from './core/page.ts';
import type { Period } from './core/period.ts';
import type { Emit } from './core/progress.ts';
import type { RunConfig } from './core/run-config.ts';
import type { Sink, SinkFactory } from './core/sink.ts';
import type { ExtractionRecord, Snapshot } from './core/snapshot.ts';
import type { Statistics } from './core/statistics.ts';
import type { Table } from './core/table.ts';
import { extract } from './extract.ts';
import { openSource } from './open-source.ts';
import { render } from './render.ts';
import { buildReport } from './report/build-report.ts';
import { createRegister } from './report/register.ts';
import { RunFolder } from './run-folder/run-folder.ts';
import { SANDBOX_LAST_FULL_MONTH } from './sandbox/settings.ts';
import { identify, seal, toJson, writeFile } from './seal.ts';
import { SINKS } from './sinks/registry.ts';
import { openArchive } from './snapshot/archive.ts';
import { FileSpool } from './snapshot/spool.ts';
import { createStatistics } from './statistics/statistics.ts';
import { systemClock } from './system-clock.ts';
import { createClassifier } from './transform/classify.ts';
import { decodeDetection } from './transform/decode.ts';
import { TABLES } from './transform/tables.ts';
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
  const period = decidePeriod(config, past);
  const folder = await RunFolder.open({
    outDir: config.outDir,
    name: `${config.template.name}_${period.label}`,
    overwrite: config.overwrite,
  });
  try {
    await obtainSnapshot(config, period, folder, deps);
    const result = await renderRun(config, period, folder, deps);
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

/** Words first; else what the snapshot was made for, the sandbox's last full month, or what the template says. */
function decidePeriod(config: RunConfig, past: ExtractionRecord | null): Period {
  const timezone = config.timezone ?? past?.requested.timezone ?? config.template.timezone;
  if (config.period !== null) return resolvePeriod(config.period, timezone, config.nowMs);
  if (past !== null) {
    const { from, to } = past.requested;
    if (from === null || to === null) return resolvePeriod({ kind: 'all' }, timezone, config.nowMs);
    return periodOfDays(from, to, timezone, config.nowMs);
  }
  const request =
    config.source.kind === 'sandbox'
      ? ({ kind: 'month', month: SANDBOX_LAST_FULL_MONTH } as const)
      : config.template.period;
  return resolvePeriod(request, timezone, config.nowMs);
}

/** A recorded span that is exactly one month is named as one, as it was when it was recorded. */
function periodOfDays(from: string, to: string, timezone: string, nowMs: number): Period {
  const month = resolvePeriod({ kind: 'month', month: from.slice(0, 7) }, timezone, nowMs);
  return month.from === from && month.to === to ? month : resolvePeriod({ kind: 'range', from, to }, timezone, nowMs);
}

/** Leaves `records.zip` in the run folder: read from the list, or copied from the snapshot that is rendered again. */
async function obtainSnapshot(config: RunConfig, period: Period, folder: RunFolder, deps: RunDependencies): Promise<void> {
  const clock = systemClock();
  const archive = await folder.create(ARCHIVE);
  if (config.source.kind === 'records') {
    try {
      for await (const chunk of createReadStream(config.source.path)) await archive.append(chunk as Buffer);
    } catch (error) {
      if (error instanceof OutputError) throw error;
      throw new SourceError(`Could not read ${config.source.path}.`, { place: { file: config.source.path }, cause: error });
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

interface OpenSink {
  readonly factory: SinkFactory;
  readonly sink: Sink;
}

/** Every rendering, the first one too, reads the archive: what is shown is what was kept. */
async function renderRun(config: RunConfig, period: Period, folder: RunFolder, deps: RunDependencies): Promise<RunResult> {
  const snapshot = await openArchive(folder.pathOf(ARCHIVE));
  try {
    return await renderSnapshot(config, period, folder, snapshot, deps);
  } finally {
    await snapshot.close();
  }
}

async function renderSnapshot(
  config: RunConfig,
  period: Period,
  folder: RunFolder,
  snapshot: Snapshot,
  deps: RunDependencies,
): Promise<RunResult> {
  const { template } = config;
  const { record } = snapshot;
  const { emit, signal } = deps;
  const identity = identify(config, period, record, TOOL);
  const tables = selectTables(config);
  const sinks: OpenSink[] = [];
  for (const format of config.formats) {
    const factory = SINKS[format];
    sinks.push({ factory, sink: await factory.open({ folder, tables, settings: config.sinks }) });
  }
  const counting = createStatistics({ period });
  const register = createRegister(template.registerLimit);
  const classifier = createClassifier(template.policy);
  await render(
    {
      snapshot,
      decode: (body, item) => decodeDetection(body, item, classifier),
      period,
      tables,
      sinks: sinks.filter(({ factory }) => factory.takesRows).map(({ sink }) => sink),
      statistics: counting,
      observe: (detection) => register.add(detection),
      emit,
    },
    signal,
  );
  const statistics = counting.result(record.certificate.received);
  const files: SealedFile[] = [];
  const keep = (file: SealedFile): void => {
    files.push(file);
    emit({ kind: 'file', file: file.name, bytes: file.bytes });
  };
  if (config.keepSnapshot) keep(folder.sealed(ARCHIVE));
  keep(await writeFile(folder, 'statistics.json', toJson(statistics)));
  const changedCells: Record<string, Record<string, number>> = {};
  for (const { factory, sink } of sinks) {
    signal.throwIfAborted();
    const report = buildReport({
      template,
      period,
      statistics,
      certificate: record.certificate,
      extraction: record,
      registers: register.result(),
      files,
      changedCells,
      tool: identity.tool,
      id: identity.id,
      asOf: identity.asOf,
    });
    const summary = await sink.close(report);
    if (summary.changedCells.size > 0) changedCells[factory.format] = Object.fromEntries(summary.changedCells);
    for (const name of factory.files(tables)) keep(folder.sealed(name, summary.rowsByFile.get(name) ?? null));
  }
  emit({ kind: 'stage', stage: 'seal' });
  const sealed = await seal({ folder, config, identity, record, statistics, tables, changedCells, files });
  if (!config.keepSnapshot) await folder.remove(ARCHIVE);
  return {
    folder: folder.path,
    reportId: identity.id,
    period,
    certificate: record.certificate,
    statistics,
    files: sealed,
    changedCells,
  };
}

function selectTables(config: RunConfig): readonly Table[] {
  return Object.values(TABLES).flatMap((maker) => {
    const names = config.template.tables.get(maker.name);
    return names === undefined ? [] : [maker.make(new Set(names))];
  });
}
