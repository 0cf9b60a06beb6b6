import type { Detection } from '../../../core/detection.ts';
import { MODALITIES } from '../../../core/policy.ts';
import type { ColumnType } from '../../../core/table.ts';
import { type CellColumn, rowOf, selectColumns, type TableMaker } from './cells.ts';

type Cell = CellColumn<Detection>['cell'];

function column(name: string, type: ColumnType, path: string, description: string, cell: Cell): CellColumn<Detection> {
  return { name, type, path, description, private: false, cell };
}

function privateColumn(
  name: string,
  type: ColumnType,
  path: string,
  description: string,
  cell: Cell,
): CellColumn<Detection> {
  return { name, type, path, description, private: true, cell };
}

/** The modalities in their usual order, joined by `;`. */
function notAssessed(detection: Detection): string | null {
  return MODALITIES.filter((modality) => detection[modality]?.assessed === false).join(';') || null;
}

const COLUMNS: readonly CellColumn<Detection>[] = [
  column(
    'uuid',
    'text',
    'uuid',
    'Identifies the detection; sha256:… of the record where the API sent none.',
    (d) => d.uuid,
  ),
  column(
    'created_at',
    'timestamp',
    'created_at',
    'When the detection was created; decides which period it is in.',
    (d) => d.createdAtMs,
  ),
  column('updated_at', 'timestamp', 'updated_at', 'When the detection last changed.', (d) => d.updatedAtMs),
  column('media_type', 'text', 'media_type', 'audio, image or video, as received.', (d) => d.mediaType),
  column(
    'status',
    'text',
    'status',
    'completed, processing or failed; any other as received, counted as processing; without one, completed where there is a label.',
    (d) => d.unknownStatus ?? d.status,
  ),
  column(
    'verdict',
    'text',
    'labels, read by the policy',
    'fake, real or indeterminate; empty unless the detection is completed.',
    (d) => d.verdict,
  ),
  column(
    'verdict_score',
    'number',
    'score of the deciding modality',
    'P(fake) of the modality that decided the verdict.',
    (d) => d.verdictScore,
  ),
  column(
    'verdict_basis',
    'text',
    'the deciding modality',
    'audio, image or video: which result decided; empty where nothing was assessed.',
    (d) => d.verdictBasis,
  ),
  column(
    'not_assessed',
    'text',
    'score of each modality',
    'Modalities with nothing to assess, e.g. audio or audio;video: their scores are empty, and they have no vote.',
    notAssessed,
  ),
  column(
    'audio_label',
    'text',
    'metrics.label',
    "The audio result's label (of a video: its audio track), as received.",
    (d) => d.audio?.label ?? null,
  ),
  column(
    'audio_score',
    'number',
    'metrics.aggregated_score',
    'P(fake) of the audio; empty where there was nothing to assess.',
    (d) => d.audio?.score ?? null,
  ),
  column(
    'audio_consistency',
    'number',
    'metrics.consistency or metrics.certainty',
    "The vendor's consistency of the audio result, 0 to 1.",
    (d) => d.audio?.certainty ?? null,
  ),
  column(
    'audio_chunks',
    'integer',
    'length of metrics.score',
    'How many chunks of audio were scored; empty without an audio result.',
    (d) => (d.audio === null && d.audioChunks.length === 0 ? null : d.audioChunks.length),
  ),
  column(
    'audio_score_min',
    'number',
    'metrics.score[]',
    'Lowest chunk score, without chunks that had nothing to assess.',
    (d) => d.audioChunkMin,
  ),
  column(
    'audio_score_mean',
    'number',
    'metrics.score[]',
    'Mean chunk score, to 12 decimals; not the same as audio_score.',
    (d) => d.audioChunkMean,
  ),
  column('audio_score_max', 'number', 'metrics.score[]', 'Highest chunk score.', (d) => d.audioChunkMax),
  column('image_type', 'text', 'image_metrics.type', 'Kind of image result as received.', (d) => d.imageType),
  column(
    'image_label',
    'text',
    'image_metrics.label',
    "The image result's label as received.",
    (d) => d.image?.label ?? null,
  ),
  column('image_score', 'number', 'image_metrics.score', 'P(fake) of the image.', (d) => d.image?.score ?? null),
  column(
    'video_label',
    'text',
    'video_metrics.label',
    "The video picture's label as received.",
    (d) => d.video?.label ?? null,
  ),
  column(
    'video_score',
    'number',
    'video_metrics.score',
    "P(fake) of the video's picture.",
    (d) => d.video?.score ?? null,
  ),
  column(
    'video_certainty',
    'number',
    'video_metrics.certainty',
    "The vendor's certainty of the video result, 0 to 1.",
    (d) => d.video?.certainty ?? null,
  ),
  column(
    'metric_nodes',
    'integer',
    'count over all metric trees',
    'How many nodes its metric trees have: its rows in metric_nodes.',
    (d) => d.nodes.length,
  ),
  column(
    'metric_depth',
    'integer',
    'depth of the deepest metric tree',
    'Levels of the deepest tree; a root counts as 1.',
    (d) => d.metricDepth,
  ),
  column(
    'fake_nodes',
    'integer',
    'count over all metric trees',
    'Nodes whose own label is fake by the policy.',
    (d) => d.fakeNodes,
  ),
  column(
    'source_tracing_label',
    'text',
    'audio_source_tracing.label',
    'Which generator the vendor believes made the audio.',
    (d) => d.sourceTracingLabel,
  ),
  column(
    'source_tracing_error',
    'text',
    'audio_source_tracing.error_message',
    'Why source tracing gave no answer.',
    (d) => d.sourceTracingError,
  ),
  column(
    'duration_seconds',
    'number',
    'duration',
    'Length of the media in seconds; of no meaning for images.',
    (d) => d.durationSeconds,
  ),
  column('filename', 'text', 'filename', "The uploader's own text; redacted under zero retention.", (d) => d.filename),
  column(
    'zero_retention_mode',
    'boolean',
    'zero_retention_mode or privacy_mode',
    'Whether the vendor was asked to delete the media after analysis.',
    (d) => d.zeroRetentionMode,
  ),
  column(
    'file_deleted_at',
    'timestamp',
    'file_deleted_at',
    'When the vendor says that the media was deleted.',
    (d) => d.fileDeletedAtMs,
  ),
  column(
    'error_message',
    'text',
    'error_message',
    'Why the detection failed, in the words of the vendor.',
    (d) => d.errorMessage,
  ),
  column('visualize', 'boolean', 'visualize', 'Whether a visualisation was asked for.', (d) => d.visualize),
  column(
    'audio_source_tracing_enabled',
    'boolean',
    'audio_source_tracing_enabled',
    'Whether source tracing was asked for.',
    (d) => d.audioSourceTracingEnabled,
  ),
  column(
    'use_ood_detector',
    'boolean',
    'use_ood_detector',
    'Whether the out-of-distribution detector was asked for.',
    (d) => d.useOodDetector,
  ),
  column('pipeline', 'text', 'pipeline', 'Which pipeline the vendor used.', (d) => d.pipeline),
  privateColumn('url', 'text', 'url', 'Where the media is; may be signed and expire.', (d) => d.url),
  privateColumn('audio_url', 'text', 'audio_url', 'Where the audio is; may be signed and expire.', (d) => d.audioUrl),
  privateColumn(
    'audio_heatmap',
    'text',
    'metrics.image',
    'URL of the audio heat map; of an inline image its type, bytes and SHA-256.',
    (d) => d.audioHeatmap,
  ),
  privateColumn(
    'image_heatmap',
    'text',
    'image_metrics.image',
    'URL of the image heat map; of an inline image its type, bytes and SHA-256.',
    (d) => d.imageHeatmap,
  ),
  privateColumn(
    'intelligence',
    'json',
    'intelligence',
    'Generated description of the media: untrusted, may name persons.',
    (d) => d.intelligence,
  ),
  column(
    'extra_params',
    'json',
    'extra_params',
    'Parameters of the request as received; in a run without the private columns, private values are withheld.',
    (d) => d.extraParams,
  ),
  column(
    'extra',
    'json',
    'every other key',
    'JSON of every key without a column, and of values that did not fit theirs; private values are withheld likewise.',
    (d) => d.extra,
  ),
  column(
    'record_sha256',
    'text',
    'SHA-256 of the record',
    "Hash of the item's bytes exactly as received, to be checked against records.zip.",
    (d) => d.recordSha256,
  ),
];

/** One row for each detection. */
export const detectionsTable: TableMaker = {
  name: 'detections',
  title: 'Detections',
  columns: COLUMNS,
  make(names) {
    const columns = selectColumns(COLUMNS, names);
    return { name: 'detections', title: 'Detections', columns, rows: (detection) => [rowOf(columns, detection)] };
  },
};
