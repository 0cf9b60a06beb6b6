import type { Mark, Texture, Tone } from '../../../core/design.ts';
import type { Format } from '../format.ts';
import type { Series } from '../../../core/report.ts';

type Scale = (value: number) => number;

/** Maps 0 to `start` and `most` to `end`, linearly. */
export function linearScale(most: number, start: number, end: number): Scale {
  return (value) => start * (1 - value / most) + end * (value / most);
}

/** Whole ticks from 0, about `count` of them, 1, 2 or 5 times a power of ten apart; the last one covers `most`. */
export function countTicks(most: number, count: number): { readonly end: number; readonly ticks: readonly number[] } {
  let end = Math.max(1, most);
  let step = 0;
  // Moving the end up to the next tick may require a wider step.
  for (let next = tickStep(end, count); next !== step; next = tickStep(end, count)) {
    step = next;
    end = Math.ceil(end / step) * step;
  }
  return { end, ticks: Array.from({ length: end / step + 1 }, (_, index) => index * step) };
}

/** The step nearest to `end / count` by ratio. */
function tickStep(end: number, count: number): number {
  const power = 10 ** Math.floor(Math.log10(end / count));
  const ratio = end / count / power;
  const factor = ratio >= Math.sqrt(50) ? 10 : ratio >= Math.sqrt(10) ? 5 : ratio >= Math.sqrt(2) ? 2 : 1;
  return Math.max(1, factor * power);
}

/** Bands of one width between two points, with gaps given as shares of the distance from one band to the next. */
export function bands(count: number, start: number, end: number, gap = 0, margin = 0) {
  const step = (end - start) / Math.max(1, count - gap + margin * 2);
  const first = start + (end - start - step * (count - gap)) / 2;
  return { step, width: step * (1 - gap), start: (index: number): number => first + step * index };
}

/** Stacks the visible values at each position on those of the earlier series; series by series. */
export function stacked(series: readonly Series[], positions: number) {
  const sums = Array.from({ length: positions }, () => 0);
  return series.flatMap((one) =>
    sums.flatMap((from, position) => {
      const to = from + (one.values[position] ?? 0);
      sums[position] = to;
      return to > from ? [{ one, position, from, to }] : [];
    }),
  );
}

export const CHART_WIDTH = 487;

/** Type size of tick labels, and the average width of one character. */
export const TICK_SIZE = 7.5;
const CHARACTER_WIDTH = TICK_SIZE * 0.56;

export interface Axis {
  readonly x: string;
  readonly y: string;
}

export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** `12,000`, or `1.2M` if the digits would need too much room. */
export function countLabel(count: number, { integer, millions }: Format): string {
  return count < 1_000_000 ? integer(count) : millions(count);
}

/** Estimated width of a tick label in points; geometry must not depend on a sink's font. */
export function labelWidth(text: string): number {
  return text.length * CHARACTER_WIDTH;
}

/** Shows every n-th label, so that neighbours keep apart. */
export function labelStep(labels: readonly string[], room: number): number {
  const widest = Math.max(0, ...labels.map(labelWidth)) + 6;
  return Math.max(1, Math.ceil(widest / Math.max(room, 0.01)));
}

export function box(x: number, y: number, width: number, height: number, tone: Tone, texture: Texture): Mark {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map(round) as [number, number, number, number];
  return {
    kind: 'area',
    path: `M${left} ${top}H${right}V${bottom}H${left}Z`,
    box: { x: left, y: top, width: round(right - left), height: round(bottom - top) },
    tone,
    texture,
  };
}

export function rule(role: 'grid' | 'axis', x1: number, y1: number, x2: number, y2: number): Mark {
  return { kind: 'rule', role, x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2) };
}

export function label(
  role: 'tick' | 'axis' | 'value',
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  text: string,
  room = CHART_WIDTH / 3,
): Mark {
  return { kind: 'label', role, x: round(x), y: round(y), anchor, room: round(room), text };
}

/** Horizontal grid lines with their counts on the left, and the axis at 0. */
export function countGrid(plot: Plot, scale: Scale, ticks: readonly number[], format: Format): Mark[] {
  return ticks.flatMap((tick) => {
    const y = scale(tick);
    return [
      rule(tick === 0 ? 'axis' : 'grid', plot.left, y, plot.right, y),
      label('tick', plot.left - 6, y + TICK_SIZE * 0.35, 'end', countLabel(tick, format)),
    ];
  });
}

/** Two decimals of a point are finer than any printer. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
