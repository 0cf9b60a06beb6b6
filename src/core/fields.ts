/** `timestamp` cells are epoch milliseconds UTC; `json` cells are JSON text. */
export type ColumnType = 'text' | 'number' | 'integer' | 'boolean' | 'timestamp' | 'json';

/** Only primitives ever reach a sink. */
export type CellValue = string | number | boolean | null;

/** What a different value means when two readings are compared; null if it means nothing. */
export type Compared = 'label' | 'score' | 'value' | null;

/** One column of `detections`. */
export interface Field<Type extends ColumnType = ColumnType, Name extends string | null = string | null> {
  /** The property of `Detection` that holds the decoded value; null for a derived column. */
  readonly name: Name;
  readonly type: Type;
  /** One sentence for the data dictionary. */
  readonly description: string;
  /** Where the API's item holds the value, keys joined by dots; null: under the column's name. */
  readonly key: string | null;
  /** Its key in the oldest items, read if the newer one is absent. */
  readonly oldKey: string | null;
  /** True if the value can identify a person or open a file. */
  readonly private: boolean;
  readonly compared: Compared;
}

type Facts = Partial<Pick<Field, 'key' | 'oldKey' | 'private' | 'compared'>>;

/** A column with one value of the item: this row is all that it needs. */
function plain<Type extends ColumnType, const Name extends string>(
  type: Type,
  name: Name,
  description: string,
  facts: Facts = {},
): Field<Type, Name> {
  return { name, type, description, key: null, oldKey: null, private: false, compared: 'value', ...facts };
}

/** A column whose cell the transform computes. */
function derived<Type extends ColumnType>(type: Type, description: string, facts: Facts = {}): Field<Type, null> {
  return { name: null, type, description, key: null, oldKey: null, private: false, compared: 'value', ...facts };
}

const LABEL: Facts = { compared: 'label' };
const SCORE: Facts = { compared: 'score' };
/** Addresses are signed again for each reading. */
const ADDRESS: Facts = { private: true, compared: null };
const NOT_COMPARED: Facts = { compared: null };

