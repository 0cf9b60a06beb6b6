import type { ObservedOrder } from '../../core/certificate.ts';
import { instantText, readInstant } from '../../core/instant.ts';
import { field, type JsonObject } from '../../core/json.ts';

/** The item's times that order a list: epoch milliseconds, null if absent or unreadable. */
export interface ItemKeys {
  readonly created: number | null;
  readonly updated: number | null;
}

export interface ListOrder {
  readonly name: Exclude<ObservedOrder, 'none' | 'trivial'>;
  readonly key: keyof ItemKeys;
  readonly descending: boolean;
}

/** Every order that a chain can rest on; of several that fit, the first one is reported. */
export const LIST_ORDERS: readonly ListOrder[] = [
  { name: 'created_at descending', key: 'created', descending: true },
  { name: 'created_at ascending', key: 'created', descending: false },
  { name: 'updated_at descending', key: 'updated', descending: true },
  { name: 'updated_at ascending', key: 'updated', descending: false },
];

/** A key's place in list order: ascending from the head of the list. NaN if the item has no such key. */
export function positionOf(keys: ItemKeys, order: ListOrder): number {
  const ms = keys[order.key];
  if (ms === null) return Number.NaN;
  return order.descending ? -ms : ms;
}

export function keysOf(item: JsonObject): ItemKeys {
  return keysFrom(instantText(field(item, 'created_at')), instantText(field(item, 'updated_at')));
}

/** The same from two texts. */
export function keysFrom(created: string | null | undefined, updated: string | null | undefined): ItemKeys {
  return { created: msOf(created), updated: msOf(updated) };
}

function msOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : (readInstant(text)?.ms ?? null);
}

/** Neighbours with different times that must be seen in order: by chance, that many are so once in a million lists. */
export const ENOUGH_NEIGHBOURS = 20;
/**
 * Several writers stamp what they insert a moment apart: times farther out of order than this are not those of the list.
 * It takes more to rule out an order of `updated_at`, in which items move while the list is read.
 */
const MAX_DISORDER_MS = { created: 5000, updated: 20_000 } as const;
/** What was seen of the disorder, times this, is what a proof allows for. */
const TOLERANCE_FACTOR = 4;

/** How far one order was seen to hold. */
interface Track {
  readonly order: ListOrder;
  /** Milliseconds by which an item comes after a later one, at the most; Infinity if the order is refuted. */
  disorderMs: number;
  /** Neighbours farther apart than the tolerance seen in order. */
  neighbours: number;
}

/**
 * Which orders every window seen so far is consistent with. The true order of the list is one of those, or none of
 * the four: a proof must therefore hold under each that is left. If no order is exact, those are left whose disorder is
 * small, provided that one of them is shown: there a proof relies on this alone, that two items farther apart than the
 * tolerance are in order.
 *
 *     exact ──out of order──▶ near (left if none is exact, and one is shown) ──too far──▶ refuted
 */
export class OrderWatch {
  readonly #tracks: readonly Track[] = LIST_ORDERS.map((order) => ({ order, disorderMs: 0, neighbours: 0 }));
  #compared = 0;
  /** Orders not refuted yet, the reported one first. */
  left: readonly ListOrder[] = LIST_ORDERS;
  /** Longest run of items in a window that may be in any order, under the order that is reported. */
  longestTie = 1;
  /** Why no order is left, null while one is. */
  voided: string | null = null;

  /** True if enough detections were seen in one of the orders left that it can hardly be chance. */
  get isShown(): boolean {
    return this.#tracks.some((track) => this.left.includes(track.order) && isShown(track));
  }

