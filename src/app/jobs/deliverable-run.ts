import { basename, join } from 'node:path';
import * as z from 'zod';
import { sha256Of } from '../../core/sha256.ts';
import type { DeliverableFile, DeliverableRun, RunSummary, ThresholdOutcome } from '../../deliver/delivery.ts';
import { ConfigError } from '../../core/errors.ts';
import { unfinished } from '../../core/period.ts';
import type { Statistics } from '../../core/statistics.ts';
import { readManifest } from '../../seal/evidence/manifest-schema.ts';
import {
  ARCHIVE_FILE,
  CHECKSUM_FILE,
  MANIFEST_FILE,
  readRunFiles,
  readSmallFile,
  STATISTICS_FILE,
} from '../../seal/evidence/run-files.ts';
import { periodOfManifest } from '../run/period.ts';
import { mediaTypeOf } from '../../render/sinks/registry.ts';
import { showsPrivateColumns } from '../../render/transform/tables/tables.ts';

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
