import type { Detection } from '../../../core/detection.ts';
import { field, isJsonObject, type JsonObject } from '../../../core/json.ts';
import { MODALITIES, type Modality } from '../../../core/policy.ts';
import type { JsonPath } from '../json-pointer.ts';
import { METRICS_KEY, OLD_ZERO_RETENTION } from '../keys.ts';

/** What a derivation may use. */
export interface Derived {
  readonly detection: Detection;
  readonly item: JsonObject;
  readonly policyName: string;
}

/** How a column of `detections` is derived from an item. */
export interface Provenance {
  /** Values of the item that the cell is made from. If a rule takes the first of several, they are in its order. */
  readonly inputs: (derived: Derived) => readonly JsonPath[];
  /** In words, for this detection. */
  readonly how: (derived: Derived) => string;
}

const SCORE_KEY: Readonly<Record<Modality, string>> = { audio: 'aggregated_score', image: 'score', video: 'score' };
const ROOTS: readonly JsonPath[] = MODALITIES.map((modality) => [METRICS_KEY[modality]]);
const LABELS: readonly JsonPath[] = MODALITIES.flatMap((modality) => labelsOf(modality));
const CHUNKS: readonly JsonPath[] = [['metrics', 'score']];
const ASSESSED_CHUNKS = 'over the chunk scores, without those that had nothing to assess';

const AS_RECEIVED = 'as received';
const IN_UTC = 'as received, written as ISO 8601 in UTC with milliseconds';
const FIRST_LABEL = 'the first of these that is a text and not empty';
const AS_NUMBER = 'as received, as a number';
const AS_TEXT = 'as received; of an inline image its type, bytes and SHA-256';
const AS_JSON = 'as received, as JSON; an empty cell where it is null or absent';

function from(how: string, ...paths: readonly JsonPath[]): Provenance {
  return { inputs: () => paths, how: () => how };
}

function scoreOf(modality: Modality): Provenance {
  return {
    inputs: () => [[METRICS_KEY[modality], SCORE_KEY[modality]]],
    how: ({ detection }) =>
      detection[modality]?.assessed === false ? 'empty: the score says that there was nothing to assess' : AS_NUMBER,
  };
}

function labelsOf(modality: Modality): readonly JsonPath[] {
  return ['label', 'conclusion'].map((key) => [METRICS_KEY[modality], key]);
}

