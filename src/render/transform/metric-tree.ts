import {
  elementsOf,
  endOfValue,
  field,
  isJsonObject,
  type JsonValue,
  type MemberSlice,
  membersOf,
  type Slice,
} from '../../core/json.ts';
import { compactJson } from './extra-json.ts';
import { emptyNode, type ExtraEntries, type NodePlace, type RawNode, rawNodeOf } from './node.ts';
import type { Notes } from './fields.ts';

const OPEN_BRACKET = 0x5b;
const NULL = 0x6e;

/** Far above anything seen (4 levels, 90 nodes). What is deeper is named in the row and counted, never silent. */
export const DEEPEST_LEVEL = 100;
export const MOST_NODES = 100_000;

/** A node as parsed, and its place in the bytes. */
interface ParsedNode {
  readonly start: number;
  readonly value: JsonValue;
}

/**
 * Visits the nodes of any tree in document order, root first. An explicit stack keeps a deep tree off the call stack.
 * `rootExtra` holds the root's keys that the caller could not place.
 */
export function walkMetricTree(
  root: NodePlace,
  bytes: Buffer,
  parsed: ParsedNode,
  rootExtra: ExtraEntries,
  notes: Notes,
  visit: (node: RawNode) => void,
): void {
  let visited = 0;
  const stack = [{ ...parsed, place: root }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { place } = next;
    if (!isJsonObject(next.value)) {
      const json = compactJson(bytes, next.start, endOfValue(bytes, next.start));
      visit({ ...emptyNode(place), isObject: false, others: [['(value)', json]] });
      visited++;
      continue;
    }
    const members = membersOf(bytes, next.start);
    const isTwice = Object.keys(next.value).length < members.length;
    if (isTwice) {
      notes.coerced(
        place.names.prefix.slice(0, -1),
        'a key stands twice: the last one was read, all are kept in extra',
      );
    }
    const extra: ExtraEntries = place.parent === null ? rootExtra : [];
    const children = childrenOf(bytes, members, place, visited + 1 + stack.length, extra, notes);
    visit(rawNodeOf(place, bytes, members, next.value, isTwice, extra));
    visited++;
    const values = field(next.value, 'children');
    for (let i = children.length - 1; i >= 0; i--) {
      const child = Array.isArray(values) ? ((values as readonly JsonValue[])[i] ?? null) : null;
      stack.push({ start: children[i]?.start ?? 0, value: child, place: place.child(i) });
    }
  }
}

/** The children to visit; the parent's `extra` says if they are not a list, too deep or too many. */
function childrenOf(
  bytes: Buffer,
  members: readonly MemberSlice[],
  place: NodePlace,
  known: number,
  extra: ExtraEntries,
  notes: Notes,
): readonly Slice[] {
  const children = members.findLast(({ key }) => key === 'children');
  if (children === undefined || bytes[children.start] === NULL) return [];
  const path = `${place.names.prefix}children`;
  if (bytes[children.start] !== OPEN_BRACKET) {
    notes.coerced(path, 'not a list, kept in extra');
    extra.push(['children', compactJson(bytes, children.start, children.end)]);
    return [];
  }
  const list = elementsOf(bytes, children.start);
  if (list.length > 0 && (place.depth >= DEEPEST_LEVEL || known + list.length > MOST_NODES)) {
    const limit = place.depth >= DEEPEST_LEVEL ? `${DEEPEST_LEVEL} levels` : `${MOST_NODES} nodes`;
    notes.coerced(path, `tree cut at ${limit}`);
    extra.push(['(cut)', JSON.stringify(`${list.length} children not expanded: the tree exceeds ${limit}`)]);
    return [];
  }
  return list;
}