/** The columns of `detections` in their order. */
export const FIELDS = {
  uuid: derived('text', 'Identifies the detection; sha256:… of the record if the API sent none.', NOT_COMPARED),
  created_at: plain('timestamp', 'createdAtMs', 'When the detection was created; decides which period it is in.'),
  filename: plain('text', 'filename', "The uploader's own text; redacted under zero retention."),
  media_type: plain('text', 'mediaType', 'audio, image or video, as received.'),
  status: derived(
    'text',
    'completed, processing or failed; any other as received, counted as processing; without one, completed if there is a label.',
    LABEL,
  ),
  verdict: derived('text', 'fake, real or indeterminate; empty unless the detection is completed.', LABEL),
  verdict_score: derived('number', 'P(fake) of the modality that decided the verdict.', SCORE),
  verdict_basis: derived('text', 'audio, image or video: which result decided; empty if nothing was assessed.', SCORE),
  not_assessed: derived(
    'text',
    'Modalities with nothing to assess, e.g. audio or audio;video: their scores are empty, and they have no vote.',
    SCORE,
  ),
  audio_label: derived('text', "The audio result's label (of a video: its audio track), as received.", LABEL),
  audio_score: derived('number', 'P(fake) of the audio; empty if there was nothing to assess.', SCORE),
  audio_consistency: derived('number', "The vendor's consistency of the audio result, 0 to 1.", SCORE),
  audio_chunks: derived('integer', 'How many chunks of audio were scored; empty without an audio result.', SCORE),
  audio_score_min: derived('number', 'Lowest chunk score, without chunks that had nothing to assess.', SCORE),
  audio_score_mean: derived('number', 'Mean chunk score, to 12 decimals; not the same as audio_score.', SCORE),
  audio_score_max: derived('number', 'Highest chunk score.', SCORE),
  image_type: derived('text', 'Kind of image result as received.'),
  image_label: derived('text', "The image result's label as received.", LABEL),
  image_score: derived('number', 'P(fake) of the image.', SCORE),
  video_label: derived('text', "The video picture's label as received.", LABEL),
  video_score: derived('number', "P(fake) of the video's picture.", SCORE),
  video_certainty: derived('number', "The vendor's certainty of the video result, 0 to 1.", SCORE),
  metric_nodes: derived('integer', 'How many nodes its metric trees have: its rows in metric_nodes.'),
  metric_depth: derived('integer', 'Levels of the deepest tree; a root counts as 1.'),
  fake_nodes: derived('integer', 'Nodes whose own label is fake by the policy.'),
  source_tracing_label: plain('text', 'sourceTracingLabel', 'Which generator the vendor believes made the audio.', {
    key: 'audio_source_tracing.label',
    compared: 'label',
  }),
  source_tracing_error: plain('text', 'sourceTracingError', 'Why source tracing gave no answer.', {
    key: 'audio_source_tracing.error_message',
  }),
  duration_seconds: plain('number', 'durationSeconds', 'Length of the media in seconds; meaningless for images.', {
    key: 'duration',
  }),
  modality: plain('text', 'modality', 'Which results were asked for: audio, video or all; only videos have a choice.'),
  face_only: plain('boolean', 'faceOnly', 'Whether only the faces of a video were judged.'),
  c2pa_state: plain('text', 'c2paState', 'State of the C2PA manifest: Valid, NotPresent, or Unavailable (not known).', {
    key: 'c2pa_manifest.validation_state',
  }),
  watermark_status: plain('text', 'watermarkStatus', 'State of the search for a watermark; empty if not asked for.', {
    key: 'watermark.status',
  }),
  watermark_verdict: plain('text', 'watermarkVerdict', 'verified, degraded or not_watermarked; empty for audio.', {
    key: 'watermark.metrics.verdict',
  }),
  synthid: plain(
    'json',
    'synthid',
    "The provider's SynthID result as received; empty means not available, not absent.",
    { key: 'watermark.metrics.synthid' },
  ),
  zero_retention_mode: plain(
    'boolean',
    'zeroRetentionMode',
    'Whether the vendor was asked to delete the media after analysis.',
    { oldKey: 'privacy_mode' },
  ),
  file_deleted_at: plain('timestamp', 'fileDeletedAtMs', 'When the vendor says that the media was deleted.'),
  error_message: plain('text', 'errorMessage', 'Why the detection failed, in the words of the vendor.'),
  visualize: plain('boolean', 'visualize', 'Whether a visualisation was asked for.'),
  audio_source_tracing_enabled: plain('boolean', 'audioSourceTracingEnabled', 'Whether source tracing was asked for.'),
  use_ood_detector: plain('boolean', 'useOodDetector', 'Whether the out-of-distribution detector was asked for.'),
  pipeline: plain('text', 'pipeline', 'Which pipeline the vendor used.'),
  updated_at: plain('timestamp', 'updatedAtMs', 'When the detection last changed.', NOT_COMPARED),
  url: plain('text', 'url', 'Address of the media; may be signed and expire.', ADDRESS),
  audio_url: plain('text', 'audioUrl', 'Address of the audio; may be signed and expire.', ADDRESS),
  audio_heatmap: derived('text', 'URL of the audio heat map; of an inline image its type, bytes and SHA-256.', ADDRESS),
  image_heatmap: derived('text', 'URL of the image heat map; of an inline image its type, bytes and SHA-256.', ADDRESS),
  intelligence: plain('json', 'intelligence', 'Generated description of the media: untrusted, may name persons.', {
    private: true,
  }),
  extra_params: plain(
    'json',
    'extraParams',
    'Parameters of the request as received; in a run without the private columns, private values are withheld.',
  ),
  extra: derived(
    'json',
    'JSON of every key without a column, and of values that did not fit theirs; private values are withheld likewise.',
  ),
  record_sha256: derived(
    'text',
    "Hash of the item's bytes exactly as received, to be checked against records.zip.",
    NOT_COMPARED,
  ),
} as const satisfies Readonly<Record<string, Field>>;

export type FieldColumn = keyof typeof FIELDS;
/** The columns whose cells the transform computes. */
export type DerivedColumn = {
  [Column in FieldColumn]: (typeof FIELDS)[Column]['name'] extends null ? Column : never;
}[FieldColumn];

interface Values {
  readonly text: string;
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly timestamp: number;
  readonly json: string;
}

/** The values of the plain columns by their names. */
export type PlainValues = {
  readonly [Column in Exclude<FieldColumn, DerivedColumn> as (typeof FIELDS)[Column]['name']]:
    | Values[(typeof FIELDS)[Column]['type']]
    | null;
};

/** The plain columns, in order. */
export const PLAIN_FIELDS = Object.entries<Field>(FIELDS).flatMap(([column, field]) =>
  field.name === null ? [] : [{ ...field, column, name: field.name as keyof PlainValues, key: field.key ?? column }],
);

/** Every plain column without a value. */
export const BLANK_VALUES = Object.fromEntries(PLAIN_FIELDS.map(({ name }) => [name, null])) as PlainValues;

/** Whether a version of the tool wrote these columns: tables of an earlier one cannot be made again. */
export function wroteFields(version: string): boolean {
  return !/^0\.[01]\./.test(version);
}
