import type { Drawing, Mark } from '../../../core/design.ts';
import type { Series } from '../../../core/report.ts';
import type { Format } from '../format.ts';
import {
  type Axis,
  box,
  CHART_WIDTH,
  countGrid,
  countLabel,
  countTicks,
  label,
  labelWidth,
  linearScale,
  type Plot,
  rule,
  TICK_SIZE,
} from './frame.ts';

const HEIGHT = 136;
const GUTTER = 22;

/** One panel for each series, side by side, each with a scale of its own: the shapes are compared, not the heights. */
export function histograms(series: readonly Series[], axis: Axis, format: Format): Drawing {
  const panels = Math.max(3, series.length);
  const width = (CHART_WIDTH - GUTTER * (panels - 1)) / panels;
  return {
    widthPoints: CHART_WIDTH,
    heightPoints: HEIGHT,
    marks: series.flatMap((one, index) => panel(one, index * (width + GUTTER), width, axis, format)),
  };
}

function panel(series: Series, x: number, width: number, axis: Axis, format: Format): Mark[] {
  const { end, ticks } = countTicks(Math.max(0, ...series.values), 3);
  const plot: Plot = {
    left: x + Math.max(16, ...ticks.map((tick) => labelWidth(countLabel(tick, format)) + 8)),
    top: 30,
    right: x + width,
    bottom: HEIGHT - 18,
  };
  const scale = linearScale(end, plot.bottom, plot.top);
  const across = linearScale(series.values.length, plot.left, plot.right);
  const columns = series.values.flatMap((value, bin): Mark[] => {
    const [left, top] = [across(bin) + 0.4, scale(value)];
    const broad = across(bin + 1) - across(bin) - 0.8;
    return value > 0 ? [box(left, top, broad, plot.bottom - top, series.tone, series.texture)] : [];
  });
  const shares = [0, 0.25, 0.5, 0.75, 1];
  return [
    label('value', x, TICK_SIZE, 'start', series.name),
    label('axis', x, TICK_SIZE + 12, 'start', axis.y),
    ...countGrid(plot, scale, ticks, format),
    ...columns,
    rule('axis', plot.left, plot.bottom, plot.right, plot.bottom),
    ...shares.map((share) => {
      const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle';
      return label('tick', across(share * series.values.length), plot.bottom + 12, anchor, format.short(share));
    }),
  ];
}
