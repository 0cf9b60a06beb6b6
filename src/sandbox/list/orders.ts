import { mix32 } from '../items/random.ts';

/** The position of each serial number in the list. Serial numbers are assigned 0, 1, 2, … and never reused. */
export interface SerialOrder {
  readonly count: number;
  /** The serial numbers at indexes [first, first + length), cut at the end of the list. */
  slice(first: number, length: number): number[];
  inserted(serial: number): void;
  removed(serial: number): void;
  /** Moves to the newest `updated_at` of all. */
  touched(serial: number): void;
}

/** By creation, probably the real list's order: O(log removals) an item, whatever the list's length. */
export class CreationOrder implements SerialOrder {
  readonly #ascending: boolean;
  readonly #removed = new RemovedSerials();
  #next: number;

  constructor(count: number, ascending: boolean) {
    this.#next = count;
    this.#ascending = ascending;
  }

  get count(): number {
    return this.#next - this.#removed.count;
  }

  slice(first: number, length: number): number[] {
    const end = Math.min(this.count, first + length);
    const serials: number[] = [];
    for (let index = first; index < end; index++) {
      serials.push(this.#removed.remainingAt(this.#ascending ? index : this.count - 1 - index));
    }
    return serials;
  }

  inserted(serial: number): void {
    this.#next = serial + 1;
  }

  removed(serial: number): void {
    this.#removed.add(serial);
  }

  touched(): void {}
}

/** Sorted by `updated_at`: an update moves a detection to the newest end. In memory as a whole: small lists only. */
export class UpdateOrder implements SerialOrder {
  /** Newest first. */
  #serials: number[];
  readonly #ascending: boolean;

  constructor(newestFirst: readonly number[], ascending: boolean) {
    this.#serials = [...newestFirst];
    this.#ascending = ascending;
  }

  get count(): number {
    return this.#serials.length;
  }

  slice(first: number, length: number): number[] {
    if (!this.#ascending) return this.#serials.slice(first, first + length);
    const end = Math.max(0, this.count - first);
    return this.#serials.slice(Math.max(0, end - length), end).reverse();
  }

  inserted(serial: number): void {
    this.#serials.unshift(serial);
  }

  removed(serial: number): void {
    this.#serials = this.#serials.filter((other) => other !== serial);
  }

  touched(serial: number): void {
    this.removed(serial);
    this.inserted(serial);
  }
}

/**
 * No order: either the same disorder in every answer (new items anywhere in it), or a different one each time, which no
 * client can page through. Small lists only.
 */
export class RandomOrder implements SerialOrder {
  #serials: number[];
  readonly #reshuffled: boolean;
  #answers = 0;

  constructor(count: number, reshuffled: boolean) {
    this.#serials = Array.from({ length: count }, (_, serial) => serial);
    this.#reshuffled = reshuffled;
    this.#sort();
  }

  get count(): number {
    return this.#serials.length;
  }

  slice(first: number, length: number): number[] {
    if (this.#reshuffled) {
      this.#answers++;
      this.#sort();
    }
    return this.#serials.slice(first, first + length);
  }

  inserted(serial: number): void {
    this.#serials.push(serial);
    this.#sort();
  }

  removed(serial: number): void {
    this.#serials = this.#serials.filter((other) => other !== serial);
  }

  touched(): void {}

  #sort(): void {
    const salt = mix32(this.#answers + 1);
    this.#serials.sort((a, b) => mix32(a ^ salt) - mix32(b ^ salt));
  }
}

/** Groups of neighbours with the same `created_at`, as batches and coarse clocks produce them. */
export interface TieGroups {
  /** Detections of one group, at least 2. */
  readonly size: number;
  /** True: without a unique tie-break, the order in a group differs in every answer. */
  readonly shuffled: boolean;
}

/** The serial number whose creation time the whole group has. */
export function groupStart(serial: number, groups: TieGroups): number {
  return serial - (serial % groups.size);
}

/** A slice of the order with every group shuffled by `salt`, the same on every page of that salt. */
export function sliceShuffled(
  order: SerialOrder,
  first: number,
  length: number,
  groups: TieGroups,
  salt: number,
): number[] {
  const end = Math.min(order.count, first + length);
  if (first >= end) return [];
  // A group cut by the page must be read as a whole to be shuffled.
  const from = Math.max(0, first - groups.size);
  const serials = order.slice(from, end + groups.size - from);
  for (let at = 0; at < serials.length; ) {
    const group = groupStart(serials[at] ?? 0, groups);
    let behind = at + 1;
    while (behind < serials.length && groupStart(serials[behind] ?? 0, groups) === group) behind++;
    const members = serials.slice(at, behind).sort((a, b) => shuffleKey(a, salt) - shuffleKey(b, salt));
    serials.splice(at, members.length, ...members);
    at = behind;
  }
  return serials.slice(first - from, end - from);
}

function shuffleKey(serial: number, salt: number): number {
  return mix32(serial ^ mix32(salt));
}

/**
 * Serial numbers removed from 0, 1, 2, …: finds the k-th remaining one by binary search over the removed ones. A
 * removal shifts a sorted array, which for a run's thousands of removals costs less than any tree.
 */
export class RemovedSerials {
  /** Ascending. */
  readonly #removed: number[] = [];

  get count(): number {
    return this.#removed.length;
  }

  has(serial: number): boolean {
    return this.#removed[this.#below(serial)] === serial;
  }

  /** False if it was already removed. */
  add(serial: number): boolean {
    const at = this.#below(serial);
    if (this.#removed[at] === serial) return false;
    this.#removed.splice(at, 0, serial);
    return true;
  }

  /** The serial number that has exactly `rank` remaining ones below it. */
  remainingAt(rank: number): number {
    // removed[i] - i remaining ones are below removed[i]; the answer moves up by the count with at most `rank` below.
    let [low, high] = [0, this.#removed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#removed[middle] ?? 0) - middle <= rank) low = middle + 1;
      else high = middle;
    }
    return rank + low;
  }

  /** How many removed ones are smaller. */
  #below(serial: number): number {
    let [low, high] = [0, this.#removed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#removed[middle] ?? 0) < serial) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
