import type { KeyObject } from 'node:crypto';
import type { HistoryEntry } from '../core/previous-run.ts';
import type { OutputFolder, SealedFile } from '../core/output.ts';
import { type Period, unfinished } from '../core/period.ts';
import type { RunConfig } from '../core/run-config.ts';
import type { FontRecord, OwnSinkRecord, TableResource } from '../core/sink.ts';
import type { ReviewsFile } from '../core/reviews.ts';
import type { ExtractionRecord } from '../core/snapshot.ts';
import type { Statistics } from '../core/statistics.ts';
import type { TableShape } from '../core/table.ts';
import { checksums } from './evidence/checksums.ts';
import { dataPackage } from './evidence/data-package.ts';
import { certificateRecord, snakeCased } from './evidence/certificate.ts';
import { hashOf, periodFacts, reportId } from './evidence/manifest.ts';
import type { AmendedRun, PreviousRun } from './evidence/manifest-schema.ts';
import {
  CHECKSUM_FILE,
  DATA_PACKAGE_FILE,
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  SIGNATURE_FILE,
} from './evidence/run-files.ts';
import { signManifest } from './evidence/signature.ts';
import { templateRecord } from './evidence/template-record.ts';

/** The folder that a run is written to. */
export interface SealingFolder extends OutputFolder {
  /** The final path of the run; its last part is the run's name. */
  readonly path: string;
  /** The file that was written under that name; it must be closed. */
  sealed(name: string, rows?: number | null): SealedFile;
  /** Content of the file that was written under that name; it must be closed. */
  read(name: string): Promise<Uint8Array>;
}

/** The part of a configuration that shapes a run's files, next to its snapshot and period. */
export interface ReportSettings
  extends Pick<RunConfig, 'template' | 'formats' | 'sinks' | 'keepSnapshot' | 'sourceDateEpochMs'> {
  /** The run that this one follows, as its manifest describes it. */
  readonly previous: PreviousRun | null;
  /** Figures of runs before it, the oldest first; absent or empty: none. */
  readonly history?: readonly HistoryEntry[];
  /** Joined to the detections; absent and null: none. */
  readonly reviews?: ReviewsFile | null;
  /** The run that this one amends, and the file of differences from it. */
  readonly amendment: Amendment | null;
  /** Names of sinks of the caller's own; absent: none. */
  readonly ownSinks?: readonly string[];
  /** Signs the manifest; changes only the signature and the checksums. */
  readonly signingKey: KeyObject | null;
}

export interface Amendment {
  readonly amends: AmendedRun;
  /** Path of the list of differences, which becomes a file of the run. */
  readonly path: string;
}

/** The identity of a run, decided before anything is rendered. */
export type Identity = ReturnType<typeof identify>;

export function identify(
  report: ReportSettings,
  period: Period,
  record: {
    readonly merkleRoot: string;
    readonly certificate: { readonly endedAt: string };
    readonly extractionSha256: string;
  },
  tool: { readonly name: string; readonly version: string },
) {
  const { template, sinks, sourceDateEpochMs, formats, previous, amendment } = report;
  const { history = [], reviews = null, ownSinks = [] } = report;
  const asOf = sourceDateEpochMs === null ? record.certificate.endedAt : new Date(sourceDateEpochMs).toISOString();
  const { csvSafety, csvBom, csvCompression = 'none' } = sinks;
  // The part of the configuration that shapes the files.
  const settings = {
    csv_safety: csvSafety,
    csv_bom: csvBom,
    ...(csvCompression === 'none' ? {} : { csv_compression: csvCompression }),
    snapshot_kept: report.keepSnapshot,
  };
  const policySha256 = hashOf(template.policy);
  const id = reportId({
    merkleRoot: record.merkleRoot,
    certificateSha256: hashOf(record.certificate),
    extractionSha256: record.extractionSha256,
    templateSha256: template.sha256,
    policySha256,
    period: snakeCased(periodFacts(period)),
    formats,
    settings,
    asOf,
    toolVersion: tool.version,
    ...(previous === null ? {} : { previous }),
    ...(history.length === 0 ? {} : { history }),
    ...(reviews === null ? {} : { reviewsSha256: reviews.sha256 }),
    ...(amendment === null ? {} : { amends: amendment.amends }),
    ...(ownSinks.length === 0 ? {} : { ownSinks }),
  });
  const { extractionSha256 } = record;
  const settingsSha256 = hashOf({ ...settings, formats });
  return { id, asOf, tool, period, policySha256, extractionSha256, settings, settingsSha256 };
}

