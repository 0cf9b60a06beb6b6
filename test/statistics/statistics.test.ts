import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Detection } from '../../src/core/detection.ts';
import { InvariantError } from '../../src/core/errors.ts';
import type { Period } from '../../src/core/period.ts';
import type { Statistics } from '../../src/core/statistics.ts';
import { createStatistics, type PeriodStatistics } from '../../src/render/statistics/statistics.ts';
import { ALL, anyDetection, detection, JANUARY, modality, type Placed, placed, scored } from './detections.ts';
import { exactQuantile, recount } from './recount.ts';

function counted(list: readonly Placed[], period: Period = JANUARY): PeriodStatistics {
  const statistics = createStatistics({ period });
  for (const one of list) statistics.add(one.detection, one.position);
  return statistics;
}

function statisticsOf(list: readonly Detection[], period: Period = JANUARY): Statistics {
  return counted(
    list.map((one) => placed(one, period)),
    period,
  ).result(list.length);
}

/** Own keys with a count, `(other)` included. */
function asMap(counts: Readonly<Record<string, unknown>>): Map<string, unknown> {
  return new Map(Object.entries(counts));
}

describe('the numbers', () => {
  test('are those of an independent recount', () => {
    fc.assert(
      fc.property(fc.array(anyDetection, { maxLength: 60 }), fc.nat(5), (list, duplicates) => {
        const all = list.map((one) => placed(one, JANUARY));
        const got = counted(all).result(all.length + duplicates);
        const want = recount(all, JANUARY.timezone);
        const { received, unique, in_period, outside_period, undated } = got.population;
        expect(received).toBe(all.length + duplicates);
        expect(got.population.duplicates).toBe(duplicates);
        expect({ unique, in_period, outside_period, undated }).toEqual({
          unique: want['unique'],
          in_period: want['in_period'],
          outside_period: want['outside_period'],
          undated: want['undated'],
        });
        const { completed, processing, failed } = got.population;
        expect({ completed, processing, failed, ...got.verdicts }).toEqual(want['outcomes']);
        const days = got.by_day.map(({ day, ...counts }) => [day, counts] as const);
        expect(days.map(([day]) => day)).toEqual(daysOfJanuary());
        expect(new Map(days.filter(([, c]) => c.completed + c.processing + c.failed > 0))).toEqual(want['by_day']);
        const seen = Object.entries(got.by_media_type).filter(([, c]) => c.completed + c.processing + c.failed > 0);
        expect(new Map(seen)).toEqual(want['by_media_type']);
        for (const name of ['audio', 'image', 'video'] as const) {
          expect(asMap(got.labels[name])).toEqual((want['labels'] as Record<string, unknown>)[name]);
          expect(got.scores[name].histogram).toEqual((want['histograms'] as Record<string, unknown>)[name]);
          const { mean, histogram: _, ...score } = got.scores[name];
          const { sum, ...rest } = (want['scores'] as Record<string, Record<string, number>>)[name] ?? {};
          expect(score).toEqual(rest);
          expect(mean === null).toBe(score.count === 0);
          expect(mean ?? 0).toBeCloseTo((sum ?? Number.NaN) / Math.max(1, score.count), 11);
        }
        for (const name of ['audio', 'video'] as const) {
          const { mean: _, ...duration } = got.duration_seconds[name];
          expect(duration).toEqual((want['durations'] as Record<string, unknown>)[name]);
        }
        expect(asMap(got.source_tracing)).toEqual(want['source_tracing']);
        expect(asMap(got.unknown_keys)).toEqual(want['unknown_keys']);
        expect(got.not_assessed).toBe(want['not_assessed']);
        expect(got.retention).toMatchObject({
          zero_retention: want['zero_retention'],
          deleted: want['deleted'],
          not_deleted: want['not_deleted'],
        });
        const latencies = want['latencies'] as number[];
        expect(got.latency_seconds).toEqual({
          count: latencies.length,
          p50: exactQuantile(latencies, 50),
          p95: exactQuantile(latencies, 95),
          max: latencies.at(-1) ?? null,
        });
        const seconds = want['secondsToDeletion'] as number[];
        expect(got.retention.seconds_to_deletion.count).toBe(seconds.length);
        expect(got.retention.seconds_to_deletion.max).toBe(seconds.at(-1) ?? null);
      }),
      { numRuns: 150 },
    );
  });

  test('are the same digits for any split, merged in any order', () => {
    const shuffledParts = fc
      .array(fc.tuple(anyDetection, fc.nat(4)), { maxLength: 80 })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 })));
    fc.assert(
      fc.property(shuffledParts, fc.constantFrom(JANUARY, ALL), ([list, order], period) => {
        const all = list.map(([one, part]) => ({ ...placed(one, period), part }));
        const whole = counted(all, period).result(all.length);
        const merged = createStatistics({ period });
        const received = createStatistics({ period });
        for (const part of order) {
          const shard = counted(all.filter((one) => one.part === part).reverse(), period);
          const before = JSON.stringify(shard.result(1_000));
          merged.merge(shard.counted);
          // As it arrives from another thread.
          received.merge(structuredClone(shard.counted));
          expect(JSON.stringify(shard.result(1_000))).toBe(before);
        }
        const result = merged.result(all.length);
        expect(JSON.stringify(received.result(all.length))).toBe(JSON.stringify(whole));
        expect(result).toEqual(whole);
        expect(JSON.stringify(result)).toBe(JSON.stringify(whole));
      }),
      { numRuns: 150 },
    );
  });

  test('are null, never NaN, where there is nothing to measure', () => {
    for (const list of [[], [detection({ status: 'failed' })], [detection({ createdAtMs: null })]]) {
      const statistics = statisticsOf(list);
      expect(JSON.stringify(statistics)).not.toContain('NaN');
      expect(statistics.fake_rate).toEqual({ value: null, low: null, high: null, of: 0 });
      expect(statistics.scores.audio).toEqual({
        count: 0,
        mean: null,
        min: null,
        max: null,
        p50: null,
        p95: null,
        histogram: Array.from({ length: 20 }, () => 0),
      });
      expect(statistics.duration_seconds.video).toMatchObject({ count: 0, sum: 0, mean: null, p50: null });
      expect(statistics.retention.seconds_to_deletion).toEqual({ count: 0, p50: null, p95: null, max: null });
      expect(Object.keys(statistics.by_media_type)).toEqual(['audio', 'image', 'video']);
      expect(statistics.by_day).toHaveLength(31);
    }
  });

  test('of one detection are its own', () => {
    const statistics = statisticsOf([scored(0.1, { verdict: 'fake', durationSeconds: 8.25 })]);
    expect(statistics.verdicts).toEqual({ fake: 1, real: 0, indeterminate: 0 });
    expect(statistics.fake_rate).toEqual({ value: 1, low: 0.206549314377, high: 1, of: 1 });
    expect(statistics.scores.audio).toMatchObject({ count: 1, mean: 0.1, min: 0.1, max: 0.1, p50: 0.1, p95: 0.1 });
    expect(statistics.duration_seconds.audio).toMatchObject({ count: 1, sum: 8.25, mean: 8.25, p95: 8.25 });
    expect(statistics.by_day.filter((day) => day.completed > 0)).toEqual([
      { day: '2024-01-15', completed: 1, processing: 0, failed: 0, fake: 1, real: 0, indeterminate: 0 },
    ]);
  });
});

