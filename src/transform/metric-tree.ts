import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import type { NodePlace } from './node-place.ts';
import type { Notes } from './notes.ts';
import { emptyNode, type ExtraEntries, type RawNode, rawNodeOf } from './raw-node.ts';

/** Far above anything seen (4 levels, 90 nodes); what lies beyond is named in the row and counted, never silent. */
export const DEEPEST_LEVEL = 100;
export const MOST_NODES = 100_000;

interface Pending {
  readonly value: JsonValue;
  readonly place: NodePlace;
}

/**
 * Visits the nodes of one parsed tree in document order, the root first, whatever the tree looks like. An explicit
 * stack: a tree of any depth costs no call stack. `rootExtra` holds what the caller could not place of the root's own
 * keys.
 */
export function walkMetricTree(
  root: NodePlace,
  tree: JsonObject,
  rootExtra: ExtraEntries,
  notes: Notes,
  visit: (node: RawNode) => void,
): void {
  let visited = 0;
  const stack: Pending[] = [{ value: tree, place: root }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, place } = next;
    if (!isJsonObject(value)) {
      visit({ ...emptyNode(place), isObject: false, others: [['(value)', value]] });
      visited++;
      continue;
    }
    const extra: ExtraEntries = place.parent === null ? rootExtra : [];
    const children = childrenOf(value, place, visited + 1 + stack.length, extra, notes);
    visit(rawNodeOf(place, value, extra.length === 0 ? null : extra));
    visited++;
    for (let i = children.length - 1; i >= 0; i--) stack.push({ value: children[i] ?? null, place: place.child(i) });
  }
}

/** The children to visit; what is no list, or too deep or too many to visit, is said in the parent's `extra`. */
function childrenOf(
  value: JsonObject,
  place: NodePlace,
  known: number,
  extra: ExtraEntries,
  notes: Notes,
): readonly JsonValue[] {
  const children = value['children'] ?? null;
  if (children === null) return [];
  const path = `${place.names.prefix}children`;
  if (!Array.isArray(children)) {
    notes.coerced(path, 'not a list, kept in extra');
    extra.push(['children', children]);
    return [];
  }
  const list = children as readonly JsonValue[];
  if (list.length > 0 && (place.depth >= DEEPEST_LEVEL || known + list.length > MOST_NODES)) {
    const limit = place.depth >= DEEPEST_LEVEL ? `${DEEPEST_LEVEL} levels` : `${MOST_NODES} nodes`;
    notes.coerced(path, `tree cut at ${limit}`);
    extra.push(['(cut)', `${list.length} children not expanded: the tree exceeds ${limit}`]);
    return [];
  }
  return list;
}
