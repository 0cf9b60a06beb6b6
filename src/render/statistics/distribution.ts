import type { SpanStatistics } from '../../core/statistics.ts';

/** Up to this many distinct values, every quantile is exact. */
export const EXACT_DISTINCT_VALUES = 10_000;

/** Values below this share one bucket; see `Distribution`. */
const SMALLEST_EXPONENT = -40;
const MANTISSA_BITS = 8;
const EXPONENT_BIAS = 1023;
const LOWEST_BUCKET = (EXPONENT_BIAS + SMALLEST_EXPONENT) << MANTISSA_BITS;

interface CountedValues {
  /** Value to number of occurrences; null after too many distinct values. */
  readonly exact: ReadonlyMap<number, number> | null;
  readonly buckets: ReadonlyMap<number, number>;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Count, minimum, maximum and quantiles of finite numbers >= 0.
 *
 * The quantile of `percent` is the value at rank ceil(n * percent / 100) of the sorted values (the inverse of the
 * empirical distribution function; type 1 of Hyndman and Fan, The American Statistician 50, 1996, 361-365), so it is
 * always a value that occurred.
 *
 * Up to 10,000 distinct values are counted one by one, and quantiles are exact. More are counted in fixed buckets:
 * values with the same exponent and the same first 8 bits of the mantissa share one. A bucket returns its middle,
 * clamped to the minimum and maximum, which is within 1/512 (below 0.2 %) of every value in it. All values below 2^-40
 * (about 1e-12) share one bucket, which returns 0. The number of buckets is bounded, they do not depend on the data,
 * and the mode depends only on the number of distinct values. So any split of the values, merged in any order, gives
 * the same digits.
 */
export class Distribution {
  /** Null after too many distinct values. */
  #exact: Map<number, number> | null = new Map();
  readonly #buckets = new Map<number, number>();
  readonly #float = new Float64Array(1);
  readonly #words = new Uint32Array(this.#float.buffer);
  /** Which of the two words holds sign and exponent: depends on the machine's byte order. */
  readonly #highWord: 0 | 1;
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#float[0] = 1;
    this.#highWord = this.#words[0] === 0 ? 1 : 0;
  }

  get count(): number {
    return this.#count;
  }

  get min(): number | null {
    return this.#count === 0 ? null : this.#min;
  }

  get max(): number | null {
    return this.#count === 0 ? null : this.#max;
  }

  add(value: number): void {
    // Adding zero turns -0, which equals 0 but prints differently, into 0.
    this.#addTimes(value + 0, 1);
  }

  /** Valid until something is added. */
  get counted(): CountedValues {
    return { exact: this.#exact, buckets: this.#buckets, count: this.#count, min: this.#min, max: this.#max };
  }

  merge({ exact, buckets, count, min, max }: CountedValues): void {
    if (exact !== null) {
      for (const [value, times] of exact) this.#addTimes(value, times);
      return;
    }
    this.#leaveExactMode();
    for (const [bucket, times] of buckets) this.#addToBucket(bucket, times);
    this.#count += count;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }

  /** The value at rank ceil(n * percent / 100), `percent` a whole number from 1 to 100; null without values. */
  quantile(percent: number): number | null {
    if (this.#count === 0) return null;
    // Only one division, of an integer product: no rounding can lift the rank over a whole number.
    const rank = Math.ceil((this.#count * percent) / 100);
    if (this.#exact !== null) return keyAtRank(this.#exact, rank);
    const middle = middleOf(keyAtRank(this.#buckets, rank));
    return Math.min(Math.max(middle, this.#min), this.#max);
  }

  span(): SpanStatistics {
    return { count: this.#count, p50: this.quantile(50), p95: this.quantile(95), max: this.max };
  }

  #addTimes(value: number, times: number): void {
    this.#count += times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (this.#exact === null) {
      this.#addToBucket(this.#bucketOf(value), times);
      return;
    }
    this.#exact.set(value, (this.#exact.get(value) ?? 0) + times);
    if (this.#exact.size > EXACT_DISTINCT_VALUES) this.#leaveExactMode();
  }

  #addToBucket(bucket: number, times: number): void {
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + times);
  }

  #leaveExactMode(): void {
    if (this.#exact === null) return;
    for (const [value, times] of this.#exact) this.#addToBucket(this.#bucketOf(value), times);
    this.#exact = null;
  }

  /** Exponent and leading mantissa bits of a non-negative double: they sort like the values. */
  #bucketOf(value: number): number {
    this.#float[0] = value;
    const bucket = (this.#words[this.#highWord] ?? 0) >>> (20 - MANTISSA_BITS);
    return bucket < LOWEST_BUCKET ? 0 : bucket;
  }
}

function keyAtRank(counts: ReadonlyMap<number, number>, rank: number): number {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  let seen = 0;
  let key = 0;
  for (const [next, times] of sorted) {
    key = next;
    seen += times;
    if (seen >= rank) break;
  }
  return key;
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const steps = 2 ** MANTISSA_BITS;
  const exponent = Math.floor(bucket / steps) - EXPONENT_BIAS;
  return 2 ** exponent * (1 + ((bucket % steps) + 0.5) / steps);
}

/** Carried from the low to the high part; far enough below 2^53 that one more value cannot make it inexact. */
const CARRY = 1e15;

/** The content of a sum as plain values: units below 1e15, and multiples of 1e15. */
interface CountedSum {
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
