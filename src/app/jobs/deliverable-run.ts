import { basename, join } from 'node:path';
import * as z from 'zod';
import { COMPLETENESS_VERDICTS } from '../../core/certificate.ts';
import { ConfigError } from '../../core/errors.ts';
import { sha256Of } from '../../core/merkle.ts';
import { unfinished } from '../../core/period.ts';
import type { Statistics } from '../../core/statistics.ts';
import type {
  DeliverableFile,
  DeliverableRun,
  Destination,
  RunSummary,
  ThresholdOutcome,
} from '../../deliver/destination.ts';
import { mediaTypeOf } from '../../render/sinks/registry.ts';
import { showsPrivateColumns } from '../../render/transform/tables/tables.ts';
import { readManifest } from '../../seal/evidence/manifest-schema.ts';
import {
  ARCHIVE_FILE,
  CHECKSUM_FILE,
  MANIFEST_FILE,
  readRunFiles,
  readSmallFile,
  STATISTICS_FILE,
} from '../../seal/evidence/run-files.ts';
import { readSealedRun } from '../compare/compared-run.ts';
import { periodOfManifest } from '../run/period.ts';
import type { JobContext } from './context.ts';
import { deliverAll, type DeliveryOutcome } from './delivery.ts';
import type { Job } from './job.ts';
import { markDelivered } from './outbox.ts';
import { evaluate } from './thresholds.ts';

/** What the job knows of a run that its folder does not hold. */
export interface RunContext {
  readonly job: string | null;
  readonly thresholds: readonly ThresholdOutcome[];
  readonly links: readonly string[];
  /** Report id of the run that this one amends, or null. */
  readonly amends: string | null;
}

/** Our own JSON files are small; a larger one is not ours. */
const SMALL = 64 * 1024 * 1024;

/** Media types of files that do not belong to a format. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  gz: 'application/gzip',
  json: 'application/json',
  zip: 'application/zip',
};

const COMPLETENESS = z.object({
  verdict: z.enum(['proven', 'converged', 'unproven']),
  reason: z.string(),
  started_at: z.string().optional(),
});
const TEMPLATE = z.object({ name: z.string(), title: z.string() });

/**
 * A sealed run as it is delivered, read from its folder: the same now and in a year. Hashes every file, which must
 * match the manifest. Throws `ConfigError` if the folder holds no such run.
 */
export async function readDeliverableRun(
  folder: string,
  context: RunContext,
  signal: AbortSignal,
): Promise<DeliverableRun> {
  const manifestBytes = await small(folder, MANIFEST_FILE);
  const manifest = readManifest(manifestBytes);
  if (typeof manifest === 'string') throw noRun(folder, `${MANIFEST_FILE} ${manifest}`);
  const manifestSha256 = sha256Of(manifestBytes);
  const found = await readRunFiles(folder, signal);
  const sealed = new Map(manifest.files.map(({ name, sha256 }) => [name, sha256]));
  const isPrivate = !showsPrivateColumns(manifest.tables.detections);
  const files: DeliverableFile[] = [];
  for (const [name, file] of found) {
    if (file.kind !== 'file') throw noRun(folder, `${name} is no readable file`);
    const { bytes, sha256 } = file;
    const expected = name === MANIFEST_FILE ? manifestSha256 : sealed.get(name);
    const isEvidence = name === CHECKSUM_FILE || name.startsWith(`${MANIFEST_FILE}.`);
    if (sha256 === null || (expected === undefined ? !isEvidence : expected !== sha256)) {
      throw noRun(folder, `${name} is not what was sealed`);
    }
    files.push({
      name,
      path: join(folder, name),
      bytes,
      sha256,
      mediaType: mediaTypeOf(name) ?? otherMediaTypeOf(name),
      ...(isPrivate && name === ARCHIVE_FILE ? { onRequestOnly: true as const } : {}),
    });
  }
  const missing = [...sealed.keys()].find((name) => !found.has(name));
  if (missing !== undefined) throw noRun(folder, `${missing} is missing`);
  files.sort(
    (a, b) => Number(a.name === MANIFEST_FILE) - Number(b.name === MANIFEST_FILE) || (a.name < b.name ? -1 : 1),
  );
  const statistics = JSON.parse((await small(folder, STATISTICS_FILE)).toString('utf8')) as Statistics;
  const summary = summaryOf(basename(folder), manifest, statistics, manifestSha256, files, context);
  return { folder, name: basename(folder), reportId: manifest.report_id, manifestSha256, files, summary };
}

