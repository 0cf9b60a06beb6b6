import type { Table, TableName } from '../../../core/table.ts';
import { audioScoresTable, metricNodesTable, type TableMaker } from './cells.ts';
import { detectionsTable } from './detections.ts';
import { withReviewColumns } from './reviews.ts';
import { Redaction } from '../redaction.ts';

/** Every table that a detection is flattened into, in the order of writing. */
export const TABLES: Readonly<Record<TableName, TableMaker>> = {
  detections: detectionsTable,
  metric_nodes: metricNodesTable,
  audio_scores: audioScoresTable,
};

type NamedColumns = ReadonlyMap<TableName, readonly string[]>;

/** Whether these columns of `detections` show every private value: then nothing needs to be withheld. */
export function showsPrivateColumns(names: readonly string[] = []): boolean {
  const named = new Set(names);
  return detectionsTable.columns.every((column) => !column.private || named.has(column.name));
}

/** Null if the tables hold private values anyway: their readers may then see these anywhere. */
export function redactionFor(columns: NamedColumns): Redaction | null {
  return showsPrivateColumns(columns.get('detections')) ? null : new Redaction(columns.has('metric_nodes'));
}

/** Number of cells in the written tables with something withheld, from counts by cell (`detections.filename`). */
export function withheldCells(counts: Readonly<Record<string, number>>, columns: NamedColumns): number {
  const written = new Set([...columns].flatMap(([table, names]) => names.map((name) => `${table}.${name}`)));
  return Object.entries(counts).reduce((sum, [cell, count]) => sum + (written.has(cell) ? count : 0), 0);
}

/**
 * The tables that a template writes, each with the named columns. With reviews, the table of detections goes on with
 * theirs; those that can identify a person only if its own private columns are there.
 */
export function selectTables(columns: NamedColumns, withReviews = false): readonly Table[] {
  return Object.values(TABLES).flatMap((maker) => {
    const names = columns.get(maker.name);
    if (names === undefined) return [];
    const table = maker.make(new Set(names));
    return withReviews && maker === detectionsTable ? [withReviewColumns(table, showsPrivateColumns(names))] : [table];
  });
}
