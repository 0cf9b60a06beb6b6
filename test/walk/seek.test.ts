import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SoughtPeriod } from '../../src/extract/walk/period-search.ts';
import { refusalsOf } from './archive-rules.ts';
import { ListModel, type ModelOptions, randomFrom } from './list-model.ts';
import { runWalk, type WalkRun } from './run-walk.ts';
import { type Schedule, schedules } from './schedules.ts';
import { amount } from '../amount.ts';
import { SEED } from '../seed.ts';

const REST: ModelOptions = {
  items: 60_000,
  seed: 1,
  inserts: 0,
  deletes: 0,
  updates: 0,
  tie: 1,
  order: 'created desc',
  aged: true,
};

/** Nothing moves it, so every reading may ask the same one. */
const AT_REST = new ListModel(REST);

function seek(model: ListModel, period: SoughtPeriod, schedule: Omit<Schedule, 'list'>): WalkRun {
  return runWalk((page, size) => model.answer(page, size), {
    pageSize: schedule.pageSize,
    minPageSize: schedule.pageSize >= 25 ? 10 : 2,
    concurrency: schedule.concurrency,
    random: randomFrom(schedule.seed),
    period,
  });
}

/** What of the period was in the list throughout, and is not in the output. */
function missedOf(
  model: ListModel,
  period: SoughtPeriod,
  created: ReadonlyMap<string, number>,
  run: WalkRun,
): string[] {
  const uuids = new Set(run.accepted.map(({ uuid }) => uuid));
  const isSought = (uuid: string): boolean => {
    if (run.outcome.certificate.claim !== 'period') return true;
    const at = created.get(uuid) ?? Number.NaN;
    return at >= (period.fromMs ?? at) && at < (period.toMs ?? at + 1);
  };
  return [...model.throughout].filter((uuid) => isSought(uuid) && !uuids.has(uuid));
}

function createdOf(model: ListModel): Map<string, number> {
  return new Map(model.items.map(({ uuid, createdMs }) => [uuid, createdMs]));
}

