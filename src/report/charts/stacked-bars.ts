import { scaleBand } from 'd3-scale';
import { stack } from 'd3-shape';
import type { Drawing, Mark } from '../../core/drawing.ts';
import type { Series } from '../../core/report.ts';
import { integer } from '../format.ts';
import { box, CHART_WIDTH, countScale, label, labelWidth, rule, TICK_SIZE } from './frame.ts';

const ROW = 26;
const BAR = 15;
/** Names longer than this are cut. */
const MOST_FOR_NAMES = 150;

/** One bar for each category, the series behind each other in their order, the sum at its end. */
export function stackedBars(categories: readonly string[], series: readonly Series[]): Drawing {
  const positions = categories.map((_, index) => index);
  const sums = positions.map((position) => series.reduce((sum, one) => sum + (one.values[position] ?? 0), 0));
  const most = Math.max(0, ...sums);
  const plot = {
    left: Math.min(MOST_FOR_NAMES, Math.max(40, ...categories.map((category) => labelWidth(category) * 1.1 + 10))),
    top: 4,
    right: CHART_WIDTH - labelWidth(integer(most)) - 12,
    bottom: 4 + ROW * categories.length,
  };
  const { scale } = countScale(most, 5);
  scale.domain([0, Math.max(1, most)]).range([plot.left, plot.right]);
  const band = scaleBand<number>().domain(positions).range([plot.top, plot.bottom]);
  const layers = stack<number, number>()
    .keys(series.map((_, index) => index))
    .value((position, key) => series[key]?.values[position] ?? 0)(positions);
  const bars = layers.flatMap((layer, key) =>
    layer.flatMap(([from, to], position): Mark[] => {
      const one = series[key];
      if (one === undefined || to <= from) return [];
      const [left, right] = [scale(from), scale(to)];
      const gap = from > 0 && right - left > 1.6 ? 0.6 : 0;
      return [box(left + gap, (band(position) ?? 0) + (ROW - BAR) / 2, right - left - gap, BAR, one.tone, one.texture)];
    }),
  );
  const texts = categories.flatMap((category, position): Mark[] => {
    const baseline = (band(position) ?? 0) + ROW / 2 + TICK_SIZE * 0.36;
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
