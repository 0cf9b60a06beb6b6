import { BLANK_DETECTION, type Detection, type MetricNode } from '../../core/detection.ts';
import { uuidOf } from '../../core/envelope.ts';
import { field, isJsonObject, type JsonObject, type JsonValue, type Slice } from '../../core/json.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { PageWitness } from '../../core/snapshot.ts';
import { foldLabel, type Modality } from '../../core/policy.ts';
import { decodeModality, type ModalityPart, readAudioChunks } from './modality.ts';
import { type Classifier, decide } from './classify.ts';
import { keysWithDuplicates } from './duplicate-keys.ts';
import { createItemJson, summariseDataUri } from './extra-json.ts';
import { type RawItem, RawItemReader } from './fast/item-reader.ts';
import { Fields, Notes } from './fields.ts';
import { type ExtraEntries, METRICS_KEY, METRICS_KEYS } from './node.ts';
import { readPlainFields } from './plain-fields.ts';
import type { Redaction } from './redaction.ts';

/** SHA-256 (hex) of the item's bytes exactly as received. */
export function recordSha256(body: Buffer, item: Slice): string {
  return sha256Of(body.subarray(item.start, item.end));
}

/** Decodes the item at a slice of a page's body. Throws `SyntaxError` if it is not a JSON object. */
export type DecodeItem = (body: Buffer, item: Slice) => Detection;

/**
 * Returns a decoder for the items of a list: lenient, total, and without loss. A value that has no column, or does not
 * fit it, goes to `extra` of the detection or of its metric node, and is named in `unknownKeys` or `coercions`. The
 * decoder caches the texts and places that items share: one for a whole list is several times faster than one for each
 * item. With `withholding`, the returned detections hold nothing private; the `witness` receives all items as they are.
 */
export function createDecoder(
  classifier: Classifier,
  withholding: Redaction | null = null,
  witness: PageWitness | null = null,
): DecodeItem {
  const reader = new RawItemReader();
  const decodeItem: DecodeItem = (body, item) => {
    const raw = reader.read(body, item);
    const sha256 = recordSha256(body, item);
    witness?.item(raw.value, sha256);
    return decode(body, raw, sha256, reader, classifier);
  };
  return withholding === null ? decodeItem : (body, item) => withholding.shown(decodeItem(body, item));
}

function decode(
  body: Buffer,
  { value, members, trees, isPlain }: RawItem,
  sha256: string,
  reader: RawItemReader,
  classifier: Classifier,
): Detection {
  const notes = new Notes();
  const fields = new Fields(value, '', notes);
  const json = createItemJson(body, members);
  const keep = new Set<string>();
  const keepNested = new Map<string, ReadonlySet<string>>();
  const chunkExtra: ExtraEntries = [];
  const metrics = fields.raw('metrics');
  const audioTree = trees.get(METRICS_KEY.audio);
  const received = isJsonObject(metrics) ? field(metrics, 'score') : audioTree?.chunks;
  const chunkJson = (): string => json.member('metrics', 'score') ?? 'null';
  const chunks = readAudioChunks(
    received ?? null,
    audioTree?.chunkTexts ?? 0,
    classifier,
    notes,
    chunkExtra,
    chunkJson,
  );
  const part = (modality: Modality, rootExtra: ExtraEntries): ModalityPart => {
    const tree = trees.get(METRICS_KEY[modality]);
    const source = { fields, root: reader.roots[modality], tree, bytes: body, members, rootExtra };
    return decodeModality(modality, source, classifier, notes);
  };
  const audio = part('audio', chunkExtra);
  const image = part('image', []);
  const video = part('video', []);
  const results = { audio: audio.result, image: image.result, video: video.result };
  const labelled = [audio, image, video].some(({ result }) => result !== null && result.label !== null);
  const { status, unknownStatus } = readStatus(fields, labelled, notes, keep);
  const decision = decide(status, results);
  const nodes = [...audio.nodes, ...image.nodes, ...video.nodes];
  const [metricDepth, fakeNodes] = countNodes(nodes);
  // Each of these may add a note; the order of the notes is fixed.
  const uuid = readUuid(value, fields, sha256, notes);
  const audioHeatmap = readImage(audio.image, 'metrics', notes, keepNested);
  const imageHeatmap = readImage(image.image, 'image_metrics', notes, keepNested);
  const detection: Draft = { ...BLANK_DETECTION };
  readPlainFields({ fields, json, notes, keep, keepNested }, detection);
  for (const key of fields.misfits) keep.add(key);
  const twice = isPlain ? NONE : keysWithDuplicates(body, value, members, (key) => METRICS_KEYS.has(key));
  if (twice.size > 0) notes.coerced('item', 'a key stands twice: the last one was read, all are kept in extra');
  for (const key of twice) keep.add(key);
  detection.uuid = uuid;
  detection.createdAtUnread = detection.createdAtMs === null ? fields.unread('created_at') : null;
  detection.fileDeletedAtUnread = detection.fileDeletedAtMs === null ? fields.unread('file_deleted_at') : null;
  detection.status = status;
  detection.unknownStatus = unknownStatus;
  detection.verdict = decision.verdict;
  detection.verdictScore = decision.score;
  detection.verdictBasis = decision.basis;
  detection.audio = results.audio;
  detection.image = results.image;
  detection.video = results.video;
  detection.imageType = image.nodes[0]?.type ?? null;
  detection.audioChunks = chunks.scores;
  detection.audioChunkMin = chunks.min;
  detection.audioChunkMean = chunks.mean;
  detection.audioChunkMax = chunks.max;
  detection.nodes = nodes;
  detection.metricDepth = metricDepth;
  detection.fakeNodes = fakeNodes;
  detection.audioHeatmap = audioHeatmap;
  detection.imageHeatmap = imageHeatmap;
  detection.extra = json.object(keep, keepNested);
  detection.recordSha256 = sha256;
  detection.unknownKeys = notes.unknownKeys;
  detection.coercions = notes.coercions;
  return detection;
}

