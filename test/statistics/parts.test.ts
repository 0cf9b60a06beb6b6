import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../src/core/errors.ts';
import type { Statistics } from '../../src/core/statistics.ts';
import { FixedSum } from '../../src/render/statistics/distribution.ts';
import { Histogram } from '../../src/render/statistics/summaries.ts';
import { createStatistics } from '../../src/render/statistics/statistics.ts';
import { assertSums, wilsonRate } from '../../src/render/statistics/outcomes.ts';
import { JANUARY, scored } from './detections.ts';

describe('a fixed-point sum', () => {
  test('is the sum of the rounded values, in any order and split', () => {
    const values = fc.array(fc.tuple(fc.double({ min: 0, max: 1000, noNaN: true }), fc.boolean()), { maxLength: 300 });
    fc.assert(
      fc.property(values, (list) => {
        const units = list.reduce((sum, [value]) => sum + BigInt(Math.round(value * 1e12)), 0n);
        const [left, right] = [new FixedSum(12), new FixedSum(12)];
        for (const [value, isLeft] of list) (isLeft ? left : right).add(value);
        right.merge(left.counted);
        const digits = units.toString().padStart(13, '0');
        expect(right.total()).toBe(Number(`${digits.slice(0, -12)}.${digits.slice(-12)}`));
      }),
    );
  });

  test('stays exact where a sum of floats drifts', () => {
    const sum = new FixedSum(12);
    let naive = 0;
    for (let i = 0; i < 100_000; i++) {
      sum.add(0.1);
      naive += 0.1;
    }
    expect(sum.total()).toBe(10_000);
    expect(sum.mean(100_000)).toBe(0.1);
    expect(naive).not.toBe(10_000);
  });

  test('carries: a sum far above 2^53 units keeps its last digit', () => {
    const sum = new FixedSum(6);
    for (let i = 0; i < 20; i++) sum.add(1e9);
    sum.add(0.000001);
    sum.add(1e9 - 0.000001);
    expect(sum.total()).toBe(21_000_000_000);
    expect(sum.mean(21_000)).toBe(1_000_000);
  });

  test('rounds a mean half up to the unit, and has none of nothing', () => {
    const sum = new FixedSum(6);
    for (const value of [0.000001, 0.000001, 0]) sum.add(value);
    expect(sum.mean(3)).toBe(0.000001);
    expect(sum.mean(4)).toBe(0.000001);
    expect(sum.mean(5)).toBe(0);
    expect(sum.mean(0)).toBeNull();
  });
});

describe('a histogram', () => {
  test('opens a bin at each edge and closes the last one', () => {
    for (let edge = 0; edge <= 20; edge++) {
      const histogram = new Histogram();
      histogram.add(edge / 20);
      expect(histogram.counted.indexOf(1)).toBe(Math.min(edge, 19));
    }
  });

  test('puts the number just below an edge into the bin before it', () => {
    const float = new Float64Array(1);
    const bits = new BigUint64Array(float.buffer);
    for (let edge = 1; edge <= 20; edge++) {
      float[0] = edge / 20;
      bits[0] = (bits[0] ?? 0n) - 1n;
      const histogram = new Histogram();
      histogram.add(float[0]);
      expect(histogram.counted.indexOf(1)).toBe(edge - 1);
    }
  });
});

describe('the Wilson interval', () => {
  // The first four: R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [0, 10, 0, 0.2775],
    [1, 10, 0.0179, 0.4042],
    [10, 10, 0.7225, 1],
  ])('of %i in %i is %f to %f, as published', (hits, of, low, high) => {
    const rate = wilsonRate(hits, of);
    expect(rate.low).toBeCloseTo(low, 4);
    expect(rate.high).toBeCloseTo(high, 4);
    expect(rate).toMatchObject({ value: Number((hits / of).toFixed(12)), of });
  });

  test('solves the equation it is defined by, lies in 0..1 and mirrors', () => {
    const shares = fc.integer({ min: 1, max: 2_000_000 }).chain((of) => fc.tuple(fc.nat(of), fc.constant(of)));
    fc.assert(
      fc.property(shares, ([hits, of]) => {
        const { value, low, high } = wilsonRate(hits, of);
        if (value === null || low === null || high === null) throw new Error('null for a positive total');
        expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
        for (const bound of [low, high]) {
          if (bound === 0 || bound === 1) continue;
          // |p - bound| = z * sqrt(bound (1 - bound) / n)
          const reach = 1.959963984540054 * Math.sqrt((bound * (1 - bound)) / of);
          expect(Math.abs(Math.abs(hits / of - bound) - reach)).toBeLessThan(1e-9);
        }
        const mirrored = wilsonRate(of - hits, of);
        expect(mirrored.low).toBeCloseTo(1 - high, 11);
        expect(mirrored.high).toBeCloseTo(1 - low, 11);
      }),
    );
  });

  test('of nothing is null', () => {
    expect(wilsonRate(0, 0)).toEqual({ value: null, low: null, high: null, of: 0 });
  });
});

describe('the sums', () => {
  const accumulator = createStatistics({ period: JANUARY });
  accumulator.add(scored(0.5), 'inside');
  accumulator.add(scored(0.5, { createdAtMs: 0 }), 'outside');
  const sound = accumulator.result(3);
  const zero = { completed: 0, processing: 0, failed: 0, fake: 0, real: 0, indeterminate: 0 };

  test('hold for what was counted', () => {
    expect(() => assertSums(sound)).not.toThrow();
    expect(sound.population).toEqual({
      received: 3,
      unique: 2,
      duplicates: 1,
      in_period: 1,
      outside_period: 1,
      undated: 0,
      completed: 1,
      processing: 0,
      failed: 0,
    });
  });

  const population = (changes: Partial<Statistics['population']>): Statistics => ({
    ...sound,
    population: { ...sound.population, ...changes },
  });
  test.each<[rule: RegExp, broken: Statistics]>([
    [/received = unique/, population({ received: 4 })],
    [/received = unique/, population({ duplicates: 0 })],
    [/unique = in_period/, population({ undated: 1 })],
    [/in_period = completed/, population({ failed: 1 })],
    [/duplicates is -1/, population({ received: 1, duplicates: -1 })],
    [/received is NaN/, population({ received: Number.NaN })],
    [/completed = fake/, { ...sound, verdicts: { fake: 1, real: 1, indeterminate: 0 } }],
    [/by_media_type adds up to all completed/, { ...sound, by_media_type: { audio: zero } }],
    [/by_day adds up to all completed/, { ...sound, by_day: [{ day: '2024-01-15', ...zero }] }],
  ])('that do not hold are named: %s', (rule, broken) => {
    expect(() => assertSums(broken)).toThrow(InvariantError);
    expect(() => assertSums(broken)).toThrow(rule);
  });
});
