import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListModel, type ModelOptions, randomFrom } from './list-model.ts';
import { readForward, runWalk } from './run-walk.ts';
import { expectSound, read, type Schedule, schedules } from './schedules.ts';
import { amount } from '../amount.ts';

const BUSY: ModelOptions = {
  items: 400,
  seed: 1,
  inserts: 1,
  deletes: 0.5,
  updates: 1,
  tie: 1,
  order: 'created desc',
  aged: true,
};

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe('a walk over a list that moves', () => {
  it('never calls a reading proven that misses a detection', () => {
    let proven = 0;
    fc.assert(
      fc.property(schedules(1001), (schedule) => {
        if (expectSound(schedule).run.outcome.certificate.verdict === 'proven') proven++;
      }),
      { numRuns: amount({ test: 30, soak: 300 }) },
    );
    // Else the property would hold for a walk that never proves anything. It proves 37 of 100.
    expect(proven).toBeGreaterThan(amount({ test: 4, soak: 70 }));
  });

  it('is needed: forward paging over the same kind of list loses detections', () => {
    const lossy = seeds(amount({ test: 16, soak: 40 })).filter((seed) => {
      const model = new ListModel({ ...BUSY, seed });
      const seen = readForward((page, size) => model.answer(page, size), 25);
      return [...model.throughout].some((uuid) => !seen.has(uuid));
    });
    expect(lossy.length).toBeGreaterThan(amount({ test: 3, soak: 10 }));
  });

  it('proves most busy lists that forward paging loses detections of', () => {
    const count = amount({ test: 8, soak: 20 });
    const verdicts = seeds(count).map((seed) => {
      const schedule: Schedule = { list: { ...BUSY, seed }, pageSize: 100, concurrency: 4, seed };
      return expectSound(schedule).run.outcome.certificate.verdict;
    });
    expect(verdicts.filter((verdict) => verdict === 'proven').length).toBeGreaterThan(0.85 * count);
  });
});

describe('what voids the proof', () => {
  it.each([
    ['a server that answers from a list in another order each time', { reorders: true }],
    ['a server that clamps the page size and says so', { clamp: 20 }],
    ['a server that clamps the page size silently', { clamp: 20, echoes: false }],
    ['a server that clamps the page size silently and counts nothing', { clamp: 20, echoes: false, counts: false }],
  ])('%s is never proven', (_, odd) => {
    for (const [index, movement] of [{ inserts: 0, deletes: 0, updates: 0 }, {}].entries()) {
      for (const seed of seeds(amount({ test: 4, soak: 8 }))) {
        const list = { ...BUSY, items: 120 + seed, ...movement, ...odd, seed: seed + 100 * index };
        const { run } = read({ list, pageSize: 50, concurrency: 1 + (seed % 4), seed });
        expect(run.outcome.certificate.verdict).not.toBe('proven');
      }
    }
  });

  it.each([
    ['items', 'newest first', 'created desc'],
    ['items', 'oldest first', 'created asc'],
    ['bytes', 'newest first', 'created desc'],
    ['bytes', 'in no order', 'none'],
  ] as const)(
    'a server that cuts pages after so many %s, of a list %s, is proven only where nothing is missing',
    (what, _, order) => {
      let [proven, cutPages] = [0, 0];
      for (const seed of seeds(amount({ test: 40, soak: 60 }))) {
        const rest = { inserts: 0, deletes: 0, updates: 0 };
        const items = 5 + ((seed * 37) % 260);
        const cut = what === 'items' ? { cut: 10 + (seed % 60) } : { cutBytes: 3000 * (1 + (seed % 50)) };
        const moves = seed % 4 === 0 ? { inserts: 0.3, deletes: 0.2, updates: 0.2 } : rest;
        const list: ModelOptions = {
          ...BUSY,
          ...moves,
          ...cut,
          order,
          items,
          counts: what === 'bytes' || seed % 3 > 0,
          seed,
        };
        const { run } = expectSound({ list, pageSize: 50, concurrency: 1 + (seed % 4), seed });
        const { verdict } = run.outcome.certificate;
        if (verdict === 'proven') proven++;
        if (run.outcome.windows.some((window) => window.items > 0 && window.items < Math.min(window.size, items)))
          cutPages++;
      }
      // Some are cut nowhere, and are proven.
      expect(proven).toBeGreaterThan(amount({ test: 0, soak: 2 }));
      expect(cutPages).toBeGreaterThan(amount({ test: 13, soak: 20 }));
    },
  );

  it('a server that cuts pages, and counts what it has shown so far, is not believed', () => {
    for (const seed of seeds(amount({ test: 8, soak: 40 }))) {
      const rest = { inserts: 0, deletes: 0, updates: 0 };
      const list: ModelOptions = { ...BUSY, ...rest, items: 60 + 9 * seed, cut: 12 + seed, countsShown: true, seed };
      const { run } = expectSound({ list, pageSize: 200, concurrency: 1 + (seed % 4), seed });
      expect(run.outcome.certificate.verdict).not.toBe('proven');
    }
  });

  it('a list at rest of which the server shows less than it counts is never proven, and INCOMPLETE', () => {
    for (const seed of seeds(amount({ test: 10, soak: 20 }))) {
      const list = { ...BUSY, items: 20 * seed, inserts: 0, deletes: 0, updates: 0, overcounts: 1 + (seed % 5), seed };
      const { run } = read({ list, pageSize: 50, concurrency: 1 + (seed % 4), seed });
      const { verdict, reason } = run.outcome.certificate;
      expect([verdict, reason]).toEqual([
        'unproven',
        expect.stringContaining(`counts ${1 + (seed % 5)} more than were ever seen`),
      ]);
    }
  });

  it('the control: the same lists, served honestly, are proven at rest', () => {
    for (const seed of seeds(amount({ test: 8, soak: 20 }))) {
      const list = { ...BUSY, items: 120 + seed, inserts: 0, deletes: 0, updates: 0, seed };
      const { run, missed } = read({ list, pageSize: 50, concurrency: 1 + (seed % 4), seed });
      expect(run.outcome.certificate.verdict).toBe('proven');
      expect(missed).toEqual([]);
    }
  });

  it('reads a clamping server to its end all the same', () => {
    for (const echoes of [true, false]) {
      const list = { ...BUSY, inserts: 0, deletes: 0, updates: 0, clamp: 20, echoes };
      const { run, missed } = read({ list, pageSize: 50, concurrency: 3, seed: 5 });
      expect(missed).toEqual([]);
      expect(run.outcome.certificate.verdict).toBe('converged');
      expect(run.outcome.certificate.reason).toMatch(/pages of 20|a page of \d+ held 20 items though more follow/);
    }
  });
});

