import { createHash } from 'node:crypto';
import type { Detection, MetricNode, ModalityResult } from '../core/detection.ts';
import { uuidOf } from '../core/envelope.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { PageItem } from '../core/page.ts';
import { foldLabel, type Modality, type Status } from '../core/policy.ts';
import { readAudioChunks } from './audio-chunks.ts';
import { type Classifier, decide } from './classify.ts';
import { summariseDataUri } from './data-uri.ts';
import { hasDuplicateKeys, keysWithDuplicates } from './duplicate-keys.ts';
import { Fields } from './fields.ts';
import { createItemJson, type ItemJson } from './item-extra.ts';
import { ITEM_COLUMNS, OLD_ZERO_RETENTION, TRACING_COLUMNS } from './item-keys.ts';
import { METRICS_KEY } from './metric-keys.ts';
import { type ExtraEntries, isEmpty } from './metric-node.ts';
import { walkMetricTree } from './metric-tree.ts';
import { Notes } from './notes.ts';

/** SHA-256 (hex) of the item's bytes exactly as received. */
export function recordSha256(body: Buffer, item: PageItem): string {
  return createHash('sha256').update(body.subarray(item.start, item.end)).digest('hex');
}

interface ModalityPart {
  readonly nodes: readonly MetricNode[];
  readonly result: ModalityResult | null;
  readonly object: JsonObject | null;
}

const NO_PART: ModalityPart = { nodes: [], result: null, object: null };

/**
 * Decodes one item of a page: lenient, total, and without loss. Whatever has no column, or does not fit it, is in
 * `extra` of the detection or of its metric node, and is named in `unknownKeys` or `coercions`.
 */
export function decodeDetection(body: Buffer, item: PageItem, classifier: Classifier): Detection {
  const notes = new Notes();
  const fields = new Fields(item.value, '', notes);
  const json = createItemJson(body, item);
  const keep = new Set<string>();
  const keepNested = new Map<string, ReadonlySet<string>>();
  const sha256 = recordSha256(body, item);
  const chunkExtra: ExtraEntries = [];
  const metrics = fields.raw('metrics');
  const chunks = readAudioChunks(isJsonObject(metrics) ? metrics : {}, classifier, notes, chunkExtra);
  const part = (modality: Modality, extra: ExtraEntries) => decodeModality(modality, fields, extra, classifier, notes);
  const parts = { audio: part('audio', chunkExtra), image: part('image', []), video: part('video', []) };
  const results = { audio: parts.audio.result, image: parts.image.result, video: parts.video.result };
  const status = readStatus(fields, hasLabel(results), notes, keep);
  const decision = decide(status, results);
  const nodes = [...parts.audio.nodes, ...parts.image.nodes, ...parts.video.nodes];
  const detection = {
    uuid: readUuid(fields, item, sha256, notes),
    createdAtMs: fields.instant('created_at'),
    updatedAtMs: fields.instant('updated_at'),
    mediaType: fields.text('media_type'),
    status,
    verdict: decision.verdict,
    verdictScore: decision.score,
    verdictBasis: decision.basis,
    ...results,
    imageType: nodes.find((node) => node.node === 'image')?.type ?? null,
    audioChunks: chunks.scores,
    audioChunkMin: chunks.min,
    audioChunkMean: chunks.mean,
    audioChunkMax: chunks.max,
    nodes,
    ...countNodes(nodes),
    ...readTracing(fields, notes, keepNested),
    durationSeconds: fields.number('duration'),
    filename: fields.text('filename'),
    zeroRetentionMode: readZeroRetention(fields, item.value),
    fileDeletedAtMs: fields.instant('file_deleted_at'),
    errorMessage: fields.text('error_message'),
    visualize: fields.boolean('visualize'),
    audioSourceTracingEnabled: fields.boolean('audio_source_tracing_enabled'),
    useOodDetector: fields.boolean('use_ood_detector'),
    pipeline: fields.text('pipeline'),
    url: summarised(fields.text('url')),
    audioUrl: summarised(fields.text('audio_url')),
    audioHeatmap: readImage(parts.audio, 'metrics', notes, keepNested),
    imageHeatmap: readImage(parts.image, 'image_metrics', notes, keepNested),
    intelligence: jsonCell(fields, json, 'intelligence'),
    extraParams: jsonCell(fields, json, 'extra_params'),
  };
  collectUnplaced(item.value, fields, notes, keep);
  if (hasDuplicateKeys(body, item.start, item.end, item.value)) {
    notes.coerced('item', 'a key stands twice: the last one was read, all are kept in extra');
    for (const key of keysWithDuplicates(body, item.value, json.members())) keep.add(key);
  }
  return {
    ...detection,
    extra: json.object(keep, keepNested),
    recordSha256: sha256,
    unknownKeys: notes.unknownKeys,
    coercions: notes.coercions,
  };
}

