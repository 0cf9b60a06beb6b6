import { resolvePeriod } from '../../dist/core/calendar.js';
import { positionIn } from '../../dist/core/period.js';
import { DEFAULT_POLICY } from '../../dist/core/policy.js';
import type { CellValue, Row, TableName, TableShape } from '../../dist/core/table.js';
import { renderPart } from '../../dist/render/render-parts.js';
import { openArchive } from '../../dist/extract/snapshot/reader.js';
import { createStatistics } from '../../dist/render/statistics/statistics.js';
import { createClassifier } from '../../dist/render/transform/classify.js';
import { createDecoder } from '../../dist/render/transform/decode.js';
import { TABLES } from '../../dist/render/transform/tables/tables.js';

/** What a peer does with rows; each call is awaited. */
export interface RowWriter {
  write(table: TableName, rows: readonly Row[]): Promise<void>;
  close(): Promise<void>;
}

export const SHAPES: readonly TableShape[] = Object.values(TABLES);

/**
 * Feeds a peer with exactly the rows that our own sinks get, decoded by the same code: what differs is the writing.
 * Stops after `mostRows` where a peer would need hours or all memory. Returns how many rows it wrote.
 */
export async function writeSnapshot(
  path: string,
  peer: RowWriter | null,
  mostRows = Number.POSITIVE_INFINITY,
): Promise<number> {
  const period = resolvePeriod({ kind: 'all' }, 'UTC', 0);
  const snapshot = await openArchive(path);
  const enough = new AbortController();
  let rows = 0;
  const statistics = createStatistics({ period });
  const counting = {
    async write(table: TableName, batch: readonly Row[]): Promise<void> {
      rows += batch.length;
      await peer?.write(table, batch);
      if (rows >= mostRows) enough.abort(ENOUGH);
    },
  };
  try {
    await renderPart(
      snapshot.pages(),
      {
        decode: createDecoder(createClassifier(DEFAULT_POLICY)),
        tables: SHAPES.map(({ name }) => TABLES[name].make(null)),
        writers: [counting],
        count(detection) {
          const position = positionIn(period, detection.createdAtMs);
          statistics.add(detection, position);
          return position === 'inside';
        },
      },
      enough.signal,
    );
  } catch (error) {
    if (error !== ENOUGH) throw error;
  } finally {
    await snapshot.close();
  }
  await peer?.close();
  return rows;
}

const ENOUGH = new Error('enough rows');

/** A cell as other writers take it. */
export type WrittenCell = CellValue | Date;

const TIMES = new Map(
  SHAPES.map(({ name, columns }) => {
    return [name, columns.flatMap(({ type }, index) => (type === 'timestamp' ? [index] : []))];
  }),
);

/** Rows of a table with its times as dates. */
export function asDates(table: TableName, rows: readonly Row[]): WrittenCell[][] {
  const times = TIMES.get(table) ?? [];
  return rows.map((row) => {
    const cells: WrittenCell[] = [...row];
    for (const index of times) {
      const instantMs = cells[index];
      if (typeof instantMs === 'number') cells[index] = new Date(instantMs);
    }
    return cells;
  });
}