describe('a list in no order, whose items change places', () => {
  it('is not believed to be sorted because the few items that were seen happened to stand so', () => {
    // Found by the soak: in windows of four, eight items looked sorted by their creation in every one.
    const list: ModelOptions = {
      items: 8,
      seed: 1_314_439_601,
      inserts: 4,
      deletes: 3,
      updates: 3,
      tie: 5,
      order: 'moving',
      aged: true,
    };
    const { run } = expectSound({ list, pageSize: 4, concurrency: 1, seed: list.seed });
    expect(run.outcome.certificate.verdict).not.toBe('proven');
  });

  it('is proven by two equal passes only where nothing is missing', () => {
    let proven = 0;
    for (const seed of seeds(amount({ test: 60, soak: 300 }))) {
      const items = 8 + (seed % 30);
      const rates = [0, 0.05, 0.2, 1];
      const movement = { updates: rates[seed % 4] ?? 0, deletes: seed % 3 === 0 ? 0.1 : 0, inserts: 0 };
      const list: ModelOptions = { ...BUSY, ...movement, items, seed, order: 'moving' };
      const { run, missed } = read({ list, pageSize: 5 + (seed % 6), concurrency: 1 + (seed % 3), seed });
      if (run.outcome.certificate.verdict !== 'proven') continue;
      expect(missed).toEqual([]);
      if (run.outcome.certificate.passes > 1) proven++;
    }
    expect(proven).toBeGreaterThan(amount({ test: 7, soak: 50 }));
  });
});

describe('a list sorted by updated_at', () => {
  const UPDATED: ModelOptions = { ...BUSY, order: 'updated desc', updates: 3 };

  it('is never proven by the chain alone: the head was read again, or the list twice', () => {
    for (const seed of seeds(amount({ test: 10, soak: 30 }))) {
      const model = new ListModel({ ...UPDATED, seed });
      const heads: number[] = [];
      let answers = 0;
      const run = runWalk(
        (page, size) => {
          answers++;
          if (page === 1 && size > 10) heads.push(answers);
          return model.answer(page, size);
        },
        { pageSize: 100, minPageSize: 10, concurrency: 1, random: randomFrom(seed) },
      );
      const { verdict, passes, reason } = run.outcome.certificate;
      const uuids = new Set(run.accepted.map(({ uuid }) => uuid));
      if (verdict !== 'proven') continue;
      expect([...model.throughout].filter((uuid) => !uuids.has(uuid))).toEqual([]);
      if (passes > 1) continue;
      expect(reason).toContain('whatever moved to the head meanwhile');
      expect(heads.at(-1), 'the last answer of all is one from the head').toBe(answers);
    }
  });
});