function summaryOf(
  run: string,
  manifest: Exclude<ReturnType<typeof readManifest>, string>,
  statistics: Statistics,
  manifestSha256: string,
  files: readonly DeliverableFile[],
  context: RunContext,
): RunSummary {
  const { verdict, reason, started_at } = COMPLETENESS.parse(manifest.completeness);
  const { previous } = manifest;
  const { name, title } = TEMPLATE.parse(manifest.template);
  const { from, to, timezone } = manifest.period;
  return {
    format: 'detect-report/run/1',
    job: context.job,
    run,
    report_id: manifest.report_id,
    title,
    template: name,
    as_of: manifest.as_of,
    period: { label: run.slice(name.length + 1).replace(/\.amendment-\d+$/, ''), from, to, timezone },
    amends: context.amends,
    completeness: { verdict, reason },
    population: statistics.population,
    verdicts: statistics.verdicts,
    fake_rate: statistics.fake_rate,
    undated: statistics.undated,
    list_span: statistics.list_span,
    retention: statistics.retention,
    compliance: statistics.compliance,
    finished: unfinished(periodOfManifest(manifest), started_at ?? manifest.as_of) === null,
    previous:
      previous === undefined ? null : { report_id: previous.report_id, in_period: previous.figures?.in_period ?? null },
    thresholds: context.thresholds,
    links: context.links,
    manifest_sha256: manifestSha256,
    files: files.map((file) => ({ name: file.name, bytes: file.bytes, sha256: file.sha256 })),
  };
}

function otherMediaTypeOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(MEDIA_TYPES, extension) ? (MEDIA_TYPES[extension] ?? '') : 'application/octet-stream';
}

async function small(folder: string, name: string): Promise<Buffer> {
  const bytes = await readSmallFile(join(folder, name), SMALL);
  if (bytes === null) throw noRun(folder, `${name} cannot be read`);
  return bytes;
}

function noRun(folder: string, why: string): ConfigError {
  return new ConfigError(`${folder} is not delivered: ${why}.`, {
    place: { file: folder },
    remedy: `Look into it with detect-report verify ${folder}; only an unchanged run is delivered.`,
  });
}

/** Our own statistics are small. */
const LARGEST_STATISTICS_BYTES = 64 * 1024 * 1024;

/** A sealed run of a job, read from its folder alone. Throws `ConfigError` if it is not as sealed. */
export async function readJobRun(job: Job, folder: string, signal: AbortSignal): Promise<DeliverableRun> {
  const { manifest } = await readSealedRun(folder);
  const statistics = await readStatistics(folder);
  const verdict = COMPLETENESS_VERDICTS.find((known) => known === manifest.completeness.verdict) ?? 'unproven';
  const thresholds = job.thresholds.map((threshold) => evaluate(threshold, statistics, verdict));
  const amends = manifest.amends?.report_id ?? null;
  return await readDeliverableRun(folder, { job: job.name, thresholds, links: job.links, amends }, signal);
}

/**
 * Delivers one sealed run to the destinations that do not have it. `isAll`: the list contains every destination. Throws
 * `ConfigError` if the folder is not as sealed, `InterruptedError`, `OutputError`.
 */
export async function deliverRun(
  job: Job,
  folder: string,
  destinations: readonly Destination[],
  isAll: boolean,
  context: JobContext,
): Promise<{ readonly name: string; readonly outcomes: readonly DeliveryOutcome[] }> {
  const { clock, random, emit, signal } = context;
  const run = await readJobRun(job, folder, signal);
  const outcomes = await deliverAll(run, destinations, { outDir: job.outDir, clock, random, emit, signal });
  if (isAll && outcomes.every(({ status }) => status !== 'failed')) await markDelivered(job, run.name);
  return { name: run.name, outcomes };
}

/** `readDeliverableRun` then checks them against the manifest. */
async function readStatistics(folder: string): Promise<Statistics> {
  const path = join(folder, STATISTICS_FILE);
  const bytes = await readSmallFile(path, LARGEST_STATISTICS_BYTES);
  try {
    return JSON.parse(bytes?.toString('utf8') ?? '') as Statistics;
  } catch (error) {
    const remedy = `Look into the run with detect-report verify ${folder}.`;
    throw new ConfigError(`${path} cannot be read.`, { place: { file: path }, remedy, cause: error });
  }
}
