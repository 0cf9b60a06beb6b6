import { SourceError } from '../core/errors.ts';
import type { Detection } from '../core/detection.ts';
import type { Slice } from '../core/json.ts';
import { type Period, positionIn } from '../core/period.ts';
import type { Emit } from '../core/progress.ts';
import type { Sink } from '../core/sink.ts';
import type { Snapshot, SnapshotPage } from '../core/snapshot.ts';
import type { StatisticsAccumulator } from '../core/statistics.ts';
import type { Row, Table } from '../core/table.ts';

/** How the detections of a list are rendered, page by page. */
export interface PageJob {
  /** Throws `SyntaxError` if the slice of the body is not an item. */
  readonly decode: (body: Buffer, item: Slice) => Detection;
  readonly period: Period;
  readonly tables: readonly Table[];
  /** The sinks that take rows. */
  readonly sinks: readonly Pick<Sink, 'write'>[];
  readonly statistics: StatisticsAccumulator;
  /** Receives every detection of the period, in list order. */
  readonly observe: (detection: Detection) => void;
}

export interface RenderJob extends PageJob {
  readonly snapshot: Snapshot;
  readonly emit: Emit;
}

/** Rows per batch of one table: few enough to be freed while they are young. */
const ROWS_AT_ONCE = 2_000;

/**
 * The second pass, a pure function of the snapshot: items become detections, statistics and rows, one after the other.
 * Memory holds one page and some rows, whatever the list's length. Throws `SourceError` if a page of the snapshot holds
 * anything but items.
 */
export async function render(job: RenderJob, signal: AbortSignal): Promise<void> {
  job.emit({ kind: 'stage', stage: 'render' });
  const { unique } = job.snapshot.record.certificate;
  let detections = 0;
  for await (const page of job.snapshot.pages()) {
    signal.throwIfAborted();
    const items = acceptedItems(page);
    await renderPage({ file: page.file, body: page.page.body, items }, job);
    detections += items.length;
    job.emit({ kind: 'rendered', detections, of: unique });
  }
}

/** The part of a snapshot's page that is rendered. */
export interface PageItems {
  /** The file in the archive. */
  readonly file: string;
  readonly body: Uint8Array;
  /** The accepted items, in list order. */
  readonly items: readonly Slice[];
}

/**
 * Renders one whole page; its output and batches do not depend on earlier pages. Throws `SourceError` if the page holds
 * anything but items.
 */
export async function renderPage(page: PageItems, job: PageJob): Promise<void> {
  const batches = job.tables.map((table) => new Batch(table, job.sinks));
  for (const detection of decoded(page, job.decode)) {
    if (!count(job, detection)) continue;
    for (const batch of batches) if (batch.add(detection)) await batch.write();
  }
  for (const batch of batches) await batch.write();
}

/** The accepted items of a snapshot's page, in list order. */
export function acceptedItems({ page, accepted }: SnapshotPage): readonly Slice[] {
  return accepted.flatMap(([first, last]) => page.items.slice(first, last + 1));
}

/** The accepted detections of a snapshot's page, in list order. Throws `SourceError` if it holds anything but items. */
export function detectionsOf(page: SnapshotPage, decode: PageJob['decode']): Iterable<Detection> {
  return decoded({ file: page.file, body: page.page.body, items: acceptedItems(page) }, decode);
}

function* decoded({ file, body, items }: PageItems, decode: PageJob['decode']): Generator<Detection> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  for (const item of items) yield decodeItem(decode, bytes, item, file);
}

function decodeItem(decode: PageJob['decode'], body: Buffer, item: Slice, file: string): Detection {
  try {
    return decode(body, item);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SourceError(`The snapshot cannot be used (entry ${file}): at byte ${item.start} it holds no item.`, {
      remedy: 'Use the records.zip as the run left it, or read the list again.',
      cause: error,
    });
  }
}

/** Counts a detection; returns true if it is part of the report. */
function count(job: PageJob, detection: Detection): boolean {
  const position = positionIn(job.period, detection.createdAtMs);
  job.statistics.add(detection, position);
  if (position !== 'inside') return false;
  job.observe(detection);
  return true;
}

/** Rows of one table that the sinks have not received yet. */
class Batch {
  readonly #table: Table;
  readonly #sinks: PageJob['sinks'];
  #rows: Row[] = [];

  constructor(table: Table, sinks: PageJob['sinks']) {
    this.#table = table;
    this.#sinks = sinks;
  }

  /** Returns true when the batch is full. */
  add(detection: Detection): boolean {
    for (const row of this.#table.rows(detection)) this.#rows.push(row);
    return this.#rows.length >= ROWS_AT_ONCE;
  }

  async write(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    for (const sink of this.#sinks) await sink.write(this.#table.name, rows);
  }
}
