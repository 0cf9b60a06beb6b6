import type { Drawing, Mark } from '../../../core/design.ts';
import type { Rate } from '../../../core/statistics.ts';
import type { Format } from '../format.ts';
import { bands, box, CHART_WIDTH, label, labelStep, linearScale, rule, TICK_SIZE } from './frame.ts';

const HEIGHT = 114;
const PLOT = { left: 40, top: 16, right: CHART_WIDTH, bottom: HEIGHT - 18 } as const;
const POINT = 5;

/** One share for each category as a point, with a line from its low to its high. */
export function intervals(
  categories: readonly string[],
  rates: readonly Omit<Rate, 'of'>[],
  axis: { readonly y: string },
  { percent }: Format,
): Drawing {
  const most = Math.min(1, Math.ceil(Math.max(0.1, ...rates.map(({ high }) => high ?? 0)) * 10) / 10);
  const scale = linearScale(most, PLOT.bottom, PLOT.top);
  const band = bands(categories.length, PLOT.left, PLOT.right);
  const step = labelStep(categories, band.step);
  return {
    widthPoints: CHART_WIDTH,
    heightPoints: HEIGHT,
    marks: [
      label('axis', 0, TICK_SIZE, 'start', axis.y),
      ...[0, most / 2, most].flatMap((tick): Mark[] => [
        rule(tick === 0 ? 'axis' : 'grid', PLOT.left, scale(tick), PLOT.right, scale(tick)),
        label('tick', PLOT.left - 6, scale(tick) + TICK_SIZE * 0.35, 'end', percent(tick)),
      ]),
      ...categories.flatMap((name, at): Mark[] => {
        const middle = band.start(at) + band.width / 2;
        const { value, low, high } = rates[at] ?? { value: null, low: null, high: null };
        const tick = at % step === 0 ? [label('tick', middle, PLOT.bottom + 12, 'middle', name)] : [];
        if (value === null) return tick;
        return [
          rule('axis', middle, scale(low ?? value), middle, scale(high ?? value)),
          box(middle - POINT / 2, scale(value) - POINT / 2, POINT, POINT, 'fake', 'solid'),
          label('value', middle + POINT, scale(value) + TICK_SIZE * 0.35, 'start', percent(value)),
          ...tick,
        ];
      }),
    ],
  };
}
