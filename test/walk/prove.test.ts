import { describe, expect, it } from 'vitest';
import { LIST_ORDERS, type ListOrder } from '../../src/extract/walk/list-order.ts';
import { proveWindows } from '../../src/extract/walk/archive-proof.ts';
import { SharedItems } from '../../src/extract/walk/archive-proof.ts';
import { ListModel, type ModelOptions, randomFrom } from './list-model.ts';
import { runWalk, type WalkRun } from './run-walk.ts';

const BUSY: ModelOptions = {
  items: 2000,
  seed: 1,
  inserts: 2,
  deletes: 1,
  updates: 1,
  tie: 1,
  order: 'created desc',
  aged: true,
};

function orderOf(run: WalkRun): ListOrder {
  const order = LIST_ORDERS.find(({ name }) => name === run.outcome.certificate.orderObserved);
  if (order === undefined) throw new Error('The walk saw no order');
  return order;
}

function walkOf(list: ModelOptions, period?: { fromMs: number; toMs: number }): WalkRun {
  const model = new ListModel(list);
  const options = { pageSize: 100, minPageSize: 10, concurrency: 3, random: randomFrom(list.seed) };
  return runWalk((page, size) => model.answer(page, size), period === undefined ? options : { ...options, period });
}

/** Which windows share items, as an archive shows it: pages of which nothing counts are not kept. */
function groupOf(run: WalkRun, order: ListOrder, windows = run.outcome.windows, uuidsOf = run.uuidsOf) {
  const recorded = windows.map((window) => ({ ...window, file: window.accepted.length > 0 ? 'kept' : null }));
  const shared = new SharedItems(recorded);
  for (const window of recorded) if (window.file !== null) shared.add(window, uuidsOf(window));
  const group = shared.groupUnder(order, 0);
  return (window: (typeof windows)[number]) => {
    const record = recorded[windows.indexOf(window)];
    if (record === undefined) throw new Error('no such window');
    return group(record);
  };
}

describe('proveWindows', () => {
  it('proves every chain again that a walk has proven, by its rims and by the items of its kept pages', () => {
    let chains = 0;
    for (const order of ['created desc', 'created asc', 'updated desc'] as const) {
      for (let seed = 1; seed <= 8; seed++) {
        const run = walkOf({ ...BUSY, order, seed });
        const { verdict, passes } = run.outcome.certificate;
        if (verdict !== 'proven' || passes > 1) continue;
        chains++;
        const proof = { order: orderOf(run), period: null };
        expect(proveWindows(run.outcome.windows, proof)).toEqual([]);
        expect(proveWindows(run.outcome.windows, { ...proof, groupOf: groupOf(run, proof.order) })).toEqual([]);
      }
    }
    expect(chains).toBeGreaterThan(12);
  });

  it('names the gap where a window was taken out', () => {
    const run = walkOf({ ...BUSY, inserts: 0, deletes: 0, updates: 0 });
    const proof = { order: orderOf(run), period: null };
    // The other looks at the head lie within the whole first page; without any other window the chain is open.
    const links = run.outcome.windows.filter(({ page, size }) => page > 1 || size === 100);
    for (const [at, removed] of links.entries()) {
      const rest = links.filter((window) => window !== removed);
      const gaps = proveWindows(rest, proof);
      if (at === 0) expect(gaps, 'no head').toBeNull();
      else expect(gaps?.map(({ after }) => after.window)).toEqual([links[at - 1]]);
    }
  });

  it('does not take windows for linked that share no item, where it is told the uuids', () => {
    const run = walkOf({ ...BUSY, inserts: 0, deletes: 0, updates: 0 });
    const proof = { order: orderOf(run), period: null };
    const forged = run.outcome.windows.toSpliced(5, 1, { ...run.outcome.windows[5], page: 99 } as never);
    const uuidsOf: WalkRun['uuidsOf'] = (window) => (window.page === 99 ? ['of another list'] : run.uuidsOf(window));
    expect(proveWindows(forged, proof)).toEqual([]);
    expect(
      proveWindows(forged, { ...proof, groupOf: groupOf(run, proof.order, forged, uuidsOf) })?.length,
    ).toBeGreaterThan(0);
  });

  it('proves a period again, and no more than that', () => {
    const list = { ...BUSY, items: 5000 };
    const times = new ListModel(list).items.map(({ createdMs }) => createdMs).sort((a, b) => a - b);
    const period = { fromMs: times[2000] ?? 0, toMs: times[2300] ?? 0 };
    const run = walkOf(list, period);
    expect(run.outcome.certificate).toMatchObject({ verdict: 'proven', claim: 'period' });
    const order = orderOf(run);
    expect(proveWindows(run.outcome.windows, { order, period, groupOf: groupOf(run, order) })).toEqual([]);
    const wider = { ...period, fromMs: times[500] ?? 0 };
    expect(proveWindows(run.outcome.windows, { order, period: wider })?.length).toBeGreaterThan(0);
    expect(proveWindows(run.outcome.windows, { order, period: null })?.length).toBeGreaterThan(0);
  });

  it('needs no order for one answer that was the whole list', () => {
    const run = walkOf({ ...BUSY, items: 7, inserts: 0, order: 'none' });
    const [order] = LIST_ORDERS;
    if (order === undefined) throw new Error('No orders');
    expect(proveWindows(run.outcome.windows, { order, period: null })).toEqual([]);
    expect(proveWindows([], { order, period: null })).toBeNull();
  });
});
