import { basename } from 'node:path';
import type { SealedFile } from './core/output.ts';
import type { Period } from './core/period.ts';
import type { RunConfig } from './core/run-config.ts';
import type { ExtractionRecord } from './core/snapshot.ts';
import type { Statistics } from './core/statistics.ts';
import type { TableShape } from './core/table.ts';
import { checksums } from './evidence/checksums.ts';
import { dataPackage } from './evidence/data-package.ts';
import { manifest } from './evidence/manifest.ts';
import { hashOf, reportId } from './evidence/report-id.ts';
import type { RunFolder } from './run-folder/run-folder.ts';

/** What a run is, decided before anything is rendered. */
export interface Identity {
  readonly id: string;
  readonly asOf: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly period: Period;
  readonly policySha256: string;
  /** What of the configuration shapes the files. */
  readonly settings: { readonly csv_safety: string; readonly csv_bom: boolean; readonly snapshot_kept: boolean };
  readonly settingsSha256: string;
}

export function identify(
  config: RunConfig,
  period: Period,
  record: ExtractionRecord,
  tool: Identity['tool'],
): Identity {
  const { template, sinks, sourceDateEpochMs } = config;
  const asOf = sourceDateEpochMs === null ? record.certificate.endedAt : new Date(sourceDateEpochMs).toISOString();
  const settings = { csv_safety: sinks.csvSafety, csv_bom: sinks.csvBom, snapshot_kept: config.keepSnapshot };
  const policySha256 = hashOf(template.policy);
  const id = reportId({
    merkleRoot: record.merkleRoot,
    certificateSha256: hashOf(record.certificate),
    templateSha256: template.sha256,
    policySha256,
    period: { from: period.from, to: period.to, timezone: period.timezone },
    formats: config.formats,
    settings,
    asOf,
    toolVersion: tool.version,
  });
  return { id, asOf, tool, period, policySha256, settings, settingsSha256: hashOf({ ...settings, formats: config.formats }) };
}

export interface SealJob {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  readonly identity: Identity;
  readonly record: ExtractionRecord;
  readonly statistics: Statistics;
  readonly tables: readonly TableShape[];
  /** By format, then by reason. */
  readonly changedCells: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Everything written so far. */
  readonly files: readonly SealedFile[];
}

/** The last files: what is in the run, and the hash of each file. Returns all files, these included. */
export async function seal(job: SealJob): Promise<readonly SealedFile[]> {
  const { folder, config, identity, record, files } = job;
  const described = await writeFile(folder, 'datapackage.json', toJson(packageOf(job)));
  const sealed = [...files, described];
  const manifested = await writeFile(
    folder,
    'manifest.json',
    toJson(
      manifest({
        reportId: identity.id,
        tool: identity.tool,
        asOf: identity.asOf,
        template: { name: config.template.name, sha256: config.template.sha256 },
        policy: config.template.policy,
        policySha256: identity.policySha256,
        period: identity.period,
        formats: config.formats,
        settings: identity.settings,
        settingsSha256: identity.settingsSha256,
        source: record.source,
        certificate: record.certificate,
        merkleRoot: record.merkleRoot,
        population: job.statistics.population,
        tables: job.tables,
        changedCells: job.changedCells,
        files: sealed,
      }),
    ),
  );
  const everything = [...sealed, manifested];
  return [...everything, await writeFile(folder, 'SHA256SUMS', checksums(everything))];
}

function packageOf({ folder, config, identity, tables, files }: SealJob): object {
  return dataPackage({
    name: basename(folder.path),
    id: identity.id,
    title: config.template.title,
    created: identity.asOf,
    version: identity.tool.version,
    tables,
    files,
  });
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Writes a small file of the run; it is on disk when this resolves. */
export async function writeFile(folder: RunFolder, name: string, text: string): Promise<SealedFile> {
  const output = await folder.create(name);
  await output.append(Buffer.from(text, 'utf8'));
  await output.close();
  return folder.sealed(name);
}
