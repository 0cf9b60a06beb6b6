import type { Table, TableName } from '../core/table.ts';
import { audioScoresTable } from './tables/audio-scores.ts';
import type { TableMaker } from './tables/cells.ts';
import { detectionsTable } from './tables/detections.ts';
import { metricNodesTable } from './tables/metric-nodes.ts';
import { Withholding } from './withholding.ts';

/** Every table that a detection is flattened into, in the order in which they are written. */
export const TABLES: Readonly<Record<TableName, TableMaker>> = {
  detections: detectionsTable,
  metric_nodes: metricNodesTable,
  audio_scores: audioScoresTable,
};

/**
 * Null where the tables hold private values: where a template names every private column of `detections`, its readers
 * may see what these hold, wherever it stands.
 */
export function withholdingFor(detectionColumns: readonly string[] | undefined): Withholding | null {
  const named = new Set(detectionColumns ?? []);
  const isPrivate = detectionsTable.columns.every((column) => !column.private || named.has(column.name));
  return isPrivate ? null : new Withholding();
}

/** The tables that a template writes, each with the columns that it names. */
export function selectTables(
  columns: ReadonlyMap<TableName, readonly string[]>,
  withholding: Withholding | null,
): readonly Table[] {
  return Object.values(TABLES).flatMap((maker) => {
    const names = columns.get(maker.name);
    return names === undefined ? [] : [maker.make(new Set(names), withholding)];
  });
}
