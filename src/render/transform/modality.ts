import type { MetricNode, ModalityResult } from '../../core/detection.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import type { Modality } from '../../core/policy.ts';
import type { Classifier } from './classify.ts';
import { decodeNode } from './decode-node.ts';
import type { FastTree } from './fast/tree-reader.ts';
import type { Fields } from './fields.ts';
import { METRICS_KEY } from './keys.ts';
import { walkMetricTree } from './metric-tree.ts';
import type { ExtraEntries, NodePlace, RawNode } from './node.ts';
import type { Notes } from './notes.ts';

/** The content of one of the three metric objects of an item. */
export interface ModalityPart {
  readonly nodes: readonly MetricNode[];
  readonly result: ModalityResult | null;
  /** The root's `image`; null if absent. */
  readonly image: JsonValue;
}

const NO_PART: ModalityPart = { nodes: [], result: null, image: null };

/** Source of a modality's part. */
export interface ModalitySource {
  readonly fields: Fields;
  readonly root: NodePlace;
  /** The tree, if it was read from the bytes; `fields` then holds null in its place. */
  readonly tree: FastTree | undefined;
  /** Bytes of the value, if there is one. */
  readonly bytes: Buffer;
  readonly start: number;
  /** Those of the root's own keys that are already known to have no place. */
  readonly rootExtra: ExtraEntries;
}

export function decodeModality(
  modality: Modality,
  { fields, root: rootPlace, tree, bytes, start, rootExtra }: ModalitySource,
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
    walkMetricTree(rootPlace, bytes, start, rootExtra, notes, visit);
    image = value['image'] ?? null;
  } else {
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
