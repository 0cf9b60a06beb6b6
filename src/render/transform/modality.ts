import type { MetricNode, ModalityResult } from '../../core/detection.ts';
import { isJsonObject, type JsonValue, type MemberSlice } from '../../core/json.ts';
import type { Modality } from '../../core/policy.ts';
import type { Classifier } from './classify.ts';
import { decodeNode } from './decode-node.ts';
import type { FastTree } from './fast/tree-reader.ts';
import { type Fields, isExactNumber, type Notes, numberFrom } from './fields.ts';
import { type ExtraEntries, METRICS_KEY, type NodePlace, type RawNode } from './node.ts';
import { walkMetricTree } from './metric-tree.ts';

export interface ModalityPart {
  readonly nodes: readonly MetricNode[];
  readonly result: ModalityResult | null;
  /** The root's `image`; null if absent. */
  readonly image: JsonValue;
}

const NO_PART: ModalityPart = { nodes: [], result: null, image: null };

export interface ModalitySource {
  readonly fields: Fields;
  readonly root: NodePlace;
  /** The tree, if it was read from the bytes; `fields` then holds null in its place. */
  readonly tree: FastTree | undefined;
  readonly bytes: Buffer;
  /** Of the item. */
  readonly members: readonly MemberSlice[];
  /** Those of the root's own keys that are already known to have no place. */
  readonly rootExtra: ExtraEntries;
}

export function decodeModality(
  modality: Modality,
  { fields, root: rootPlace, tree, bytes, members, rootExtra }: ModalitySource,
  classifier: Classifier,
  notes: Notes,
): ModalityPart {
  const key = METRICS_KEY[modality];
  const nodes: MetricNode[] = [];
  const visit = (raw: RawNode): void => {
    nodes.push(decodeNode(raw, classifier, notes));
  };
  let image: JsonValue;
  if (tree === undefined) {
    const value = fields.raw(key);
    if (value === null) return NO_PART;
    if (!isJsonObject(value)) {
      fields.misfit(key, 'not an object');
      return NO_PART;
    }
    if (Object.keys(value).length === 0) return NO_PART;
    const start = members.findLast((member) => member.key === key)?.start ?? 0;
    walkMetricTree(rootPlace, bytes, { start, value }, rootExtra, notes, visit);
    image = value['image'] ?? null;
  } else {
    const [first] = tree.nodes;
    if (first !== undefined && rootExtra.length > 0) first.unplaced = rootExtra;
    for (const raw of tree.nodes) visit(raw);
    ({ image } = tree);
  }
  return { nodes, result: resultOf(modality, nodes[0], classifier, notes), image };
}

function resultOf(
  modality: Modality,
  root: MetricNode | undefined,
  classifier: Classifier,
  notes: Notes,
): ModalityResult | null {
  if (root === undefined || (root.label === null && root.score === null && root.assessed)) return null;
  const { label, score, assessed } = root;
  if (!assessed && label !== null && classifier.verdictOf(label) === 'fake') {
    notes.coerced(METRICS_KEY[modality], 'labelled fake, but its score says nothing was assessed');
  }
  const certainty = modality === 'image' ? null : root.certainty;
  return { label, score, certainty, assessed, verdict: assessed ? classifier.verdictOf(label) : null };
}

interface AudioChunks {
  readonly scores: readonly (number | null)[];
  /** Over the assessed chunks; null if none was assessed. */
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

const PATH = 'metrics.score';
const MEAN_UNITS = 1e12;
const NONE: AudioChunks = { scores: [], min: null, mean: null, max: null };

/**
 * `metrics.score`: P(fake) per chunk, as numbers or numeric strings; `textsRead` of the numbers were read from strings
 * before. A chunk that is neither keeps its row, without a score, and its value goes to the root's `extra`
 * (`asReceived`). Chunks with the "nothing to assess" sentinel are rows without a score.
 */
export function readAudioChunks(
  value: JsonValue,
  textsRead: number,
  classifier: Classifier,
  notes: Notes,
  rootExtra: ExtraEntries,
  asReceived: () => string,
): AudioChunks {
  if (value === null) return NONE;
  const list: readonly JsonValue[] = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (!Array.isArray(value)) notes.coerced(PATH, 'single score read as one chunk');
  const scores: (number | null)[] = [];
  let [min, max, sum, count, texts, odd] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, textsRead, 0];
  let inexact = false;
  for (const chunk of list) {
    const score = numberFrom(chunk);
    const assessed = score !== undefined && classifier.isAssessed(score);
    scores.push(assessed ? score : null);
    if (score === undefined) {
      odd++;
      continue;
    }
    if (typeof chunk === 'string') texts++;
    else if (!isExactNumber(score)) inexact = true;
    if (!assessed) continue;
    count++;
    sum += score;
    if (score < min) min = score;
    if (score > max) max = score;
  }
  if (texts > 0) notes.coerced(`${PATH}[]`, 'text read as number');
  if (odd > 0) notes.coerced(`${PATH}[]`, 'not a number, kept in extra');
  if (inexact) notes.coerced(`${PATH}[]`, 'number read with fewer digits than it may have had, kept in extra');
  if (odd > 0 || inexact) rootExtra.push(['score', asReceived()]);
  if (count === 0) return { ...NONE, scores };
  return { scores, min, mean: meanOf(sum, count), max };
}

/**
 * Rounded to 12 decimals: a sum of floats leaves noise after the digits of the scores (0.30000000000000004), far below
 * one unit. Null if a double cannot hold the mean; real scores are probabilities and have one.
 */
function meanOf(sum: number, count: number): number | null {
  if (!Number.isFinite(sum)) return null;
  const mean = sum / count;
  const units = Math.round(mean * MEAN_UNITS);
  // A whole number divided by a power of ten is the double nearest to the shortest decimal.
  return Number.isSafeInteger(units) ? units / MEAN_UNITS + 0 : mean;
}
