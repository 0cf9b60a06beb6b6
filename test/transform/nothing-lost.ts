import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../src/core/json.ts';
import type { Decoded, NamedRow } from './decoding.ts';

/** Where a leaf of a raw item was found again: `column`, `extra` or `row`; `lost`, or why it was left out. */
export interface Finding {
  readonly path: string;
  readonly where: string;
}

/** Columns of the detections table by the item's key, as the public contract has them. */
const ITEM_COLUMNS: Readonly<Record<string, string>> = {
  uuid: 'uuid',
  media_type: 'media_type',
  status: 'status',
  duration: 'duration_seconds',
  filename: 'filename',
  zero_retention_mode: 'zero_retention_mode',
  privacy_mode: 'zero_retention_mode',
  file_deleted_at: 'file_deleted_at',
  error_message: 'error_message',
  visualize: 'visualize',
  audio_source_tracing_enabled: 'audio_source_tracing_enabled',
  use_ood_detector: 'use_ood_detector',
  pipeline: 'pipeline',
  url: 'url',
  audio_url: 'audio_url',
  created_at: 'created_at',
  updated_at: 'updated_at',
  intelligence: 'intelligence',
  extra_params: 'extra_params',
  modality: 'modality',
  face_only: 'face_only',
};
/** Columns of the detections table by the key of an object inside the item. */
const INNER_COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  audio_source_tracing: { label: 'source_tracing_label', error_message: 'source_tracing_error' },
  c2pa_manifest: { validation_state: 'c2pa_state' },
};
/** Columns of the detections table by the key of a modality's root. */
const ROOT_COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  audio: {
    label: 'audio_label',
    aggregated_score: 'audio_score',
    consistency: 'audio_consistency',
    image: 'audio_heatmap',
  },
  image: { type: 'image_type', label: 'image_label', score: 'image_score', image: 'image_heatmap' },
  video: { label: 'video_label', score: 'video_score', certainty: 'video_certainty' },
};
const NODE_COLUMNS: Readonly<Record<string, string>> = {
  type: 'type',
  label: 'label',
  conclusion: 'label',
  score: 'score',
  certainty: 'certainty',
  timestamp: 'timestamp_seconds',
};
const MODALITIES: Readonly<Record<string, string>> = {
  metrics: 'audio',
  image_metrics: 'image',
  video_metrics: 'video',
};

type Raw = Readonly<Record<string, JsonValue>>;

/** Looks every leaf of a raw item up in what the tables and their `extra` columns say. Knows nothing of the decoder. */
export function findLeaves(item: Raw, decoded: Decoded): Finding[] {
  const findings: Finding[] = [];
  for (const [key, value] of Object.entries(item)) {
    const modality = MODALITIES[key];
    if (modality !== undefined && isObject(value)) findings.push(...inTree(key, modality, value, decoded));
    else if (INNER_COLUMNS[key] !== undefined && isObject(value)) findings.push(...inInner(key, value, decoded.row));
    else findings.push(look(key, value, decoded.row, ITEM_COLUMNS[key], key));
  }
  return findings;
}

function inInner(parent: string, value: Raw, row: NamedRow): Finding[] {
  return Object.entries(value).map(([key, member]) => {
    const path = `${parent}.${key}`;
    return look(path, member, row, INNER_COLUMNS[parent]?.[key], path);
  });
}

function inTree(prefix: string, modality: string, root: Raw, decoded: Decoded): Finding[] {
  const findings: Finding[] = [];
  if (Object.keys(root).length === 0) return [{ path: prefix, where: 'empty' }];
  const pending: [path: string, node: string, value: Raw][] = [[prefix, modality, root]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, name, value] = next;
    const row = decoded.nodes.find((candidate) => candidate['node'] === name);
    if (row === undefined || row['detection_uuid'] !== decoded.row['uuid']) {
      findings.push({ path, where: 'lost' });
      continue;
    }
    const isRoot = name === modality;
    if (Object.keys(value).length === 0) findings.push({ path, where: 'row' });
    for (const [key, member] of Object.entries(value)) {
      const at = `${path}.${key}`;
      if (key === 'children' && Array.isArray(member)) {
        (member as Raw[]).forEach((child, index) => pending.push([`${at}[${index}]`, `${name}/${index}`, child]));
        if (member.length === 0) findings.push({ path: at, where: 'empty' });
      } else if (isRoot && modality === 'audio' && key === 'score' && Array.isArray(member)) {
        findings.push(...inChunks(at, member as JsonValue[], decoded.chunks));
      } else if (key === 'certainty (%)') findings.push(percent(at, member, value, row));
      else findings.push(inNode(at, key, member, decoded, row, isRoot ? modality : null));
    }
  }
  return findings;
}

