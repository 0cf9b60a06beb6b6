import { setImmediate as breathe } from 'node:timers/promises';
import type { Detection } from '../core/detection.ts';
import type { Slice } from '../core/json.ts';
import type { Sink } from '../core/sink.ts';
import { type ExtractionRecord, noItem, type PageRange, type SnapshotPage } from '../core/snapshot.ts';
import type { Row, Table } from '../core/table.ts';

/** The size of a part: it ends with the page that reaches one of these. */
export interface PartLimits {
  readonly detections: number;
  /** Of its pages as received: what a part becomes is held in memory, and trees make long detections. */
  readonly bytes: number;
}

export const PART_LIMITS: PartLimits = { detections: 25_000, bytes: 4 * 1024 * 1024 };

export interface Part extends PageRange {
  readonly detections: number;
}

/**
 * The parts of a list, in list order: at least one. Their borders depend on the snapshot alone. What was still open when
 * a combined run's part was read is judged by that time, so none holds pages of two.
 */
export function planParts(
  { windows, parts: runs = [] }: Pick<ExtractionRecord, 'windows' | 'parts'>,
  limits: PartLimits,
): readonly Part[] {
  const parts: Part[] = [];
  const borders = new Map<number, number>();
  for (const { pages, certificate } of runs) {
    const before = [...borders.keys()].at(-1) ?? 0;
    if (pages > 0) borders.set(before + pages, Date.parse(certificate.endedAt));
  }
  let [first, end, detections, bytes] = [0, 0, 0, 0];
  const endPart = (): void => {
    const readUntilMs = [...borders].find(([border]) => border >= end)?.[1];
    parts.push({ first, end, detections, ...(readUntilMs === undefined ? {} : { readUntilMs }) });
    [first, detections, bytes] = [end, 0, 0];
  };
  for (const window of windows) {
    if (window.file === null) continue;
    end++;
    bytes += window.bytes;
    detections += window.accepted.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    if (detections >= limits.detections || bytes >= limits.bytes || borders.has(end)) endPart();
  }
  if (end > first || parts.length === 0) endPart();
  return parts;
}

export interface PartJob {
  /** Throws `SyntaxError` if the slice of the body is not an item. */
  readonly decode: (body: Buffer, item: Slice) => Detection;
  readonly tables: readonly Table[];
  readonly writers: readonly Pick<Sink, 'write'>[];
  /** Counts a detection; returns true if it is in the period. */
  readonly count: (detection: Detection) => boolean;
}

/** Rows per batch of one table: few enough to be freed while they are young. */
const ROWS_AT_ONCE = 250;

/** Rows of one table that the writers have not received yet. */
interface Batch {
  readonly table: Table;
  rows: Row[];
}

/**
 * The second pass, a pure function of the snapshot: items become detections, counts and rows, one after the other.
 * Memory holds two pages and some rows, whatever the part's length. Throws `SourceError` if a page holds anything but
 * items.
 */
export async function renderPart(
  pages: AsyncIterable<SnapshotPage>,
  { decode, tables, writers, count }: PartJob,
  signal: AbortSignal,
): Promise<void> {
  const batches = tables.map((table): Batch => ({ table, rows: [] }));
  const write = async (batch: Batch): Promise<void> => {
    const { table, rows } = batch;
    batch.rows = [];
    if (rows.length > 0) for (const writer of writers) await writer.write(table.name, rows);
    // Else the page ahead would not be read, nor the rest of what was given to the compressor, before this page ends.
    await breathe();
  };
  for await (const page of pages) {
    signal.throwIfAborted();
    for (const detection of detectionsOf(page, decode)) {
      if (!count(detection)) continue;
      for (const batch of batches) {
        for (const row of batch.table.rows(detection)) batch.rows.push(row);
        if (batch.rows.length >= ROWS_AT_ONCE) await write(batch);
      }
    }
  }
  for (const batch of batches) await write(batch);
}

/** The accepted detections of a snapshot's page, in list order. Throws `SourceError` if it holds anything but items. */
export function* detectionsOf(
  { file, page, accepted }: SnapshotPage,
  decode: PartJob['decode'],
): Generator<Detection, void> {
  const { buffer, byteOffset, byteLength } = page.body;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  for (const [first, last] of accepted) {
    for (const item of page.items.slice(first, last + 1)) yield decodeItem(decode, bytes, item, file);
  }
}

function decodeItem(decode: PartJob['decode'], body: Buffer, item: Slice, file: string): Detection {
  try {
    return decode(body, item);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw noItem(file, item, error);
  }
}
