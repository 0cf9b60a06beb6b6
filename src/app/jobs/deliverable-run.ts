import { basename, join } from 'node:path';
import { CLAIMS, COMPLETENESS_VERDICTS } from '../../core/certificate.ts';
import { ConfigError } from '../../core/errors.ts';
import { unfinished } from '../../core/period.ts';
import type { Statistics } from '../../core/statistics.ts';
import type { DeliverableFile, DeliverableRun, Destination, RunSummary } from '../../deliver/destination.ts';
import { mediaTypeOf } from '../../render/sinks/registry.ts';
import { showsPrivateColumns } from '../../render/transform/tables/tables.ts';
import {
  ARCHIVE_FILE,
  CHECKSUM_FILE,
  MANIFEST_FILE,
  readRunFiles,
  REVIEWS_FILE,
} from '../../seal/evidence/run-files.ts';
import { readSealedRun, readSealedStatistics, type SealedRun } from '../run/sealed-run.ts';
import type { JobContext } from './outcome.ts';
import { deliverAll } from './delivery.ts';
import type { Job } from './job.ts';
import { markDelivered } from './outbox.ts';
import { evaluate } from './thresholds.ts';

/** What the job knows of a run that its folder does not hold; null: no job made it. */
export type RunContext = Pick<Job, 'name' | 'thresholds' | 'links'> | null;

/** Media types of files that do not belong to a format. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['gz', 'application/gzip'],
  ['json', 'application/json'],
  ['tsr', 'application/timestamp-reply'],
  ['zip', 'application/zip'],
]);

/** Both are kept as they were given, whatever the template leaves out. */
const PRIVATE_FILES: ReadonlySet<string> = new Set([ARCHIVE_FILE, REVIEWS_FILE]);

/**
 * A sealed run as it is delivered, read from its folder: the same now and in a year. Hashes every file, which must
 * match the manifest. Throws `ConfigError` if the folder holds no such run.
 */
export async function readDeliverableRun(
  folder: string,
  job: RunContext,
  signal: AbortSignal,
): Promise<DeliverableRun> {
  const run = await readSealedRun(folder);
  const { manifest, manifestSha256 } = run;
  const found = await readRunFiles(folder, signal);
  const sealed = new Map(manifest.files.map(({ name, sha256 }) => [name, sha256]));
  const isPrivate = !showsPrivateColumns(manifest.tables.detections);
  const files: DeliverableFile[] = [];
  for (const [name, file] of found) {
    if (file.kind !== 'file') throw noRun(folder, `${name} is not a readable file`);
    const { bytes, sha256 } = file;
    const expected = name === MANIFEST_FILE ? manifestSha256 : sealed.get(name);
    const isEvidence = name === CHECKSUM_FILE || name.startsWith(`${MANIFEST_FILE}.`);
    if (sha256 === null || (expected === undefined ? !isEvidence : expected !== sha256)) {
      throw noRun(folder, `${name} is not what was sealed`);
    }
    const mediaType = mediaTypeOf(name) ?? MEDIA_TYPES.get(name.slice(name.lastIndexOf('.') + 1));
    files.push({
      name,
      path: join(folder, name),
      bytes,
      sha256,
      mediaType: mediaType ?? 'application/octet-stream',
      ...(isPrivate && PRIVATE_FILES.has(name) ? { onRequestOnly: true as const } : {}),
    });
  }
  const missing = [...sealed.keys()].find((name) => !found.has(name));
  if (missing !== undefined) throw noRun(folder, `${missing} is missing`);
  files.sort(
    (a, b) => Number(a.name === MANIFEST_FILE) - Number(b.name === MANIFEST_FILE) || (a.name < b.name ? -1 : 1),
  );
  const summary = summaryOf(run, await readSealedStatistics(run), files, job);
  return { folder, name: summary.run, reportId: manifest.report_id, manifestSha256, files, summary };
}

function summaryOf(
  { folder, manifest, manifestSha256, period }: SealedRun,
  statistics: Statistics,
  files: readonly DeliverableFile[],
  job: RunContext,
): RunSummary {
  const run = basename(folder);
  const { completeness, previous } = manifest;
  const { name, title, organisation } = manifest.template;
  const verdict = COMPLETENESS_VERDICTS.find((known) => known === completeness.verdict) ?? 'unproven';
  const startedAt = completeness['started_at'];
  return {
    format: 'detect-report/run/1',
    job: job?.name ?? null,
    run,
    report_id: manifest.report_id,
    title,
    organisation,
    generated: (Object(manifest['source']) as { kind?: unknown }).kind === 'sandbox',
    template: name,
    language: manifest.template.language ?? 'en',
    as_of: manifest.as_of,
    period: {
      label: run.slice(name.length + 1).replace(/(?:\.combined)?(?:\.amendment-\d+)?$/, ''),
      from: period.from,
      to: period.to,
      timezone: period.timezone,
    },
    amends: manifest.amends?.report_id ?? null,
    completeness: {
      verdict,
      reason: completeness.reason,
      claim: CLAIMS.find((known) => known === completeness['claim']) ?? 'list',
    },
    population: statistics.population,
    verdicts: statistics.verdicts,
    fake_rate: statistics.fake_rate,
    undated: statistics.undated,
    list_span: statistics.list_span,
    retention: statistics.retention,
    compliance: statistics.compliance,
    finished: unfinished(period, typeof startedAt === 'string' ? startedAt : manifest.as_of) === null,
    previous:
      previous === undefined
        ? null
        : {
            report_id: previous.report_id,
            in_period: previous.figures?.in_period ?? null,
            fake_rate: previous.figures?.fake_rate.value ?? null,
            indeterminate: previous.figures?.verdicts.indeterminate ?? null,
          },
    thresholds: (job?.thresholds ?? []).map((threshold) => evaluate(threshold, statistics, verdict)),
    links: job?.links ?? [],
    manifest_sha256: manifestSha256,
    files: files.map((file) => ({ name: file.name, bytes: file.bytes, sha256: file.sha256 })),
  };
}

function noRun(folder: string, why: string): ConfigError {
  return new ConfigError(`${folder} is not delivered: ${why}.`, {
    place: { file: folder },
    remedy: `Look into it with detect-report verify ${folder}; only an unchanged run is delivered.`,
  });
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
  again = false,
) {
  const { clock, random, emit, signal } = context;
  const run = await readDeliverableRun(folder, job, signal);
  const outcomes = await deliverAll(run, destinations, { outDir: job.outDir, clock, random, emit, signal, again });
  if (isAll && outcomes.every(({ status }) => status !== 'failed')) await markDelivered(job, run.name);
  return { name: run.name, outcomes };
}