describe('what is left out', () => {
  test('everything but the population ignores what lies outside the period or has no date', () => {
    const noisy = {
      status: 'completed',
      verdict: 'fake',
      audio: modality({ label: 'Fake', score: -3 }),
      sourceTracingLabel: 'elevenlabs',
      durationSeconds: -1,
      zeroRetentionMode: true,
      unknownKeys: ['c2pa'],
      coercions: ['duration: text read as a number'],
    } as const;
    const outside = detection({ ...noisy, createdAtMs: JANUARY.toMs });
    const got = statisticsOf([outside, detection({ ...noisy, createdAtMs: null })]);
    const { population: _, list_span: span, undated: named, retention, ...rest } = got;
    const { population: __, list_span: ___, undated: ____, retention: none, ...nothing } = statisticsOf([]);
    expect(got.population).toMatchObject({ unique: 2, in_period: 0, outside_period: 1, undated: 1 });
    expect(rest).toEqual(nothing);
    expect(retention).toEqual({ ...none, undated: 1 });
    expect(named).toEqual([{ uuid: 'a'.repeat(32), created_at: null }]);
    expect(span).toEqual({ first: '2024-01-31T23:00:00.000Z', last: '2024-01-31T23:00:00.000Z' });
  });

  test('impossible values are counted as coercions and change no figure', () => {
    const statistics = statisticsOf([
      scored(-0.001),
      scored(1.0001),
      scored(Number.NaN),
      scored(0.5, { durationSeconds: -1 }),
      scored(0.5, { durationSeconds: 1e10 }),
      scored(0.5, { zeroRetentionMode: true, fileDeletedAtMs: Date.UTC(2024, 0, 15, 9, 29, 59) }),
      scored(0.5, { fileDeletedAtMs: Date.UTC(2024, 0, 16) }),
    ]);
    expect(statistics.scores.audio).toMatchObject({ count: 4, min: 0.5, max: 0.5, mean: 0.5 });
    expect(statistics.duration_seconds.audio.count).toBe(0);
    expect(statistics.retention).toMatchObject({ zero_retention: 1, deleted: 0, not_deleted: 0, not_measured: 1 });
    expect(statistics.retention.seconds_to_deletion.count).toBe(0);
    expect(statistics.coercions).toEqual({
      'audio_score: outside 0 to 1, not in the score figures': 3,
      'duration: below 0 or above 1,000,000,000 seconds, not in the duration figures': 2,
      'file_deleted_at: impossible beside created_at and the time of the reading, not measured': 1,
      'file_deleted_at: set without zero_retention_mode, not in the retention figures': 1,
    });
  });

  test('a modality that was not assessed is counted, its score is not', () => {
    const sentinel = modality({ label: 'real', score: -1, assessed: false, verdict: null });
    const statistics = statisticsOf([
      detection({ status: 'completed', verdict: 'indeterminate', audio: sentinel, video: sentinel }),
      detection({ status: 'processing', audio: sentinel }),
    ]);
    expect(statistics.not_assessed).toBe(2);
    expect(statistics.scores.audio.count).toBe(0);
    expect(statistics.labels.audio).toEqual({ real: 2 });
    expect(statistics.coercions).toEqual({});
  });

  test('images have no part in the durations', () => {
    const statistics = statisticsOf([
      detection({ mediaType: 'image', durationSeconds: 5 }),
      detection({ mediaType: 'video', durationSeconds: 8 }),
      detection({ mediaType: 'video', durationSeconds: 9 }),
    ]);
    expect(statistics.duration_seconds.audio.count).toBe(0);
    expect(statistics.duration_seconds.video).toMatchObject({ count: 2, sum: 17, mean: 8.5, p50: 8, p95: 9 });
  });
});

