import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowAcross, windowAfter, windowCovering, windowsOver } from '../../src/extract/walk/page-planner.ts';

const API = { min: 10, max: 1000 };

const limits = fc
  .record({ min: fc.integer({ min: 1, max: 50 }), span: fc.integer({ min: 0, max: 1000 }) })
  .map(({ min, span }) => ({ min, max: min + span }));

describe('windowCovering', () => {
  it('covers the offset with a size between half the wished one and the wished one', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000_000 }), limits, (offset, sizes) => {
        const { page, size, start, end } = windowCovering(offset, sizes);
        expect(start).toBe((page - 1) * size);
        expect(end).toBe(page * size);
        expect(start).toBeLessThanOrEqual(offset);
        expect(end).toBeGreaterThan(offset);
        expect(size).toBeLessThanOrEqual(sizes.max);
        expect(size).toBeGreaterThanOrEqual(Math.max(sizes.min, Math.ceil(sizes.max / 2)));
      }),
    );
  });

  it.each([
    [0, 1, 1000],
    [996, 2, 996],
    // 1,988 = 2 x 994: the third page of 994 begins exactly there.
    [1988, 3, 994],
    [999, 2, 999],
    [1000, 2, 1000],
  ])('offset %i is page %i of %i', (offset, page, size) => {
    expect(windowCovering(offset, API)).toMatchObject({ page, size });
  });
});

describe('windowAfter', () => {
  it('always goes on, and overlaps where any size allows it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 40 }),
        limits,
        (frontier, overlap, sizes) => {
          const window = windowAfter(frontier, overlap, sizes);
          expect(window.end).toBeGreaterThan(frontier);
          expect(window.start).toBeLessThanOrEqual(frontier);
        },
      ),
    );
  });

  it('overlaps by what was asked for at the sizes of the API', () => {
    for (let frontier = 1000; frontier < 200_000; frontier += 997) {
      expect(windowAfter(frontier, 4, API).start).toBeLessThanOrEqual(frontier - 4);
    }
  });

  it('goes on without an overlap where one size alone may be asked for', () => {
    expect(windowAfter(40, 4, { min: 10, max: 10 })).toMatchObject({ start: 40, end: 50 });
  });
});

describe('windowsOver', () => {
  it.each([
    [1000, 20_000],
    [1000, 1_000_000],
    [250, 100_000],
  ])(
    'covers a list with pages of %i up to %i items without a hole, at most a tenth above the minimum',
    (max, items) => {
      const windows = windowsOver(0, items, 4, { min: 10, max });
      let reach = 0;
      for (const { start, end } of windows) {
        expect(start).toBeLessThanOrEqual(Math.max(0, reach - 4));
        reach = end;
      }
      expect(reach).toBeGreaterThanOrEqual(items);
      expect(windows.length).toBeLessThanOrEqual(1.1 * (items / max) + 1);
    },
  );

  it('stops at the limit', () => {
    expect(windowsOver(0, 1_000_000, 4, API, 3)).toHaveLength(3);
  });
});

describe('windowAcross', () => {
  it('lies across both offsets with the wished margin, or is null', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 100_000 }),
        fc.integer({ min: 0, max: 300 }),
        limits,
        (from, width, sizes) => {
          const window = windowAcross(from, from + width, 2, sizes);
          if (window === null) return;
          expect(window.end).toBeGreaterThanOrEqual(from + width + 2);
          expect(window.start === 0 || window.start <= from - 2).toBe(true);
          expect(window.size).toBeLessThanOrEqual(sizes.max);
        },
      ),
    );
  });

  it('puts a narrow gap near the middle', () => {
    const window = windowAcross(7000, 7010, 2, API);
    expect(window).not.toBeNull();
    expect(7000 - (window?.start ?? 0)).toBeGreaterThan(400);
    expect((window?.end ?? 0) - 7010).toBeGreaterThan(400);
  });

  it('is null where no size fits', () => {
    expect(windowAcross(40, 40, 2, { min: 10, max: 10 })).toBeNull();
    expect(windowAcross(500, 1600, 2, API)).toBeNull();
  });
});
