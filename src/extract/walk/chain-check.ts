import { type ChainWindow, type Gap, gapsOf, reachOf } from './chain.ts';
import { type ListOrder, positionOf } from './list-order.ts';
import type { Observations } from './observations.ts';
import type { Window } from './window-log.ts';
import type { PeriodBounds } from './period-search.ts';

export interface Placed extends ChainWindow {
  readonly window: Window;
}

export type ChainCheck =
  /** Under every order that is left, the chain is closed and nothing can have slipped past the head. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly order: ListOrder; readonly gaps: readonly Gap<Placed>[] }
  /** The chain is closed, but the head must be read again. */
  | { readonly kind: 'stale' }
  /** No chain can prove this list; only reading it twice can. */
  | { readonly kind: 'unprovable'; readonly why: string };

/** What a chain is checked by. */
export interface Evidence {
  readonly seen: Observations;
  /** Bounds of the period that is to be proved, null if it is the whole list. */
  readonly bounds: ((order: ListOrder) => PeriodBounds) | null;
}

/**
 * Judges the chain under every order that is left. An order of `updated_at` lets items move to the head while the
 * list is read: there the chain proves only the items that stayed, and a last look at the head must show the others
 * (see `isCaughtUp`). `catchUp` asks for that last look under every order.
 */
export function assessChain(evidence: Evidence, catchUp: boolean): ChainCheck {
  const { log, watch } = evidence.seen;
  if (watch.left.length === 0) return { kind: 'unprovable', why: watch.voided ?? 'no order was seen' };
  if (!log.windows.some(isAtHead)) return { kind: 'unprovable', why: 'no answer held the head of the list' };
  if (evidence.bounds !== null && watch.left.some(({ key }) => key !== 'created')) {
    // Then a detection of the period may stand anywhere.
    return { kind: 'unprovable', why: 'the list may be ordered by updated_at' };
  }
  if (evidence.bounds !== null && watch.left.some((order) => watch.toleranceMs(order) > 0)) {
    return { kind: 'unprovable', why: 'the list is not exactly in order of created_at' };
  }
  let stale = false;
  for (const order of watch.left) {
    if (order.name === 'updated_at ascending') {
      return { kind: 'unprovable', why: 'the list may be ordered by updated_at, oldest first' };
    }
    const gaps = gapsFrom(evidence, order);
    if (gaps.length > 0) return { kind: 'open', order, gaps };
    const mayMove = order.key === 'updated' || (catchUp && order.descending && evidence.bounds === null);
    if (mayMove && !isCaughtUp(evidence, order)) {
      const fromNewest = gapsOf(place(evidence, order, headsOf(log.windows).at(-1), log.windows));
      if (fromNewest.length > 0) return { kind: 'open', order, gaps: fromNewest };
      stale = true;
    }
  }
  return stale ? { kind: 'stale' } : { kind: 'closed' };
}

/** Gaps of the chain from the head: none if any of the windows at the head is the start of a closed one. */
function gapsFrom(evidence: Evidence, order: ListOrder): Gap<Placed>[] {
  const heads = startsOf(evidence, order);
  let newest: Gap<Placed>[] | null = null;
  for (const head of heads.toReversed()) {
    const gaps = gapsOf(place(evidence, order, head, evidence.seen.log.windows));
    if (gaps.length === 0) return gaps;
    newest ??= gaps;
  }
  return newest ?? [];
}

/**
 * True if items that moved to the head during the walk were seen. The newest look at the head, F, is one answer,
 * so nothing moves within it; every window the chain needs was answered before F was asked for; and F reaches after
 * the item that stood first when the walk began. Where more moved than one page holds, the looks form a ladder: the
 * windows read since look r + 1 reach from the head to behind what stood first at look r, down to the first request.
 */
function isCaughtUp(evidence: Evidence, order: ListOrder): boolean {
  const { log, watch, contradictions } = evidence.seen;
  const heads = headsOf(log.windows);
  const last = heads.at(-1);
  if (last === undefined) return false;
  const usable = log.windows.filter((window) => window === last || window.answeredStep < last.askedStep);
  const closed = headsOf(usable).some((head) => gapsOf(place(evidence, order, head, usable)).length === 0);
  if (!closed) return false;
  for (let rung = heads.length - 1; rung > 0; ) {
    const look = heads[rung] as Window;
    const since = usable.filter((window) => window === look || window.askedStep > look.answeredStep);
    const reach = reachOf(place(evidence, order, look, since));
    // What has moved there since a look stands no farther from the head than this behind what stood first then.
    const moved = contradictions.lateMs + watch.toleranceMs(order);
    const next = heads.findIndex((head) => positionOf(head.firstKeys, order) + moved < reach);
    if (next < 0 || next >= rung) return false;
    rung = next;
  }
  return true;
}