describe('the retention', () => {
  test('adds up: deleted, not deleted and still processing', () => {
    const zero = { zeroRetentionMode: true, createdAtMs: Date.UTC(2024, 0, 15) } as const;
    const statistics = statisticsOf([
      detection({ ...zero, status: 'processing' }),
      detection({ ...zero, status: 'failed' }),
      scored(0.5, zero),
      scored(0.5, { ...zero, fileDeletedAtMs: Date.UTC(2024, 0, 15, 0, 0, 1, 500) }),
      scored(0.5, { ...zero, fileDeletedAtMs: Date.UTC(2024, 0, 15, 0, 1) }),
      scored(0.5, { zeroRetentionMode: false }),
    ]);
    expect(statistics.retention).toEqual({
      zero_retention: 5,
      deleted: 2,
      not_deleted: 2,
      processing: 1,
      not_measured: 0,
      undated: 0,
      limit_seconds: null,
      late: null,
      overdue: null,
      processing_over_limit: null,
      oldest_not_deleted: '2024-01-15T00:00:00.000Z',
      seconds_to_deletion: { count: 2, p50: 1.5, p95: 60, max: 60 },
    });
  });
});

test('late deletions are those that took longer than the limit, however the list is split', () => {
  const took = (seconds: number): Placed => {
    const createdAtMs = Date.UTC(2024, 0, 15);
    const fileDeletedAtMs = createdAtMs + seconds * 1000;
    return placed(scored(0.5, { zeroRetentionMode: true, createdAtMs, fileDeletedAtMs }), JANUARY);
  };
  const list = [59.999, 60, 60.001, 3600, -1].map(took);
  const within = (part: readonly Placed[]): PeriodStatistics => {
    const statistics = createStatistics({ period: JANUARY, retentionLimitSeconds: 60 });
    for (const one of part) statistics.add(one.detection, one.position);
    return statistics;
  };
  const merged = within(list.slice(3));
  merged.merge(within(list.slice(0, 3)).counted);
  const { retention } = merged.result(list.length);
  expect(retention).toEqual(within(list).result(list.length).retention);
  expect(retention).toMatchObject({ zero_retention: 5, deleted: 4, limit_seconds: 60, late: 2 });
  expect(retention.seconds_to_deletion.count).toBe(4);
  expect(() => merged.merge(counted(list).counted)).toThrow(InvariantError);
});

