import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../core/errors.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { PreviousFigures } from '../../core/previous-run.ts';
import type { PartialCheck } from './finding.ts';
import { LARGEST_MANIFEST_BYTES, type Manifest, readManifest } from './manifest-schema.ts';
import { CHECKSUM_FILE, MANIFEST_FILE, readSmallFile, STATISTICS_FILE } from './run-files.ts';

/** The accumulators bound its keys; real files are far smaller. */
const LARGEST_STATISTICS_BYTES = 64 * 1024 * 1024;

const count = z.int().min(0);
const outcome = z.looseObject({ completed: count, processing: count, failed: count });
const nullable = z.number().nullable();

/** The needed part of `statistics.json`; other members may vary by version. */
const statistics = z.looseObject({
  population: z.looseObject({ in_period: count, completed: count, processing: count, failed: count }),
  verdicts: z.looseObject({ fake: count, real: count, indeterminate: count }),
  fake_rate: z.looseObject({ value: nullable, low: nullable, high: nullable, of: count }),
  by_media_type: z.record(z.string(), outcome),
});

/** Reads the numbers that a following report compares itself with; returns them, or a line that says what is wrong. */
export async function readPreviousFigures(folder: string, manifest: Manifest): Promise<PreviousFigures | string> {
  const listed = manifest.files.find(({ name }) => name === STATISTICS_FILE);
  const bytes = await readSmallFile(join(folder, STATISTICS_FILE), LARGEST_STATISTICS_BYTES);
  if (bytes === null) return `it has no ${STATISTICS_FILE} that can be read`;
  if (sha256Of(bytes) !== listed?.sha256) {
    return `its ${STATISTICS_FILE} is not the one that its manifest lists`;
  }
  const verdict = z.enum(['proven', 'converged', 'unproven']).safeParse(manifest.completeness.verdict);
  const read = statistics.safeParse(jsonOf(bytes));
  if (!read.success || !verdict.success) return `its ${STATISTICS_FILE} does not hold the numbers of a run`;
  const { population, verdicts, fake_rate: rate, by_media_type: media } = read.data;
  const detections = (medium: string): number => {
    const { completed, processing, failed } = media[medium] ?? { completed: 0, processing: 0, failed: 0 };
    return completed + processing + failed;
  };
  return {
    template: { name: manifest.template.name, sha256: manifest.template.sha256 },
    policy_sha256: manifest.policy.sha256,
    completeness: verdict.data,
    as_of: manifest.as_of,
    in_period: population.in_period,
    status: { completed: population.completed, processing: population.processing, failed: population.failed },
    verdicts: { fake: verdicts.fake, real: verdicts.real, indeterminate: verdicts.indeterminate },
    fake_rate: { value: rate.value, low: rate.low, high: rate.high, of: rate.of },
    media: { audio: detections('audio'), image: detections('image'), video: detections('video') },
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

/** A manifest's record of the previous run; the hash chains the two. */
export type PreviousRun = NonNullable<Manifest['previous']>;

/** An amendment's record of the run that it amends, and of what differs. */
export type AmendedRun = NonNullable<Manifest['amends']>;

/** One line for each file; a run has a dozen. */
const LARGEST_CHECKSUMS_BYTES = 1024 * 1024;

/**
 * Reads what a new run must record of the run that it follows. That run must agree with itself: its manifest is the one
 * that its own SHA256SUMS lists. Throws `ConfigError`.
 */
export async function readPreviousRun(folder: string): Promise<PreviousRun> {
  const bytes = await readSmallFile(join(folder, MANIFEST_FILE), LARGEST_MANIFEST_BYTES);
  if (bytes === null) throw notARun(folder, `it has no ${MANIFEST_FILE} that can be read`);
  const manifest = readManifest(bytes);
  if (typeof manifest === 'string') throw notARun(folder, `its ${MANIFEST_FILE}: ${manifest}`);
  const manifestSha256 = sha256Of(bytes);
  const checksums = await readSmallFile(join(folder, CHECKSUM_FILE), LARGEST_CHECKSUMS_BYTES);
  if (checksums === null) throw notARun(folder, `it has no ${CHECKSUM_FILE} that can be read`);
  if (!checksums.toString('utf8').split('\n').includes(`${manifestSha256}  ${MANIFEST_FILE}`)) {
    throw notARun(folder, `its ${MANIFEST_FILE} is not the one that its ${CHECKSUM_FILE} lists`);
  }
  const figures = await readPreviousFigures(folder, manifest);
  if (typeof figures === 'string') throw notARun(folder, figures);
  const { from, to, timezone } = manifest.period;
  return { report_id: manifest.report_id, period: { from, to, timezone }, manifest_sha256: manifestSha256, figures };
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

interface Candidate {
  readonly folder: string;
  /** SHA-256 of its manifest; null if that cannot be read. */
  readonly sha256: string | null;
  readonly reportId: string | null;
}

/**
 * Checks the run that a manifest says it follows: in the named folder, or else next to the run, found by its report id.
 * `previous` null means that the manifest names none.
 */
export async function checkPrevious(
  runDir: string,
  previous: PreviousRun | null,
  named: string | null,
): Promise<PreviousCheck> {
  if (previous === null) {
    return named === null
      ? passed(null)
      : failedCheck(`names no run that it follows, so ${named} is not the one before it`);
  }
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

async function runsBeside(runDir: string): Promise<Candidate[]> {
  const own = resolve(runDir);
  const entries = await readdir(dirname(own), { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const candidates: Candidate[] = [];
  for (const { name } of folders) {
    const folder = join(dirname(own), name);
    if (folder !== own) candidates.push(await candidateOf(folder));
  }
  return candidates;
}

async function candidateOf(folder: string): Promise<Candidate> {
  const bytes = await readSmallFile(join(folder, MANIFEST_FILE), LARGEST_MANIFEST_BYTES);
  if (bytes === null) return { folder, sha256: null, reportId: null };
  const manifest = readManifest(bytes);
  return { folder, sha256: sha256Of(bytes), reportId: typeof manifest === 'string' ? null : manifest.report_id };
}

function passed(previous: string | null): PreviousCheck {
  return { findings: [], notices: [], previous };
}

function failedCheck(text: string): PreviousCheck {
  return { findings: [{ kind: 'previous', file: MANIFEST_FILE, text }], notices: [], previous: null };
}