/** True if a window begins before the period: then the chain over it does not start at the head. */
export function reachesBefore({ seen, bounds }: Evidence): boolean {
  const [order] = seen.watch.left;
  const before = order === undefined ? undefined : bounds?.(order).before;
  if (order === undefined || before === undefined) return false;
  return seen.log.windows.some(({ items, firstKeys }) => items > 0 && positionOf(firstKeys, order) <= before);
}

/** Windows that a chain may start with, the best one last: the newest look at the head, or the one nearest the period. */
function startsOf({ seen, bounds }: Evidence, order: ListOrder): Window[] {
  const first = bounds?.(order).before ?? Number.NEGATIVE_INFINITY;
  const before = seen.log.windows
    .filter((window) => window.items > 0 && positionOf(window.firstKeys, order) <= first)
    .sort((a, b) => positionOf(a.firstKeys, order) - positionOf(b.firstKeys, order));
  return before.length > 0 ? before.slice(-1) : newestHeadsOf(seen, order);
}

/**
 * Windows at the head that a chain over the whole list may start with. Of an exact order of creation, newest first, those
 * that show the newest item: to a chain from there it is nothing whether another one that lacks it is newer, because the
 * item was deleted, or older, because a cache gave it. What was added since an old answer stands before all of it.
 */
function newestHeadsOf(seen: Observations, order: ListOrder): Window[] {
  const heads = headsOf(seen.log.windows);
  if (!seen.contradictions.mayBeStale || !isExact(seen, order) || !order.descending) return heads;
  const newest = Math.min(...heads.map(({ firstKeys }) => positionOf(firstKeys, order)));
  return heads.filter(({ firstKeys }) => positionOf(firstKeys, order) === newest);
}

/** Windows that end the list, under this order: the same for a list of creation, oldest first. */
function newestEndsOf(seen: Observations, order: ListOrder): ReadonlySet<number> {
  const { log, contradictions } = seen;
  const { ends } = seen.ending;
  if (!contradictions.mayBeStale || !isExact(seen, order) || order.descending) return ends;
  const placed = log.windows.filter(({ index, items }) => items > 0 && ends.has(index));
  const newest = Math.max(...placed.map(({ lastKeys }) => positionOf(lastKeys, order)));
  return new Set(placed.filter(({ lastKeys }) => positionOf(lastKeys, order) === newest).map(({ index }) => index));
}

/** True if items that are added stand before all others, or behind them, by the key of this order. */
export function isExact({ watch, contradictions }: Observations, order: ListOrder): boolean {
  return order.key === 'created' && watch.toleranceMs(order) === 0 && contradictions.lateMs === 0;
}

/** Non-empty windows that start at the head, in the order they were asked for. */
function headsOf(windows: readonly Window[]): Window[] {
  return windows.filter(isAtHead).sort((a, b) => a.askedStep - b.askedStep);
}

function isAtHead({ offset, items }: Window): boolean {
  return offset === 0 && items > 0;
}

/** The windows with items in their places; the chain starts at `head`, the others at the head are like any window. */
function place(
  { seen, bounds }: Evidence,
  order: ListOrder,
  head: Window | undefined,
  windows: readonly Window[],
): Placed[] {
  const ends = newestEndsOf(seen, order);
  const behind = bounds?.(order).behind ?? Number.POSITIVE_INFINITY;
  return windows
    .filter(({ items }) => items > 0)
    .map((window) => {
      const last = positionOf(window.lastKeys, order);
      return {
        window,
        first: window === head ? Number.NEGATIVE_INFINITY : positionOf(window.firstKeys, order),
        last:
          ends.has(window.index) || last >= behind
            ? Number.POSITIVE_INFINITY
            : last - 2 * seen.watch.toleranceMs(order),
        group: seen.log.groupOf(window),
      };
    });
}