describe('a period', () => {
  it('of a list that one answer holds is proven by two of them, as any such list', () => {
    for (const order of ['created desc', 'created asc'] as const) {
      const model = new ListModel({ ...REST, items: 8, order });
      const times = model.items.map(({ createdMs }) => createdMs).sort((a, b) => a - b);
      const run = seek(
        model,
        { fromMs: times[2] ?? 0, toMs: times[5] ?? 0 },
        { pageSize: 25, concurrency: 1, seed: 1 },
      );
      expect(run.outcome.certificate).toMatchObject({ verdict: 'proven', requests: 2, unique: 8 });
      expect(refusalsOf(run)).toEqual([]);
    }
  });

  it.each(['created desc', 'created asc'] as const)(
    'of a sixtieth of the list (%s) costs its own pages and a search',
    (order) => {
      const model = new ListModel({ ...REST, order });
      const times = model.items.map(({ createdMs }) => createdMs).sort((a, b) => a - b);
      const period = { fromMs: times[30_000] ?? 0, toMs: times[31_000] ?? 0 };
      const run = seek(model, period, { pageSize: 1000, concurrency: 4, seed: 1 });
      const { certificate } = run.outcome;
      expect(certificate).toMatchObject({
        verdict: 'proven',
        claim: 'period',
        claimedPeriod: { from: new Date(period.fromMs).toISOString(), to: new Date(period.toMs).toISOString() },
        passes: 1,
      });
      expect(certificate.reason).toContain('what lies outside the period was not read');
      // One first look, two binary searches from 60,000 to half a page, two to four windows.
      expect(certificate.requests).toBeLessThanOrEqual(1 + 2 * 7 + 4);
      expect(certificate.received).toBeLessThan(5000);
      expect(missedOf(model, period, createdOf(model), run)).toEqual([]);
    },
  );

  it.each([
    ['with an open end', (times: number[]) => ({ fromMs: times[59_000] ?? 0, toMs: null })],
    ['with an open start', (times: number[]) => ({ fromMs: null, toMs: times[500] ?? 0 })],
    ['newer than everything', (times: number[]) => ({ fromMs: (times[59_999] ?? 0) + 1, toMs: null })],
    ['older than everything', (times: number[]) => ({ fromMs: 0, toMs: times[0] ?? 0 })],
    ['of a single detection', (times: number[]) => ({ fromMs: times[7] ?? 0, toMs: (times[7] ?? 0) + 1 })],
    ['without any', (times: number[]) => ({ fromMs: times[7] ?? 0, toMs: times[7] ?? 0 })],
  ])('%s is found and proven', (_, periodOf) => {
    const model = AT_REST;
    const times = model.items.map(({ createdMs }) => createdMs).sort((a, b) => a - b);
    const period = periodOf(times);
    const run = seek(model, period, { pageSize: 1000, concurrency: 3, seed: 2 });
    expect(run.outcome.certificate).toMatchObject({ verdict: 'proven', claim: 'period' });
    expect(run.outcome.certificate.requests).toBeLessThanOrEqual(20);
    expect(missedOf(model, period, createdOf(model), run)).toEqual([]);
  });

  it('is proven on a busy list, too', () => {
    for (const seed of [1, 4]) {
      const model = new ListModel({ ...REST, items: 20_000, inserts: 20, deletes: 1, updates: 1, seed });
      const created = createdOf(model);
      const times = [...created.values()].sort((a, b) => a - b);
      const period = { fromMs: times[9000] ?? 0, toMs: times[11_000] ?? 0 };
      const run = seek(model, period, { pageSize: 1000, concurrency: seed, seed });
      expect(run.outcome.certificate).toMatchObject({ verdict: 'proven', claim: 'period' });
      expect(run.outcome.certificate.requests).toBeLessThanOrEqual(25);
      expect(missedOf(model, period, created, run)).toEqual([]);
    }
  });

  it.each([
    ['is ordered by updated_at', { order: 'updated desc' }],
    ['may be ordered by updated_at', { aged: false }],
    ['is in no order', { order: 'none' }],
    ['gives out smaller pages than asked for', { clamp: 50 }],
    ['is answered in one page', { items: 90 }],
  ] as const)('is not all that is read where the list %s', (_, odd) => {
    const model = new ListModel({ ...REST, items: 2000, ...odd });
    const times = model.items.map(({ createdMs }) => createdMs).sort((a, b) => a - b);
    const period = { fromMs: times[40] ?? 0, toMs: times[60] ?? 0 };
    const run = seek(model, period, { pageSize: 100, concurrency: 3, seed: 3 });
    expect(run.outcome.certificate.claim).toBeUndefined();
    expect(run.accepted.length).toBe(model.items.length);
  });

  it('is never called proven while something of it is missing', () => {
    const claims = { list: 0, period: 0 };
    const arbitrary = fc.tuple(schedules(1001), fc.nat(), fc.nat(), fc.boolean(), fc.boolean());
    const property = fc.property(arbitrary, ([schedule, a, b, openStart, openEnd]) => {
      const model = new ListModel(schedule.list);
      const created = createdOf(model);
      const times = [...created.values()].sort((x, y) => x - y);
      const [from = 0, to = 0] = [a, b].map((n) => times[n % Math.max(1, times.length)] ?? 0).sort((x, y) => x - y);
      const period = { fromMs: openStart ? null : from, toMs: openEnd ? null : to };
      const run = seek(model, period, schedule);
      const { verdict, claim, reason } = run.outcome.certificate;
      if (verdict !== 'proven') return;
      expect(refusalsOf(run), 'what the archive would be refused for').toEqual([]);
      claims[claim === 'period' ? 'period' : 'list']++;
      const missed = missedOf(model, period, created, run);
      expect({ reason, missed }).toEqual({ reason, missed: [] });
    });
    fc.assert(property, { numRuns: amount({ test: 30, soak: 300 }), seed: amount({ test: 5, soak: SEED }) });
    expect(claims.period).toBeGreaterThan(0);
    expect(claims.list).toBeGreaterThan(5);
  });
});
