import { createHash } from 'node:crypto';
import type { Change } from '../../core/previous-run.ts';
import { UuidSorter } from '../../platform/files/uuid-sorter.ts';
import { UuidTable } from '../../core/uuid-table.ts';
import { changeOf, COMPARED_COLUMNS, type ComparedDetection, valueOf } from './change.ts';

/** One of two readings: its period's detections, in any order, as often as requested. */
export interface ComparedSide {
  /** Which of `COMPARED_COLUMNS` it has. */
  readonly columns: ReadonlySet<string>;
  detections(signal: AbortSignal): AsyncIterable<ComparedDetection>;
}

interface Digest {
  readonly uuid: string;
  readonly digest: string;
  readonly record?: string;
}

/** What a comparison counts besides the changes. */
export interface ComparisonTally {
  /** Detections with the same values in other bytes: keys in another order, an address signed again. */
  respelled: number;
}

/** Sorted in memory at a time: about 30 MB. */
const DIGESTS_AT_ONCE = 100_000;
const DETECTIONS_AT_ONCE = 10_000;

/** The columns that both sides have, in display order. */
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
  const digests = {
    before: await digestsOf(before, columns, scratch, signal),
    after: await digestsOf(after, columns, scratch, signal),
  };
  for await (const [was, is] of joined(digests.before.sorted(), digests.after.sorted())) {
    const uuid = (was ?? is)?.uuid;
    if (uuid !== undefined && was?.digest !== is?.digest) remember(differing, uuid);
    else if (was?.record !== undefined && is?.record !== undefined && was.record !== is.record) tally.respelled++;
  }
  if (differing.size === 0) return;
  const was = await lookUp(before, differing, scratch, signal);
  const is = await lookUp(after, differing, scratch, signal);
  for await (const [earlier, later] of joined(was.sorted(), is.sorted())) {
    signal.throwIfAborted();
    const change = changeOf(earlier, later, columns);
    if (change !== null) yield change;
  }
}

async function digestsOf(
  side: ComparedSide,
  columns: readonly string[],
  scratch: string,
  signal: AbortSignal,
): Promise<UuidSorter<Digest>> {
  const sorter = new UuidSorter<Digest>(scratch, jsonLines(), DIGESTS_AT_ONCE);
  for await (const detection of side.detections(signal)) {
    const text = JSON.stringify(columns.map((column) => valueOf(detection, column)));
    const digest = createHash('sha256').update(text).digest('base64');
    const { uuid, recordSha256: record } = detection;
    await sorter.add(record === undefined ? { uuid, digest } : { uuid, digest, record });
  }
  return sorter;
}

async function lookUp(
  side: ComparedSide,
  wanted: UuidTable,
  scratch: string,
  signal: AbortSignal,
): Promise<UuidSorter<ComparedDetection>> {
  const sorter = new UuidSorter<ComparedDetection>(scratch, jsonLines(), DETECTIONS_AT_ONCE);
  for await (const detection of side.detections(signal)) {
    if (wanted.has(hashOf(detection.uuid))) await sorter.add(detection);
  }
  return sorter;
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

function remember(table: UuidTable, uuid: string): void {
  table.record({ hash: hashOf(uuid), created: 0, crc: 0, ordinal: table.size });
}

function hashOf(uuid: string): Buffer {
  return createHash('sha256').update(uuid, 'utf8').digest();
}
