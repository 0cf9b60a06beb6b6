import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { sha256Of } from '../../core/sha256.ts';
import type { PartialCheck } from './finding.ts';
import { LARGEST_MANIFEST_BYTES, readManifest } from './manifest-schema.ts';
import type { AmendedRun, PreviousRun } from './previous-run.ts';
import { MANIFEST_FILE, readSmallFile } from './run-files.ts';

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
    return named === null ? passed(null) : failed(`names no run that it follows, so ${named} is not the one before it`);
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
  return failed(`follows ${wanted}, but ${other.folder} has ${has}`);
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

function failed(text: string): PreviousCheck {
  return { findings: [{ kind: 'previous', file: MANIFEST_FILE, text }], notices: [], previous: null };
}
