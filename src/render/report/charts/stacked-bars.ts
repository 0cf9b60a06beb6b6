import type { Drawing, Mark } from '../../../core/design.ts';
import type { Series } from '../../../core/report.ts';
import type { Format } from '../format.ts';
import { box, CHART_WIDTH, label, labelWidth, rule, TICK_SIZE } from './frame.ts';
import { bands, linearScale, stacked } from './scales.ts';

const ROW = 26;
const BAR = 15;
/** Names longer than this are cut. */
const MOST_FOR_NAMES = 150;

/** One bar for each category, with the series side by side in their order and the sum at its end. */
export function stackedBars(categories: readonly string[], series: readonly Series[], { integer }: Format): Drawing {
  const sums = categories.map((_, position) => series.reduce((sum, one) => sum + (one.values[position] ?? 0), 0));
  const most = Math.max(0, ...sums);
  const plot = {
    left: Math.min(MOST_FOR_NAMES, Math.max(40, ...categories.map((category) => labelWidth(category) * 1.1 + 10))),
    top: 4,
    right: CHART_WIDTH - labelWidth(integer(most)) - 12,
    bottom: 4 + ROW * categories.length,
  };
  const scale = linearScale(Math.max(1, most), plot.left, plot.right);
  const band = bands(categories.length, plot.top, plot.bottom);
  const bars = stacked(series, categories.length).map(({ one, position, from, to }) => {
    const [left, right] = [scale(from), scale(to)];
    const gap = from > 0 && right - left > 1.6 ? 0.6 : 0;
    return box(left + gap, band.start(position) + (ROW - BAR) / 2, right - left - gap, BAR, one.tone, one.texture);
  });
  const texts = categories.flatMap((category, position): Mark[] => {
    const baseline = band.start(position) + ROW / 2 + TICK_SIZE * 0.36;
    return [
      label('value', plot.left - 8, baseline, 'end', category, plot.left - 8),
      label('value', scale(sums[position] ?? 0) + 6, baseline, 'start', integer(sums[position] ?? 0)),
    ];
  });
  return {
    widthPoints: CHART_WIDTH,
    heightPoints: plot.bottom + 4,
    marks: [...bars, rule('axis', plot.left, plot.top, plot.left, plot.bottom), ...texts],
  };
}
