import { array, assert, boolean, constantFrom, integer, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CreationOrder,
  groupStart,
  RandomOrder,
  RemovedSerials,
  type SerialOrder,
  sliceShuffled,
  UpdateOrder,
} from '../../src/sandbox/list/orders.ts';

function all(order: SerialOrder): number[] {
  return order.slice(0, order.count);
}

describe('RemovedSerials', () => {
  it('finds what remains as a plain list does', () => {
    assert(
      property(array(integer({ min: 0, max: 60 }), { maxLength: 60 }), (removals) => {
        const removed = new RemovedSerials();
        const remaining = new Set(Array.from({ length: 80 }, (_, serial) => serial));
        for (const serial of removals) expect(removed.add(serial)).toBe(remaining.delete(serial));
        expect([...remaining].map((_, rank) => removed.remainingAt(rank))).toEqual([...remaining]);
        expect(removed.count).toBe(80 - remaining.size);
      }),
    );
  });

  it('finds its way among thousands of removals from a long list', () => {
    const removed = new RemovedSerials();
    for (let serial = 0; serial < 1_000_000; serial += 100) removed.add(serial);
    expect(removed.remainingAt(0)).toBe(1);
    expect(removed.remainingAt(98)).toBe(99);
    expect(removed.remainingAt(99)).toBe(101);
    expect(removed.remainingAt(989_999)).toBe(999_999);
  });
});

describe('every order', () => {
  const events = array(
    integer({ min: 0, max: 3 }).chain((kind) => nat().map((where) => ({ kind, where }))),
    {
      maxLength: 60,
    },
  );

  it('agrees with a plain list about what is in it, whatever happens', () => {
    assert(
      property(constantFrom('created', 'updated', 'random'), boolean(), events, (kind, ascending, happened) => {
        const start = Array.from({ length: 12 }, (_, serial) => serial);
        const order =
          kind === 'created'
            ? new CreationOrder(12, ascending)
            : kind === 'updated'
              ? new UpdateOrder(start.toReversed(), ascending)
              : new RandomOrder(12, false);
        // Newest first.
        let model = start.toReversed();
        let next = 12;
        for (const { kind: event, where } of happened) {
          const serial = model[where % Math.max(1, model.length)];
          if (event === 0 || serial === undefined) {
            order.inserted(next);
            model.unshift(next++);
          } else if (event === 1) {
            order.removed(serial);
            model = model.filter((other) => other !== serial);
          } else {
            order.touched(serial);
            if (kind === 'updated') model = [serial, ...model.filter((other) => other !== serial)];
          }
        }
        expect(order.count).toBe(model.length);
        const expected = ascending && kind !== 'random' ? model.toReversed() : model;
        const ignoringOrder = (list: number[]) => (kind === 'random' ? list.toSorted((a, b) => a - b) : list);
        expect(ignoringOrder(all(order))).toEqual(ignoringOrder(expected));
        const whole = all(order);
        for (let first = 0; first <= whole.length + 3; first += 3) {
          expect(order.slice(first, 5)).toEqual(whole.slice(first, first + 5));
        }
      }),
    );
  });
});

describe('RandomOrder', () => {
  it('stays the same between answers, or never does', () => {
    const fixed = new RandomOrder(50, false);
    expect(all(fixed)).toEqual(all(fixed));
    expect(all(fixed)).not.toEqual(all(fixed).toSorted((a, b) => a - b));
    const reshuffled = new RandomOrder(50, true);
    expect(all(reshuffled)).not.toEqual(all(reshuffled));
  });
});

describe('tie groups', () => {
  it('are shuffled whole, the same way on all pages of an answer', () => {
    assert(
      property(integer({ min: 2, max: 9 }), nat(), array(nat(99), { maxLength: 40 }), (size, salt, removals) => {
        const order = new CreationOrder(100, false);
        for (const serial of new Set(removals)) order.removed(serial);
        const groups = { size, shuffled: true };
        const pages: number[] = [];
        for (let first = 0; first < order.count; first += 7)
          pages.push(...sliceShuffled(order, first, 7, groups, salt));
        expect(pages).toHaveLength(order.count);
        expect(pages.toSorted((a, b) => b - a)).toEqual(all(order));
        const groupsInOrder = (list: number[]) => list.map((serial) => groupStart(serial, groups));
        expect(groupsInOrder(pages)).toEqual(groupsInOrder(all(order)));
      }),
    );
  });

  it('stand differently under another salt', () => {
    const order = new CreationOrder(100, false);
    const groups = { size: 10, shuffled: true };
    expect(sliceShuffled(order, 0, 100, groups, 1)).not.toEqual(sliceShuffled(order, 0, 100, groups, 2));
    expect(sliceShuffled(order, 200, 10, groups, 1)).toEqual([]);
  });
});
