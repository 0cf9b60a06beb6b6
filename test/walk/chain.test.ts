import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChainWindow, OverlapGroups, gapsOf, reachOf } from '../../src/extract/walk/chain.ts';
import { randomFrom } from './list-model.ts';

const HEAD = Number.NEGATIVE_INFINITY;
const END = Number.POSITIVE_INFINITY;

function window(first: number, last: number, group = 0): ChainWindow {
  return { first, last, group };
}

describe('gapsOf', () => {
  it('finds none where every window begins before the last item of one before it', () => {
    expect(gapsOf([window(HEAD, 10), window(9, 20), window(19, END)])).toEqual([]);
    // In any order, nested windows included.
    expect(gapsOf([window(19, END), window(HEAD, 10), window(3, 5), window(9, 20)])).toEqual([]);
  });

  it('takes one window from head to end for a chain', () => {
    expect(gapsOf([window(HEAD, END)])).toEqual([]);
  });

  it('does not link windows that only touch at one key: others of that key may stand between them', () => {
    const head = window(HEAD, 10);
    const end = window(10, END);
    expect(gapsOf([head, end])).toEqual([{ after: head, before: end }]);
  });

  it('does not link windows that share no item, though their keys overlap', () => {
    const head = window(HEAD, 10, 1);
    const end = window(8, END, 2);
    expect(gapsOf([head, end])).toEqual([{ after: head, before: end }]);
  });

  it('names every gap, and the missing end', () => {
    const [a, b, c] = [window(HEAD, 10), window(15, 20), window(30, 40)];
    expect(gapsOf([c, a, b])).toEqual([
      { after: a, before: b },
      { after: b, before: c },
      { after: c, before: null },
    ]);
  });

  it('is not misled by a window of another group inside the chain', () => {
    expect(gapsOf([window(HEAD, 10), window(8, 12, 7), window(9, 20), window(19, END)])).toEqual([]);
  });

  it('says how far the chain reaches', () => {
    expect(reachOf([])).toBe(HEAD);
    expect(reachOf([window(HEAD, 10), window(9, 20), window(21, 30)])).toBe(20);
    expect(reachOf([window(HEAD, 10), window(9, END)])).toBe(END);
  });
});

describe('the theorem', () => {
  it('a closed chain over any windows of a moving list holds every item that was there throughout', () => {
    let closed = 0;
    const property = fc.property(
      fc.nat(),
      fc.integer({ min: 3, max: 40 }),
      fc.integer({ min: 2, max: 8 }),
      (seed, reads, size) => {
        const random = randomFrom(seed);
        // A list is its keys, ascending; equal keys are told apart by a second number and stand in any order.
        let list = Array.from({ length: 20 }, (_, at) => ({ key: Math.floor(at / (1 + (seed % 3))), id: at }));
        const throughout = new Set(list.map(({ id }) => id));
        const windows: ChainWindow[] = [];
        const groups = new OverlapGroups();
        const seenIn = new Map<number, number>();
        let newest = 0;
        for (let read = 0; read < reads; read++) {
          const slice = random();
          if (random() < 0.3) list.unshift({ key: --newest, id: 1000 + read });
          if (random() < 0.3) {
            const [gone] = list.splice(Math.floor(random() * list.length), 1);
            if (gone !== undefined) throughout.delete(gone.id);
          }
          list = list
            .map((item) => ({ item, tie: random() }))
            .sort((a, b) => a.item.key - b.item.key || a.tie - b.tie)
            .map(({ item }) => item);
          const start = Math.max(0, Math.floor(slice * (list.length + 4)) - 4);
          const items = list.slice(start, start + size);
          const first = items[0];
          const last = items.at(-1);
          if (first === undefined || last === undefined) continue;
          const member = groups.add();
          for (const { id } of items) groups.join(member, seenIn.get(id) ?? member);
          for (const { id } of items) seenIn.set(id, member);
          windows.push({
            first: start === 0 ? HEAD : first.key,
            last: start + size > list.length ? END : last.key,
            group: member,
          });
        }
        const placed = windows.map((at) => ({ ...at, group: groups.rootOf(at.group) }));
        if (placed.some(({ first }) => first === HEAD) && gapsOf(placed).length === 0) {
          closed++;
          for (const id of throughout) expect(seenIn.has(id)).toBe(true);
        }
      },
    );
    fc.assert(property, { numRuns: 2000 });
    expect(closed).toBeGreaterThan(50);
  });
});
