import { createReadStream } from 'node:fs';
import { attachmentsOf } from './attachments.ts';
import { DIFFERENCES_FILE, type DifferencesSummary, readDifferences } from '../run/differences-file.ts';
import { historyFile } from '../run/previous-run.ts';
import { withDayStarts } from '../../core/calendar.ts';
import { ownFactory } from './own-sinks.ts';
import { ConfigError, SourceError } from '../../core/errors.ts';
import type { SealedFile } from '../../core/output.ts';
import { WITHHELD } from '../../core/text.ts';
import type { Report } from '../../core/report.ts';
import {
  type FontRecord,
  type OwnSink,
  type OwnSinkRecord,
  type SinkContext,
  type SinkFactory,
  type TableResource,
  WITHHELD_REASON,
} from '../../core/sink.ts';
import type { ExtractionRecord } from '../../core/snapshot.ts';
import type { PartCounts, Statistics } from '../../core/statistics.ts';
import type { Table } from '../../core/table.ts';
import { type OpenSink, renderParts, type RenderPartsJob } from './render-parts.ts';
import { complianceOf } from '../../render/report/indicators.ts';
import { createRegister } from '../../render/report/detection-lists.ts';
import {
  type Amendment,
  type Identity,
  identify,
  seal,
  type SealingFolder,
  toJson,
  writeFile,
} from '../../seal/seal.ts';
import { HISTORY_FILE, REVIEWS_FILE } from '../../seal/evidence/run-files.ts';
import { type Format, FORMATS, SINKS, sinkOf } from '../../render/sinks/registry.ts';
import { DEFAULT_ACTION_LIMIT_SECONDS } from '../../core/reviews.ts';
import { createStatistics } from '../../render/statistics/statistics.ts';
import { wilsonRate } from '../../render/statistics/outcomes.ts';
import { selectTables, withheldCells } from '../../render/transform/tables/tables.ts';

/** A report lists this many; differences.json has them all. */
const MOST_CHANGES_SHOWN = 200;

export interface RenderRunJob
  extends Pick<
    RenderPartsJob,
    'settings' | 'period' | 'snapshot' | 'emit' | 'signal' | 'workers' | 'runner' | 'partLimits' | 'check'
  > {
  readonly folder: SealingFolder;
  /** `records.zip` as the run holds it; null if the run leaves it out. */
  readonly archive: SealedFile | null;
  readonly tool: Identity['tool'];
  /** Opened beside the formats; absent: none. */
  readonly ownSinks?: readonly OwnSink[];
  /** Sealed as it is, in place of what `ownSinks` write: a verification does not have these sinks. */
  readonly ownRecords?: readonly OwnSinkRecord[];
}

export interface RenderedRun {
  readonly identity: Identity;
  readonly statistics: Statistics;
  readonly tables: readonly Table[];
  /** Their files that any program can read. */
  readonly resources: readonly TableResource[];
  readonly files: readonly SealedFile[];
  /** Cells that a format had to change, by format and reason. */
  readonly changedCells: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly fonts: readonly FontRecord[];
  /** What sinks of the caller's own wrote; not among `files`. */
  readonly own: readonly OwnSinkRecord[];
}

/**
 * Writes and seals everything in a run that its snapshot decides. A first rendering, a replay and a verification all
 * use this function: the same snapshot, settings and version give the same bytes.
 */
export async function renderRun(job: RenderRunJob): Promise<RenderedRun> {
  const rendered = await renderFiles(job);
  job.emit({ kind: 'stage', stage: 'seal' });
  const { folder, settings, snapshot, ownRecords: own = rendered.own } = job;
  const files = await seal({ ...rendered, own, folder, settings, record: snapshot.record });
  return { ...rendered, files };
}

