import { mix32, words } from '../items/random.ts';

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

const ROUNDS = 10;

/**
 * Turns a serial number into 32 hexadecimal digits that look random, and back. A generalised Feistel network over four
 * 32-bit words (serial low and high, two words from the seed): every step can be undone, so a uuid needs no look-up
 * table. Not cryptography: it only has to look real.
 */
export class UuidCipher {
  readonly #keys: readonly number[];
  readonly #tags: readonly [number, number];

  constructor(seed: number) {
    const [low, high] = words(seed);
    const base = mix32(low ^ mix32(high ^ 0x51ed270b));
    this.#keys = Array.from({ length: ROUNDS * 2 }, (_, round) => mix32(base + Math.imul(round + 1, 0x9e3779b9)));
    this.#tags = [mix32(base ^ 0x2545f491), mix32(base ^ 0x6c078965)];
  }

  /** 32 lower-case hexadecimal digits of a serial number (a safe non-negative integer). */
  encode(serial: number): string {
    let [a, b] = words(serial);
    let [c, d] = this.#tags;
    for (let round = 0; round < ROUNDS; round++) {
      const nextA = (b ^ mix32(a + this.#key(round * 2))) >>> 0;
      const nextC = (d ^ mix32(c + this.#key(round * 2 + 1))) >>> 0;
      [a, b, c, d] = [nextA, c, nextC, a];
    }
    return hex(a) + hex(b) + hex(c) + hex(d);
  }

  /** The serial number of 32 lower-case hexadecimal digits, or null if no serial number of this seed gives them. */
  decode(digits: string): number | null {
    if (!/^[0-9a-f]{32}$/.test(digits)) return null;
    let [a, b, c, d] = [0, 8, 16, 24].map((at) => Number.parseInt(digits.slice(at, at + 8), 16)) as Four;
    for (let round = ROUNDS - 1; round >= 0; round--) {
      const previousA = d;
      const previousC = b;
      const previousB = (a ^ mix32(previousA + this.#key(round * 2))) >>> 0;
      const previousD = (c ^ mix32(previousC + this.#key(round * 2 + 1))) >>> 0;
      [a, b, c, d] = [previousA, previousB, previousC, previousD];
    }
    const serial = b * 0x1_0000_0000 + a;
    return c === this.#tags[0] && d === this.#tags[1] && Number.isSafeInteger(serial) ? serial : null;
  }

  #key(at: number): number {
    return this.#keys[at] ?? 0;
  }
}

type Four = [number, number, number, number];

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

/** The same 32 digits in the form of older records: 8-4-4-4-12. */
export function dashed(digits: string): string {
  return [0, 8, 12, 16, 20].map((from, part) => digits.slice(from, [8, 12, 16, 20, 32][part])).join('-');
}
