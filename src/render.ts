import type { Detection } from './core/detection.ts';
import type { PageItem } from './core/page.ts';
import { type Period, positionIn } from './core/period.ts';
import type { Emit } from './core/progress.ts';
import type { Sink } from './core/sink.ts';
import type { Snapshot, SnapshotPage } from './core/snapshot.ts';
import type { StatisticsAccumulator } from './core/statistics.ts';
import type { Row, Table } from './core/table.ts';

export interface RenderJob {
  readonly snapshot: Snapshot;
  readonly decode: (body: Buffer, item: PageItem) => Detection;
  readonly period: Period;
  readonly tables: readonly Table[];
  /** The sinks that take rows. */
  readonly sinks: readonly Sink[];
  readonly statistics: StatisticsAccumulator;
  /** Sees every detection of the period, in list order. */
  readonly observe: (detection: Detection) => void;
  readonly emit: Emit;
}

/**
 * The second pass, a pure function of the snapshot: one page at a time becomes detections, statistics and rows. Memory
 * holds one page and its rows, whatever the list's length.
 */
export async function render(job: RenderJob, signal: AbortSignal): Promise<void> {
  job.emit({ kind: 'stage', stage: 'render' });
  const { unique } = job.snapshot.record.certificate;
  let detections = 0;
  for await (const page of job.snapshot.pages()) {
    signal.throwIfAborted();
    const rows = job.tables.map((): Row[] => []);
    detections += renderPage(job, page, rows);
    for (const sink of job.sinks) {
      for (const [index, table] of job.tables.entries()) {
        const batch = rows[index];
        if (batch !== undefined && batch.length > 0) await sink.write(table.name, batch);
      }
    }
    job.emit({ kind: 'rendered', detections, of: unique });
  }
}

/** Decodes the items that count and adds their rows; returns how many there were. */
function renderPage(job: RenderJob, { page, accepted }: SnapshotPage, rows: readonly Row[][]): number {
  const body = Buffer.from(page.body.buffer, page.body.byteOffset, page.body.byteLength);
  let count = 0;
  for (const [first, last] of accepted) {
    for (const item of page.items.slice(first, last + 1)) {
      const detection = job.decode(body, item);
      const position = positionIn(job.period, detection.createdAtMs);
      job.statistics.add(detection, position);
      count++;
      if (position !== 'inside') continue;
      job.observe(detection);
      for (const [index, table] of job.tables.entries()) {
        const batch = rows[index];
        for (const row of table.rows(detection)) batch?.push(row);
      }
    }
  }
  return count;
}
