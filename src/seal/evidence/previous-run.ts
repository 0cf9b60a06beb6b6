import { join } from 'node:path';
import { sha256Of } from '../../core/sha256.ts';
import { ConfigError } from '../../core/errors.ts';
import { LARGEST_MANIFEST_BYTES, type Manifest, readManifest } from './manifest-schema.ts';
import { readPreviousFigures } from './previous-figures.ts';
import { CHECKSUM_FILE, MANIFEST_FILE, readSmallFile } from './run-files.ts';

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
