import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolvePeriod } from '../../src/core/calendar.ts';
import type { Period } from '../../src/core/period.ts';
import { DayCounts } from '../../src/render/statistics/day-counts.ts';
import { KEY_LENGTH_LIMIT, KeyedCounts, NAMED_KEYS, OTHER_KEYS } from '../../src/render/statistics/keyed-counts.ts';
import { createStatistics } from '../../src/render/statistics/statistics.ts';
import { ALL, detection, JANUARY, modality, scored } from './detections.ts';

function keysOf(keys: readonly string[]): KeyedCounts {
  const counts = new KeyedCounts(1);
  for (const key of keys) counts.increment(key);
  return counts;
}

/** What the counts must be, from the whole list at once. */
function expectedEntries(keys: readonly string[]): [string, number[]][] {
  const distinct = [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1));
  const countOf = (some: ReadonlySet<string>): number => keys.filter((key) => some.has(key)).length;
  const entries = distinct.slice(0, NAMED_KEYS).map((key): [string, number[]] => [key, [countOf(new Set([key]))]]);
  const rest = countOf(new Set(distinct.slice(NAMED_KEYS)));
  if (rest > 0) entries.push([OTHER_KEYS, [rest]]);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

function range(from: string, to: string, timezone = 'UTC'): Period {
  return resolvePeriod({ kind: 'range', from, to }, timezone, 0);
}

function daysSeen(period: Period, instants: readonly string[]): string[] {
  const days = new DayCounts(period);
  for (const instant of instants) days.increment(Date.parse(instant), 0, 3);
  return days.days().map(({ day, fake }) => (fake > 0 ? `${day}*` : day));
}

describe('an open set of keys', () => {
  const many = fc.array(
    fc.nat(4_000).map((key) => `label ${key}`),
    { minLength: 3_000, maxLength: 6_000, size: 'max' },
  );

  test('keeps the 1,000 smallest and counts all others together, whatever the order and the split', () => {
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 5 }), (keys, parts) => {
        const expected = expectedEntries(keys);
        expect(keysOf(keys).entries()).toEqual(expected);
        expect(keysOf(keys.toSorted().reverse()).entries()).toEqual(expected);
        const merged = new KeyedCounts(1);
        for (let part = parts - 1; part >= 0; part--) {
          merged.merge(structuredClone(keysOf(keys.filter((_, index) => index % parts === part)).counted));
        }
        expect(merged.entries()).toEqual(expected);
        // Counting goes on after a merge.
        for (const key of keys.slice(0, 500)) merged.increment(key);
        expect(merged.entries()).toEqual(expectedEntries([...keys, ...keys.slice(0, 500)]));
      }),
      // Shrinking lists this long takes minutes and explains nothing; the seed is printed all the same.
      { numRuns: 8, endOnFailure: true },
    );
  });

  test('more than 1,000 labels split at random give the same text', () => {
    const labels = Array.from({ length: 2_600 }, (_, index) => `voice ${(index * 7919) % 2_600}`);
    const whole = createStatistics({ period: JANUARY });
    const parts = [0, 1, 2].map(() => createStatistics({ period: JANUARY }));
    for (const [index, label] of labels.entries()) {
      const one = scored(0.5, { audio: modality({ label }), mediaType: label, unknownKeys: [label, label] });
      whole.add(one, 'inside');
      parts[(index * 31) % 3]?.add(one, 'inside');
    }
    const merged = createStatistics({ period: JANUARY });
    for (const part of parts) merged.merge(part.counted);
    const result = whole.result(2_600);
    expect(JSON.stringify(merged.result(2_600))).toBe(JSON.stringify(result));
    expect(Object.keys(result.labels.audio)).toHaveLength(1_001);
    expect(result.labels.audio[OTHER_KEYS]).toBe(1_600);
    expect(result.unknown_keys[OTHER_KEYS]).toBe(3_200);
    expect(result.by_media_type['audio']).toMatchObject({ completed: 0 });
    expect(result.by_media_type[OTHER_KEYS]).toMatchObject({ completed: 1_600, real: 1_600 });
  });

  test('the three media types keep their rows beside any number of smaller keys', () => {
    const accumulator = createStatistics({ period: JANUARY });
    for (let i = 0; i < 2_500; i++) accumulator.add(detection({ mediaType: `! ${i}` }), 'inside');
    accumulator.add(scored(0.5, { mediaType: 'video' }), 'inside');
    accumulator.add(scored(0.5, { mediaType: null }), 'inside');
    const byMediaType = accumulator.result(2_502).by_media_type;
    expect(byMediaType['video']).toMatchObject({ completed: 1, real: 1 });
    expect(byMediaType[OTHER_KEYS]).toMatchObject({ processing: 1_500, completed: 1 });
  });

  test('keys that steer objects are keys like any other, here and in the JSON text', () => {
    const hostile = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''];
    const accumulator = createStatistics({ period: JANUARY });
    for (const key of hostile) {
      const one = scored(0.5, {
        audio: modality({ label: key }),
        mediaType: key,
        unknownKeys: [key],
        coercions: [key],
      });
      accumulator.add(one, 'inside');
    }
    const result = accumulator.result(hostile.length);
    for (const counts of [result.labels.audio, result.unknown_keys, result.coercions]) {
      expect(Object.keys(counts)).toEqual(hostile.toSorted());
      expect(Object.entries(counts).every(([, count]) => count === 1)).toBe(true);
    }
    expect(Object.getPrototypeOf(result.unknown_keys)).toBe(Object.prototype);
    expect(Object.getOwnPropertyNames(JSON.parse(JSON.stringify(result.by_media_type)))).toContain('__proto__');
    expect(({} as Record<string, unknown>)['completed']).toBeUndefined();
  });

  test('a long key is counted under its beginning, a literal (other) among the others', () => {
    const long = '😀'.repeat(300);
    const counts = keysOf([`${long}a`, `${long}b`, OTHER_KEYS, 'plain']);
    const shortened = `${long.slice(0, KEY_LENGTH_LIMIT - 2)}…`;
    expect(counts.entries()).toEqual([
      [OTHER_KEYS, [1]],
      ['plain', [1]],
      [shortened, [2]],
    ]);
    expect(Buffer.from(shortened).toString()).toBe(shortened);
  });
});

