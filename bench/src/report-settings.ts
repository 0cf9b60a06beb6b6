import { resolvePeriod } from '../../dist/core/calendar.js';
import type { Period } from '../../dist/core/period.js';
import { resolveConfig } from '../../dist/config/resolve.js';
import { TABLES } from '../../dist/index.js';
import type { ReportSettings } from '../../dist/seal/seal.js';

/** The settings of the monthly report as PDF alone, with whole registers of so many rows; null: as the template says. */
export async function pdfSettings(
  snapshot: string,
  registerLimit: number | null,
): Promise<{ settings: ReportSettings; period: Period }> {
  const flags = { source: snapshot, all: true, template: 'monthly-compliance', format: 'pdf', out: 'unused' };
  const { config } = await resolveConfig({ flags, env: {} }, { nowMs: 0, tables: Object.values(TABLES) });
  const whole = registerLimit === null ? {} : { registerLimit, annex: true };
  const template = { ...config.template, ...whole };
  const settings = { ...config, template, previous: null, amendment: null, signingKey: null };
  return { settings, period: resolvePeriod({ kind: 'all' }, 'UTC', 0) };
}
