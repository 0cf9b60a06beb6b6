import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { COMPLETENESS_VERDICTS } from '../../core/certificate.ts';
import { ConfigError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import type { HistoryEntry, PreviousFigures } from '../../core/previous-run.ts';
import { LARGEST_CHECKSUMS_BYTES, readChecksums } from '../../seal/evidence/checksums.ts';
import type { Finding, PartialCheck } from '../../seal/evidence/finding.ts';
import type { Manifest, PreviousRun } from '../../seal/evidence/manifest-schema.ts';
import {
  CHECKSUM_FILE,
  HISTORY_FILE,
  MANIFEST_FILE,
  readSmallFile,
  STATISTICS_FILE,
} from '../../seal/evidence/run-files.ts';
import {
  readManifestFile,
  readSealedRun,
  readSealedStatistics,
  readStatisticsFile,
  type SealedRun,
} from './sealed-run.ts';

const count = z.int().min(0);
const outcome = z.object({ completed: count, processing: count, failed: count });
const nullable = z.number().nullable();

/** The needed part of `statistics.json`; other members may vary by version. */
const needed = z.object({
  population: z.object({ in_period: count, completed: count, processing: count, failed: count }),
  verdicts: z.object({ fake: count, real: count, indeterminate: count }),
  fake_rate: z.object({ value: nullable, low: nullable, high: nullable, of: count }),
  by_media_type: z.record(z.string(), outcome),
});

/**
 * Reads what a new run must record of the run that it follows. That run must agree with itself: its manifest is the one
 * that its own SHA256SUMS lists. Throws `ConfigError`.
 */
export async function readPreviousRun(folder: string): Promise<PreviousRun> {
  const { sha256, manifest } = await readManifestFile(folder);
  if (sha256 === null) throw notARun(folder, `it has no ${MANIFEST_FILE} that can be read`);
  if (typeof manifest === 'string') throw notARun(folder, `its ${MANIFEST_FILE}: ${manifest}`);
  const checksums = await readSmallFile(join(folder, CHECKSUM_FILE), LARGEST_CHECKSUMS_BYTES);
  if (checksums === null) throw notARun(folder, `it has no ${CHECKSUM_FILE} that can be read`);
  if (readChecksums(checksums.toString('utf8')).get(MANIFEST_FILE) !== sha256) {
    throw notARun(folder, `its ${MANIFEST_FILE} is not the one that its ${CHECKSUM_FILE} lists`);
  }
  const figures = figuresOf(manifest, await readStatisticsFile({ folder, manifest }));
  if (typeof figures === 'string') throw notARun(folder, `its ${STATISTICS_FILE} ${figures}`);
  const { from, to, timezone } = manifest.period;
  return { report_id: manifest.report_id, period: { from, to, timezone }, manifest_sha256: sha256, figures };
}

/** The numbers that a following report compares itself with, or what is wrong with them. */
function figuresOf(manifest: Manifest, statistics: unknown): PreviousFigures | string {
  if (typeof statistics === 'string') return statistics;
  const verdict = z.enum(COMPLETENESS_VERDICTS).safeParse(manifest.completeness.verdict);
  const read = needed.safeParse(statistics);
  if (!read.success || !verdict.success) return 'does not hold the numbers of a run';
  const { population, verdicts, fake_rate, by_media_type: media } = read.data;
  const { in_period, ...status } = population;
  const detections = (medium: string): number => {
    const { completed, processing, failed } = media[medium] ?? { completed: 0, processing: 0, failed: 0 };
    return completed + processing + failed;
  };
  return {
    template: { name: manifest.template.name, sha256: manifest.template.sha256 },
    policy_sha256: manifest.policy.sha256,
    completeness: verdict.data,
    as_of: manifest.as_of,
    in_period,
    status,
    verdicts,
    fake_rate,
    media: { audio: detections('audio'), image: detections('image'), video: detections('video') },
  };
}

function notARun(folder: string, why: string): ConfigError {
  return new ConfigError(`The previous run ${folder} cannot be followed: ${why}.`, {
    place: { file: folder },
    remedy: 'Name the folder of an unchanged run with --previous; detect-report verify says whether it is one.',
  });
}

export interface Candidate {
  readonly folder: string;
  /** SHA-256 of its manifest; null if that cannot be read. */
  readonly sha256: string | null;
  readonly reportId: string | null;
}

export interface LinkCheck extends PartialCheck {
  /** Folder of the run that is linked; null if it was not found. */
  readonly folder: string | null;
}

/**
 * Checks the run that a manifest says it follows: in the named folder, or else next to the run, found by its report id.
 * `previous` null means that the manifest names none.
 */
export async function checkPrevious(
  runDir: string,
  previous: PreviousRun | null,
  named: string | null,
): Promise<LinkCheck> {
  if (previous === null && named === null) return { findings: [], notices: [], folder: null };
  if (previous === null)
    return broken('previous', `names no run that it follows, so ${named} is not the one before it`);
  const advice = "name that run's folder with --previous.";
  if (named === null) return checkLink('previous', 'follows', previous, await runsBeside(runDir), advice);
  const candidate = await candidateOf(named);
  // Whatever it is, it was named as that run.
  return checkLink('previous', 'follows', previous, [{ ...candidate, reportId: previous.report_id }], advice);
}

/** Checks the run that an amendment amends, looked for next to it. A missing run is not a finding. */
export async function checkAmended(runDir: string, amends: PreviousRun): Promise<LinkCheck> {
  const advice = 'the differences could not be computed again.';
  return checkLink('amends', 'amends', amends, await runsBeside(runDir), advice);
}

function checkLink(
  kind: 'previous' | 'amends',
  verb: string,
  { report_id: id, manifest_sha256: wanted }: PreviousRun,
  candidates: readonly Candidate[],
  advice: string,
): LinkCheck {
  const same = candidates.find(({ sha256 }) => sha256 === wanted);
  if (same !== undefined) return { findings: [], notices: [], folder: same.folder };
  const link = `${verb} ${id} with the manifest ${wanted}`;
  const other = candidates.find(({ reportId }) => reportId === id);
  if (other === undefined) {
    return { findings: [], notices: [`The run ${link}, which is not beside it: ${advice}`], folder: null };
  }
  const has = other.sha256 === null ? 'no manifest that can be read' : `the manifest ${other.sha256}`;
  return broken(kind, `${link}, but ${other.folder} has ${has}`);
}

function broken(kind: 'previous' | 'amends', text: string): LinkCheck {
  return { findings: [{ kind, file: MANIFEST_FILE, text }], notices: [], folder: null };
}

/** Entries of a history that differ from the run with that report id next to this one. One that is not there says nothing. */
export async function historyFindings(runDir: string, history: readonly HistoryEntry[]): Promise<Finding[]> {
  const candidates = history.length === 0 ? [] : await runsBeside(runDir);
  const findings: Finding[] = [];
  for (const entry of history) {
    const same = candidates.find(({ reportId }) => reportId === entry.report_id);
    if (same === undefined) continue;
    // A damaged run beside is that run's finding.
    const said = await readSealedRun(same.folder)
      .then(historyEntry)
      .catch(() => entry);
    if (canonicalJson(said) === canonicalJson(entry)) continue;
    const text = `says other figures of ${entry.period} (${entry.report_id}) than ${same.folder}`;
    findings.push({ kind: 'previous', file: HISTORY_FILE, text });
  }
  return findings;
}

export async function runsBeside(runDir: string): Promise<Candidate[]> {
  return await runsIn(dirname(resolve(runDir)), resolve(runDir));
}

export async function runsIn(folder: string, except: string | null = null): Promise<Candidate[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const visible = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const candidates: Candidate[] = [];
  for (const { name } of visible) {
    const path = join(folder, name);
    if (path !== except) candidates.push(await candidateOf(path));
  }
  return candidates;
}

export async function candidateOf(folder: string): Promise<Candidate> {
  const { sha256, manifest } = await readManifestFile(folder);
  return { folder, sha256, reportId: typeof manifest === 'string' ? null : manifest.report_id };
}

/** A year, and the same month a year ago. */
export const MOST_HISTORY = 13;
const LARGEST_HISTORY_BYTES = 1024 * 1024;
const FORMAT = 'detect-report/history/1';

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