  get observed(): ObservedOrder {
    if (this.#compared === 0) return 'trivial';
    return this.left[0]?.name ?? 'none';
  }

  /** How far apart two items are, in milliseconds, that the proof relies on to be in this order; 0 if it is exact. */
  toleranceMs(order: ListOrder | undefined): number {
    const disorderMs = this.#tracks.find((track) => track.order === order)?.disorderMs ?? 0;
    return disorderMs === 0 ? 0 : TOLERANCE_FACTOR * 2 ** Math.ceil(Math.log2(disorderMs));
  }

  /**
   * Compares the neighbours inside one window. Only as many of them count as evidence as it holds items never seen
   * before: the same few, read again and again, show nothing new.
   */
  observe(keys: readonly ItemKeys[], fresh = keys.length): void {
    this.#compared += Math.max(0, keys.length - 1);
    if (keys.length < 2) return;
    for (const track of this.#tracks) {
      const before = this.toleranceMs(track.order);
      track.disorderMs = Math.max(track.disorderMs, disorderOf(keys, track.order));
      const tolerance = this.toleranceMs(track.order);
      // What was in order by less than the new tolerance shows nothing.
      if (tolerance > before) track.neighbours = 0;
      track.neighbours += Math.min(stepsOver(keys, track.order, tolerance), fresh);
    }
    this.#weigh('the items of a page are in no order of created_at or updated_at');
    const order = this.left[0];
    if (order === undefined) return;
    this.longestTie = Math.max(this.longestTie, longestRun(keys, order, 2 * this.toleranceMs(order)));
  }

  /** Drops the orders that something other than the order inside a window speaks against. */
  refute(key: keyof ItemKeys, why: string): void {
    for (const track of this.#tracks) if (track.order.key === key) track.disorderMs = Number.POSITIVE_INFINITY;
    this.#weigh(why);
  }

  #weigh(why: string): void {
    const exact = this.#tracks.filter(({ disorderMs }) => disorderMs === 0);
    const near = this.#tracks.filter(({ order, disorderMs }) => disorderMs <= MAX_DISORDER_MS[order.key]);
    const left = exact.length === 0 && near.some(isShown) ? near : exact;
    this.left = left.map(({ order }) => order);
    if (this.left.length === 0) this.voided ??= why;
  }
}

function isShown({ neighbours }: Track): boolean {
  return neighbours >= ENOUGH_NEIGHBOURS;
}

/** True if the items are in this order, but for the disorder that a tolerance (`OrderWatch.toleranceMs`) allows for. */
export function keepOrder(keys: readonly ItemKeys[], order: ListOrder, toleranceMs: number): boolean {
  // One item alone is in any order, with a time or without.
  return keys.length < 2 || disorderOf(keys, order) <= toleranceMs / TOLERANCE_FACTOR;
}

/** Milliseconds by which an item comes after a later one, at the most; Infinity if one has no such time. */
function disorderOf(keys: readonly ItemKeys[], order: ListOrder): number {
  let farthest = Number.NEGATIVE_INFINITY;
  let disorder = 0;
  for (const item of keys) {
    const position = positionOf(item, order);
    if (Number.isNaN(position)) return Number.POSITIVE_INFINITY;
    farthest = Math.max(farthest, position);
    disorder = Math.max(disorder, farthest - position);
  }
  return disorder;
}

/** How often an item stands farther than the tolerance after the last one that did. */
export function stepsOver(keys: readonly ItemKeys[], order: ListOrder, tolerance: number): number {
  let steps = -1;
  let from = Number.NEGATIVE_INFINITY;
  for (const item of keys) {
    const position = positionOf(item, order);
    if (!(position > from + tolerance)) continue;
    steps++;
    from = position;
  }
  return Math.max(0, steps);
}

/** The most neighbours that lie no farther apart than `span`. */
function longestRun(keys: readonly ItemKeys[], order: ListOrder, span: number): number {
  const places: number[] = [];
  let longest = 1;
  let start = 0;
  for (const [at, item] of keys.entries()) {
    places.push(Math.max(places.at(-1) ?? Number.NEGATIVE_INFINITY, positionOf(item, order)));
    while ((places[at] as number) - (places[start] as number) > span) start++;
    longest = Math.max(longest, at - start + 1);
  }
  return longest;
}
