import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proveWindows } from '../../src/extract/walk/archive-proof.ts';
import { LIST_ORDERS } from '../../src/extract/walk/list-order.ts';
import { ListModel, type ModelOptions, randomFrom } from './list-model.ts';
import { runWalk, type WalkRun } from './run-walk.ts';
import { expectSound, schedules } from './schedules.ts';
import { amount } from '../amount.ts';

const MOVING = { inserts: 1, deletes: 0.3, updates: 1, tie: 1 } as const;

function walkOf(list: ModelOptions, pageSize = 1000): WalkRun & { missed: number } {
  const model = new ListModel(list);
  const options = { pageSize, minPageSize: 10, concurrency: 1 + (list.seed % 4), random: randomFrom(list.seed) };
  const run = runWalk((page, size) => model.answer(page, size), options);
  const uuids = new Set(run.accepted.map(({ uuid }) => uuid));
  return { ...run, missed: [...model.throughout].filter((uuid) => !uuids.has(uuid)).length };
}

describe('a list ordered by an id, whose created_at is out of order here and there', () => {
  it.each([100, 800, 4000])('by up to %i ms, is proven by its chain while it moves', (jitterMs) => {
    for (const order of ['created desc', 'created asc'] as const) {
      for (let seed = 1; seed <= amount({ test: 2, soak: 6 }); seed++) {
        const aged = seed % 2 === 0;
        const run = walkOf({ ...MOVING, items: 5000, seed, order, aged, jitterMs });
        const { certificate, windows } = run.outcome;
        expect(certificate).toMatchObject({ verdict: 'proven', passes: 1 });
        expect(run.missed).toBe(0);
        const toleranceMs = certificate.orderToleranceMs ?? 0;
        expect(toleranceMs).toBeGreaterThan(0);
        expect(toleranceMs).toBeLessThanOrEqual(8 * jitterMs);
        const found = LIST_ORDERS.find(({ name }) => name === certificate.orderObserved);
        if (found === undefined) throw new Error('The walk saw no order');
        // The archive proves it again, with that tolerance, and not with one that its overlaps do not span.
        expect(proveWindows(windows, { order: found, period: null, toleranceMs })).toEqual([]);
        expect(proveWindows(windows, { order: found, period: null, toleranceMs: 1e9 })?.length).toBeGreaterThan(0);
      }
    }
  });

  it('by a minute, is not taken for sorted: no chain proves it', () => {
    for (let seed = 1; seed <= amount({ test: 1, soak: 4 }); seed++) {
      const run = walkOf({ ...MOVING, items: 5000, seed, order: 'created desc', aged: true, jitterMs: 60_000 });
      expect(run.outcome.certificate).toMatchObject({ verdict: 'unproven', orderObserved: 'none' });
    }
  });

  it('never makes a proven reading miss a detection, in whatever order the list really is', () => {
    const proven = new Map<string, number>();
    const jitter = fc.constantFrom(3, 200, 1500, 4500, 12_000);
    const property = fc.property(schedules(1001), jitter, (schedule, jitterMs) => {
      // Without a count, nobody knows the end of a list that grows in no exact order.
      const { run } = expectSound({ ...schedule, list: { ...schedule.list, counts: true, jitterMs } });
      const { verdict, orderToleranceMs, passes } = run.outcome.certificate;
      if (verdict !== 'proven' || orderToleranceMs === undefined || passes > 1) return;
      proven.set(schedule.list.order, (proven.get(schedule.list.order) ?? 0) + 1);
    });
    fc.assert(property, { numRuns: amount({ test: 20, soak: 150 }) });
    // A list whose items change places shows no order at all.
    expect(proven.get('moving') ?? 0).toBe(0);
  });

  it('is never a chain over a list that is nearly ordered by updated_at, unless its head was read again', () => {
    for (let seed = 1; seed <= amount({ test: 2, soak: 12 }); seed++) {
      const list = {
        ...MOVING,
        updates: 3,
        items: 2000,
        seed,
        order: 'updated desc',
        aged: false,
        jitterMs: 3000,
      } as const;
      const run = walkOf(list, 500);
      const { verdict, reason, passes } = run.outcome.certificate;
      if (verdict !== 'proven') continue;
      expect(run.missed).toBe(0);
      if (passes === 1) expect(reason).toContain('whatever moved to the head meanwhile');
    }
  });
});
