import { describe, expect, test } from 'vitest';
import type { Detection } from '../../src/core/detection.ts';
import { positionIn } from '../../src/core/period.ts';
import { createStatistics } from '../../src/render/statistics/statistics.ts';
import { ALL, detection, JANUARY, scored } from './detections.ts';

const READ = Date.UTC(2024, 0, 20, 12);
const CREATED = Date.UTC(2024, 0, 15, 9, 30);
const HOUR = 3_600_000;
const LIMIT_SECONDS = 24 * 3600;

const zero = (changes: Partial<Detection>): Detection =>
  scored(0.5, { zeroRetentionMode: true, createdAtMs: CREATED, ...changes });
const deleted = (atMs: number, changes: Partial<Detection> = {}): Detection =>
  zero({ fileDeletedAtMs: atMs, ...changes });
const pending = (changes: Partial<Detection> = {}): Detection =>
  detection({ zeroRetentionMode: true, createdAtMs: CREATED, ...changes });
const YOUNG = { createdAtMs: READ - HOUR };

function retentionOf(list: readonly Detection[], limit: number | null = LIMIT_SECONDS, period = JANUARY) {
  const statistics = createStatistics({ period, readUntilMs: READ, retentionLimitSeconds: limit });
  for (const one of list) statistics.add(one, positionIn(period, one.createdAtMs));
  return statistics.result(list.length);
}

describe('the retention, a case at a time', () => {
  test.each<[string, Detection[], Record<string, number | string | null>]>([
    ['nothing to judge', [], { zero_retention: 0, deleted: 0, overdue: 0, not_measured: 0 }],
    ['not under zero retention', [scored(0.5)], { zero_retention: 0, not_deleted: 0, overdue: 0 }],
    ['deleted in time', [deleted(CREATED + HOUR)], { deleted: 1, late: 0, overdue: 0, not_deleted: 0 }],
    ['deleted at the limit', [deleted(CREATED + 24 * HOUR)], { deleted: 1, late: 0, overdue: 0 }],
    ['deleted late', [deleted(CREATED + 24 * HOUR + 1)], { deleted: 1, late: 1, overdue: 1 }],
    [
      'never deleted, older than the limit',
      [zero({})],
      { deleted: 0, not_deleted: 1, late: 0, overdue: 1, oldest_not_deleted: new Date(CREATED).toISOString() },
    ],
    ['failed, never deleted, older', [pending({ status: 'failed' })], { not_deleted: 1, overdue: 1 }],
    [
      'never deleted, younger',
      [zero(YOUNG)],
      { not_deleted: 1, overdue: 0, oldest_not_deleted: new Date(READ - HOUR).toISOString() },
    ],
    ['processing, younger', [pending(YOUNG)], { processing: 1, processing_over_limit: 0, overdue: 0, not_deleted: 0 }],
    ['processing, older than the limit', [pending()], { processing: 1, processing_over_limit: 1, overdue: 0 }],
    ['deleted before its creation', [deleted(CREATED - 1)], { deleted: 0, not_measured: 1, overdue: 0 }],
    ['deleted after the reading', [deleted(READ + HOUR)], { deleted: 0, not_measured: 1, overdue: 0 }],
    ['deleted after the reading by a clock', [deleted(READ + 60_000, YOUNG)], { deleted: 1, not_measured: 0 }],
    ['deleted in 9999', [deleted(Date.UTC(9999, 11, 31))], { deleted: 0, not_measured: 1, late: 0 }],
    ['deleted in 1970', [deleted(0)], { deleted: 0, not_measured: 1 }],
    ['an unreadable deletion time', [zero({ fileDeletedAtUnread: '15/01/2024' })], { not_deleted: 0, not_measured: 1 }],
    ['processing, with an impossible time', [pending({ fileDeletedAtMs: 0 })], { processing: 0, not_measured: 1 }],
    ['undated', [zero({ createdAtMs: null })], { zero_retention: 0, undated: 1, overdue: 0 }],
    [
      'undated, though its deletion is dated',
      [deleted(CREATED, { createdAtMs: null })],
      { zero_retention: 0, undated: 1, deleted: 0 },
    ],
  ])('%s', (_what, list, expected) => {
    const { retention } = retentionOf(list);
    expect(retention).toMatchObject(expected);
    const { zero_retention, not_deleted, processing, not_measured } = retention;
    expect(zero_retention).toBe(retention.deleted + not_deleted + processing + not_measured);
  });

  test('without a limit nothing is late, overdue or over it', () => {
    const { retention } = retentionOf([zero({}), deleted(CREATED + 100 * HOUR), deleted(0), pending()], null);
    expect(retention).toMatchObject({ late: null, overdue: null, processing_over_limit: null, not_measured: 1 });
  });

  test('a creation time in the future of the reading, or of 1970, measures nothing', () => {
    const future = zero({ createdAtMs: READ + HOUR });
    const epoch = zero({ createdAtMs: 0 });
    expect(retentionOf([future, epoch], LIMIT_SECONDS, ALL).retention).toMatchObject({ not_measured: 2, overdue: 0 });
  });

  test('impossible deletions are named among what is odd, each once', () => {
    expect(retentionOf([deleted(0), deleted(READ + HOUR), zero({})]).coercions).toEqual({
      'file_deleted_at: impossible beside created_at and the time of the reading, not measured': 2,
    });
  });
});

describe('the latency', () => {
  test.each([
    ['the year 9999', Date.UTC(9999, 11, 31)],
    ['a time after the reading', READ + HOUR],
  ])('leaves out %s', (_what, updatedAtMs) => {
    const { latency_seconds, coercions } = retentionOf([scored(0.5, { createdAtMs: CREATED, updatedAtMs })]);
    expect(latency_seconds).toEqual({ count: 0, p50: null, p95: null, max: null });
    expect(coercions).toEqual({ 'updated_at: impossible when the list was read, not in the latency figures': 1 });
  });
});

describe('detections without a creation time', () => {
  const undated = (uuid: string, createdAtUnread: string | null): Detection =>
    scored(0.9, { uuid, createdAtMs: null, createdAtUnread });

  test('are named with what stood there, the first ten by uuid, however the list is split', () => {
    const list = Array.from({ length: 25 }, (_, index) => undated(`u${String(index).padStart(2, '0')}`, '15/01/2024'));
    const whole = retentionOf(list);
    const parts = [list.slice(20), list.slice(0, 7), list.slice(7, 20)].map((part) => {
      const counted = createStatistics({ period: JANUARY, readUntilMs: READ, retentionLimitSeconds: LIMIT_SECONDS });
      for (const one of part) counted.add(one, 'undated');
      return counted;
    });
    const [first, ...others] = parts;
    for (const other of others) first?.merge(structuredClone(other.counted));
    expect(first?.result(25)).toEqual(whole);
    expect(whole.population.undated).toBe(25);
    expect(whole.undated.map(({ uuid }) => uuid)).toEqual(list.slice(0, 10).map(({ uuid }) => uuid));
    expect(whole.undated[0]).toEqual({ uuid: 'u00', created_at: '15/01/2024' });
  });

  test('show nothing of a value that is no date', () => {
    const values = ['https://media.example.com/a.wav?token=1', 'someone@example.com', '{"at":1}', null, 'yesterday'];
    const named = retentionOf(values.map((value, index) => undated(`u${index}`, value))).undated;
    expect(named.map(({ created_at }) => created_at)).toEqual([
      '(not a date)',
      '(not a date)',
      '(not a date)',
      null,
      'yesterday',
    ]);
  });
});
