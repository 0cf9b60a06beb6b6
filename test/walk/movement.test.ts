import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListModel, type ModelOptions, randomFrom } from './list-model.ts';
import { runWalk, type WalkRun } from './run-walk.ts';
import { type Schedule, schedules } from './schedules.ts';
import { amount } from '../amount.ts';

interface Observed {
  readonly run: WalkRun;
  /** In the output, and added after the first answer. */
  readonly added: number;
  /** In the output, and no longer in the list when the walk ended. */
  readonly gone: number;
}

/** Reads a list, and asks the model what really happened to the detections of the output. */
function observe({ list, pageSize, concurrency, seed }: Schedule): Observed {
  const model = new ListModel(list);
  let atFirst: ReadonlySet<string> | null = null;
  const run = runWalk(
    (page, size) => {
      const answer = model.answer(page, size);
      atFirst ??= new Set(model.items.map(({ uuid }) => uuid));
      return answer;
    },
    { pageSize, minPageSize: pageSize >= 25 ? 10 : 2, concurrency, random: randomFrom(seed) },
  );
  const there = new Set(model.items.map(({ uuid }) => uuid));
  const added = run.accepted.filter(({ uuid }) => atFirst?.has(uuid) === false).length;
  return { run, added, gone: run.accepted.filter(({ uuid }) => !there.has(uuid)).length };
}

const BUSY: ModelOptions = {
  items: 2000,
  seed: 1,
  inserts: 4,
  deletes: 3,
  updates: 3,
  tie: 1,
  order: 'created desc',
  aged: true,
};

describe('what a certificate says of movement', () => {
  it('was so, however the list moved: no more was added or removed than it says', () => {
    const told = { appeared: 0, vanished: 0 };
    fc.assert(
      fc.property(schedules(1001), (schedule) => {
        const { run, added, gone } = observe(schedule);
        const { appeared, vanished, verdict, orderObserved } = run.outcome.certificate;
        if (appeared !== null) {
          expect(appeared).toBeLessThanOrEqual(added);
          if (appeared > 0) told.appeared++;
        }
        // With every creation time its own, nothing that was added and read can be overlooked.
        const isExact = schedule.list.tie === 1 && schedule.list.order === 'created desc';
        if (isExact && verdict === 'proven' && orderObserved === 'created_at descending')
          expect(appeared ?? added).toBe(added);
        if (vanished !== null) {
          expect(verdict).toBe('proven');
          expect(vanished).toBeLessThanOrEqual(gone);
          if (vanished > 0) told.vanished++;
        }
      }),
      { numRuns: amount({ test: 30, soak: 300 }) },
    );
    expect(told.appeared).toBeGreaterThan(amount({ test: 1, soak: 20 }));
  });

  it('counts all that was added and read of a list that moves heavily, 20 at a time', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const list = { ...BUSY, inserts: 20, deletes: 20, updates: 20, seed, items: 6000 };
      const { run, added } = observe({ list, pageSize: 1000, concurrency: seed, seed });
      expect(run.outcome.certificate.appeared).toBe(added);
      expect(added).toBeGreaterThan(40);
    }
  });

  it('tells what was removed where two passes prove the list of one moment', () => {
    let removed = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const model = new ListModel({ ...BUSY, items: 60, seed, order: 'none', inserts: 0, deletes: 0, updates: 0 });
      let answers = 0;
      const run = runWalk(
        (page, size) => {
          // Two detections go while the list is read for the first time; then it is at rest.
          if (answers++ === 3) model.items = model.items.toSpliced(seed % 20, 1).toSpliced(seed % 9, 1);
          return model.answer(page, size);
        },
        { pageSize: 20, minPageSize: 10, concurrency: 1, random: randomFrom(seed) },
      );
      const { verdict, vanished, appeared } = run.outcome.certificate;
      const there = new Set(model.items.map(({ uuid }) => uuid));
      const gone = run.accepted.filter(({ uuid }) => !there.has(uuid)).length;
      expect(verdict).toBe('proven');
      expect({ vanished, appeared }).toEqual({ vanished: gone, appeared: null });
      removed += gone;
    }
    expect(removed).toBeGreaterThan(60);
  });

  it('claims nothing where a chain proves the list, or where nothing was proven', () => {
    for (const order of ['created desc', 'created asc', 'none'] as const) {
      const { run } = observe({ list: { ...BUSY, order, items: 300 }, pageSize: 50, concurrency: 3, seed: 2 });
      expect(run.outcome.certificate.vanished).toBeNull();
      if (order !== 'created desc') expect(run.outcome.certificate.appeared).toBeNull();
    }
  });

  it('is nothing at all where two answers held the whole list at rest', () => {
    const rest = { inserts: 0, deletes: 0, updates: 0 };
    const { run } = observe({ list: { ...BUSY, ...rest, items: 7 }, pageSize: 100, concurrency: 1, seed: 1 });
    expect(run.outcome.certificate).toMatchObject({ verdict: 'proven', requests: 2, appeared: 0, changed: 0 });
  });
});
