import type { Certificate } from '../../core/certificate.ts';
import { isoInstant } from '../../core/instant.ts';
import { canonicalJson } from '../../core/json.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { SealedFile } from '../../core/output.ts';
import type { SourceDescription } from '../../core/page.ts';
import { type Period, unfinished } from '../../core/period.ts';
import type { ClassificationPolicy } from '../../core/policy.ts';
import type { FontRecord, OwnSinkRecord } from '../../core/sink.ts';
import type { CombinedPart, RuntimeRecord } from '../../core/snapshot.ts';
import type { Population } from '../../core/statistics.ts';
import type { TableShape } from '../../core/table.ts';
import { type Template, templateSha256 } from '../../core/template.ts';
import { certificateRecord, snakeCased } from './certificate.ts';
import type { Finding } from './finding.ts';
import type { AmendedRun, Manifest, PreviousRun } from './manifest-schema.ts';
import { ARCHIVE_FILE, MANIFEST_FILE, MANIFEST_FORMAT } from './run-files.ts';

/** Everything that decides the content of a report. Two runs with the same facts are the same report. */
export interface IdentityFacts {
  readonly merkleRoot: string;
  readonly certificateSha256: string;
  /** SHA-256 of the snapshot's `extraction.json`: how each page was requested, when it came, and its hash. */
  readonly extractionSha256: string;
  readonly templateSha256: string;
  readonly policySha256: string;
  /** With its days as instants. */
  readonly period: Readonly<Record<string, unknown>>;
  readonly formats: readonly string[];
  readonly settings: unknown;
  readonly asOf: string;
  readonly toolVersion: string;
  /** Left out if the run follows none. */
  readonly previous?: unknown;
  readonly history?: unknown;
  /** Left out if no reviews were joined. */
  readonly reviewsSha256?: string;
  /** Left out if the run amends none. */
  readonly amends?: unknown;
  /** Names; left out if the caller has no sinks of their own. */
  readonly ownSinks?: readonly string[];
}

/** SHA-256 (hex) of the canonical JSON of our own data. */
export function hashOf(value: unknown): string {
  return sha256Of(canonicalJson(value));
}

/**
 * The report's id, printed on every page: `DR-` and 20 hex digits of the hash of its identity, in groups of five. It is
 * known before anything is rendered, and the same on every machine.
 */
export function reportId(facts: IdentityFacts): string {
  const digits = hashOf(facts).slice(0, 20).toUpperCase();
  return `DR-${digits.match(/.{5}/g)?.join('-') ?? digits}`;
}

/** Checks the hashes and sums that a manifest holds over its own content. `template` is the one that it describes. */
export function manifestFindings(manifest: Manifest, template: Template): Finding[] {
  const { sha256: settingsSha256, ...settings } = manifest.configuration;
  const counted = manifest.files.filter(({ name, rows }) => name.startsWith('detections.') && rows !== null);
  const { in_period: inPeriod } = manifest.records;
  const keepsArchive = manifest.files.some(({ name }) => name === ARCHIVE_FILE);
  const rules: readonly [holds: boolean, text: string][] = [
    [
      template.sha256 === templateSha256(template),
      `template.sha256 is ${template.sha256}, its content gives ${templateSha256(template)}`,
    ],
    [
      manifest.policy.sha256 === hashOf(template.policy),
      `policy.sha256 is ${manifest.policy.sha256}, its content gives ${hashOf(template.policy)}`,
    ],
    [
      settingsSha256 === hashOf(settings),
      `configuration.sha256 is ${settingsSha256}, its content gives ${hashOf(settings)}`,
    ],
    [
      keepsArchive === manifest.configuration.snapshot_kept,
      `configuration.snapshot_kept is ${manifest.configuration.snapshot_kept}, but it lists ${keepsArchive ? 'a' : 'no'} ${ARCHIVE_FILE}`,
    ],
    ...counted.map(({ name, rows }): [boolean, string] => [
      rows === inPeriod,
      `records.in_period is ${inPeriod}, ${name} has ${rows} rows`,
    ]),
  ];
  return rules.flatMap(([holds, text]) => (holds ? [] : [{ kind: 'manifest', file: MANIFEST_FILE, text }]));
}

