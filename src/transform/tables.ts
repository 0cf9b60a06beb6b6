import type { TableName } from '../core/table.ts';
import { audioScoresTable } from './tables/audio-scores.ts';
import type { TableMaker } from './tables/cells.ts';
import { detectionsTable } from './tables/detections.ts';
import { metricNodesTable } from './tables/metric-nodes.ts';

/** Every table that a detection is flattened into, in the order in which they are written. */
export const TABLES: Readonly<Record<TableName, TableMaker>> = {
  detections: detectionsTable,
  metric_nodes: metricNodesTable,
  audio_scores: audioScoresTable,
};
