import type { ObservedOrder } from '../core/certificate.ts';
import { instantText, readInstant } from '../core/instant.ts';
import { field, type JsonObject } from '../core/json.ts';

/** The item's times as far as they order a list: epoch milliseconds, null where absent or unreadable. */
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

/** A key's place in list order: ascending from the head of the list. NaN where the item has no such key. */
export function positionOf(keys: ItemKeys, order: ListOrder): number {
  const ms = keys[order.key];
  if (ms === null) return Number.NaN;
  return order.descending ? -ms : ms;
}

export function keysOf(item: JsonObject): ItemKeys {
  return { created: instantOf(item, 'created_at'), updated: instantOf(item, 'updated_at') };
}

function instantOf(item: JsonObject, name: string): number | null {
  const text = instantText(field(item, name));
  return text === null ? null : (readInstant(text)?.ms ?? null);
}

/** Neighbours with different times that must be seen in order: by chance, that many are so once in a million lists. */
export const ENOUGH_NEIGHBOURS = 20;

/**
 * Which orders every window seen so far is consistent with. The true order of the list is one of those, or none of
 * the four: a proof must therefore hold under each that is left.
 */
export class OrderWatch {
  #left: readonly ListOrder[] = LIST_ORDERS;
  #compared = 0;
  /** Neighbours with different times seen in each order of `LIST_ORDERS`. */
  readonly #neighbours = LIST_ORDERS.map(() => 0);
  #longestTie = 1;
  #voided: string | null = null;

  /** Orders not refuted yet, the reported one first. */
  get left(): readonly ListOrder[] {
    return this.#left;
  }

  /** Longest run of items with an equal key seen in a window, under the order that is reported. */
  get longestTie(): number {
    return this.#longestTie;
  }

  /** Why no order is left, null while one is. */
  get voided(): string | null {
    return this.#voided;
  }

  /** True where so many detections were seen in one of the orders left that it can hardly be chance. */
  get isShown(): boolean {
    return LIST_ORDERS.some(
      (order, at) => this.#left.includes(order) && (this.#neighbours[at] ?? 0) >= ENOUGH_NEIGHBOURS,
    );
  }

  get observed(): ObservedOrder {
    if (this.#compared === 0) return 'trivial';
    return this.#left[0]?.name ?? 'none';
  }

  /**
   * Compares the neighbours inside one window. Only as many of them count as evidence as it holds items never seen
   * before: the same few, read again and again, show nothing new.
   */
  observe(keys: readonly ItemKeys[], fresh = keys.length): void {
    this.#compared += Math.max(0, keys.length - 1);
    if (keys.length < 2) return;
    this.#keep(LIST_ORDERS.filter((order) => isSorted(keys, order)));
    const order = this.#left[0];
    if (order === undefined) return;
    for (const [at, { key }] of LIST_ORDERS.entries()) {
      const distinct = keys.filter((item, i) => i > 0 && item[key] !== keys[i - 1]?.[key]).length;
      this.#neighbours[at] = (this.#neighbours[at] ?? 0) + Math.min(distinct, fresh);
    }
    this.#longestTie = Math.max(this.#longestTie, longestRun(keys, order.key));
  }

  /** Drops the orders that something other than the order inside a window speaks against. */
  refute(key: keyof ItemKeys, why: string): void {
    this.#keep(
      this.#left.filter((order) => order.key !== key),
      why,
    );
  }

  #keep(orders: readonly ListOrder[], why = 'the items of a page are in no order of created_at or updated_at'): void {
    this.#left = this.#left.filter((order) => orders.includes(order));
    if (this.#left.length === 0) this.#voided ??= why;
  }
}

function isSorted(keys: readonly ItemKeys[], order: ListOrder): boolean {
  let before = Number.NEGATIVE_INFINITY;
  for (const item of keys) {
    const position = positionOf(item, order);
    if (!(position >= before)) return false;
    before = position;
  }
  return true;
}

function longestRun(keys: readonly ItemKeys[], key: keyof ItemKeys): number {
  let longest = 1;
  let run = 1;
  for (let i = 1; i < keys.length; i++) {
    run = keys[i]?.[key] === keys[i - 1]?.[key] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
