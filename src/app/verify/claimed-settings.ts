import { join } from 'node:path';
import { DIFFERENCES_FILE } from '../run/differences-file.ts';
import { pictureType } from '../../config/template-files.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { HISTORY_FILE } from '../../seal/evidence/run-files.ts';
import { readHistory } from '../run/history.ts';
import { periodOfManifest } from '../run/period.ts';
import type { ReportSettings } from '../../seal/seal.ts';

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
    const hasHistory = manifest.files.some(({ name }) => name === HISTORY_FILE);
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
      history: hasHistory ? await readHistory(runDir) : [],
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
