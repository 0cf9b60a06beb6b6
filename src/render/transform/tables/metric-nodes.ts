import type { Detection, MetricNode } from '../../../core/detection.ts';
import type { Row } from '../../../core/table.ts';
import { type CellColumn, column, rowOf, selectColumns, type TableMaker } from './cells.ts';

interface NodeOf {
  readonly uuid: string;
  node: MetricNode;
}

const COLUMNS: readonly CellColumn<NodeOf>[] = [
  column('detection_uuid', 'text', 'uuid', 'The detection that the node belongs to.', ({ uuid }) => uuid),
  column(
    'modality',
    'text',
    'metrics, image_metrics or video_metrics',
    'The tree: audio (metrics), image or video.',
    ({ node }) => node.modality,
  ),
  column(
    'node',
    'text',
    'position in the tree',
    'Path of the node: `video` is the root, `video/1` its second child.',
    ({ node }) => node.node,
  ),
  column('parent', 'text', 'position in the tree', 'Path of the parent, empty for a root.', ({ node }) => node.parent),
  column('depth', 'integer', 'position in the tree', 'Level in the tree; a root is at 1.', ({ node }) => node.depth),
  column('position', 'integer', 'index in children', 'Place among its siblings, from 0.', ({ node }) => node.position),
  column('type', 'text', 'type', 'Kind of node as received, e.g. VideoFrameResult.', ({ node }) => node.type),
  column('label', 'text', 'label or conclusion', "The node's own label as received.", ({ node }) => node.label),
  column(
    'verdict',
    'text',
    'label, read by the policy',
    'fake, real or indeterminate; empty without a label or if nothing was assessed.',
    ({ node }) => node.verdict,
  ),
  column(
    'score',
    'number',
    'score (root of audio: aggregated_score)',
    'P(fake), 0 to 1; empty if there was nothing to assess.',
    ({ node }) => node.score,
  ),
  column(
    'certainty',
    'number',
    'certainty, consistency or certainty (%)',
    "The vendor's certainty, 0 to 1; a percentage is divided by 100.",
    ({ node }) => node.certainty,
  ),
  column(
    'timestamp_seconds',
    'number',
    'timestamp',
    'Position in the media, in seconds.',
    ({ node }) => node.timestampSeconds,
  ),
  column(
    'extra',
    'json',
    'every other key',
    'JSON of every key that has no column here; in a run without the private columns, private values are withheld.',
    ({ node }) => node.extra,
  ),
];

/** One row for each node of every metric tree, roots included. */
export const metricNodesTable: TableMaker = {
  name: 'metric_nodes',
  title: 'Metric nodes',
  columns: COLUMNS,
  make(names) {
    const columns = selectColumns(COLUMNS, names);
    return { name: 'metric_nodes', title: 'Metric nodes', columns, rows: (detection) => rowsOf(columns, detection) };
  },
};

function rowsOf(columns: readonly CellColumn<NodeOf>[], { uuid, nodes }: Detection): Row[] {
  const [first] = nodes;
  if (first === undefined) return [];
  const current: NodeOf = { uuid, node: first };
  return nodes.map((node) => {
    current.node = node;
    return rowOf(columns, current);
  });
}
