import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Period } from '../../core/period.ts';
import type { ClassificationPolicy } from '../../core/policy.ts';
import type { Change, ChangeCounts } from '../../core/previous-run.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { openArchive } from '../../extract/snapshot/reader.ts';
import { FileOutput } from '../../platform/files/file-output.ts';
import { ARCHIVE_FILE } from '../../seal/evidence/run-files.ts';
import { templateOf } from '../../seal/evidence/template-record.ts';
import { withScratch } from '../../platform/files/folders.ts';
import {
  type DifferencesHead,
  NO_CHANGES,
  writeDifferences,
  type WrittenDifferences,
} from '../run/differences-file.ts';
import { readSealedRun, type SealedRun } from '../run/sealed-run.ts';
import { snapshotSide, tableSide } from './compared-run.ts';
import { type ComparedSide, compareSides, sharedColumns } from './merge-join.ts';

/** The later of two readings: another run, or a snapshot without a run. */
export type Later = SealedRun | { readonly snapshot: Snapshot; readonly period: Period };

/**
 * Opens both sides while `use` runs. If one has no snapshot, both are compared by the columns of its table. `policy` is
 * that of the later detections.
 */
async function withSides<T>(
  before: SealedRun,
  after: Later,
  policy: ClassificationPolicy,
  use: (before: ComparedSide, after: ComparedSide) => Promise<T>,
): Promise<T> {
  const folded = !before.hasSnapshot || ('hasSnapshot' in after && !after.hasSnapshot);
  const opened: Snapshot[] = [];
  const sideOf = async (run: SealedRun, judge: ClassificationPolicy): Promise<ComparedSide> => {
    if (!run.hasSnapshot) return tableSide(run);
    const snapshot = await openArchive(join(run.folder, ARCHIVE_FILE));
    opened.push(snapshot);
    return snapshotSide(snapshot, run.period, judge, folded);
  };
  try {
    const earlier = await sideOf(before, templateOf(before.manifest).policy);
    const later =
      'snapshot' in after ? snapshotSide(after.snapshot, after.period, policy, folded) : await sideOf(after, policy);
    return await use(earlier, later);
  } finally {
    for (const snapshot of opened) await snapshot.close();
  }
}

/**
 * Writes what differs between a sealed run and a later reading to a file in `scratch`, an existing folder. Both are read
 * by the run's policy, so that only the readings can differ.
 */
export async function findDifferences(
  before: SealedRun,
  after: Later,
  scratch: string,
  signal: AbortSignal,
): Promise<WrittenDifferences & { readonly path: string }> {
  const { manifest, manifestSha256 } = before;
  const { from, to, timezone } = manifest.period;
  return await withSides(before, after, templateOf(manifest).policy, async (earlier, later) => {
    const head: DifferencesHead = {
      before: { report_id: manifest.report_id, manifest_sha256: manifestSha256 },
      period: { from, to, timezone },
      columns: sharedColumns(earlier, later),
    };
    const path = pathIn(scratch);
    const lines = await FileOutput.create(pathIn(scratch), 0o600, signal);
    const output = await FileOutput.create(path, 0o600, signal);
    const changes = compareSides(earlier, later, scratch, signal);
    return { path, ...(await writeDifferences(head, changes, lines, output)) };
  });
}

function pathIn(folder: string): string {
  return join(folder, randomBytes(8).toString('hex'));
}

export interface DiffedRun {
  readonly folder: string;
  readonly reportId: string;
  readonly period: string;
  readonly hasSnapshot: boolean;
}

export interface Diff {
  readonly before: DiffedRun;
  readonly after: DiffedRun;
  readonly counts: ChangeCounts;
  readonly total: number;
  /** Detections without a difference whose records have other bytes: another spelling, an address signed again. */
  readonly respelled: number;
}

/**
 * Compares the detections of two sealed runs of any periods, each by its own policy: `tell` gets each difference,
 * ordered by uuid, and is awaited. Memory does not grow with the runs. Throws `ConfigError` if a folder is not a run or
 * has nothing to compare, `SourceError` if a snapshot is damaged.
 */
export async function diffRuns(
  beforeDir: string,
  afterDir: string,
  tell: (change: Change) => Promise<void>,
  signal: AbortSignal,
): Promise<Diff> {
  const before = await readSealedRun(beforeDir);
  const after = await readSealedRun(afterDir);
  const counts = { ...NO_CHANGES };
  const tally = { respelled: 0 };
  let total = 0;
  await withScratch('diff', (scratch) =>
    withSides(before, after, templateOf(after.manifest).policy, async (earlier, later) => {
      for await (const change of compareSides(earlier, later, scratch, signal, tally)) {
        counts[change.kind]++;
        total++;
        await tell(change);
      }
    }),
  );
  return { before: factsOf(before), after: factsOf(after), counts, total, ...tally };
}

function factsOf({ folder, manifest, period, hasSnapshot }: SealedRun): DiffedRun {
  return { folder, reportId: manifest.report_id, period: period.label, hasSnapshot };
}