export interface ManifestFacts {
  readonly reportId: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly asOf: string;
  /** See template-record.ts: holds everything that is needed to render again. */
  readonly template: { readonly name: string; readonly sha256: string };
  readonly policy: ClassificationPolicy;
  readonly policySha256: string;
  readonly period: Period;
  readonly formats: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settingsSha256: string;
  readonly runtime: RuntimeRecord;
  readonly source: SourceDescription;
  readonly certificate: Certificate;
  readonly merkleRoot: string;
  readonly extractionSha256: string;
  readonly population: Population;
  readonly tables: readonly TableShape[];
  /** Cells that a format had to change, by format and reason. */
  readonly changedCells: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Fonts that a file was made with. */
  readonly fonts?: readonly FontRecord[];
  /** Sinks of the caller's own; their files are among `files`. */
  readonly ownSinks?: readonly OwnSinkRecord[];
  /** Every other file of the run. */
  readonly files: readonly SealedFile[];
  /** The run that this one follows. */
  readonly previous?: PreviousRun | null;
  /** The run that this one amends. */
  readonly amends?: AmendedRun | null;
  /** The runs that this one is made of; absent: it is not a combined run. */
  readonly parts?: readonly CombinedPart[] | undefined;
}

/**
 * `manifest.json`: what the run is, what it was made from, and the hash of each of its other files. Key names are a
 * public contract; see docs/output.md.
 */
export function composeManifest(facts: ManifestFacts): object {
  const { period, certificate } = facts;
  const rest = unfinished(period, certificate.startedAt);
  return {
    format: MANIFEST_FORMAT,
    report_id: facts.reportId,
    tool: facts.tool,
    as_of: facts.asOf,
    template: facts.template,
    policy: { ...policyForPeople(facts.policy), sha256: facts.policySha256 },
    period: {
      ...periodRecord(period),
      ...(period.to === null ? {} : { finished: rest === null }),
      ...(rest === null ? {} : { days_to_go: rest.daysToGo }),
    },
    configuration: { formats: facts.formats, ...facts.settings, sha256: facts.settingsSha256 },
    ...(facts.previous === undefined || facts.previous === null ? {} : { previous: facts.previous }),
    ...(facts.amends === undefined || facts.amends === null ? {} : { amends: facts.amends }),
    ...(facts.parts === undefined ? {} : { parts: snakeCased(facts.parts) }),
    runtime: facts.runtime,
    source: facts.source,
    completeness: certificateRecord(certificate),
    merkle_root: facts.merkleRoot,
    extraction_sha256: facts.extractionSha256,
    records: facts.population,
    tables: Object.fromEntries(facts.tables.map((table) => [table.name, table.columns.map(({ name }) => name)])),
    changed_cells: facts.changedCells,
    ...((facts.fonts ?? []).length === 0 ? {} : { fonts: facts.fonts }),
    ...ownSinksRecord(facts.ownSinks ?? []),
    files: [...facts.files].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** The period as sealed: the requested days, and every instant that follows from the zone. */
export function periodRecord({
  from,
  to,
  timezone,
  fromMs,
  toMs,
  dayStarts = [],
}: Period): Readonly<Record<string, unknown>> {
  return {
    from,
    to,
    timezone,
    from_utc: fromMs === null ? null : isoInstant(fromMs),
    to_utc: toMs === null ? null : isoInstant(toMs),
    day_starts: dayStarts.map(({ day, startMs }) => ({ day, starts_utc: isoInstant(startMs) })),
  };
}

function ownSinksRecord(sinks: readonly OwnSinkRecord[]): object {
  if (sinks.length === 0) return {};
  const own_sinks = sinks.map(({ name, changedCells, files }) => ({
    name,
    files: files.map((file) => file.name),
    changed_cells: changedCells,
  }));
  return { own_sinks };
}

function policyForPeople(policy: ClassificationPolicy): object {
  return {
    name: policy.name,
    fake: policy.fake,
    real: policy.real,
    indeterminate: policy.indeterminate,
    not_assessed_score: policy.notAssessedScore,
  };
}
