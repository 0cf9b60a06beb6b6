import type { Drawing, Mark } from '../../../core/design.ts';
import type { Series } from '../../../core/report.ts';
import type { Format } from '../format.ts';
import {
  type Axis,
  bands,
  box,
  CHART_WIDTH,
  countGrid,
  countLabel,
  countTicks,
  label,
  labelStep,
  labelWidth,
  linearScale,
  rule,
  stacked,
  TICK_SIZE,
} from './frame.ts';

const HEIGHT = 134;
const AXIS_TITLE = 16;
const TICK_LABELS = 18;

/** One column for each category, the series on top of each other in their order. */
export function stackedColumns(
  categories: readonly string[],
  series: readonly Series[],
  axis: Axis,
  format: Format,
): Drawing {
  const most = Math.max(
    0,
    ...categories.map((_, index) => series.reduce((sum, one) => sum + (one.values[index] ?? 0), 0)),
  );
  const { end, ticks } = countTicks(most, 4);
  const plot = {
    left: Math.max(26, ...ticks.map((tick) => labelWidth(countLabel(tick, format)) + 12)),
    top: AXIS_TITLE,
    right: CHART_WIDTH,
    bottom: HEIGHT - TICK_LABELS,
  };
  const scale = linearScale(end, plot.bottom, plot.top);
  const band = bands(categories.length, plot.left, plot.right, categories.length > 40 ? 0.18 : 0.28, 0.2);
  const width = Math.min(band.width, 40);
  const inset = (band.width - width) / 2;
  const columns = stacked(series, categories.length).map(({ one, position, from, to }) => {
    const [top, bottom] = [scale(to), scale(from)];
    // A hairline of background between two layers, if the layer is high enough.
    const gap = from > 0 && bottom - top > 1.6 ? 0.6 : 0;
    return box(band.start(position) + inset, top, width, bottom - top - gap, one.tone, one.texture);
  });
  const step = labelStep(categories, band.step);
  const names = categories.flatMap((category, index): Mark[] =>
    index % step === 0 ? [nameOf(category, band.start(index) + band.width / 2, plot.bottom + 12)] : [],
  );
  return {
    widthPoints: CHART_WIDTH,
    heightPoints: HEIGHT,
    marks: [
      ...countGrid(plot, scale, ticks, format),
      ...columns,
      // Drawn again above the columns: a thin baseline keeps small columns readable.
      rule('axis', plot.left, plot.bottom, plot.right, plot.bottom),
      ...names,
      label('axis', 0, TICK_SIZE, 'start', axis.y),
    ],
  };
}

/** A name below its column, kept inside the chart. */
function nameOf(name: string, middle: number, baseline: number): Mark {
  const inside = middle + labelWidth(name) / 2 <= CHART_WIDTH;
  return inside ? label('tick', middle, baseline, 'middle', name) : label('tick', CHART_WIDTH, baseline, 'end', name);
}
