import type { Change } from '../../core/previous-run.ts';
import { uuidSorter } from '../../platform/files/uuid-sorter.ts';
import { digestOf, sha256Of } from '../../core/merkle.ts';
import { UuidTable } from '../../core/uuid-table.ts';
import { changeOf, COMPARED_COLUMNS, type ComparedDetection, valueOf } from './change.ts';

/** One of two readings: its period's detections, in any order, as often as requested. */
export interface ComparedSide {
  /** Which of `COMPARED_COLUMNS` it has. */
  readonly columns: ReadonlySet<string>;
  detections(signal: AbortSignal): AsyncIterable<ComparedDetection>;
}

export interface ComparisonTally {
  /** Detections with the same values in other bytes: keys in another order, an address signed again. */
  respelled: number;
}

/** Sorted in memory at a time: about 30 MB. */
const DIGESTS_AT_ONCE = 100_000;
const DETECTIONS_AT_ONCE = 10_000;

export function sharedColumns(before: ComparedSide, after: ComparedSide): string[] {
  return COMPARED_COLUMNS.filter((column) => before.columns.has(column) && after.columns.has(column));
}

/**
 * What differs between two readings, ordered by uuid. The first pass sorts a digest of each detection and finds those
 * that differ; if there are any, a second pass looks them up. Memory holds 24 bytes for each detection that differs;
 * all else is sorted in files of `scratch`, an existing folder.
 */
export async function* compareSides(
  before: ComparedSide,
  after: ComparedSide,
  scratch: string,
  signal: AbortSignal,
  tally: ComparisonTally = { respelled: 0 },
): AsyncGenerator<Change> {
  const columns = sharedColumns(before, after);
  const differing = new UuidTable();
  const digestsOf = (detection: ComparedDetection) => {
    const text = JSON.stringify(columns.map((column) => valueOf(detection, column)));
    const digest = sha256Of(text);
    const { uuid, recordSha256: record } = detection;
    return { uuid, digest, record };
  };
  const digests = (side: ComparedSide) => sorted(side, digestsOf, DIGESTS_AT_ONCE, scratch, signal);
  for await (const [was, is] of joined(await digests(before), await digests(after))) {
    const uuid = (was ?? is)?.uuid;
    if (uuid !== undefined && was?.digest !== is?.digest) {
      differing.record({ digest: digestOf(uuid), created: 0, crc: 0, ordinal: differing.size });
    } else if (was?.record !== undefined && is?.record !== undefined && was.record !== is.record) tally.respelled++;
  }
  if (differing.size === 0) return;
  const ifDiffers = (one: ComparedDetection) => (differing.has(digestOf(one.uuid)) ? one : null);
  const lookUp = (side: ComparedSide) => sorted(side, ifDiffers, DETECTIONS_AT_ONCE, scratch, signal);
  for await (const [earlier, later] of joined(await lookUp(before), await lookUp(after))) {
    signal.throwIfAborted();
    const change = changeOf(earlier, later, columns);
    if (change !== null) yield change;
  }
}

async function sorted<Entry extends { readonly uuid: string }>(
  side: ComparedSide,
  entryOf: (detection: ComparedDetection) => Entry | null,
  atOnce: number,
  scratch: string,
  signal: AbortSignal,
): Promise<AsyncGenerator<Entry>> {
  const sorter = uuidSorter<Entry>(scratch, jsonLines(), atOnce);
  for await (const detection of side.detections(signal)) {
    const entry = entryOf(detection);
    if (entry !== null) await sorter.add(entry);
  }
  return sorter.sorted();
}

/** Pairs of entries with the same uuid; null if one side has none. */
async function* joined<Entry extends { readonly uuid: string }>(
  left: AsyncGenerator<Entry>,
  right: AsyncGenerator<Entry>,
): AsyncGenerator<[Entry | null, Entry | null]> {
  let [a, b] = [await nextOf(left), await nextOf(right)];
  while (a !== null || b !== null) {
    if (b === null || (a !== null && a.uuid < b.uuid)) {
      yield [a, null];
      a = await nextOf(left);
    } else if (a === null || b.uuid < a.uuid) {
      yield [null, b];
      b = await nextOf(right);
    } else {
      yield [a, b];
      [a, b] = [await nextOf(left), await nextOf(right)];
    }
  }
}

async function nextOf<Entry>(entries: AsyncGenerator<Entry>): Promise<Entry | null> {
  const next = await entries.next();
  return next.done === true ? null : next.value;
}

function jsonLines<Entry>() {
  return { toLine: (entry: Entry) => JSON.stringify(entry), ofLine: (line: string) => JSON.parse(line) as Entry };
}
