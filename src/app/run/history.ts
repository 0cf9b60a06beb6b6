import { join } from 'node:path';
import * as z from 'zod';
import { COMPLETENESS_VERDICTS } from '../../core/certificate.ts';
import { ConfigError } from '../../core/errors.ts';
import type { HistoryEntry } from '../../core/previous-run.ts';
import { HISTORY_FILE, readSmallFile } from '../../seal/evidence/run-files.ts';
import { readManifestFile, type SealedRun, readSealedRun, readSealedStatistics } from './sealed-run.ts';

/** A year, and the same month a year ago. */
export const MOST_HISTORY = 13;
const LARGEST_HISTORY_BYTES = 1024 * 1024;
const FORMAT = 'detect-report/history/1';

const count = z.int().min(0);
const share = z.number().nullable();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 }).nullable();
const history = z.strictObject({
  format: z.literal(FORMAT),
  runs: z
    .array(
      z.strictObject({
        report_id: z.string().max(100),
        period: z.string().max(100),
        start: instant,
        end: instant,
        completeness: z.enum(COMPLETENESS_VERDICTS),
        in_period: count,
        completed: count,
        processing: count,
        failed: count,
        fake: count,
        real: count,
        indeterminate: count,
        fake_rate: z.strictObject({ value: share, low: share, high: share }),
        not_deleted: count,
        compliance: z.strictObject({ met: count, not_met: count }),
        policy_sha256: sha256,
        amended: z.boolean(),
      }),
    )
    .min(1)
    .max(MOST_HISTORY),
});

export function historyFile(runs: readonly HistoryEntry[]): object {
  return { format: FORMAT, runs };
}

/** The history in a run folder, or next to an archive; empty if the file is missing. Throws `ConfigError`. */
export async function readHistory(folder: string): Promise<readonly HistoryEntry[]> {
  const path = join(folder, HISTORY_FILE);
  const bytes = await readSmallFile(path, LARGEST_HISTORY_BYTES);
  if (bytes === null) return [];
  try {
    return history.parse(JSON.parse(bytes.toString('utf8'))).runs;
  } catch (error) {
    throw new ConfigError(`${path} is not a history of runs.`, {
      place: { file: path },
      remedy: 'Take it from a copy of its run that verifies, or leave it out with --no-history.',
      cause: error,
    });
  }
}

/** The figures of a sealed run for the history of later ones. Throws `ConfigError`, `SourceError`. */
export async function historyEntry(run: SealedRun): Promise<HistoryEntry> {
  const { manifest, period } = run;
  const { population, verdicts, fake_rate, retention, compliance } = await readSealedStatistics(run);
  const { value, low, high } = fake_rate;
  return {
    report_id: manifest.report_id,
    period: period.label,
    start: manifest.period.from_utc,
    end: manifest.period.to_utc,
    completeness: COMPLETENESS_VERDICTS.find((known) => known === manifest.completeness.verdict) ?? 'unproven',
    in_period: population.in_period,
    completed: population.completed,
    processing: population.processing,
    failed: population.failed,
    ...verdicts,
    fake_rate: { value, low, high },
    not_deleted: retention.not_deleted,
    compliance: { met: compliance.met, not_met: compliance.not_met },
    policy_sha256: manifest.policy.sha256,
    amended: manifest.amends !== undefined,
  };
}

/** The history of a run that follows the one in `folder`: that one's own history, and its figures. */
export async function historyAfter(folder: string): Promise<readonly HistoryEntry[]> {
  const earlier = await readHistory(folder);
  return [...earlier, await historyEntry(await readSealedRun(folder))].slice(-MOST_HISTORY);
}

/**
 * What a run recorded of those before it, for rendering its archive again: `folder` holds the archive. Nothing without a
 * history.
 */
export async function runsBeforeArchive(folder: string) {
  const runs = await readHistory(folder);
  if (runs.length === 0) return { previous: null, history: [] };
  const { manifest } = await readManifestFile(folder);
  return { previous: typeof manifest === 'string' ? null : (manifest.previous ?? null), history: runs };
}
