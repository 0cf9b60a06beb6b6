/**
 * The proof that nothing is missing. Each response is a window: a contiguous slice of the list at one moment. If
 * items never change their relative order, and windows W1 … Wn are such that W1 starts at the head, each W(i+1)
 * begins before the last item of Wi, and Wn reaches the end, then every item that was present throughout is in some
 * window. Proof: take such an item x and the last window that begins at or before x. If it is Wn, it reaches the
 * end, so x is inside. Otherwise W(i+1) begins after x and before the last item of Wi, so x is inside Wi. Nothing is
 * assumed about when, or in which order, the windows were read.
 *
 * A link must hold in two ways. By keys: the next window begins at a key strictly before the last key of the one it
 * follows, so that a group of equal keys, which may be in any order, lies whole in one of the two. And by uuids:
 * both belong to a group of windows connected by items that they share.
 *
 * A list may be nearly in order: several writers stamp what they insert. Then suppose only that two items whose keys are
 * more than a tolerance apart are in the order of their keys, whatever closer ones do, and take for the end of a window
 * its last key less twice the tolerance. An item x that is in no window comes after some Wi and before W(i+1), both within
 * the tolerance: key(x) >= lastKey(Wi) - tolerance, and key(x) <= firstKey(W(i+1)) + tolerance. So
 * firstKey(W(i+1)) >= lastKey(Wi) - 2 * tolerance, and that is not a link. The tolerance is 0 for a list in exact order.
 */

/** What the proof needs of a window. Positions ascend from the head of the list to its end. */
export interface ChainWindow {
  /** Position of its first item; -Infinity if the window starts at the head. */
  readonly first: number;
  /** Position of its last item, less twice the tolerance; Infinity if the window reaches the end. */
  readonly last: number;
  /** Windows that share items, directly or over others, are of one group. */
  readonly group: number;
}

/** A place at which no window links to the next: from the last item of `after` to the first of `before`. */
export interface Gap<W> {
  readonly after: W;
  /** Null where only the end of the list is missing. */
  readonly before: W | null;
}

/** List order of windows: by their first item, the longer one first. */
export function byFirst(a: ChainWindow, b: ChainWindow): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  if (a.last === b.last) return 0;
  return a.last > b.last ? -1 : 1;
}

/**
 * The gaps of the chain that begins with the window at the head (the first by `byFirst`), in list order. No gaps: the
 * chain is closed and the theorem applies. An empty list of windows has no gap, and proves nothing.
 */
export function gapsOf<W extends ChainWindow>(windows: readonly W[]): Gap<W>[] {
  const sorted = [...windows].sort(byFirst);
  const gaps: Gap<W>[] = [];
  let start = 0;
  for (let head = sorted[0]; head !== undefined; ) {
    const { frontier, next } = follow(sorted, start);
    if (frontier.last === Number.POSITIVE_INFINITY) break;
    head = sorted[next];
    gaps.push({ after: frontier, before: head ?? null });
    start = next;
  }
  return gaps;
}

/** How far the chain from the head reaches: a position, Infinity if it is closed, -Infinity without windows. */
export function reachOf(windows: readonly ChainWindow[]): number {
  const sorted = [...windows].sort(byFirst);
  return sorted.length === 0 ? Number.NEGATIVE_INFINITY : follow(sorted, 0).frontier.last;
}

/** The chain from `sorted[start]`: the window that reaches farthest, and the first one after it that is not linked. */
function follow<W extends ChainWindow>(sorted: readonly W[], start: number): { frontier: W; next: number } {
  const head = sorted[start] as W;
  let frontier = head;
  let at = start + 1;
  for (; at < sorted.length; at++) {
    const window = sorted[at] as W;
    if (!(window.first < frontier.last)) break;
    if (window.last > frontier.last && window.group === head.group) frontier = window;
  }
  // A window of another group may begin before the frontier and still lead beyond it.
  for (let next = start + 1; next < at; next++) {
    if ((sorted[next] as W).last > frontier.last) return { frontier, next };
  }
  return { frontier, next: at };
}

/** Disjoint sets of windows that share items (union by attaching to the older root, with path halving). */
export class OverlapGroups {
  readonly #parents: number[] = [];

  /** A new member, alone in its group; members are numbered from 0. */
  add(): number {
    this.#parents.push(this.#parents.length);
    return this.#parents.length - 1;
  }

  /** The number that stands for the member's group. */
  rootOf(member: number): number {
    let at = member;
    for (;;) {
      const parent = this.#parents[at] ?? at;
      if (parent === at) return at;
      const above = this.#parents[parent] ?? parent;
      this.#parents[at] = above;
      at = above;
    }
  }

  join(a: number, b: number): void {
    const rootA = this.rootOf(a);
    const rootB = this.rootOf(b);
    if (rootA !== rootB) this.#parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  }
}
