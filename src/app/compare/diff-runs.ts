import { forEachChange } from './compare-runs.ts';
import { readSealedRun, type SealedRun } from '../run/sealed-run.ts';
import type { Change, ChangeCounts } from '../../core/previous-run.ts';
import { withScratch } from '../../seal/run-folder/scratch-folder.ts';

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
 * Compares the detections of two sealed runs of any periods: `tell` gets each difference, ordered by uuid, and is
 * awaited. Memory does not grow with the runs. Throws `ConfigError` if a folder is not a run or has nothing to compare,
 * `SourceError` if a snapshot is damaged.
 */
export async function diffRuns(
  beforeDir: string,
  afterDir: string,
  tell: (change: Change) => Promise<void>,
  signal: AbortSignal,
): Promise<Diff> {
  const before = await readSealedRun(beforeDir);
  const after = await readSealedRun(afterDir);
  const counts = { new: 0, vanished: 0, finished: 0, relabelled: 0, rescored: 0, other: 0 };
  let [total, respelled] = [0, 0];
  await withScratch('diff', async (scratch) => {
    ({ respelled } = await forEachChange(before, after, scratch, signal, async (change) => {
      counts[change.kind]++;
      total++;
      await tell(change);
    }));
  });
  return { before: factsOf(before), after: factsOf(after), counts, total, respelled };
}

function factsOf({ folder, manifest, period, hasSnapshot }: SealedRun): DiffedRun {
  return { folder, reportId: manifest.report_id, period: period.label, hasSnapshot };
}