export interface SealJob {
  readonly folder: SealingFolder;
  readonly settings: ReportSettings;
  readonly identity: Identity;
  readonly record: ExtractionRecord;
  readonly statistics: Statistics;
  readonly tables: readonly TableShape[];
  /** Their files that any program can read. */
  readonly resources: readonly TableResource[];
  /** By format, then by reason. */
  readonly changedCells: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly fonts: readonly FontRecord[];
  readonly own: readonly OwnSinkRecord[];
  /** Everything else that was written so far. */
  readonly files: readonly SealedFile[];
}

/** Writes the last files: the manifest, the signature and the hash of each file. Returns all files, including these. */
export async function seal(job: SealJob): Promise<readonly SealedFile[]> {
  const { folder, settings, files } = job;
  const described = await writeFile(folder, DATA_PACKAGE_FILE, toJson(packageOf(job)));
  const sealed = [...files, described, ...job.own.flatMap((sink) => sink.files)];
  const text = toJson(composeManifest(job, sealed));
  sealed.push(await writeFile(folder, MANIFEST_FILE, text));
  if (settings.signingKey !== null) {
    sealed.push(await writeFile(folder, SIGNATURE_FILE, signManifest(Buffer.from(text, 'utf8'), settings.signingKey)));
  }
  return [...sealed, await writeFile(folder, CHECKSUM_FILE, checksums(sealed))];
}

/**
 * `manifest.json`: what the run is, what it was made from, and the hash of each of its other `files`. Key names are a
 * public contract; see docs/output.md.
 */
export function composeManifest(
  { settings, identity, record, own, fonts, ...job }: SealJob,
  files: readonly SealedFile[],
): object {
  const { template, formats, previous, amendment } = settings;
  const { period } = identity;
  const rest = unfinished(period, record.certificate.startedAt);
  const ownSinks = own.map(({ name, changedCells, ...sink }) => {
    return { name, files: sink.files.map((file) => file.name), changed_cells: changedCells };
  });
  return {
    format: MANIFEST_FORMAT,
    report_id: identity.id,
    tool: identity.tool,
    as_of: identity.asOf,
    template: templateRecord(template),
    policy: { ...(snakeCased(template.policy) as object), sha256: identity.policySha256 },
    period: {
      ...(snakeCased(periodFacts(period)) as object),
      finished: period.to === null ? undefined : rest === null,
      days_to_go: rest?.daysToGo,
    },
    configuration: { formats, ...identity.settings, sha256: identity.settingsSha256 },
    previous: previous ?? undefined,
    amends: amendment?.amends,
    parts: snakeCased(record.parts),
    runtime: record.runtime,
    source: record.source,
    completeness: certificateRecord(record.certificate),
    merkle_root: record.merkleRoot,
    extraction_sha256: identity.extractionSha256,
    records: job.statistics.population,
    tables: Object.fromEntries(job.tables.map((table) => [table.name, table.columns.map(({ name }) => name)])),
    changed_cells: job.changedCells,
    fonts: fonts.length === 0 ? undefined : fonts,
    own_sinks: own.length === 0 ? undefined : ownSinks,
    files: [...files].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function packageOf({ settings: { template, amendment, sinks }, identity, ...job }: SealJob): object {
  const { period, id, asOf: created, tool } = identity;
  // The run's folder name when it is made; only the name tells which amendment it is.
  const name = `${template.name}_${period.label}${amendment === null ? '' : '.amendment'}`;
  return dataPackage({ ...job, name, id, title: template.title, created, version: tool.version, csvBom: sinks.csvBom });
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Writes a small file of the run; it is on disk when this resolves. */
export async function writeFile(
  folder: SealingFolder,
  name: string,
  content: string | Uint8Array,
): Promise<SealedFile> {
  const output = await folder.create(name);
  await output.append(typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
  await output.close();
  return folder.sealed(name);
}
