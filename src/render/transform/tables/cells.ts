import type { Detection, MetricNode } from '../../../core/detection.ts';
import type { CellValue, Column, ColumnType, Row, Table, TableName } from '../../../core/table.ts';

/** A column with the function that reads its cell from the source of a row. */
export interface CellColumn<Source> extends Column {
  cell(source: Source): CellValue;
}

/** Makes a table of the transform, with all columns (`names` null) or those named, in the table's own order. */
export interface TableMaker {
  readonly name: TableName;
  readonly title: string;
  readonly columns: readonly Column[];
  make(names: ReadonlySet<string> | null): Table;
}

/** A table whose rows `rowsOf` makes: it calls `row` with the source of each. */
export function tableMaker<Source>(
  name: TableName,
  title: string,
  all: readonly CellColumn<Source>[],
  rowsOf: (detection: Detection, row: (source: Source) => Row) => Row[],
): TableMaker {
  return {
    name,
    title,
    columns: all,
    make(names) {
      const columns = names === null ? all : all.filter((one) => names.has(one.name));
      const row = (source: Source): Row => columns.map((one) => one.cell(source));
      return { name, title, columns, rows: (detection) => rowsOf(detection, row) };
    },
  };
}

function column<Source>(
  name: string,
  type: ColumnType,
  path: string,
  description: string,
  cell: CellColumn<Source>['cell'],
): CellColumn<Source> {
  return { name, type, path, description, private: false, cell };
}

interface NodeOf {
  readonly uuid: string;
  node: MetricNode;
}

const NODE_COLUMNS: readonly CellColumn<NodeOf>[] = [
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
export const metricNodesTable = tableMaker('metric_nodes', 'Metric nodes', NODE_COLUMNS, ({ uuid, nodes }, row) => {
  const [first] = nodes;
  if (first === undefined) return [];
  const current: NodeOf = { uuid, node: first };
  return nodes.map((node) => {
    current.node = node;
    return row(current);
  });
});

interface Chunk {
  readonly uuid: string;
  readonly chunk: number;
  readonly score: number | null;
}

const CHUNK_COLUMNS: readonly CellColumn<Chunk>[] = [
  column('detection_uuid', 'text', 'uuid', 'The detection that the chunk belongs to.', ({ uuid }) => uuid),
  column('chunk', 'integer', 'index in metrics.score', 'Which chunk of the audio, from 0.', ({ chunk }) => chunk),
  column(
    'score',
    'number',
    'metrics.score[]',
    'P(fake) of the chunk, 0 to 1; empty if there was nothing to assess.',
    ({ score }) => score,
  ),
];

/** One row for each chunk score of the audio. */
export const audioScoresTable = tableMaker(
  'audio_scores',
  'Audio scores',
  CHUNK_COLUMNS,
  ({ uuid, audioChunks }, row) => audioChunks.map((score, chunk) => row({ uuid, chunk, score })),
);
