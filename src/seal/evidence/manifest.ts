import type { Certificate } from '../../core/certificate.ts';
import { isoInstant } from '../../core/instant.ts';
import type { SealedFile } from '../../core/output.ts';
import { type Period, unfinished } from '../../core/period.ts';
import type { ClassificationPolicy } from '../../core/policy.ts';
import type { SourceDescription } from '../../core/page.ts';
import type { RuntimeRecord } from '../../core/snapshot.ts';
import type { Population } from '../../core/statistics.ts';
import type { FontRecord, OwnSinkRecord } from '../../core/sink.ts';
import type { TableShape } from '../../core/table.ts';
import type { AmendedRun, PreviousRun } from './previous-run.ts';
import { certificateRecord } from './certificate-record.ts';
import { MANIFEST_FORMAT } from './run-files.ts';

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
}

/**
 * `manifest.json`: what the run is, what it was made from, and the hash of each of its other files. Key names are a
 * public contract; see docs/output.md.
 */
export function manifest(facts: ManifestFacts): object {
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
