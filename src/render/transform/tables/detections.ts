import type { Detection } from '../../../core/detection.ts';
import { type DerivedColumn, type Field, FIELDS, PLAIN_FIELDS } from '../../../core/fields.ts';
import { field, isJsonObject, type JsonObject } from '../../../core/json.ts';
import { MODALITIES, type Modality } from '../../../core/policy.ts';
import type { JsonPath } from '../extra-json.ts';
import { METRICS_KEY } from '../node.ts';
import { type CellColumn, tableMaker } from './cells.ts';

export interface Derived {
  readonly detection: Detection;
  readonly item: JsonObject;
  readonly policyName: string;
}

interface DetectionColumn extends CellColumn<Detection> {
  /** Values of the item that the cell is made from. If a rule takes the first of several, they are in its order. */
  readonly inputs: (derived: Derived) => readonly JsonPath[];
  /** In words, for this detection. */
  readonly how: (derived: Derived) => string;
}

type Derivation = Pick<DetectionColumn, 'path' | 'cell' | 'inputs' | 'how'>;

/** A derivation that is the same for every detection. */
function from(path: string, cell: DetectionColumn['cell'], how: string, ...paths: readonly JsonPath[]): Derivation {
  return { path, cell, inputs: () => paths, how: () => how };
}

const SCORE_KEY: Readonly<Record<Modality, string>> = { audio: 'aggregated_score', image: 'score', video: 'score' };
const ROOTS: readonly JsonPath[] = MODALITIES.map((modality) => [METRICS_KEY[modality]]);
const LABELS: readonly JsonPath[] = MODALITIES.flatMap((modality) => labelsOf(modality));
const CHUNKS: JsonPath = ['metrics', 'score'];
const CHUNK = 'metrics.score[]';
const TREES = 'count over all metric trees';
const ASSESSED_CHUNKS = 'over the chunk scores, without those that had nothing to assess';
const AS_RECEIVED = 'as received';
const AS_TEXT = 'as received; of an inline image its type, bytes and SHA-256';
const FIRST_NUMBER = 'the first of these that is a number; a percentage is divided by 100';

const DERIVED: Readonly<Record<DerivedColumn, Derivation>> = {
  uuid: {
    path: 'uuid',
    cell: (d) => d.uuid,
    inputs: () => [['uuid']],
    how: ({ detection: { uuid } }) =>
      uuid.startsWith('sha256:') ? 'the record has none: its SHA-256 stands for it' : AS_RECEIVED,
  },
  status: from(
    'status',
    (d) => d.unknownStatus ?? d.status,
    'as received; without one, completed if a result has a label, else processing',
    ['status'],
  ),
  verdict: {
    path: 'labels, read by the policy',
    cell: (d) => d.verdict,
    inputs: () => LABELS,
    how: verdictRule,
  },
  verdict_score: {
    path: 'score of the deciding modality',
    cell: (d) => d.verdictScore,
    inputs: ({ detection: { verdictBasis: basis } }) => (basis === null ? [] : [scorePath(basis)]),
    how: () => 'the score of the result that decided the verdict',
  },
  verdict_basis: { path: 'the deciding modality', cell: (d) => d.verdictBasis, inputs: () => LABELS, how: verdictRule },
  not_assessed: {
    path: 'score of each modality',
    cell: (d) => (isAllAssessed(d) ? null : notAssessed(d).join(';')),
    inputs: ({ detection }) => notAssessed(detection).map(scorePath),
    how: () => 'the results whose score says that there was nothing to assess',
  },
  audio_label: labelOf('audio'),
  audio_score: scoreOf('audio'),
  audio_consistency: from(
    'metrics.consistency or metrics.certainty',
    (d) => d.audio?.certainty ?? null,
    FIRST_NUMBER,
    ['metrics', 'consistency'],
    ['metrics', 'certainty'],
    ['metrics', 'certainty (%)'],
  ),
  audio_chunks: from(
    'length of metrics.score',
    (d) => (d.audio === null && d.audioChunks.length === 0 ? null : d.audioChunks.length),
    'how many chunk scores there are',
    CHUNKS,
  ),
  audio_score_min: from(CHUNK, (d) => d.audioChunkMin, `the lowest ${ASSESSED_CHUNKS}`, CHUNKS),
  audio_score_mean: from(CHUNK, (d) => d.audioChunkMean, `the mean ${ASSESSED_CHUNKS}, to 12 decimals`, CHUNKS),
  audio_score_max: from(CHUNK, (d) => d.audioChunkMax, `the highest ${ASSESSED_CHUNKS}`, CHUNKS),
  image_type: from('image_metrics.type', (d) => d.imageType, AS_RECEIVED, ['image_metrics', 'type']),
  image_label: labelOf('image'),
  image_score: scoreOf('image'),
  video_label: labelOf('video'),
  video_score: scoreOf('video'),
  video_certainty: from(
    'video_metrics.certainty',
    (d) => d.video?.certainty ?? null,
    FIRST_NUMBER,
    ['video_metrics', 'certainty'],
    ['video_metrics', 'certainty (%)'],
  ),
  metric_nodes: from(TREES, (d) => d.nodes.length, 'how many nodes the metric trees have, roots included', ...ROOTS),
  metric_depth: from(
    'depth of the deepest metric tree',
    (d) => d.metricDepth,
    'levels of the deepest metric tree; a root is 1',
    ...ROOTS,
  ),
  fake_nodes: {
    path: TREES,
    cell: (d) => d.fakeNodes,
    inputs: () => ROOTS,
    how: ({ policyName }) => `how many nodes have a label of their own that the policy ${policyName} reads as fake`,
  },
  audio_heatmap: from('metrics.image', (d) => d.audioHeatmap, AS_TEXT, ['metrics', 'image']),
  image_heatmap: from('image_metrics.image', (d) => d.imageHeatmap, AS_TEXT, ['image_metrics', 'image']),
  extra: {
    path: 'every other key',
    cell: (d) => d.extra,
    inputs: extraInputs,
    how: () => 'every key without a column, and every value that does not fit its own',
  },
  record_sha256: from('SHA-256 of the record', (d) => d.recordSha256, 'SHA-256 of these bytes', []),
};

