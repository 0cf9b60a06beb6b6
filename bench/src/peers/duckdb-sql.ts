/** Explicit types, so that DuckDB guesses nothing; numbers that come as texts now and then are read as texts. */
const node = (levels: number): string => {
  const children = levels > 0 ? `, children ${node(levels - 1)}[]` : '';
  const keys = ['type', 'label', 'conclusion', 'score', 'certainty', 'certainty (%)', 'timestamp'];
  return `STRUCT(${keys.map((key) => `"${key}" VARCHAR`).join()}${children})`;
};

const ITEM = `STRUCT(
  uuid VARCHAR, media_type VARCHAR, status VARCHAR,
  metrics STRUCT("label" VARCHAR, score VARCHAR[], consistency VARCHAR, aggregated_score VARCHAR, image VARCHAR),
  image_metrics ${node(3)}, video_metrics ${node(4)},
  audio_source_tracing STRUCT("label" VARCHAR, error_message VARCHAR),
  intelligence JSON, url VARCHAR, audio_url VARCHAR, filename VARCHAR, duration VARCHAR,
  zero_retention_mode BOOLEAN, file_deleted_at TIMESTAMP, visualize BOOLEAN, audio_source_tracing_enabled BOOLEAN,
  use_ood_detector BOOLEAN, pipeline VARCHAR, extra_params JSON, error_message VARCHAR,
  created_at TIMESTAMP, updated_at TIMESTAMP)`;

/** The items of the pages, as a table. */
export function loadPages(folder: string): string {
  const options = `format = 'unstructured', maximum_object_size = 268435456, columns = {items: '${ITEM}[]'}`;
  return `CREATE TABLE detections AS SELECT unnest(items) AS i FROM read_json('${folder}/*.json', ${options})`;
}

const DETECTIONS = `SELECT
  i.uuid, i.created_at, i.updated_at, i.media_type, i.status,
  i.metrics.label AS audio_label, i.metrics.aggregated_score AS audio_score, i.metrics.consistency AS audio_consistency,
  len(i.metrics.score) AS audio_chunks, i.image_metrics.type AS image_type, i.image_metrics.label AS image_label,
  i.image_metrics.score AS image_score, i.video_metrics.label AS video_label, i.video_metrics.score AS video_score,
  i.video_metrics.certainty AS video_certainty, i.audio_source_tracing.label AS source_tracing_label,
  i.audio_source_tracing.error_message AS source_tracing_error, i.duration AS duration_seconds, i.filename,
  i.zero_retention_mode, i.file_deleted_at, i.error_message, i.visualize, i.audio_source_tracing_enabled,
  i.use_ood_detector, i.pipeline, i.url, i.audio_url, i.metrics.image AS audio_heatmap, i.intelligence, i.extra_params
  FROM detections`;

const AUDIO_SCORES = `SELECT i.uuid AS detection_uuid, generate_subscripts(i.metrics.score, 1) - 1 AS chunk,
  unnest(i.metrics.score) AS score FROM detections`;

/** Trees level by level; what lies deeper than the types say does not exist in the generated list. */
function metricNodes(modality: string, key: string, levels: number): string {
  const parts = [
    `${key}_1 AS (SELECT i.uuid, '${modality}' AS node, NULL::VARCHAR AS parent, 0 AS position, i.${key} AS n
      FROM detections WHERE i.${key} IS NOT NULL AND i.${key}.score IS NOT NULL)`,
  ];
  for (let level = 2; level <= levels; level++) {
    parts.push(`${key}_${level} AS (SELECT uuid, node || '/' || position AS node, parent, position, n FROM (
      SELECT uuid, node, node AS parent, generate_subscripts(n.children, 1) - 1 AS position, unnest(n.children) AS n
      FROM ${key}_${level - 1} WHERE len(n.children) > 0))`);
  }
  const cells = `n.type, n.label, n.conclusion, n.score, n.certainty, n."certainty (%)" AS percent, n.timestamp`;
  const rows = Array.from({ length: levels }, (_, index) => {
    return `SELECT uuid AS detection_uuid, '${modality}' AS modality, node, parent, ${index + 1} AS depth, position, ${cells}
      FROM ${key}_${index + 1}`;
  });
  return `WITH ${parts.join()} ${rows.join(' UNION ALL ')}`;
}

const AUDIO_NODES = `SELECT i.uuid AS detection_uuid, 'audio' AS modality, 'audio' AS node, NULL::VARCHAR AS parent,
  1 AS depth, 0 AS position, NULL::VARCHAR AS type, i.metrics.label AS "label", NULL::VARCHAR AS conclusion,
  i.metrics.aggregated_score AS score, i.metrics.consistency AS certainty, NULL::VARCHAR AS percent,
  NULL::VARCHAR AS "timestamp" FROM detections WHERE i.metrics.aggregated_score IS NOT NULL`;

/** The three tables as queries over the items: the raw columns, without verdicts, `extra` and hashes of records. */
export const QUERIES: Readonly<Record<string, string>> = {
  detections: DETECTIONS,
  metric_nodes: `(${metricNodes('image', 'image_metrics', 4)}) UNION ALL (${metricNodes('video', 'video_metrics', 5)})
    UNION ALL (${AUDIO_NODES})`,
  audio_scores: AUDIO_SCORES,
};
