import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, luminance, themeOf } from '../../src/core/design.ts';
import type { Drawing, Mark } from '../../src/core/drawing.ts';
import type { Series } from '../../src/core/report.ts';
import { histograms } from '../../src/report/charts/histogram.ts';
import { stackedBars } from '../../src/report/charts/stacked-bars.ts';
import { stackedColumns } from '../../src/report/charts/stacked-columns.ts';
import { TEMPLATE } from './material.ts';

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

describe('stacked columns', () => {
  it('stay inside their frame and are as high as their counts', () => {
    fc.assert(
      fc.property(counts, (rows) => {
        const names = (rows[0] ?? []).map((_, index) => `${index + 1} Jan`);
        const drawing = stackedColumns(names, seriesOf(rows), AXIS);
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
    const [one, other, double] = areas(stackedColumns(['a', 'b', 'c'], seriesOf([[10, 10, 20]]), AXIS)).map(
      ({ box }) => box.height,
    );
    expect(one).toBe(other);
    expect(double).toBeCloseTo(2 * (one ?? 0), 1);
  });

  it('draws an empty month as axes alone', () => {
    const drawing = stackedColumns(['1 Jan'], seriesOf([[0]]), AXIS);
    expect(areas(drawing)).toEqual([]);
    expect(JSON.stringify(drawing)).not.toMatch(/null|NaN/);
    expect(stackedColumns([], [], AXIS).marks.length).toBeGreaterThan(0);
  });

  it('keeps the names apart', () => {
    const names = Array.from({ length: 62 }, (_, index) => `${index} January`);
    const { marks } = stackedColumns(names, seriesOf([names.map(() => 1)]), AXIS);
    const ticks = marks.flatMap((mark) => (mark.kind === 'label' && mark.text.includes('January') ? [mark.x] : []));
    expect(ticks.length).toBeGreaterThan(5);
    const gaps = ticks.slice(1).map((x, index) => x - (ticks[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(35);
  });
});

describe('stacked bars', () => {
  it('stay inside their frame', () => {
    fc.assert(
      fc.property(counts, (rows) => {
        const names = (rows[0] ?? []).map((_, index) => `medium ${index}`);
        const drawing = stackedBars(names, seriesOf(rows));
        for (const { box } of areas(drawing)) {
          expect(box.width).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width).toBeLessThanOrEqual(drawing.widthPoints);
        }
        expect(JSON.stringify(drawing)).not.toMatch(/null|NaN/);
      }),
    );
  });
});

describe('histograms', () => {
  it('show each bin of each series once', () => {
    const drawing = histograms(seriesOf([Array(20).fill(3), [...Array<number>(19).fill(0), 9]]), AXIS);
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