test('a status that nobody documents is counted as processing, and under its own name', () => {
  const statistics = statisticsOf([
    detection({ status: 'processing' }),
    detection({ status: 'processing', unknownStatus: 'queued' }),
    detection({ status: 'processing', unknownStatus: 'queued' }),
    detection({ status: 'processing', unknownStatus: '__proto__' }),
  ]);
  expect(statistics.population.processing).toBe(4);
  expect(asMap(statistics.unknown_statuses)).toEqual(
    new Map([
      ['__proto__', 1],
      ['queued', 2],
    ]),
  );
});

describe('a broken promise', () => {
  test('a list that received less than it holds is refused', () => {
    const statistics = counted([placed(scored(0.5), JANUARY)]);
    expect(() => statistics.result(0)).toThrow(InvariantError);
    expect(() => statistics.result(Number.NaN)).toThrow(InvariantError);
    expect(statistics.result(1).population.received).toBe(1);
  });

  test('a verdict and a status that contradict each other are refused', () => {
    const statistics = createStatistics({ period: JANUARY });
    const pending = detection({ verdict: 'fake', uuid: 'a\u001b[2Jb' });
    expect(() => statistics.add(pending, 'inside')).toThrow(/a\\u\{1b\}\[2Jb is processing but has the verdict fake/);
    expect(() => statistics.add(detection({ status: 'completed' }), 'inside')).toThrow(/has no verdict/);
    expect(() => statistics.add(detection({ createdAtMs: null }), 'inside')).toThrow(InvariantError);
  });

  test('statistics of another period or limit are not merged', () => {
    const statistics = createStatistics({ period: JANUARY });
    expect(() => statistics.merge(createStatistics({ period: ALL }).counted)).toThrow(InvariantError);
    const limited = createStatistics({ period: JANUARY, retentionLimitSeconds: 1 });
    expect(() => statistics.merge(limited.counted)).toThrow(InvariantError);
    expect(() => statistics.merge(createStatistics({ period: { ...JANUARY } }).counted)).not.toThrow();
  });
});

function daysOfJanuary(): string[] {
  return Array.from({ length: 31 }, (_, index) => `2024-01-${String(index + 1).padStart(2, '0')}`);
}