describe('the days', () => {
  test('are those of the zone, each with its own detections', () => {
    const berlin = range('2024-03-30', '2024-04-01', 'Europe/Berlin');
    expect(daysSeen(berlin, ['2024-03-30T22:59:59Z'])).toEqual(['2024-03-30*', '2024-03-31']);
    expect(daysSeen(berlin, ['2024-03-30T23:00:00Z', '2024-03-31T21:59:59Z'])).toEqual(['2024-03-30', '2024-03-31*']);
  });

  test('of a leap month are 29, of a period without detections all empty', () => {
    expect(daysSeen(range('2024-02-01', '2024-03-01'), [])).toHaveLength(29);
    expect(daysSeen(range('2024-01-01', '2024-01-02'), [])).toEqual(['2024-01-01']);
  });

  test('of an open period run from the first to the last one seen, and there may be none', () => {
    expect(daysSeen(ALL, [])).toEqual([]);
    expect(daysSeen(ALL, ['2024-01-03T12:00:00Z', '2024-01-01T12:00:00Z'])).toEqual([
      '2024-01-01*',
      '2024-01-02',
      '2024-01-03*',
    ]);
  });

  test('are filled in up to ten years of an open period, and up to a century of one that was asked for', () => {
    const first = Date.UTC(2014, 0, 1, 12);
    const at = (days: number): string => new Date(first + days * 86_400_000).toISOString();
    expect(daysSeen(ALL, [at(0), at(3_659)])).toHaveLength(3_660);
    expect(daysSeen(ALL, [at(0), at(3_660)])).toHaveLength(2);
    expect(daysSeen(range('2000-01-01', '2050-01-01'), [])).toHaveLength(18_263);
    expect(daysSeen(range('1970-01-01', '9990-01-01'), [at(0)])).toEqual(['2014-01-01*']);
  });

  test('stay in order where a zone carries the last instants into the year 10000', () => {
    const kiritimati = resolvePeriod({ kind: 'all' }, 'Pacific/Kiritimati', 0);
    expect(daysSeen(kiritimati, ['9999-12-31T23:00:00Z', '9999-12-31T02:00:00Z'])).toEqual([
      '9999-12-31*',
      '+010000-01-01*',
    ]);
  });
});
