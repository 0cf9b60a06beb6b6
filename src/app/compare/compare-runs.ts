import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { compareSides, type ComparedSide, type ComparisonTally, sharedColumns } from './merge-join.ts';
import { type DifferencesHead, writeDifferences, type WrittenDifferences } from '../run/differences-file.ts';
import type { SealedRun } from '../run/sealed-run.ts';
import { snapshotSide, tableSide } from './compared-run.ts';
import type { Change } from '../../core/previous-run.ts';
import type { Period } from '../../core/period.ts';
import type { ClassificationPolicy } from '../../core/policy.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { FileOutput, ScratchFile } from '../../platform/files/file-output.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';

/** Two readings side by side. */
export interface ComparedPair {
  readonly before: ComparedSide;
  readonly after: ComparedSide;
}

/** The later of two readings: another run, or a snapshot without a run. */
export type Later = SealedRun | { readonly snapshot: Snapshot; readonly period: Period };

export interface CompareOptions {
  /** The policy for the later detections; by default the earlier run's, so that only the readings can differ. */
  readonly policy?: ClassificationPolicy;
}

/** Opens both sides while `use` runs. If one has no snapshot, both are compared by the columns of its table. */
export async function withSides<T>(
  before: SealedRun,
  after: Later,
  options: CompareOptions,
  use: (pair: ComparedPair) => Promise<T>,
): Promise<T> {
  const earlierPolicy = templateOf(before.manifest).policy;
  const policy = options.policy ?? earlierPolicy;
  const folded = !before.hasSnapshot || ('hasSnapshot' in after && !after.hasSnapshot);
  const opened: Snapshot[] = [];
  const sideOf = async (run: SealedRun, judge: ClassificationPolicy): Promise<ComparedSide> => {
    if (!run.hasSnapshot) return tableSide(run);
    const snapshot = await openArchive(join(run.folder, ARCHIVE_FILE));
    opened.push(snapshot);
    return snapshotSide(snapshot, run.period, judge, folded);
  };
  try {
    const earlier = await sideOf(before, earlierPolicy);
    const later =
      'snapshot' in after ? snapshotSide(after.snapshot, after.period, policy, folded) : await sideOf(after, policy);
    return await use({ before: earlier, after: later });
  } finally {
    for (const snapshot of opened) await snapshot.close();
  }
}

export interface FoundDifferences extends WrittenDifferences {
  /** The list's file in `scratch`. */
  readonly path: string;
}

/** Writes what differs between a sealed run and a later reading to a file in `scratch`, an existing folder. */
export async function findDifferences(
  before: SealedRun,
  after: Later,
  scratch: string,
  signal: AbortSignal,
): Promise<FoundDifferences> {
  const { manifest, manifestSha256 } = before;
  const { from, to, timezone } = manifest.period;
  return await withSides(before, after, {}, async (pair) => {
    const head: DifferencesHead = {
      before: { report_id: manifest.report_id, manifest_sha256: manifestSha256 },
      period: { from, to, timezone },
      columns: sharedColumns(pair.before, pair.after),
    };
    const path = pathIn(scratch);
    const lines = new ScratchFile(await FileOutput.create(pathIn(scratch), 0o600, signal));
    const output = await FileOutput.create(path, 0o600, signal);
    const changes = compareSides(pair.before, pair.after, scratch, signal);
    return { path, ...(await writeDifferences(head, changes, lines, output)) };
  });
}

/** What differs between two sealed runs, by uuid. Each uses its own template's policy. */
export async function forEachChange(
  before: SealedRun,
  after: SealedRun,
  scratch: string,
  signal: AbortSignal,
  tell: (change: Change) => Promise<void>,
): Promise<ComparisonTally> {
  const tally = { respelled: 0 };
  const { policy } = templateOf(after.manifest);
  await withSides(before, after, { policy }, async (pair) => {
    for await (const change of compareSides(pair.before, pair.after, scratch, signal, tally)) await tell(change);
  });
  return tally;
}

function pathIn(folder: string): string {
  return join(folder, randomBytes(8).toString('hex'));
}
