import { join } from 'node:path';
import { ConfigError, SourceError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import type { CombinedPart, ExtractionRecord } from '../../core/snapshot.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';
import { TOOL } from '../../platform/machine.ts';
import type { Finding, PartialCheck } from '../../seal/evidence/finding.ts';
import type { Manifest, ManifestPart } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE, MANIFEST_FILE } from '../../seal/evidence/run-files.ts';
import { findDifferences } from '../compare/compare-runs.ts';
import { partCounts } from '../run/combined-certificate.ts';
import { DIFFERENCES_FILE } from '../run/differences-file.ts';
import { candidateOf, checkAmended, runsBeside, runsIn } from '../run/previous-run.ts';
import { openSnapshot, readSealedRun, readSealedStatistics } from '../run/sealed-run.ts';

const NOTHING: PartialCheck = { findings: [], notices: [] };

/**
 * What an amendment says of the run that it amends: that this is the one beside it, and that what differs between the
 * two is what `differences.json` lists. A run that amends none has nothing to check. Without a folder for what is needed
 * on the way (`scratch`), nothing is computed again.
 */
export async function checkDifferences(
  runDir: string,
  manifest: Manifest,
  scratch: string | null,
  signal: AbortSignal,
): Promise<PartialCheck> {
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

/**
 * The parts of a combined run, in the named folders or beside the run: that each is the one whose manifest was combined,
 * and that the pages, the certificate and the counts are its own. A part that is not there is not a finding.
 */
export async function checkParts(runDir: string, manifest: Manifest, named: readonly string[]): Promise<PartialCheck> {
  const { parts = [] } = manifest;
  if (parts.length === 0) return NOTHING;
  const candidates = [...(await runsBeside(runDir))];
  for (const folder of named) candidates.push(await candidateOf(folder), ...(await runsIn(folder)));
  const record = await recordOf(join(runDir, ARCHIVE_FILE));
  const findings: Finding[] = [];
  const missing: ManifestPart[] = [];
  let firstWindow = 0;
  for (const [at, part] of parts.entries()) {
    const inRecord = record?.parts?.[at] ?? null;
    const windows = record?.windows.slice(firstWindow, (firstWindow += inRecord?.pages ?? 0)) ?? [];
    const same = candidates.find(({ sha256 }) => sha256 === part.manifest_sha256);
    const other = candidates.find(({ reportId }) => reportId === part.report_id);
    if (same !== undefined) {
      const wrong = inRecord === null ? null : await differenceOf(same.folder, inRecord, windows);
      if (wrong !== null) findings.push(partFinding(`says of ${part.name} (${part.report_id}) ${wrong}`));
    } else if (other === undefined) missing.push(part);
    else {
      const has = `${other.folder} has the manifest ${other.sha256 ?? ''}`;
      findings.push(partFinding(`combines ${part.report_id} with the manifest ${part.manifest_sha256}, but ${has}`));
    }
  }
  const notices = missing.map(
    ({ name, report_id: id, manifest_sha256: sha256 }) =>
      `The part ${name} (${id} with the manifest ${sha256}) is not beside the run, so its proof of completeness was not seen: name its folder with --parts.`,
  );
  return { findings, notices };
}

/** What the combined record says of a part that is not so; null if all is. */
async function differenceOf(
  folder: string,
  part: CombinedPart,
  windows: ExtractionRecord['windows'],
): Promise<string | null> {
  try {
    const run = await readSealedRun(folder);
    const counts = partCounts(await readSealedStatistics(run));
    if (canonicalJson(part.counts) !== canonicalJson(counts)) return `other counts than ${folder}`;
    const snapshot = await openSnapshot(run);
    await snapshot.close();
    const { record } = snapshot;
    if (canonicalJson(part.certificate) !== canonicalJson(record.certificate)) {
      return `another certificate than ${folder}`;
    }
    const own = new Set(record.windows.map(({ sha256 }) => sha256));
    const stray = windows.find(({ sha256 }) => !own.has(sha256));
    return stray === undefined ? null : `that ${stray.file ?? 'a page'} is of it, which ${folder} does not hold`;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return `what cannot be compared: ${error.message}`;
  }
}

function partFinding(text: string): Finding {
  return { kind: 'parts', file: MANIFEST_FILE, text };
}

/** Null if the run was made without its snapshot, or that is damaged, which is a finding elsewhere. */
async function recordOf(path: string): Promise<ExtractionRecord | null> {
  const snapshot = await openArchive(path).catch(() => null);
  await snapshot?.close();
  return snapshot?.record ?? null;
}
