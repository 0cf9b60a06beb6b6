import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { COMPLETENESS_VERDICTS } from '../../core/certificate.ts';
import { ConfigError } from '../../core/errors.ts';
import type { HistoryEntry, PreviousFigures } from '../../core/previous-run.ts';
import { LARGEST_CHECKSUMS_BYTES, readChecksums } from '../../seal/evidence/checksums.ts';
import type { Finding, PartialCheck } from '../../seal/evidence/finding.ts';
import type { AmendedRun, Manifest, PreviousRun } from '../../seal/evidence/manifest-schema.ts';
import {
  CHECKSUM_FILE,
  HISTORY_FILE,
  MANIFEST_FILE,
  readSmallFile,
  STATISTICS_FILE,
} from '../../seal/evidence/run-files.ts';
import { readManifestFile, readSealedRun, readStatisticsFile } from './sealed-run.ts';
import { canonicalJson } from '../../core/json.ts';
import { historyEntry } from './history.ts';

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

export interface PreviousCheck extends PartialCheck {
  /** Folder of the run that this one follows; null if it was not found. */
  readonly previous: string | null;
}

export interface Candidate {
  readonly folder: string;
  /** SHA-256 of its manifest; null if that cannot be read. */
  readonly sha256: string | null;
  readonly reportId: string | null;
}

/**
 * Checks the run that a manifest says it follows: in the named folder, or else next to the run, found by its report id.
 * `previous` null means that the manifest names none.
 */
export async function checkPrevious(runDir: string, previous: PreviousRun | null, named: string | null) {
  if (previous === null && named === null) return passed(null);
  if (previous === null) return failedCheck(`names no run that it follows, so ${named} is not the one before it`);
  const wanted = `${previous.report_id} with the manifest ${previous.manifest_sha256}`;
  const candidates = named === null ? await runsBeside(runDir) : [await candidateOf(named)];
  const same = candidates.find(({ sha256 }) => sha256 === previous.manifest_sha256);
  if (same !== undefined) return passed(same.folder);
  const other = named === null ? candidates.find(({ reportId }) => reportId === previous.report_id) : candidates[0];
  if (other === undefined) {
    const notice = `The run follows ${wanted}, which is not beside it: name that run's folder with --previous.`;
    return { ...passed(null), notices: [notice] };
  }
  const has = other.sha256 === null ? 'no manifest that can be read' : `the manifest ${other.sha256}`;
  return failedCheck(`follows ${wanted}, but ${other.folder} has ${has}`);
}

export interface AmendedCheck extends PartialCheck {
  /** Folder of the amended run; null if it is not next to this one. */
  readonly folder: string | null;
}

/** Checks the run that an amendment amends, looked for next to it. A missing run is not a finding. */
export async function checkAmended(runDir: string, amends: AmendedRun): Promise<AmendedCheck> {
  const candidates = await runsBeside(runDir);
  const same = candidates.find(({ sha256 }) => sha256 === amends.manifest_sha256);
  if (same !== undefined) return { findings: [], notices: [], folder: same.folder };
  const wanted = `${amends.report_id} with the manifest ${amends.manifest_sha256}`;
  const other = candidates.find(({ reportId }) => reportId === amends.report_id);
  if (other === undefined) {
    const notice = `The run amends ${wanted}, which is not beside it: the differences could not be computed again.`;
    return { findings: [], notices: [notice], folder: null };
  }
  const text = `amends ${wanted}, but ${other.folder} has the manifest ${other.sha256 ?? ''}`;
  return { findings: [{ kind: 'amends', file: MANIFEST_FILE, text }], notices: [], folder: null };
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

function passed(previous: string | null): PreviousCheck {
  return { findings: [], notices: [], previous };
}

function failedCheck(text: string): PreviousCheck {
  return { findings: [{ kind: 'previous', file: MANIFEST_FILE, text }], notices: [], previous: null };
}