/** By column; a test compares it with the table, so that no column is missing. */
export const PROVENANCE: Readonly<Record<string, Provenance>> = {
  uuid: { inputs: () => [['uuid']], how: ({ detection }) => uuidRule(detection) },
  created_at: from(IN_UTC, ['created_at']),
  updated_at: from(IN_UTC, ['updated_at']),
  media_type: from(AS_RECEIVED, ['media_type']),
  status: from('as received; without one, completed where a result has a label, else processing', ['status']),
  verdict: { inputs: () => LABELS, how: verdictRule },
  verdict_score: {
    inputs: ({ detection: { verdictBasis } }) =>
      verdictBasis === null ? [] : [[METRICS_KEY[verdictBasis], SCORE_KEY[verdictBasis]]],
    how: () => 'the score of the result that decided the verdict',
  },
  verdict_basis: { inputs: () => LABELS, how: verdictRule },
  not_assessed: {
    inputs: ({ detection }) =>
      MODALITIES.filter((modality) => detection[modality]?.assessed === false).map((modality) => [
        METRICS_KEY[modality],
        SCORE_KEY[modality],
      ]),
    how: () => 'the results whose score says that there was nothing to assess',
  },
  audio_label: from(FIRST_LABEL, ...labelsOf('audio')),
  audio_score: scoreOf('audio'),
  audio_consistency: from(
    'the first of these that is a number; a percentage is divided by 100',
    ['metrics', 'consistency'],
    ['metrics', 'certainty'],
    ['metrics', 'certainty (%)'],
  ),
  audio_chunks: from('how many chunk scores there are', ...CHUNKS),
  audio_score_min: from(`the lowest ${ASSESSED_CHUNKS}`, ...CHUNKS),
  audio_score_mean: from(`the mean ${ASSESSED_CHUNKS}, to 12 decimals`, ...CHUNKS),
  audio_score_max: from(`the highest ${ASSESSED_CHUNKS}`, ...CHUNKS),
  image_type: from(AS_RECEIVED, ['image_metrics', 'type']),
  image_label: from(FIRST_LABEL, ...labelsOf('image')),
  image_score: scoreOf('image'),
  video_label: from(FIRST_LABEL, ...labelsOf('video')),
  video_score: scoreOf('video'),
  video_certainty: from(
    'the first of these that is a number; a percentage is divided by 100',
    ['video_metrics', 'certainty'],
    ['video_metrics', 'certainty (%)'],
  ),
  metric_nodes: from('how many nodes the metric trees have, roots included', ...ROOTS),
  metric_depth: from('levels of the deepest metric tree; a root is 1', ...ROOTS),
  fake_nodes: {
    inputs: () => ROOTS,
    how: ({ policyName }) => `how many nodes have a label of their own that the policy ${policyName} reads as fake`,
  },
  source_tracing_label: from(AS_RECEIVED, ['audio_source_tracing', 'label']),
  source_tracing_error: from(AS_RECEIVED, ['audio_source_tracing', 'error_message']),
  duration_seconds: from(AS_NUMBER, ['duration']),
  filename: from(AS_RECEIVED, ['filename']),
  zero_retention_mode: from(
    'as received; the older key is read where the newer one is absent',
    ['zero_retention_mode'],
    [OLD_ZERO_RETENTION],
  ),
  file_deleted_at: from(IN_UTC, ['file_deleted_at']),
  error_message: from(AS_RECEIVED, ['error_message']),
  visualize: from(AS_RECEIVED, ['visualize']),
  audio_source_tracing_enabled: from(AS_RECEIVED, ['audio_source_tracing_enabled']),
  use_ood_detector: from(AS_RECEIVED, ['use_ood_detector']),
  pipeline: from(AS_RECEIVED, ['pipeline']),
  url: from(AS_TEXT, ['url']),
  audio_url: from(AS_TEXT, ['audio_url']),
  audio_heatmap: from(AS_TEXT, ['metrics', 'image']),
  image_heatmap: from(AS_TEXT, ['image_metrics', 'image']),
  intelligence: from(AS_JSON, ['intelligence']),
  extra_params: from(AS_JSON, ['extra_params']),
  extra: { inputs: extraInputs, how: () => 'every key without a column, and every value that does not fit its own' },
  record_sha256: { inputs: () => [[]], how: () => 'SHA-256 of these bytes' },
};

function uuidRule({ uuid }: Detection): string {
  return uuid.startsWith('sha256:') ? 'the record has none: its SHA-256 stands for it' : AS_RECEIVED;
}

/** The rule that decided, with the vote of each result. */
function verdictRule({ detection, policyName }: Derived): string {
  if (detection.status !== 'completed') return `empty: the status is ${detection.status}, not completed`;
  const votes = MODALITIES.flatMap((modality) => {
    const result = detection[modality];
    if (result === null) return [];
    if (!result.assessed) return [`${modality} assessed nothing`];
    return [
      `${modality} ${result.label === null ? 'without a label' : JSON.stringify(result.label)} as ${result.verdict ?? 'indeterminate'}`,
    ];
  });
  const decided =
    detection.verdictBasis === null
      ? 'nothing was assessed, so it is indeterminate'
      : `${detection.verdictBasis} decides`;
  const read = votes.length === 0 ? 'there is no result' : `the policy ${policyName} reads ${votes.join(', ')}`;
  return `${read}; of the assessed results the gravest decides: ${decided}`;
}

/** The keys that `extra` holds, as paths: nested ones are written `metrics.image`. */
function extraInputs({ detection, item }: Derived): JsonPath[] {
  if (detection.extra === null) return [];
  const kept = JSON.parse(detection.extra) as JsonObject;
  return Object.keys(kept).flatMap((key): JsonPath[] => {
    if (Object.hasOwn(item, key)) return [[key]];
    const dot = key.indexOf('.');
    const [parent, rest] = [key.slice(0, dot), key.slice(dot + 1)];
    const object = dot < 0 ? undefined : field(item, parent);
    return isJsonObject(object) && Object.hasOwn(object, rest) ? [[parent, rest]] : [];
  });
}
