import { join } from 'node:path';
import { ConfigError, SourceError } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import { sha256Of } from '../../core/merkle.ts';
import { exists } from '../../platform/files/folders.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Statistics } from '../../core/statistics.ts';
import { LARGEST_MANIFEST_BYTES, type Manifest, readManifest } from '../../seal/evidence/manifest-schema.ts';
import { ARCHIVE_FILE, MANIFEST_FILE, readSmallFile, STATISTICS_FILE } from '../../seal/evidence/run-files.ts';
import { periodOfManifest } from './period.ts';
import { EXTRACTION_ENTRY } from '../../extract/snapshot/format.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';

export interface SealedRun {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly period: Period;
  /** False if the run was made without `records.zip`. */
  readonly hasSnapshot: boolean;
}

/** Its keys are bounded by the accumulators; nothing that was written comes near. */
export const LARGEST_STATISTICS_BYTES = 64 * 1024 * 1024;

/** A folder's manifest file: what it says, or one line about what is wrong with it. Bytes and hash are null if it cannot be read. */
export async function readManifestFile(folder: string) {
  const bytes = await readSmallFile(join(folder, MANIFEST_FILE), LARGEST_MANIFEST_BYTES);
  if (bytes === null) return { bytes, sha256: null, manifest: 'cannot be read' };
  return { bytes, sha256: sha256Of(bytes), manifest: readManifest(bytes) };
}

/** Reads what a run says of itself. Throws `ConfigError` if the folder is not one of a run. */
export async function readSealedRun(folder: string): Promise<SealedRun> {
  const { sha256, manifest } = await readManifestFile(folder);
  if (sha256 === null || typeof manifest === 'string') {
    const why = typeof manifest === 'string' ? manifest : 'cannot be read';
    throw new ConfigError(`${folder} is not the folder of a run: its ${MANIFEST_FILE} ${why}.`, {
      place: { file: folder },
      remedy: 'Give the folder that an export printed as its last line, e.g. output/monthly-compliance_2024-01.',
    });
  }
  const { snapshot_kept: hasSnapshot } = manifest.configuration;
  return { folder, manifest, manifestSha256: sha256, period: periodOfManifest(manifest), hasSnapshot };
}

export async function readStatisticsFile({
  folder,
  manifest,
}: Pick<SealedRun, 'folder' | 'manifest'>): Promise<Statistics | string> {
  const bytes = await readSmallFile(join(folder, STATISTICS_FILE), LARGEST_STATISTICS_BYTES);
  if (bytes === null) return 'cannot be read';
  const sealed = manifest.files.find(({ name }) => name === STATISTICS_FILE);
  if (sha256Of(bytes) !== sealed?.sha256) return 'is not the one that its manifest lists';
  try {
    return JSON.parse(bytes.toString('utf8')) as Statistics;
  } catch {
    return 'is not valid JSON';
  }
}

/** The statistics of a run. Throws `SourceError` if the file is not what the manifest says. */
export async function readSealedStatistics(run: SealedRun): Promise<Statistics> {
  const statistics = await readStatisticsFile(run);
  if (typeof statistics !== 'string') return statistics;
  const path = join(run.folder, STATISTICS_FILE);
  throw new SourceError(`${path} ${statistics}.`, { place: { file: path }, remedy: remedyOf(run.folder) });
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