/** Like `renderRun`, without the files that seal a run: the statistics and every format that the settings name. */
export async function renderFiles(job: RenderRunJob): Promise<RenderedRun> {
  const { settings, folder, snapshot, emit, signal } = job;
  const period = withDayStarts(job.period);
  const { template } = settings;
  const { record } = snapshot;
  const identity = identify(settings, period, { ...record, extractionSha256: snapshot.recordSha256 }, job.tool);
  const { reviews = null } = settings;
  const tables = selectTables(template.tables, reviews !== null);
  const sinks: OpenSink[] = [];
  const content = {
    tables,
    settings: settings.sinks,
    workbook: template.workbook,
    language: template.language ?? 'en',
  };
  for (const format of inOrder(settings.formats)) {
    const factory = SINKS[format];
    sinks.push({ format, factory, sink: await factory.open({ folder, ...content }), isOwn: false });
  }
  // Last: what the formats say of the run's files is the same with and without them.
  for (const one of job.ownSinks ?? []) {
    const factory = ownFactory(one);
    sinks.push({ format: one.name, factory, sink: await factory.open({ folder, ...content }), isOwn: true });
  }
  const listings = sinks.flatMap(({ factory }) => factory.tableFiles(content).get('detections') ?? []);
  const resources = sinks.flatMap(({ factory }) => resourcesOf(factory, content));
  const readUntilMs = Date.parse(record.certificate.endedAt);
  const { retentionLimitSeconds, actionLimitSeconds = DEFAULT_ACTION_LIMIT_SECONDS } = template;
  const counting = createStatistics({
    period,
    readUntilMs,
    retentionLimitSeconds,
    reviews: reviews === null ? null : { reviews: reviews.reviews, limitSeconds: actionLimitSeconds, readUntilMs },
  });
  const register = createRegister(template.registerLimit, { limitSeconds: retentionLimitSeconds, readUntilMs });
  await renderParts({ ...job, period, counting, register }, sinks);
  const counted = counting.result(record.certificate.received);
  const { certificate } = record;
  const compliance = complianceOf({ template, statistics: counted, certificate, period });
  const statistics: Statistics = { ...counted, ...byPart(record), compliance };
  const inTables = withheldCells(statistics.withheld, template.tables);
  const files: SealedFile[] = [];
  const keep = (file: SealedFile): void => {
    files.push(file);
    emit({ kind: 'file', file: file.name, bytes: file.bytes });
  };
  if (job.archive !== null) keep(job.archive);
  const statisticsJson = toJson(statistics);
  keep(await writeFile(folder, 'statistics.json', statisticsJson));
  const { history = [] } = settings;
  if (reviews !== null) keep(await writeFile(folder, REVIEWS_FILE, reviews.bytes));
  if (history.length > 0) keep(await writeFile(folder, HISTORY_FILE, toJson(historyFile(history))));
  const differences = settings.amendment === null ? null : await copyDifferences(folder, settings.amendment, keep);
  for (const [name, text] of await transparencyFiles({ ...job, period }, identity, statistics, differences)) {
    keep(await writeFile(folder, name, text));
  }
  const fonts: FontRecord[] = [];
  const changedCells: Record<string, Record<string, number>> = {};
  // Those of the tables: what a PDF could not set depends on the fonts of a machine, and no other file names it.
  const changedInTables: typeof changedCells = {};
  const own: OwnSinkRecord[] = [];
  // Loaded only now: while rows are written, they need the memory.
  const { buildReport } = await import('../../render/report/build-report.ts');
  for (const { format, factory, sink, isOwn } of sinks) {
    signal.throwIfAborted();
    const attached =
      factory.carriesFiles === true
        ? await attachmentsOf(template, record, statisticsJson, resources, files, folder)
        : null;
    const report = buildReport({
      template,
      policySha256: identity.policySha256,
      formats: settings.formats,
      sinks: settings.sinks,
      previous: settings.previous,
      history,
      hasReviews: reviews !== null,
      period,
      statistics,
      certificate: record.certificate,
      extraction: record,
      registers: register.result(),
      files,
      listings,
      attached,
      changedCells: changedInTables,
      withheldCells: inTables,
      tool: identity.tool,
      id: identity.id,
      asOf: identity.asOf,
      amendment:
        settings.amendment === null || differences === null ? null : { amends: settings.amendment.amends, differences },
    });
    const summary = await sink.close(report);
    fonts.push(...(summary.fonts ?? []));
    const changed = new Map(summary.changedCells);
    // Sinks receive these cells withheld: all formats with rows hold the same ones, others count theirs.
    const withheld = factory.takesRows ? inTables : markersIn(report);
    if (withheld > 0) changed.set(WITHHELD_REASON, withheld);
    if (isOwn) {
      const written = factory.files(tables, settings.sinks).map((name) => folder.sealed(name));
      for (const { name, bytes } of written) emit({ kind: 'file', file: name, bytes });
      own.push({ name: format, changedCells: Object.fromEntries(changed), files: written });
      continue;
    }
    if (changed.size > 0) changedCells[format] = Object.fromEntries(changed);
    if (changed.size > 0 && factory.takesRows) changedInTables[format] = Object.fromEntries(changed);
    for (const name of factory.files(tables, settings.sinks))
      keep(folder.sealed(name, summary.rowsByFile.get(name) ?? null));
  }
  return { identity, statistics, tables, resources, files, changedCells, fonts, own };
}

