import { findDifferences } from '../compare/compare-runs.ts';
import { readSealedRun } from '../run/sealed-run.ts';
import { DIFFERENCES_FILE } from '../run/differences-file.ts';
import { ConfigError, SourceError } from '../../core/errors.ts';
import { checkAmended } from '../run/previous-run.ts';
import type { Finding, PartialCheck } from '../../seal/evidence/finding.ts';
import type { Manifest } from '../../seal/evidence/manifest-schema.ts';
import { TOOL } from '../../platform/machine.ts';

const NOTHING: PartialCheck = { findings: [], notices: [] };

export interface DifferencesJob {
  readonly runDir: string;
  readonly manifest: Manifest;
  /** Existing folder for what is needed on the way; null if nothing is to be computed again. */
  readonly scratch: string | null;
  readonly signal: AbortSignal;
}

/**
 * What an amendment says of the run that it amends: that this is the one beside it, and that what differs between the
 * two is what `differences.json` lists. A run that amends none has nothing to check.
 */
export async function checkDifferences({ runDir, manifest, scratch, signal }: DifferencesJob): Promise<PartialCheck> {
  const { amends } = manifest;
  const listed = manifest.files.find(({ name }) => name === DIFFERENCES_FILE);
  if (amends === undefined)
    return listed === undefined ? NOTHING : found('belongs to an amendment, and this run is not one');
  if (listed?.sha256 !== amends.differences_sha256) {
    return found(`is ${listed?.sha256 ?? 'missing'} by the list of files, ${amends.differences_sha256} by amends`);
  }
  const { folder, ...link } = await checkAmended(runDir, amends);
  if (folder === null || scratch === null) return link;
  if (manifest.tool.version !== TOOL.version) {
    const notice = `The differences were computed by version ${manifest.tool.version}: they were checked by their hash only.`;
    return { ...link, notices: [...link.notices, notice] };
  }
  if (!manifest.configuration.snapshot_kept) {
    const notice = 'The amendment was made without its snapshot: its differences could not be computed again.';
    return { ...link, notices: [...link.notices, notice] };
  }
  try {
    const again = await findDifferences(await readSealedRun(folder), await readSealedRun(runDir), scratch, signal);
    if (again.sha256 === amends.differences_sha256) return link;
    return found(`is not what ${folder} and this run give (they give SHA-256 ${again.sha256})`);
  } catch (error) {
    if (!(error instanceof SourceError) && !(error instanceof ConfigError)) throw error;
    return { ...link, notices: [...link.notices, `The differences could not be computed again: ${error.message}`] };
  }
}

function found(text: string): PartialCheck {
  const finding: Finding = { kind: 'differences', file: DIFFERENCES_FILE, text };
  return { findings: [finding], notices: [] };
}
