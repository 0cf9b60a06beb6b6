import { array, assert, integer, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_DRIFT } from '../../src/sandbox/list/changes.ts';
import { livingListing, removedSerials } from '../../src/sandbox/list/living-listing.ts';

describe('RemovedSerials', () => {
  it('finds what remains as a plain list does', () => {
    assert(
      property(array(integer({ min: 0, max: 60 }), { maxLength: 60 }), (removals) => {
        const removed = removedSerials();
        const remaining = new Set(Array.from({ length: 80 }, (_, serial) => serial));
        for (const serial of removals) expect(removed.add(serial)).toBe(remaining.delete(serial));
        expect([...remaining].map((_, rank) => removed.remainingAt(rank))).toEqual([...remaining]);
        expect(removed.count()).toBe(80 - remaining.size);
      }),
    );
  });

  it('finds its way among thousands of removals from a long list', () => {
    const removed = removedSerials();
    for (let serial = 0; serial < 1_000_000; serial += 100) removed.add(serial);
    expect(removed.remainingAt(0)).toBe(1);
    expect(removed.remainingAt(98)).toBe(99);
    expect(removed.remainingAt(99)).toBe(101);
    expect(removed.remainingAt(989_999)).toBe(999_999);
  });
});

describe('a living list', () => {
  const events = array(
    integer({ min: 0, max: 2 }).chain((kind) => nat().map((where) => ({ kind, where }))),
    { maxLength: 60 },
  );

  it('agrees with a plain list about what is in it, whatever happens', () => {
    assert(
      property(events, (happened) => {
        const list = livingListing({ detections: 12, seed: 1, months: 1 }, NO_DRIFT);
        // Newest first.
        let model = list.uuids();
        for (const { kind, where } of happened) {
          const uuid = model[where % Math.max(1, model.length)];
          if (kind === 0 || uuid === undefined) {
            model.unshift(list.item(list.insert(null))['uuid'] as string);
          } else if (kind === 1) {
            expect(list.delete(uuid)).toBe(true);
            expect(list.delete(uuid)).toBe(false);
            model = model.filter((other) => other !== uuid);
          } else expect(list.find(uuid)?.toString()).toContain(uuid);
        }
        expect(list.count).toBe(model.length);
        expect(list.uuids()).toEqual(model);
        const whole = list.slice(0, list.count).map(String);
        for (let first = 0; first <= whole.length + 3; first += 3) {
          expect(list.slice(first, 5).map(String)).toEqual(whole.slice(first, first + 5));
        }
      }),
      { numRuns: 50 },
    );
  });
});
