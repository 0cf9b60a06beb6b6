import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, SourceError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Statistics } from '../../core/statistics.ts';
import { LARGEST_MANIFEST_BYTES, type Manifest, readManifest } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE, MANIFEST_FILE, readSmallFile, STATISTICS_FILE } from '../../seal/evidence/run-files.ts';
import { periodOfManifest } from './period.ts';
import { EXTRACTION_ENTRY } from '../../extract/snapshot/format.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';

/** A sealed run, as its manifest describes it. */
export interface SealedRun {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly period: Period;
  /** False if the run was made without `records.zip`. */
  readonly hasSnapshot: boolean;
}

/** Its keys are bounded by the accumulators; nothing that was written comes near. */
const LARGEST_STATISTICS_BYTES = 64 * 1024 * 1024;

/** Reads what a run says of itself. Throws `ConfigError` if the folder is not one of a run. */
export async function readSealedRun(folder: string): Promise<SealedRun> {
  const bytes = await readSmallFile(join(folder, MANIFEST_FILE), LARGEST_MANIFEST_BYTES);
  const manifest = bytes === null ? 'cannot be read' : readManifest(bytes);
  if (bytes === null || typeof manifest === 'string') {
    const why = typeof manifest === 'string' ? manifest : '';
    throw new ConfigError(`${folder} is not the folder of a run: its ${MANIFEST_FILE} ${why}.`, {
      place: { file: folder },
      remedy: 'Give the folder that an export printed as its last line, e.g. output/monthly-compliance_2024-01.',
    });
  }
  return {
    folder,
    manifest,
    manifestSha256: sha256Of(bytes),
    period: periodOfManifest(manifest),
    hasSnapshot: manifest.configuration.snapshot_kept,
  };
}

/** The statistics of a run. Throws `SourceError` if the file is not what the manifest says. */
export async function readSealedStatistics({ folder, manifest }: SealedRun): Promise<Statistics> {
  const path = join(folder, STATISTICS_FILE);
  const bytes = await readSmallFile(path, LARGEST_STATISTICS_BYTES);
  const sealed = manifest.files.find(({ name }) => name === STATISTICS_FILE);
  if (bytes !== null && sha256Of(bytes) === sealed?.sha256) return JSON.parse(bytes.toString('utf8')) as Statistics;
  throw new SourceError(`${path} ${bytes === null ? 'cannot be read' : 'is not what was sealed'}.`, {
    place: { file: path },
    remedy: remedyOf(folder),
  });
}

/**
 * The snapshot that a run was made from; the caller closes it. Throws `ConfigError` if the run has none, `SourceError` if
 * it is damaged, or not the one that the manifest names.
 */
export async function openSnapshot({ folder, manifest }: SealedRun): Promise<Snapshot> {
  const path = join(folder, ARCHIVE_FILE);
  if (!(await exists(path))) {
    throw new ConfigError(`${folder} has no ${ARCHIVE_FILE}: the records are not there to be looked at.`, {
      place: { file: folder },
      remedy: 'Use a run that was made without --no-snapshot.',
    });
  }
  const snapshot = await openArchive(path);
  if (snapshot.recordSha256 === manifest.extraction_sha256) return snapshot;
  await snapshot.close();
  throw new SourceError(`${path} is not the snapshot that the report of this folder was made from.`, {
    place: { file: path, entry: EXTRACTION_ENTRY },
    remedy: remedyOf(folder),
  });
}

function remedyOf(folder: string): string {
  return `Run "detect-report verify ${folder}" to see what was changed.`;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
