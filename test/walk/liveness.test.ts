import { describe, expect, it } from 'vitest';
import { ListModel, type ModelOptions, randomFrom } from './list-model.ts';
import { runWalk, type WalkRun } from './run-walk.ts';

const REST = { inserts: 0, deletes: 0, updates: 0 };

function walkOf(list: Omit<ModelOptions, 'seed' | 'tie'> & { tie?: number }, concurrency: number, seed = 1): WalkRun {
  const model = new ListModel({ tie: 1, ...list, seed });
  return runWalk((page, size) => model.answer(page, size), {
    pageSize: 1000,
    minPageSize: 10,
    concurrency,
    random: randomFrom(seed),
  });
}

describe('a list at rest', () => {
  // The bound is tightest where the last page would be just full.
  const lengths = [0, 1, 9, 10, 11, 999, 1000, 1001, 2000, 3000];
  it.each([
    ['created_at, newest first', { order: 'created desc', aged: true }],
    ['created_at or updated_at, nobody can tell', { order: 'created desc', aged: false }],
    ['updated_at, newest first', { order: 'updated desc', aged: true }],
    ['created_at, oldest first', { order: 'created asc', aged: true }],
  ] as const)('ordered by %s is proven within 1.1 times the pages that it fills, and three', (_, order) => {
    for (const items of lengths) {
      const { verdict, requests } = walkOf({ ...REST, ...order, items }, 4).outcome.certificate;
      expect(verdict, `${items} items`).toBe('proven');
      expect(requests, `${items} items`).toBeLessThanOrEqual(1.1 * Math.ceil(items / 1000) + 3);
    }
  });

  it.each(['created desc', 'created asc', 'updated desc'] as const)(
    'that counts nothing (%s) is proven with one look more than it takes to find its end',
    (order) => {
      for (const items of [1, 10, 11, 400, 999, 5000]) {
        const { verdict, requests } = walkOf({ ...REST, order, aged: true, items, counts: false }, 1).outcome
          .certificate;
        expect(verdict, `${items} items`).toBe('proven');
        expect(requests, `${items} items`).toBeLessThanOrEqual(1.1 * Math.ceil(items / 1000) + 6);
      }
    },
  );

  it('is read window after window without one repair', () => {
    for (const concurrency of [1, 6]) {
      const { certificate } = walkOf({ ...REST, order: 'created desc', aged: true, items: 8000 }, concurrency).outcome;
      expect(certificate).toMatchObject({ verdict: 'proven', repairs: 0, passes: 1, unique: 8000, openPlaces: [] });
      expect(certificate.requests).toBeLessThanOrEqual(11);
    }
  });

  it('with groups of equal times that lie still is proven by the chain, too', () => {
    // Within one second stand up to 40 detections, as a bulk import makes them.
    const model = new ListModel({ ...REST, items: 5000, seed: 3, tie: 1, order: 'created desc', aged: true });
    model.items = model.items.map((item, at) => ({
      ...item,
      createdMs: 1_700_000_000_000 - Math.floor(at / 40) * 1000,
    }));
    const options = { pageSize: 1000, minPageSize: 10, concurrency: 4, random: randomFrom(1) };
    const { certificate } = runWalk((page, size) => model.answer(page, size), options).outcome;
    expect(certificate).toMatchObject({ verdict: 'proven', passes: 1, orderObserved: 'created_at descending' });
    expect(certificate.requests).toBeLessThanOrEqual(13);
  });

  it('in no order at all is proven by reading it twice', () => {
    const { certificate } = walkOf({ ...REST, order: 'none', aged: true, items: 5000 }, 4).outcome;
    expect(certificate).toMatchObject({ verdict: 'proven', passes: 2, orderObserved: 'none', unique: 5000 });
    expect(certificate.requests).toBeLessThanOrEqual(2 * 1.1 * 5 + 4);
  });

  it('of one time only, longer than a page, is proven by reading it twice', () => {
    const model = new ListModel({ ...REST, items: 2500, seed: 3, tie: 1, order: 'created desc', aged: false });
    model.items = model.items.map((item) => ({ ...item, createdMs: 1_700_000_000_000, updatedMs: 1_700_000_000_000 }));
    const options = { pageSize: 1000, minPageSize: 10, concurrency: 4, random: randomFrom(1) };
    const { certificate } = runWalk((page, size) => model.answer(page, size), options).outcome;
    expect(certificate).toMatchObject({ verdict: 'proven', passes: 2 });
  });
});

describe('a list with 20 inserts and 1 delete per request', () => {
  it.each([1, 4])('is proven within twice its pages, %i requests at a time', (concurrency) => {
    const busy = { inserts: 20, deletes: 1, updates: 1, order: 'created desc', aged: true } as const;
    for (const [items, seed] of [
      [5000, 1],
      [8000, 2],
    ] as const) {
      const { verdict, requests } = walkOf({ ...busy, items }, concurrency, seed).outcome.certificate;
      expect(verdict).toBe('proven');
      expect(requests, `${items} items`).toBeLessThanOrEqual((2 * items) / 1000);
    }
  });

  it('counts the newcomers', () => {
    const busy = { inserts: 20, deletes: 1, updates: 1, order: 'created desc', aged: true } as const;
    const { certificate } = walkOf({ ...busy, items: 10_000 }, 1).outcome;
    // About 20 for each request but the first, as far as the last look at the head saw them.
    expect(certificate.appeared).toBeGreaterThan(15 * (certificate.requests - 1));
    expect(certificate.appeared).toBeLessThan(25 * certificate.requests);
    expect(certificate.totalCountLast).toBeGreaterThan(certificate.totalCountFirst ?? 0);
  });
});
