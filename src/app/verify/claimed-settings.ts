import { join } from 'node:path';
import { pictureType } from '../../config/template-files.ts';
import { isTimezone, withDayStarts } from '../../core/calendar.ts';
import { ConfigError } from '../../core/errors.ts';
import { wroteFields } from '../../core/fields.ts';
import { canonicalJson } from '../../core/json.ts';
import type { SealedFile } from '../../core/output.ts';
import type { Period } from '../../core/period.ts';
import type { OwnSinkRecord } from '../../core/sink.ts';
import type { PartialCheck } from '../../seal/evidence/finding.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { HISTORY_FILE, MANIFEST_FILE, REVIEWS_FILE } from '../../seal/evidence/run-files.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { readReviews } from '../run/reviews-file.ts';
import type { ReportSettings } from '../../seal/seal.ts';
import { isReservedName } from '../export/own-sinks.ts';
import { DIFFERENCES_FILE } from '../run/differences-file.ts';
import { readHistory } from '../run/previous-run.ts';
import { RUNTIME, TOOL } from '../../platform/machine.ts';
import { periodOfManifest } from '../run/period.ts';

/** The settings and period that a run must have had, from its manifest, or one line that says why they cannot be. */
export async function settingsFromManifest(
  runDir: string,
  manifest: Manifest,
): Promise<{ settings: ReportSettings; period: Period } | string> {
  const { configuration, previous = null, amends = null } = manifest;
  try {
    const template = templateOf(manifest);
    const { logo } = template.brand;
    if (logo !== null && pictureType(Buffer.from(logo.bytes), 'the logo') !== logo.type) {
      return 'template.brand.logo is not of the type that it says';
    }
    const hasFile = (sought: string): boolean => manifest.files.some(({ name }) => name === sought);
    const settings: ReportSettings = {
      template,
      formats: configuration.formats,
      sinks: {
        csvSafety: configuration.csv_safety,
        csvBom: configuration.csv_bom,
        csvCompression: configuration.csv_compression ?? 'none',
      },
      keepSnapshot: configuration.snapshot_kept,
      sourceDateEpochMs: Date.parse(manifest.as_of),
      previous,
      history: hasFile(HISTORY_FILE) ? await readHistory(runDir) : [],
      reviews: hasFile(REVIEWS_FILE) ? await readReviews(join(runDir, REVIEWS_FILE)) : null,
      amendment: amends === null ? null : { amends, path: join(runDir, DIFFERENCES_FILE) },
      ownSinks: (manifest.own_sinks ?? []).map(({ name }) => name),
      signingKey: null,
    };
    return { settings, period: periodOfManifest(manifest) };
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** How this machine differs from the one that made the run. */
export function otherMachineNotices(manifest: Manifest, period: Period): string[] {
  return [...versionNotice(manifest), ...zoneNotice(manifest, period)];
}

function versionNotice({ tool }: Manifest): string[] {
  if (tool.version === TOOL.version) return [];
  const checked = wroteFields(tool.version)
    ? 'tables and statistics were recomputed, the other files checked by their checksums only'
    : 'its tables have other columns, so tables, statistics and reports were checked by their checksums only';
  return [`The run was made by version ${tool.version}, this is ${TOOL.version}: ${checked}.`];
}

/** The days of a run are those that it sealed; another time zone table may have others. */
function zoneNotice({ runtime }: Manifest, period: Period): string[] {
  const { timezone } = period;
  const here =
    RUNTIME.tz === runtime.tz ? `tz ${RUNTIME.tz}` : `tz ${RUNTIME.tz}, the run was read with tz ${runtime.tz}`;
  const read = 'Read with the days that the run sealed:';
  if (!isTimezone(timezone)) return [`${read} the zone ${timezone} is not known here (${here}).`];
  const { dayStarts: _, ...unsealed } = period;
  const isSame = canonicalJson(withDayStarts(unsealed).dayStarts) === canonicalJson(period.dayStarts);
  return isSame ? [] : [`${read} the zone ${timezone} has others here (${here}).`];
}

export function ownRecordsOf({ own_sinks: sinks = [], files }: Manifest): OwnSinkRecord[] {
  return sinks.map(({ name, files: names, changed_cells: changedCells }) => ({
    name,
    changedCells,
    files: files.filter((file) => names.includes(file.name)),
  }));
}

/**
 * The manifest's entries for files of sinks that are not here to write them again. A file that detect-report makes itself
 * is never one of them: its hash alone would be no evidence.
 */
export function checkOwnFiles(manifest: Manifest): PartialCheck & { readonly files: ReadonlySet<SealedFile> } {
  const files = new Set(ownRecordsOf(manifest).flatMap((sink) => sink.files));
  const names = [...files].map(({ name }) => name);
  const taken = names.filter(isReservedName);
  return {
    files,
    findings: taken.map((name) => ({
      kind: 'manifest',
      file: MANIFEST_FILE,
      text: `says that ${name} was made by a sink of the caller's own, but detect-report makes that file`,
    })),
    notices: names.map((name) => `${name} was made by a sink of the caller's own: compared by hash only.`),
  };
}
