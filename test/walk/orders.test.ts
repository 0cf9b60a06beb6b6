import { describe, expect, it } from 'vitest';
import { type ItemKeys, keysOf, OrderWatch } from '../../src/extract/walk/list-order.ts';

function items(...keys: readonly (readonly [created: number | null, updated: number | null])[]): ItemKeys[] {
  return keys.map(([created, updated]) => ({ created, updated }));
}

function namesLeft(watch: OrderWatch): string[] {
  return watch.left.map(({ name }) => name);
}

describe('OrderWatch', () => {
  it('keeps every order that all windows are consistent with', () => {
    const watch = new OrderWatch();
    watch.observe(items([5, 5], [4, 4], [3, 3]));
    expect(namesLeft(watch)).toEqual(['created_at descending', 'updated_at descending']);
    expect(watch.observed).toBe('created_at descending');
    watch.observe(items([2, 2], [1, 9]));
    expect(namesLeft(watch)).toEqual(['created_at descending']);
    expect(watch.voided).toBeNull();
  });

  it('tells updated_at from created_at', () => {
    const watch = new OrderWatch();
    watch.observe(items([1, 9], [5, 8], [4, 7]));
    expect(watch.observed).toBe('updated_at descending');
  });

  it('has no order left where a window is in none, and says why', () => {
    const watch = new OrderWatch();
    watch.observe(items([3, 3], [5, 5], [4, 4]));
    expect(namesLeft(watch)).toEqual([]);
    expect(watch.observed).toBe('none');
    expect(watch.voided).toContain('no order');
  });

  it('takes two windows in opposite orders for none', () => {
    const watch = new OrderWatch();
    watch.observe(items([3, 3], [2, 2]));
    watch.observe(items([0, 0], [1, 1]));
    expect(watch.observed).toBe('none');
  });

  it('takes an item without a time for disorder: nobody knows where it belongs', () => {
    const watch = new OrderWatch();
    watch.observe(items([3, 3], [null, 2], [1, 1]));
    expect(namesLeft(watch)).toEqual(['updated_at descending']);
  });

  it('learns nothing from windows of one item or none', () => {
    const watch = new OrderWatch();
    watch.observe(items([3, 3]));
    watch.observe([]);
    expect(watch.observed).toBe('trivial');
    expect(watch.left.length).toBe(4);
  });

  it('measures the longest group of equal times', () => {
    const watch = new OrderWatch();
    watch.observe(items([5, 9], [4, 8], [4, 7], [4, 6], [3, 5]));
    watch.observe(items([2, 4], [2, 3], [1, 2]));
    expect(watch.longestTie).toBe(3);
  });

  it('takes an order for shown where 20 neighbours with different times stand in it', () => {
    const watch = new OrderWatch();
    const descending = (first: number, count: number): ItemKeys[] =>
      items(...Array.from({ length: count }, (_, at): [number, number] => [first - at, 7]));
    watch.observe(descending(100, 20));
    expect(watch.isShown, '19 neighbours').toBe(false);
    watch.observe(descending(50, 2));
    expect(watch.isShown, 'and one more').toBe(true);
  });

  it('counts no neighbours of one time, and none that were seen before', () => {
    const watch = new OrderWatch();
    watch.observe(items(...Array.from({ length: 100 }, (): [number, number] => [5, 5])));
    expect(watch.isShown).toBe(false);
    for (let again = 0; again < 50; again++) watch.observe(items([9, 3], [8, 2], [7, 1]), 0);
    expect(watch.isShown).toBe(false);
  });

  it('shows nothing by an order that something else refuted', () => {
    const watch = new OrderWatch();
    watch.observe(items(...Array.from({ length: 40 }, (_, at): [number, number] => [100 - at, 7])));
    expect(watch.isShown).toBe(true);
    watch.refute('created', 'items changed their time of creation');
    expect(watch.isShown, 'by updated_at all are equal').toBe(false);
  });

  it('drops the orders of a key that something else speaks against', () => {
    const watch = new OrderWatch();
    watch.observe(items([5, 5], [4, 4]));
    watch.refute('created', 'items changed their time of creation');
    expect(watch.observed).toBe('updated_at descending');
    watch.refute('updated', 'and more');
    expect(watch.voided).toBe('and more');
  });
});

describe('keysOf', () => {
  it('reads instants, and nothing else', () => {
    expect(keysOf({ created_at: '2024-01-15T09:30:00Z', updated_at: '2024-01-15T10:30:00.250+01:00' })).toEqual({
      created: Date.UTC(2024, 0, 15, 9, 30),
      updated: Date.UTC(2024, 0, 15, 9, 30, 0, 250),
    });
    expect(keysOf({ created_at: 'yesterday', updated_at: 1_705_311_000 })).toEqual({
      created: null,
      updated: Date.UTC(2024, 0, 15, 9, 30),
    });
    expect(keysOf({})).toEqual({ created: null, updated: null });
  });
});
