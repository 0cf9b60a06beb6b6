import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Distribution, EXACT_DISTINCT_VALUES } from '../../src/render/statistics/distribution.ts';
import { exactQuantile } from './recount.ts';

const PERCENTS = [1, 5, 25, 50, 75, 95, 99, 100];

function distributionOf(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

function answers(distribution: Distribution): readonly (number | null)[] {
  const { count, min, max } = distribution;
  return [count, min, max, ...PERCENTS.map((percent) => distribution.quantile(percent))];
}

/** Deterministic numbers in 0..1 (mulberry32). */
function randomNumbers(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  });
}

describe('up to 10,000 distinct values', () => {
  test('every quantile is the value at its rank', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (values) => {
          const sorted = values.map((value) => value + 0).sort((a, b) => a - b);
          const want = [values.length, sorted[0], sorted.at(-1), ...PERCENTS.map((p) => exactQuantile(sorted, p))];
          expect(answers(distributionOf(values))).toEqual(want);
        },
      ),
    );
  });

  test('a known case: the median of an even number of values is the lower one, p95 of 1 to 100 is 95', () => {
    expect(distributionOf([1, 2, 3, 4]).quantile(50)).toBe(2);
    const hundred = distributionOf(Array.from({ length: 100 }, (_, index) => 100 - index));
    expect(hundred.quantile(95)).toBe(95);
    expect(hundred.quantile(50)).toBe(50);
    expect(distributionOf([-0]).min).toBe(0);
    expect(Object.is(distributionOf([-0]).quantile(50), 0)).toBe(true);
  });

  test('a million equal values are still one distinct value', () => {
    const distribution = new Distribution();
    for (let i = 0; i < 1_000_000; i++) distribution.add(i % 7);
    expect(distribution.quantile(50)).toBe(3);
  });

  test('nothing is null, not NaN', () => {
    expect(answers(new Distribution())).toEqual([0, null, null, ...PERCENTS.map(() => null)]);
  });
});

describe('beyond', () => {
  const shapes: readonly [name: string, shape: (uniform: number) => number][] = [
    ['uniform in 0..1', (u) => u],
    ['crowded at 1', (u) => 1 - u ** 8],
    ['crowded at 0', (u) => u ** 4],
    ['over twelve orders of magnitude', (u) => 10 ** (u * 12 - 3)],
  ];

  test.each(shapes)('every quantile lies within 0.2 %%: %s', (_name, shape) => {
    const values = randomNumbers(7, 30_000).map(shape);
    const sorted = values.toSorted((a, b) => a - b);
    expect(new Set(values).size).toBeGreaterThan(EXACT_DISTINCT_VALUES);
    const distribution = distributionOf(values);
    let worst = 0;
    for (const percent of PERCENTS) {
      const exact = exactQuantile(sorted, percent) ?? Number.NaN;
      const got = distribution.quantile(percent) ?? Number.NaN;
      worst = Math.max(worst, Math.abs(got - exact) / exact);
    }
    expect(worst).toBeLessThanOrEqual(1 / 512);
    // The control: the answers are approximations, or this test compares exact values with themselves.
    expect(worst).toBeGreaterThan(0);
    expect(distribution.min).toBe(sorted[0]);
    expect(distribution.quantile(100)).toBeLessThanOrEqual(sorted.at(-1) ?? Number.NaN);
  });

  test('values below 2^-40 answer 0, or the least of all', () => {
    const tiny = randomNumbers(3, 12_000).map((u) => 2 ** -41 * (1 + u));
    expect(distributionOf([0, ...tiny]).quantile(50)).toBe(0);
    expect(distributionOf(tiny).quantile(50)).toBe(Math.min(...tiny));
  });

  test('one value more is what changes the mode', () => {
    const values = Array.from({ length: EXACT_DISTINCT_VALUES }, (_, index) => 1 + index / 3);
    const rank5000 = values[4_999];
    expect(distributionOf(values).quantile(50)).toBe(rank5000);
    expect(distributionOf([...values, 1e6]).quantile(50)).not.toBe(rank5000);
  });

  test('no split and no order changes a digit, whichever parts are still exact', () => {
    const values = randomNumbers(11, 14_000);
    const whole = answers(distributionOf(values));
    const anySplit = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 13_999 }), fc.boolean());
    fc.assert(
      fc.property(anySplit, ([parts, stride, backwards]) => {
        const shards = Array.from({ length: parts }, () => new Distribution());
        // One shard may hold nearly all (and leave exact mode) while the others hold little.
        for (const [index, value] of values.entries()) {
          (index < stride ? shards[0] : shards[index % parts])?.add(value);
        }
        if (backwards) shards.reverse();
        const merged = new Distribution();
        for (const shard of shards) merged.merge(structuredClone(shard.counted));
        expect(answers(merged)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});