function labelOf(modality: Modality): Derivation {
  const how = 'the first of these that is a text and not empty';
  return from(`${METRICS_KEY[modality]}.label`, (d) => d[modality]?.label ?? null, how, ...labelsOf(modality));
}

function labelsOf(modality: Modality): readonly JsonPath[] {
  return ['label', 'conclusion'].map((key) => [METRICS_KEY[modality], key]);
}

function scoreOf(modality: Modality): Derivation {
  const isAssessed = ({ detection }: Derived): boolean => detection[modality]?.assessed !== false;
  return {
    path: scorePath(modality).join('.'),
    cell: (d) => d[modality]?.score ?? null,
    inputs: () => [scorePath(modality)],
    how: (derived) => (isAssessed(derived) ? AS.number : 'empty: the score says that there was nothing to assess'),
  };
}

function scorePath(modality: Modality): JsonPath {
  return [METRICS_KEY[modality], SCORE_KEY[modality]];
}

function isAllAssessed({ audio, image, video }: Detection): boolean {
  return audio?.assessed !== false && image?.assessed !== false && video?.assessed !== false;
}

function notAssessed(detection: Detection): readonly Modality[] {
  return MODALITIES.filter((modality) => detection[modality]?.assessed === false);
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
  const read = votes.length === 0 ? 'it has no result' : `the policy ${policyName} reads ${votes.join(', ')}`;
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

/** How a plain column is read, by its type. */
const AS: Readonly<Record<Field['type'], string>> = {
  text: AS_RECEIVED,
  number: 'as received, as a number',
  integer: 'as received, as a number',
  boolean: AS_RECEIVED,
  timestamp: 'as received, written as ISO 8601 in UTC with milliseconds',
  json: 'as received, as JSON; an empty cell if it is null or absent',
};

function plain({ name, type, key, oldKey, private: isPrivate }: (typeof PLAIN_FIELDS)[number]): Derivation {
  const how = isPrivate && type === 'text' ? AS_TEXT : AS[type];
  if (oldKey === null) return from(key, (d) => d[name], how, key.split('.'));
  const either = `${how}; the older key is read where the newer one is absent`;
  return from(`${key} or ${oldKey}`, (d) => d[name], either, key.split('.'), [oldKey]);
}

const SOURCES: ReadonlyMap<string, Derivation> = new Map([
  ...Object.entries(DERIVED),
  ...PLAIN_FIELDS.map((one) => [one.column, plain(one)] as const),
]);

export const DETECTION_COLUMNS: readonly DetectionColumn[] = Object.entries<Field>(FIELDS).flatMap(
  ([name, { type, description, private: isPrivate }]) => {
    const source = SOURCES.get(name);
    return source === undefined ? [] : [{ name, type, description, private: isPrivate, ...source }];
  },
);

export const detectionsTable = tableMaker('detections', 'Detections', DETECTION_COLUMNS, (detection, row) => [
  row(detection),
]);
