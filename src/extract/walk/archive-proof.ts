import type { WindowRecord, WindowRim } from '../../core/certificate.ts';
import { digestOf } from '../../core/merkle.ts';
import { UuidTable } from '../../core/uuid-table.ts';
import { type ChainWindow, type Gap, gapsOf, OverlapGroups } from './chain.ts';
import { keysFrom, type ListOrder, positionOf } from './list-order.ts';
import { boundsOf, type SoughtPeriod } from './period-search.ts';

/** What of a recorded window the proof needs. */
export type RecordedWindow = Pick<WindowRecord, 'page' | 'size' | 'items' | 'totalCount' | 'first' | 'last'>;

/** Of a recorded window, what tells which moment its answer is of. */
export type RecordedAnswer = RecordedWindow & Pick<WindowRecord, 'cached'>;

export interface PlacedRecord<W> extends ChainWindow {
  readonly window: W;
}

export interface Proof<W> {
  /** The order that every window was seen to keep. */
  readonly order: ListOrder;
  /** The period that is to be proved; null for the whole list. */
  readonly period: SoughtPeriod | null;
  /** As of `Certificate.orderToleranceMs`; 0 for an exact order. */
  readonly toleranceMs?: number;
  /**
   * Which windows share items, directly or over others. With it the links are checked as the walk did it; without, by
   * the keys of the rims alone.
   */
  readonly groupOf?: (window: W) => number;
}

/**
 * Proves the chain of an archive again from the rims of its windows (for the theorem see chain.ts): the places at
 * which no window links to the next, none if the chain is closed. Null if nothing can be said, because no window
 * begins at the head of the list or before the period.
 */
export function proveWindows<W extends RecordedWindow>(
  windows: readonly W[],
  proof: Proof<W>,
): readonly Gap<PlacedRecord<W>>[] | null {
  // One answer that was the whole list needs no order, and no list in it.
  if (isShownWhole(windows)) return [];
  const filled = windows.filter(({ items }) => items > 0);
  const sawEmptyPage = filled.length < windows.length;
  const chains = startsOf(filled, proof).map((start) => gapsOf(placed(filled, start, sawEmptyPage, proof)));
  return chains.toSorted((a, b) => a.length - b.length)[0] ?? null;
}

/** True if one answer is the whole list, and another one, of another size, looked at its head as well. */
export function isShownWhole(windows: readonly RecordedWindow[]): boolean {
  const heads = windows.filter(({ page }) => page === 1);
  return heads.some((window) => mayEnd(window) && heads.some((other) => other !== window));
}

/**
 * Why windows prove nothing, whatever chain they form, by what an archive shows; null if nothing speaks against
 * them: an answer of a cache, or a list whose edge was looked at but once, where items are added in its `order`.
 */
export function doubtOfWindows(
  windows: readonly RecordedAnswer[],
  period: SoughtPeriod | null,
  order: ListOrder | undefined,
): string | null {
  const cached = windows.find((window) => window.cached !== undefined);
  if (cached !== undefined) return `a cache gave page ${cached.page} of ${cached.size} (${cached.cached})`;
  if (period !== null) return null;
  if (windows.filter(({ page }) => page === 1).length > 1) return null;
  if (order?.descending !== false) return 'the head of the list was not looked at again';
  const looks = windows.filter(({ items, size }) => items < size).length;
  return looks > 1 ? null : 'the end of the list was not looked at again';
}

/** A short page; one that counts more than it shows was cut off, and is not an end. */
function mayEnd({ page, size, items, totalCount }: RecordedWindow): boolean {
  return items < size && (totalCount ?? 0) <= (page - 1) * size + items;
}

function startsOf<W extends RecordedWindow>(windows: readonly W[], { order, period }: Proof<W>): readonly W[] {
  if (period !== null) {
    const { before } = boundsOf(period, order);
    const newest = windows
      .filter(({ first }) => rimPosition(first, order) <= before)
      .toSorted((a, b) => rimPosition(b.first, order) - rimPosition(a.first, order))[0];
    if (newest !== undefined) return [newest];
  }
  return windows.filter(({ page }) => page === 1);
}

/** The windows in their places. An empty page shows that the list ends with the window that reaches farthest. */
function placed<W extends RecordedWindow>(
  windows: readonly W[],
  start: W,
  sawEmptyPage: boolean,
  proof: Proof<W>,
): PlacedRecord<W>[] {
  const { order, period, toleranceMs = 0, groupOf = () => 0 } = proof;
  const behind = period === null ? Number.POSITIVE_INFINITY : boundsOf(period, order).behind;
  const end = new Set(windows.filter(mayEnd).map((window) => window.last?.uuid));
  const lasts = windows.map((window) => rimPosition(window.last, order));
  const farthest = lasts.reduce((most, last) => (last > most ? last : most), Number.NEGATIVE_INFINITY);
  return windows.map((window, index) => {
    const last = lasts[index] ?? Number.NaN;
    // A short page whose count was of another moment ends the list if a better one ends with the same item.
    const isShortEnd = window.items < window.size && end.has(window.last?.uuid);
    const isEnd = isShortEnd || (sawEmptyPage && last === farthest);
    return {
      window,
      first: window === start ? Number.NEGATIVE_INFINITY : rimPosition(window.first, order),
      last: isEnd || last >= behind ? Number.POSITIVE_INFINITY : last - 2 * toleranceMs,
      group: groupOf(window),
    };
  });
}

/** A rim's place in list order; NaN if it has no such key. */
export function rimPosition(rim: WindowRim | null, order: ListOrder): number {
  return positionOf(keysFrom(rim?.createdAt, rim?.updatedAt), order);
}

type SharingWindow = Pick<WindowRecord, 'file' | 'items' | 'first' | 'last'>;

/**
 * Which recorded windows share items, as the pages that were kept show it. Of a page that was not kept only the rims are
 * known: it may share an item with any window that it overlaps.
 */
export class SharedItems<W extends SharingWindow = WindowRecord> {
  readonly #windows: readonly W[];
  readonly #memberOf: ReadonlyMap<W, number>;
  readonly #groups = new OverlapGroups();
  readonly #table = new UuidTable();

  constructor(windows: readonly W[]) {
    this.#windows = windows;
    this.#memberOf = new Map(windows.map((window) => [window, this.#groups.add()]));
  }

  /** Takes the items of a window in, by what identifies them. */
  add(window: W, identities: Iterable<string>): void {
    const member = this.#memberOf.get(window);
    if (member === undefined) return;
    for (const identity of identities) {
      const sighting = { digest: digestOf(identity), created: 0, crc: 0, ordinal: member };
      const earlier = this.#table.record(sighting);
      if (earlier !== null) this.#groups.join(member, earlier.ordinal);
    }
  }

  /** Call it when all pages were added: the group of each window, under the order that they keep. */
  groupUnder(order: ListOrder, toleranceMs: number): (window: W) => number {
    const spans = this.#windows.map(
      ({ first, last }) => [rimPosition(first, order), rimPosition(last, order)] as const,
    );
    for (const [unkept, { file, items }] of this.#windows.entries()) {
      if (file !== null || items === 0) continue;
      const [from = 0, to = 0] = spans[unkept] ?? [];
      for (const [other, [first, last]] of spans.entries()) {
        // Between two answers a detection may have moved to another place in an order of updated_at.
        const mayShare = order.key === 'updated' || (first <= to + toleranceMs && from <= last + toleranceMs);
        if (mayShare) this.#groups.join(unkept, other);
      }
    }
    this.#table.release();
    return (window) => this.#groups.rootOf(this.#memberOf.get(window) ?? 0);
  }
}
