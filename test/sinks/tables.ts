import type { Column, ColumnType, TableName, TableShape } from '../../src/core/table.ts';

/** A hand-made table: columns as `name:type`. */
export function table(name: TableName, columns: readonly string[]): TableShape {
  const titles: Readonly<Record<TableName, string>> = {
    detections: 'Detections',
    metric_nodes: 'Metric nodes',
    audio_scores: 'Audio scores',
  };
  return { name, title: titles[name], columns: columns.map(column) };
}

function column(spec: string): Column {
  const [name = '', type = 'text'] = spec.split(':');
  return {
    name,
    type: type as ColumnType,
    path: `items[].${name}`,
    description: `What ${name} says.`,
    private: false,
  };
}

/** One column of each type. */
export const EVERY_TYPE = table('detections', [
  'uuid:text',
  'score:number',
  'chunks:integer',
  'zero_retention_mode:boolean',
  'created_at:timestamp',
  'extra:json',
]);
