import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/core/page.ts';
import { EndDetector } from '../../src/extract/walk/end-detector.ts';
import type { Window } from '../../src/extract/walk/window-log.ts';
import { Observations } from '../../src/extract/walk/observations.ts';
import { windowOf } from '../../src/extract/walk/page-planner.ts';
import { ListModel } from './list-model.ts';

const LIMITS = { min: 10, max: 20 };

/** Pages of a list of `length`, as a server with these habits sends them, taken in one after the other. */
function readPages(length: number, pages: readonly (readonly [page: number, size: number])[], habits: object = {}) {
  const rest = { inserts: 0, deletes: 0, updates: 0, tie: 1, seed: 1, aged: true } as const;
  const model = new ListModel({ ...rest, order: 'created desc', items: length, ...habits });
  const reading = new Observations();
  const taken = pages.map(([page, size], id) =>
    reading.take({ ...windowOf(page, size), id, step: 2 * id, planned: true }, model.answer(page, size), {
      step: 2 * id + 1,
      pass: 1,
      assumedDrift: 0,
      limits: LIMITS,
    }),
  );
  const probes = [];
  for (let probe = reading.ending.takeProbe(); probe !== null; probe = reading.ending.takeProbe()) probes.push(probe);
  return { reading, taken, probes, ends: [...reading.ending.ends], distrust: reading.ending.distrust };
}

/** One page, then every page that it takes to see whether the list ends with it. */
function settle(length: number, page: readonly [page: number, size: number], habits: object) {
  const pages = [page];
  for (;;) {
    const read = readPages(length, pages, habits);
    const next = read.probes[pages.length - 1];
    if (next === undefined) return { ...read, pages };
    pages.push([next.page, next.size]);
  }
}

describe('the end of the list', () => {
  it('is a page shorter than asked for, confirmed by its own count', () => {
    const { ends, probes, reading } = readPages(25, [
      [1, 20],
      [2, 20],
    ]);
    expect(ends).toEqual([1]);
    expect(probes).toEqual([]);
    expect(reading.ending.lengthAtEnd).toBe(25);
  });

  it('is not a full page, though the count says so', () => {
    expect(readPages(20, [[1, 20]]).ends).toEqual([]);
  });

  it('without a count wants to see that the next page is empty, and one across the end ends alike', () => {
    const { pages, ends, reading } = settle(25, [2, 20], { counts: false });
    // The look across shares three items, though five would fit: a server that gives out five at the most gives five.
    expect(pages).toEqual([
      [2, 20],
      [3, 20],
      [3, 11],
    ]);
    expect([ends, reading.ending.lengthAtEnd]).toEqual([[0, 2], 25]);
  });

  it.each([
    ['items', { cut: 15 }, 15],
    ['bytes', { cutBytes: 9000 }, 12],
  ])('is not where a page was cut after so many %s, though the page behind it is empty', (_, cut, served) => {
    for (const counts of [true, false]) {
      const { ends, distrust, reading } = settle(served + 3, [1, 20], { ...cut, counts });
      expect(ends).not.toContain(0);
      expect(reading.ending.servedSize).toBe(served);
      expect(distrust).toContain(`a page of 20 held ${served} items though more follow`);
    }
  });

  it('is never an answer that counts more than it shows, however often', () => {
    const { ends, distrust, pages } = settle(25, [2, 20], { overcounts: 3 });
    expect(ends).toEqual([]);
    expect(pages.length).toBe(5);
    expect(distrust).toContain('it counts 28 items, and its pages end after 25');
  });

  it('is an empty first page, for an empty list', () => {
    expect(readPages(0, [[1, 10]]).ends).toEqual([0]);
    expect(readPages(0, [[1, 10]], { counts: false }).ends).toEqual([0]);
  });

  it('is never an empty page behind others', () => {
    expect(readPages(25, [[3, 20]]).ends).toEqual([]);
  });
});

describe('trust in the pages', () => {
  it.each([
    ['a smaller page than asked for, admitted', { clamp: 10 }, [[1, 20]], 'pages of 20 and answered with pages of 10'],
    [
      'a smaller page than asked for, with more behind it',
      { clamp: 10, echoes: false },
      [
        [1, 20],
        [2, 20],
      ],
      'held 10 items though more follow',
    ],
  ] as const)('ends with %s', (_, habits, pages, why) => {
    expect(readPages(100, pages, habits).distrust).toContain(why);
  });

  it.each([
    ['an empty first page that counts items', { totalCount: 7 }, 'counts 7 items'],
    ['another page than the one asked for', { echoedNumber: 3 }, 'asked for page 1 and answered with page 3'],
    ['more items than asked for', { items: [{}, {}, {}] }, 'a page of 2 held 3 items'],
  ])('ends with %s', (_, habits, why) => {
    const page = { number: 1, size: 2, echoedSize: 2, echoedNumber: 1, totalCount: 0, items: [], ...habits };
    const endings = new EndDetector();
    const window = { offset: 0, items: page.items.length, size: 2, totalCount: page.totalCount, index: 0 };
    endings.answered(window as unknown as Window, page as unknown as Page, 0, LIMITS);
    expect(endings.distrust).toContain(why);
  });

  it('holds where everything is as asked for', () => {
    expect(
      readPages(100, [
        [1, 20],
        [2, 20],
        [6, 20],
        [5, 20],
      ]).distrust,
    ).toBeNull();
  });
});
