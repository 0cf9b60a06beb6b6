import type { WindowRim } from '../../core/certificate.ts';
import { type Evidence, isExact, assessChain } from './chain-check.ts';
import type { Edge } from './contradictions.ts';
import type { Answer, Window } from './window-log.ts';
import { type PlannedWindow, type SizeLimits, windowOf } from './page-planner.ts';
import type { Observations } from './observations.ts';

/** Looks that are asked for on top of those of the plan, at the most: a list that grows all the time never agrees. */
const MAX_LOOKS = 3;

/** What the newest look kept of the one before it. */
interface Comparison {
  readonly before: Window;
  readonly last: Window;
  /** How many of its items are still there; whether its first and its last one are. */
  readonly kept: number;
  readonly keptFirst: boolean;
  readonly keptLast: boolean;
}

/**
 * The edge of the list where items are added is looked at again, with another page size, before anything is proven:
 * another size is another address for a cache, and replicas that take turns give two answers in a row from different
 * ones. A list that one answer shows whole is asked for again in the same way, the empty one too.
 */
export class EdgeLooks {
  #asked = 0;
  readonly #newest: Record<Edge, { readonly last: Window | null; readonly comparison: Comparison | null }> = {
    head: { last: null, comparison: null },
    end: { last: null, comparison: null },
  };

  answered({ window, places }: Answer, { ending, log }: Observations): void {
    for (const edge of ['head', 'end'] as const) {
      if (edge === 'head' ? window.offset > 0 : !ending.ends.has(window.index)) continue;
      const before = this.#newest[edge].last;
      const kept = places.filter((place) => place !== null && place.window === before).length;
      const isKept = (rim: WindowRim | null): boolean => rim !== null && log.isSeenSince(rim.uuid, window);
      const comparison =
        before === null
          ? null
          : { before, last: window, kept, keptFirst: isKept(before.first), keptLast: isKept(before.last) };
      this.#newest[edge] = { last: window, comparison };
    }
  }

  /** The page to ask for; null if the last two looks agree, or enough were asked for. */
  next(seen: Observations, limits: SizeLimits): PlannedWindow | null {
    if (this.#asked >= MAX_LOOKS) return null;
    const { comparison } = this.#newest[edgeOf(seen)];
    if (comparison !== null && agree(comparison, seen) && surplusOf(seen) <= 0) return null;
    this.#asked++;
    return windowOver(seen, limits);
  }
}

/** True if the second look shows what the first one did, and what was added since. */
function agree({ before, last, kept, keptFirst, keptLast }: Comparison, seen: Observations): boolean {
  if (last.askedStep <= before.answeredStep || last.size === before.size) return false;
  // Both are the whole list, and nothing that one shows is missing in the other.
  if (seen.isOneAnswer) return (kept === before.items || last.set === before.set) && seen.isWhole(before);
  const between = seen.log.windows.filter(({ id }) => id >= before.id && id <= last.id);
  if (edgeOf(seen) === 'end') return keptLast && between.every(({ totalCount }) => totalCount === before.totalCount);
  // Of replicas that take turns, two requests in a row meet both.
  return keptFirst && last.id === before.id + 1;
}

/** Why nothing is proven, whatever chain is closed; null if nothing speaks against it. */
export function doubtOf(seen: Observations, bounds: Evidence['bounds']): string | null {
  const { found } = seen.contradictions;
  if (found !== null) return found;
  const edges = (['head', 'end'] as const).filter((edge) => edge === 'head' || edgeOf(seen) === edge);
  const stale = edges.find((edge) => isStale(seen, edge, bounds));
  if (stale !== undefined) {
    const which = stale === 'head' ? 'first' : 'last';
    return `the ${which} detection of the list is gone and nothing newer came, so it was deleted, or a cache or a lagging replica answered`;
  }
  return surplusOf(seen) > 0 ? 'the list counts more detections than were seen to be added' : null;
}

/**
 * True if the newest answer over that edge may be older than one before it, and that matters. It does not where the one
 * before shows the whole list as well, or begins a chain in the exact order of creation.
 */
function isStale(seen: Observations, edge: Edge, bounds: Evidence['bounds']): boolean {
  const { contradictions, isOneAnswer, watch } = seen;
  const fresher = contradictions.fresherAt(edge);
  if (fresher === null || (isOneAnswer && edge === 'head' && seen.isWhole(fresher))) return false;
  const isChain = watch.isShown && watch.left.every((order) => isExact(seen, order));
  return !isChain || assessChain({ seen, bounds }, false).kind !== 'closed';
}

/** Where items are added, by the orders that are left. */
function edgeOf({ watch, isOneAnswer }: Observations): Edge {
  const isAscending = watch.left.length > 0 && watch.left.every(({ descending }) => !descending);
  return isAscending && !isOneAnswer ? 'end' : 'head';
}

/**
 * By how many the count of a list, newest first, rose between two answers beyond what was seen to be added: those were
 * deleted again before any look at the head, or the answers come from lists of different moments.
 */
function surplusOf({ log, added, watch }: Observations): number {
  const { left, longestTie } = watch;
  if (left.length === 0 || left.some(({ descending }) => !descending)) return 0;
  const seen = Math.max(...left.map((order) => added.countUnder(order)));
  // Items of one time may have been added beside those that were there.
  return highestRise(log.windows) - seen - (longestTie - 1);
}

/** The most by which an answer counts more than one that had arrived before it was asked for; `windows` by answer. */
function highestRise(windows: readonly Window[]): number {
  let [rise, lowest, arrived] = [0, Number.POSITIVE_INFINITY, 0];
  for (const window of windows.toSorted((a, b) => a.askedStep - b.askedStep)) {
    for (; (windows[arrived]?.answeredStep ?? Number.POSITIVE_INFINITY) < window.askedStep; arrived++) {
      const { items, totalCount } = windows[arrived] as Window;
      // What is added to an empty list is newer than nothing that was seen.
      if (totalCount !== null && items > 0) lowest = Math.min(lowest, totalCount);
    }
    rise = Math.max(rise, (window.totalCount ?? 0) - lowest);
  }
  return rise;
}

/** A page over the edge of a size that was not asked for there; of the same size only if there is not another. */
function windowOver(seen: Observations, limits: SizeLimits): PlannedWindow | null {
  const { log, length } = seen;
  const offset = edgeOf(seen) === 'end' ? Math.max(0, length.estimate - 1) : 0;
  const largest = Math.max(limits.max, 2 * limits.min);
  let best: PlannedWindow | null = null;
  for (let size = largest; size >= limits.min; size--) {
    const page = Math.floor(offset / size) + 1;
    const isKnown = log.windows.some((window) => window.page === page && window.size === size);
    const window = windowOf(page, size);
    // A full page is not an end.
    if (isKnown || (offset > 0 && window.end <= length.estimate)) continue;
    // Within the sizes of the plan if there is one, and beyond what the list holds.
    if (size <= limits.max) return window;
    best = window;
  }
  return best ?? { page: Math.floor(offset / limits.max) + 1, size: limits.max, start: 0, end: limits.max };
}