/** What the parts of a combined run say of themselves. */
function byPart({ parts }: ExtractionRecord): Pick<Statistics, 'by_part'> {
  if (parts === undefined) return {};
  const by_part = parts.map(({ name, reportId, certificate, counts, records }): PartCounts => {
    const { inPeriod, ...own } = counts;
    return {
      part: name,
      report_id: reportId,
      completeness: certificate.verdict,
      in_period: inPeriod,
      ...own,
      counted: records,
      fake_rate: wilsonRate(own.fake, own.fake + own.real),
    };
  });
  return { by_part };
}

/** The files of a format that any program can read as tables. */
function resourcesOf(factory: SinkFactory, content: Omit<SinkContext, 'folder'>): TableResource[] {
  const { dataResource: resource } = factory;
  return resource === undefined
    ? []
    : Array.from(factory.tableFiles(content), ([table, file]) => ({ table, file, resource }));
}

/** The number of withheld values in a report. */
function markersIn({ sections }: Report): number {
  return JSON.stringify(sections).split(WITHHELD).length - 1;
}

/** Tables first, whatever order was requested: the reports name the files that hold them. */
function inOrder(formats: readonly string[]): Format[] {
  const unknown = formats.find((format) => sinkOf(format) === null);
  if (unknown !== undefined) {
    throw new ConfigError(`This version does not know the format ${unknown}.`, {
      remedy: `Use one of: ${FORMATS.join(', ')}.`,
    });
  }
  return FORMATS.filter((format) => formats.includes(format));
}

/** Copies the list of differences into the run; returns what the report says of it. */
async function copyDifferences(
  folder: SealingFolder,
  { path }: Amendment,
  keep: (file: SealedFile) => void,
): Promise<DifferencesSummary> {
  const summary = await openDifferences(path);
  const output = await folder.create(DIFFERENCES_FILE);
  for await (const chunk of createReadStream(path)) await output.append(chunk as Buffer);
  await output.close();
  keep(folder.sealed(DIFFERENCES_FILE));
  return summary;
}

async function openDifferences(path: string): Promise<DifferencesSummary> {
  try {
    return await readDifferences(path, MOST_CHANGES_SHOWN);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    throw new SourceError(`The list of differences ${DIFFERENCES_FILE} cannot be used: ${why}.`, {
      cause: error,
    });
  }
}

/** The parts of the transparency report, if the template states who makes it. */
async function transparencyFiles(
  { settings: { template, amendment }, period }: Pick<RenderRunJob, 'settings' | 'period'>,
  { asOf }: Identity,
  statistics: Statistics,
  differences: DifferencesSummary | null,
): Promise<readonly (readonly [string, string])[]> {
  if (template.dsa === undefined) return [];
  const { dsaFiles } = await import('./dsa-report.ts');
  const reportId = amendment?.amends.report_id ?? '';
  const corrects = differences === null ? null : { reportId, changes: differences.total };
  return await dsaFiles({ facts: template.dsa, statistics, period, policyName: template.policy.name, corrects, asOf });
}
