import type { Series } from '../../../core/report.ts';

/** Position of a value of the data, in points. */
export type Scale = (value: number) => number;

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
export interface Bands {
  readonly step: number;
  readonly width: number;
  readonly start: (index: number) => number;
}

export function bands(count: number, start: number, end: number, gap = 0, margin = 0): Bands {
  const step = (end - start) / Math.max(1, count - gap + margin * 2);
  const first = start + (end - start - step * (count - gap)) / 2;
  return { step, width: step * (1 - gap), start: (index) => first + step * index };
}

/** Stacks the visible values at each position on those of the earlier series; series by series. */
export function stacked(
  series: readonly Series[],
  positions: number,
): { readonly one: Series; readonly position: number; readonly from: number; readonly to: number }[] {
  const sums = Array.from({ length: positions }, () => 0);
  return series.flatMap((one) =>
    sums.flatMap((from, position) => {
      const to = from + (one.values[position] ?? 0);
      sums[position] = to;
      return to > from ? [{ one, position, from, to }] : [];
    }),
  );
}