/** A root's keys must stand both in its metric node and in the column that the detections table has for them. */
function inNode(at: string, key: string, value: JsonValue, all: Decoded, row: NamedRow, root: string | null): Finding {
  const column = root === null ? undefined : ROOT_COLUMNS[root]?.[key];
  const nodeColumn = key === 'aggregated_score' ? 'score' : key === 'consistency' ? 'certainty' : NODE_COLUMNS[key];
  const inDetections = column === undefined ? null : look(at, value, all.row, column, at);
  if (key === 'image' && inDetections !== null) return inDetections;
  const inNodes = look(at, value, row, nodeColumn, key);
  return inDetections !== null && inDetections.where !== inNodes.where ? { path: at, where: 'lost' } : inNodes;
}

function inChunks(at: string, chunks: readonly JsonValue[], rows: readonly NamedRow[]): Finding[] {
  if (chunks.length !== rows.length) return [{ path: at, where: 'lost' }];
  return chunks.map((chunk, index) => {
    const row = rows[index];
    const found = row?.['chunk'] === index && same(chunk, row['score'] ?? null, 'score');
    return { path: `${at}[${index}]`, where: found ? 'row' : 'lost' };
  });
}

/** A percentage with one decimal at the most that says the same as `certainty` needs no place of its own. */
function percent(at: string, value: JsonValue, node: Raw, row: NamedRow): Finding {
  const fraction = Number(textOf(value).replace('%', '')) / 100;
  const agrees = Math.abs(fraction - Number(node['certainty'])) < 0.0006;
  if (agrees) return { path: at, where: 'agrees with certainty' };
  return look(at, value, row, undefined, 'certainty (%)');
}

function look(path: string, value: JsonValue, row: NamedRow, column: string | undefined, extraKey: string): Finding {
  if (column !== undefined && same(value, row[column] ?? null, column))
    return { path, where: summaryOr(value, 'column') };
  const extra = JSON.parse(String(row['extra'] ?? '{}')) as Raw;
  if (Object.hasOwn(extra, extraKey) && isDeepStrictEqual(extra[extraKey], withoutImages(value))) {
    return { path, where: summaryOr(value, 'extra') };
  }
  const isLost = !isEmpty(value) || (value !== null && (column === 'intelligence' || column === 'extra_params'));
  return { path, where: isLost ? 'lost' : 'empty' };
}

function summaryOr(value: JsonValue, where: string): string {
  return JSON.stringify(value).includes('"data:') ? `data: URI summarised in ${where}` : where;
}

function same(value: JsonValue, cell: unknown, column: string): boolean {
  // Nothing to assess: that is nobody's score, and `not_assessed` says so.
  if (column.endsWith('score') && Number(value) === -1 && !isEmpty(value)) return cell === null;
  if (value !== null && (column === 'intelligence' || column === 'extra_params')) {
    return typeof cell === 'string' && isDeepStrictEqual(JSON.parse(cell), withoutImages(value));
  }
  if (isEmpty(value)) return false;
  if (column.endsWith('_at')) return Date.parse(textOf(value)) === cell;
  if (typeof cell === 'number') return typeof value !== 'boolean' && Number(value) === cell;
  return withoutImages(value) === cell;
}

/** The value as a row may hold it: inline images by type, size and hash. */
function withoutImages(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.startsWith('data:') ? summary(value) : value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutImages);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutImages(member)]));
}

function summary(uri: string): string {
  const [head, payload] = uri.split(',') as [string, string];
  const bytes = Buffer.from(payload, 'base64');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return `${head.replace(';base64', '')};bytes=${bytes.length};sha256=${sha256}`;
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isEmpty(value: JsonValue): boolean {
  return value === null || value === '' || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}';
}

function isObject(value: JsonValue | undefined): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
