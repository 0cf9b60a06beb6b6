import { TEXTURES } from '../../../core/design.ts';
import type { Block } from '../../../core/report.ts';
import { intervals } from '../charts/intervals.ts';
import { stackedColumns } from '../charts/stacked.ts';
import type { ReportText } from '../text/en/index.ts';
import { nameOf } from './parts.ts';

export interface TrendEntry {
  readonly period: string;
  readonly fake: number;
  readonly indeterminate: number;
  readonly real: number;
  readonly fake_rate: { readonly value: number | null; readonly low: number | null; readonly high: number | null };
}

/** The verdicts and the fake rate by period: two charts, whose titles may say of what they are. */
export function trendCharts(all: readonly TrendEntry[], text: ReportText, of = ''): Block[] {
  const say = text.change.trend;
  const categories = all.map(({ period: label }) => nameOf(label, text.format.shortMonth) ?? label);
  const series = (['fake', 'indeterminate', 'real'] as const).map((outcome) => ({
    name: text.results.series[outcome],
    tone: outcome,
    texture: TEXTURES[outcome],
    values: all.map((one) => one[outcome]),
  }));
  const axis = { x: say.period, y: text.results.verdicts.axis.count };
  const rates = all.map(({ fake_rate: rate }) => rate);
  const rateAxis = { x: say.period, y: text.summary.cards.rate };
  const rate = {
    name: rateAxis.y,
    tone: 'fake',
    texture: 'solid',
    values: rates.map(({ value }) => value ?? 0),
  } as const;
  return [
    {
      kind: 'chart',
      chart: {
        form: 'stacked-columns',
        title: `${of}${say.verdicts}`,
        alt: say.verdictsAlt(all.length),
        categories,
        series,
        axis,
        drawing: stackedColumns(categories, series, axis, text.format),
      },
    },
    {
      kind: 'chart',
      chart: {
        form: 'intervals',
        title: `${of}${say.rates}`,
        alt: say.ratesAlt(categories.map((name, at) => `${name} ${text.format.percent(rates[at]?.value ?? null)}`)),
        categories,
        series: [rate],
        axis: rateAxis,
        drawing: intervals(categories, rates, rateAxis, text.format),
      },
    },
  ];
}
