/** Carried from the low to the high part; far enough below 2^53 that one more value cannot make it inexact. */
const CARRY = 1e15;

/** The content of a sum as plain values: units below 1e15, and multiples of 1e15. */
export interface CountedSum {
  readonly low: number;
  readonly high: number;
}

/**
 * A sum of numbers in whole units, e.g. of 1e-12. Each added value is rounded to the nearest unit (half up); after that
 * all arithmetic is on integers. So neither the order nor any split of the values changes a digit, which a sum of
 * floats cannot promise.
 *
 * Values must be between 0 and `1e15 / unitsPerOne`; the caller checks that.
 */
export class FixedSum {
  readonly #decimals: number;
  readonly #unitsPerOne: number;
  #low = 0;
  #high = 0;

  /** `decimals` of one unit: 12 for units of 1e-12. */
  constructor(decimals: number) {
    this.#decimals = decimals;
    this.#unitsPerOne = 10 ** decimals;
  }

  add(value: number): void {
    this.#addUnits(Math.round(value * this.#unitsPerOne));
  }

  get counted(): CountedSum {
    return { low: this.#low, high: this.#high };
  }

  /** Adds another sum of the same unit. */
  merge({ low, high }: CountedSum): void {
    this.#addUnits(low);
    this.#high += high;
  }

  /** The sum: the double nearest to the exact decimal. */
  total(): number {
    return this.#toNumber(this.#units());
  }

  /** The sum divided by `count`, rounded half up to one unit; null if `count` is 0. */
  mean(count: number): number | null {
    if (count === 0) return null;
    const twice = BigInt(count) * 2n;
    return this.#toNumber((this.#units() * 2n + BigInt(count)) / twice);
  }

  #addUnits(units: number): void {
    this.#low += units;
    if (this.#low >= CARRY) {
      this.#low -= CARRY;
      this.#high += 1;
    }
  }

  #units(): bigint {
    return BigInt(this.#high) * BigInt(CARRY) + BigInt(this.#low);
  }

  #toNumber(units: bigint): number {
    const digits = units.toString().padStart(this.#decimals + 1, '0');
    const point = digits.length - this.#decimals;
    return Number(`${digits.slice(0, point)}.${digits.slice(point)}`);
  }
}
