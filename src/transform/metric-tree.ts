import type { MetricNode } from '../core/detection.ts';
import { field, isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import type { Modality } from '../core/policy.ts';
import type { Classifier } from './classify.ts';
import { METRICS_KEY } from './metric-keys.ts';
import { decodeNode, type ExtraEntries, type NodePlace, oddNode } from './metric-node.ts';
import type { Notes } from './notes.ts';

/** Far above anything seen (4 levels, 90 nodes); what lies beyond is named in the row and counted, never silent. */
export const DEEPEST_LEVEL = 100;
export const MOST_NODES = 100_000;

interface Pending {
  readonly value: JsonValue;
  readonly place: NodePlace;
}

/**
 * The rows of one modality's tree in document order, the root first. An explicit stack: a tree of any depth costs no
 * call stack. `rootExtra` holds what the caller could not place of the root's own keys.
 */
export function walkMetricTree(
  modality: Modality,
  root: JsonObject,
  rootExtra: ExtraEntries,
  classifier: Classifier,
  notes: Notes,
): MetricNode[] {
  const nodes: MetricNode[] = [];
  const metricsKey = METRICS_KEY[modality];
  const place = { modality, node: modality, parent: null, depth: 1, position: 0, prefix: `${metricsKey}.` };
  const stack: Pending[] = [{ value: root, place }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value } = next;
    if (!isJsonObject(value)) {
      nodes.push(oddNode(next.place, value, notes));
      continue;
    }
    const extra: ExtraEntries = next.place.parent === null ? rootExtra : [];
    const children = childrenOf(value, next.place, nodes.length + 1 + stack.length, extra, notes);
    nodes.push(decodeNode(next.place, value, classifier, notes, extra));
    for (let i = children.length - 1; i >= 0; i--) {
      stack.push({ value: children[i] ?? null, place: childPlace(next.place, metricsKey, i) });
    }
  }
  return nodes;
}

function childPlace(parent: NodePlace, metricsKey: string, position: number): NodePlace {
  return {
    modality: parent.modality,
    node: `${parent.node}/${position}`,
    parent: parent.node,
    depth: parent.depth + 1,
    position,
    prefix: `${metricsKey}.children[].`,
  };
}

/** The children to visit; what is no list, or too deep or too many to visit, is said in the parent's `extra`. */
function childrenOf(
  value: JsonObject,
  place: NodePlace,
  known: number,
  extra: ExtraEntries,
  notes: Notes,
): readonly JsonValue[] {
  const children = field(value, 'children') ?? null;
  if (children === null) return [];
  if (!Array.isArray(children)) {
    notes.coerced(`${place.prefix}children`, 'not a list, kept in extra');
    extra.push(['children', children]);
    return [];
  }
  const list = children as readonly JsonValue[];
  if (list.length > 0 && (place.depth >= DEEPEST_LEVEL || known + list.length > MOST_NODES)) {
    const limit = place.depth >= DEEPEST_LEVEL ? `${DEEPEST_LEVEL} levels` : `${MOST_NODES} nodes`;
    notes.coerced(`${place.prefix}children`, `tree cut at ${limit}`);
    extra.push(['(cut)', `${list.length} children not expanded: the tree exceeds ${limit}`]);
    return [];
  }
  return list;
}