function decodeModality(
  modality: Modality,
  fields: Fields,
  extra: ExtraEntries,
  classifier: Classifier,
  notes: Notes,
): ModalityPart {
  const value = fields.raw(METRICS_KEY[modality]);
  if (value === null) return NO_PART;
  if (!isJsonObject(value)) {
    notes.coerced(METRICS_KEY[modality], 'not an object, kept in extra');
    fields.misfits.push(METRICS_KEY[modality]);
    return NO_PART;
  }
  if (Object.keys(value).length === 0) return NO_PART;
  const nodes = walkMetricTree(modality, value, extra, classifier, notes);
  if (notes.takeInexactNumber()) {
    // A node's extra is written from parsed values, which no longer have these digits; the item's is cut from its bytes.
    notes.coerced(METRICS_KEY[modality], 'holds numbers beyond double precision, kept in extra as received');
    fields.misfits.push(METRICS_KEY[modality]);
  }
  const root = nodes[0];
  if (root === undefined || (root.label === null && root.score === null)) return { nodes, result: null, object: value };
  const assessed = classifier.isAssessed(root.score);
  if (!assessed && root.label !== null && classifier.verdictOf(root.label) === 'fake') {
    notes.coerced(METRICS_KEY[modality], 'labelled fake, but its score says nothing was assessed');
  }
  const result: ModalityResult = {
    label: root.label,
    score: root.score,
    certainty: modality === 'image' ? null : root.certainty,
    assessed,
    verdict: assessed ? classifier.verdictOf(root.label) : null,
  };
  return { nodes, result, object: value };
}

function hasLabel(results: Readonly<Record<Modality, ModalityResult | null>>): boolean {
  return [results.audio, results.image, results.video].some((result) => result !== null && result.label !== null);
}

function readStatus(fields: Fields, labelled: boolean, notes: Notes, keep: Set<string>): Status {
  const value = fields.raw('status');
  if (value === null || value === '') return labelled ? 'completed' : 'processing';
  const folded = typeof value === 'string' ? foldLabel(value) : '';
  if (folded === 'completed' || folded === 'processing' || folded === 'failed') {
    if (folded !== value) {
      notes.coerced('status', 'other spelling, kept in extra');
      keep.add('status');
    }
    return folded;
  }
  notes.coerced('status', 'unknown, counted as processing, kept in extra');
  keep.add('status');
  return 'processing';
}

function readUuid(fields: Fields, item: PageItem, sha256: string, notes: Notes): string {
  const uuid = uuidOf(item.value);
  if (uuid !== null) return uuid;
  notes.coerced('uuid', 'missing, the hash of the record stands for it');
  if (fields.raw('uuid') !== null) fields.misfits.push('uuid');
  return `sha256:${sha256}`;
}

function readZeroRetention(fields: Fields, item: JsonObject): boolean | null {
  const current = fields.boolean('zero_retention_mode');
  if (current !== null || Object.hasOwn(item, 'zero_retention_mode')) return current;
  return fields.boolean(OLD_ZERO_RETENTION);
}

function countNodes(nodes: readonly MetricNode[]): { readonly metricDepth: number; readonly fakeNodes: number } {
  let [metricDepth, fakeNodes] = [0, 0];
  for (const node of nodes) {
    if (node.depth > metricDepth) metricDepth = node.depth;
    if (node.verdict === 'fake') fakeNodes++;
  }
  return { metricDepth, fakeNodes };
}

function readTracing(
  fields: Fields,
  notes: Notes,
  keepNested: Map<string, ReadonlySet<string>>,
): { readonly sourceTracingLabel: string | null; readonly sourceTracingError: string | null } {
  const value = fields.raw('audio_source_tracing');
  if (!isJsonObject(value)) {
    if (value !== null) {
      notes.coerced('audio_source_tracing', 'not an object, kept in extra');
      fields.misfits.push('audio_source_tracing');
    }
    return { sourceTracingLabel: null, sourceTracingError: null };
  }
  const own = new Fields(value, 'audio_source_tracing.', notes);
  const tracing = { sourceTracingLabel: own.text('label'), sourceTracingError: own.text('error_message') };
  const unplaced = new Set(own.misfits);
  for (const key of Object.keys(value)) {
    if (TRACING_COLUMNS.has(key)) continue;
    notes.unknownKey(`audio_source_tracing.${key}`);
    unplaced.add(key);
  }
  if (unplaced.size > 0) keepNested.set('audio_source_tracing', unplaced);
  return tracing;
}

function readImage(
  part: ModalityPart,
  metricsKey: string,
  notes: Notes,
  keepNested: Map<string, ReadonlySet<string>>,
): string | null {
  if (part.object === null) return null;
  const own = new Fields(part.object, `${metricsKey}.`, notes);
  const image = own.text('image');
  if (own.misfits.length > 0) keepNested.set(metricsKey, new Set(own.misfits));
  return image === '' ? null : summarised(image);
}

function summarised(text: string | null): string | null {
  return text === null ? null : summariseDataUri(text);
}

function jsonCell(fields: Fields, json: ItemJson, key: string): string | null {
  return isEmpty(fields.raw(key)) ? null : json.member(key);
}

function collectUnplaced(item: JsonObject, fields: Fields, notes: Notes, keep: Set<string>): void {
  for (const key of fields.misfits) keep.add(key);
  const readOldName = !Object.hasOwn(item, 'zero_retention_mode');
  for (const key of Object.keys(item)) {
    if (ITEM_COLUMNS.has(key) || (key === OLD_ZERO_RETENTION && readOldName)) continue;
    if (key !== OLD_ZERO_RETENTION) notes.unknownKey(key);
    keep.add(key);
  }
}