const NONE: ReadonlySet<string> = new Set();

type Draft = { -readonly [Key in keyof Detection]: Detection[Key] };
type ReadStatus = Pick<Detection, 'status' | 'unknownStatus'>;

/** An undocumented status is neither a verdict nor a failure: it counts as processing, under its own name. */
function readStatus(fields: Fields, labelled: boolean, notes: Notes, keep: Set<string>): ReadStatus {
  const value = fields.raw('status');
  if (value === null || value === '') return { status: labelled ? 'completed' : 'processing', unknownStatus: null };
  const folded = typeof value === 'string' ? foldLabel(value) : '';
  if (folded === 'completed' || folded === 'processing' || folded === 'failed') {
    if (folded !== value) {
      notes.coerced('status', 'other spelling, kept in extra');
      keep.add('status');
    }
    return { status: folded, unknownStatus: null };
  }
  notes.coerced('status', 'unknown, counted as processing, kept in extra');
  keep.add('status');
  return { status: 'processing', unknownStatus: typeof value === 'string' ? value : '(not a text)' };
}

function readUuid(item: JsonObject, fields: Fields, sha256: string, notes: Notes): string {
  const uuid = uuidOf(item);
  if (uuid !== null) return uuid;
  notes.coerced('uuid', 'missing, the hash of the record stands for it');
  if (fields.raw('uuid') !== null) fields.misfits.push('uuid');
  return `sha256:${sha256}`;
}

/** The depth of the deepest level, and the number of nodes whose own label is fake. */
function countNodes(nodes: readonly MetricNode[]): readonly [metricDepth: number, fakeNodes: number] {
  let [metricDepth, fakeNodes] = [0, 0];
  for (const node of nodes) {
    if (node.depth > metricDepth) metricDepth = node.depth;
    if (node.verdict === 'fake') fakeNodes++;
  }
  return [metricDepth, fakeNodes];
}

function readImage(
  value: JsonValue,
  metricsKey: string,
  notes: Notes,
  keepNested: Map<string, ReadonlySet<string>>,
): string | null {
  if (value === null || value === '') return null;
  const own = new Fields({ image: value }, `${metricsKey}.`, notes);
  const image = own.text('image');
  if (own.misfits.length > 0) keepNested.set(metricsKey, new Set(own.misfits));
  return image === null ? null : summariseDataUri(image);
}
