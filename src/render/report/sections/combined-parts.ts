import type { Cell, Section } from '../../../core/report.ts';
import { REPORTED_OUTCOMES } from '../../../core/statistics.ts';
import { countCell, left, type Material, muted, nameOf, paragraph, right, table } from './parts.ts';

/** The breakdown of a combined run by part, with the sum; empty for any other run. */
export function combinedParts({ input, text }: Material): Section[] {
  const { parts } = input.extraction;
  const { by_part: rows, population, verdicts, fake_rate: rate } = input.statistics;
  if (parts === undefined || rows === undefined) return [];
  const say = text.combined;
  const { series, verdicts: words } = text.results;
  const percent = (value: number | null): Cell => ({
    text: text.format.percent(value),
    figure: { value, form: 'share' },
  });
  const shared = rows.reduce((sum, { in_period: own, undated, counted }) => sum + own + undated - counted, 0);
  const all = { ...population, ...verdicts };
  const total = [
    { text: series.total, strong: true },
    countCell(population.in_period, text),
    ...REPORTED_OUTCOMES.map((outcome) => countCell(all[outcome], text)),
    percent(rate.value),
    { text: text.compliance.verdicts[input.certificate.verdict] },
  ].map((one) => ({ ...one, strong: true }));
  const blocks = [
    paragraph(say.intro(rows.length)),
    table(
      say.title,
      [
        { ...left(say.part, 3), sub: text.phrases.reportId },
        right(say.detections, 1),
        ...REPORTED_OUTCOMES.map((outcome) => right(series[outcome], 0.9)),
        right(words.table.share, 0.9),
        left(say.completeness, 1.7),
      ],
      [
        ...rows.map((row): Cell[] => [
          { text: nameOf(row.part, text.format.shortMonth) ?? row.part, sub: row.report_id, subMono: true },
          countCell(row.in_period, text),
          ...REPORTED_OUTCOMES.map((outcome) => countCell(row[outcome], text)),
          percent(row.fake_rate.value),
          { text: text.compliance.verdicts[row.completeness] },
        ]),
        total,
      ],
    ),
    ...(shared === 0 ? [] : [paragraph(say.shared(shared))]),
    ...parts.flatMap(({ name, reportId, insteadOf }) =>
      insteadOf === undefined
        ? []
        : [muted(say.amended(nameOf(name, text.format.shortMonth) ?? name, reportId, insteadOf))],
    ),
  ];
  return [{ id: 'parts', title: say.title, blocks }];
}
