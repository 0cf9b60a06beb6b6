import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, type Drawing, luminance, type Mark, themeOf } from '../../src/core/design.ts';
import type { Series } from '../../src/core/report.ts';
import { histograms } from '../../src/render/report/charts/histogram.ts';
import { bands, countTicks, linearScale } from '../../src/render/report/charts/frame.ts';
import { stackedColumns } from '../../src/render/report/charts/stacked.ts';
import { TEMPLATE } from './material.ts';
import { EN_FORMAT as format } from '../../src/render/report/format.ts';

const AXIS = { x: 'Day', y: 'Detections' };
const areas = ({ marks }: Drawing): Extract<Mark, { kind: 'area' }>[] => marks.filter((mark) => mark.kind === 'area');

function seriesOf(rows: readonly (readonly number[])[]): Series[] {
  return rows.map((values, index) => ({ name: `s${index}`, tone: 'plain', texture: 'solid', values }));
}

const counts = fc.integer({ min: 1, max: 70 }).chain((length) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: length, maxLength: length }), {
    minLength: 1,
    maxLength: 5,
  }),
);

describe('scales', () => {
  it('have a few whole ticks, 1, 2 or 5 times a power of ten apart, from 0 to where the data end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000_000 }), fc.integer({ min: 3, max: 5 }), (most, count) => {
        const { end, ticks } = countTicks(most, count);
        const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
        expect(String(step)).toMatch(/^[125]0*$/);
        expect(ticks).toEqual(ticks.map((_, index) => index * step));
        expect(ticks.at(-1)).toBe(end);
        expect(end).toBeGreaterThanOrEqual(most);
        expect(end).toBeLessThan(2 * Math.max(1, most));
        expect(ticks.length).toBeLessThanOrEqual(2 * count);
      }),
    );
  });

  it.each([
    [0, 4, [0, 1]],
    [2, 4, [0, 1, 2]],
    [7, 4, [0, 2, 4, 6, 8]],
    [537, 4, [0, 200, 400, 600]],
    [1_000_001, 3, [0, 500_000, 1_000_000, 1_500_000]],
  ])('of %d in about %d steps', (most, count, ticks) => {
    expect(countTicks(most, count).ticks).toEqual(ticks);
  });

  it('place 0 and the largest value at their ends, and bands at one distance inside theirs', () => {
    const scale = linearScale(600, 150, 20);
    expect([scale(0), scale(300), scale(600)]).toEqual([150, 85, 20]);
    const { step, width, start } = bands(4, 10, 90, 0.25, 0.125);
    expect([step, width, start(0), start(3)]).toEqual([20, 15, 12.5, 72.5]);
    expect(start(3) + width).toBe(87.5);
  });
});

describe('stacked columns', () => {
  it('stay inside their frame and are as high as their counts', () => {
    fc.assert(
      fc.property(counts, (rows) => {
        const names = (rows[0] ?? []).map((_, index) => `${index + 1} Jan`);
        const drawing = stackedColumns(names, seriesOf(rows), AXIS, format);
        expect(areas(drawing)).toHaveLength(rows.flat().filter((value) => value > 0).length);
        for (const { box } of areas(drawing)) {
          expect(box.x).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width).toBeLessThanOrEqual(drawing.widthPoints + 0.1);
          expect(box.y).toBeGreaterThanOrEqual(0);
          expect(box.y + box.height).toBeLessThanOrEqual(drawing.heightPoints);
        }
      }),
    );
  });

  it('draws equal counts equally high, double counts doubly', () => {
    const [one, other, double] = areas(stackedColumns(['a', 'b', 'c'], seriesOf([[10, 10, 20]]), AXIS, format)).map(
      ({ box }) => box.height,
    );
    expect(one).toBe(other);
    expect(double).toBeCloseTo(2 * (one ?? 0), 1);
  });

  it('draws an empty month as axes alone', () => {
    const drawing = stackedColumns(['1 Jan'], seriesOf([[0]]), AXIS, format);
    expect(areas(drawing)).toEqual([]);
    expect(JSON.stringify(drawing)).not.toMatch(/null|NaN/);
    expect(stackedColumns([], [], AXIS, format).marks.length).toBeGreaterThan(0);
  });

  it('keeps the names apart', () => {
    const names = Array.from({ length: 62 }, (_, index) => `${index} January`);
    const { marks } = stackedColumns(names, seriesOf([names.map(() => 1)]), AXIS, format);
    const ticks = marks.flatMap((mark) => (mark.kind === 'label' && mark.text.includes('January') ? [mark.x] : []));
    expect(ticks.length).toBeGreaterThan(5);
    const gaps = ticks.slice(1).map((x, index) => x - (ticks[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(35);
  });
});

describe('histograms', () => {
  it('show each bin of each series once', () => {
    const drawing = histograms(seriesOf([Array(20).fill(3), [...Array<number>(19).fill(0), 9]]), AXIS, format);
    expect(areas(drawing)).toHaveLength(21);
    for (const { box } of areas(drawing)) expect(box.x + box.width).toBeLessThanOrEqual(drawing.widthPoints);
  });
});

describe('the colours', () => {
  const theme = themeOf(TEMPLATE.brand);

  it('can be read on white and on their own ground', () => {
    for (const [tone, { text, fill, wash }] of Object.entries(theme.tones)) {
      expect([tone, contrast(text, '#ffffff') >= 4.5]).toEqual([tone, true]);
      expect([tone, contrast(text, wash) >= 4.5]).toEqual([tone, true]);
      expect([tone, contrast(fill, '#ffffff') >= 3]).toEqual([tone, true]);
    }
    expect(contrast(theme.muted, theme.wash)).toBeGreaterThan(4.5);
  });

  it('keep the verdicts apart without colour', () => {
    const { fake, indeterminate, real } = theme.tones;
    expect(luminance(indeterminate.fill) / luminance(fake.fill)).toBeGreaterThan(2);
    expect(luminance(real.fill) / luminance(fake.fill)).toBeGreaterThan(3);
  });

  it('take any colour of an organisation', () => {
    for (const primaryColour of ['#ffffff', '#ffff00', '#000000', 'no colour', '#12345']) {
      const { primary } = themeOf({ ...TEMPLATE.brand, primaryColour });
      expect(contrast(primary, '#ffffff')).toBeGreaterThan(4.5);
    }
  });
});
