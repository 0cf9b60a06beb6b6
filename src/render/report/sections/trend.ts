import { TEXTURES } from '../../../core/design.ts';
import type { Block } from '../../../core/report.ts';
import { intervals } from '../charts/intervals.ts';
import { stackedColumns } from '../charts/stacked.ts';
import { type Material, muted, nameOf } from './parts.ts';

export function trend({ input, text }: Material): Block[] {
  const { history = [], statistics, period, certificate } = input;
  const say = text.change.trend;
  if (history.length === 0) return [];
  const now = { ...statistics.verdicts, fake_rate: statistics.fake_rate, period: period.label, amended: false };
  const all = [...history, now];
  const categories = all.map(({ period: label }) => nameOf(label, text.format.shortMonth) ?? label);
  const series = (['fake', 'indeterminate', 'real'] as const).map((outcome) => ({
    name: text.results.series[outcome],
    tone: outcome,
    texture: TEXTURES[outcome],
    values: all.map((one) => one[outcome]),
  }));
  const axis = { x: say.period, y: text.results.verdicts.axis.count };
  const rates = all.map(({ fake_rate: rate }) => rate);
  const marks = history.filter(
    ({ policy_sha256: policy, completeness, amended }) =>
      amended || completeness !== 'proven' || policy !== input.policySha256,
  );
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
        title: say.verdicts,
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
        title: say.rates,
        alt: say.ratesAlt(categories.map((name, at) => `${name} ${text.format.percent(rates[at]?.value ?? null)}`)),
        categories,
        series: [rate],
        axis: rateAxis,
        drawing: intervals(categories, rates, rateAxis, text.format),
      },
    },
    ...(marks.length === 0 && certificate.verdict === 'proven'
      ? []
      : [
          muted(
            say.basis(
              marks.map((one) => ({
                name: one.period,
                amended: one.amended,
                incomplete: one.completeness !== 'proven',
                otherPolicy: one.policy_sha256 !== input.policySha256,
              })),
            ),
          ),
        ]),
  ];
}
