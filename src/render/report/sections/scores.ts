import { MODALITIES } from '../../../core/policy.ts';
import type { Block, Chart } from '../../../core/report.ts';
import { histograms } from '../charts/histogram.ts';
import { decimal, integer, score } from '../format.ts';
import { cell, left, type Material, paragraph, right, type SectionBuilder, table } from './parts.ts';

export const scores: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.results.scores;
  const found = MODALITIES.filter((modality) => input.statistics.scores[modality].count > 0);
  if (found.length === 0) return [paragraph(say.none), ...notAssessed(material)];
  const [modality, counts, ...others] = say.columns;
  return [
    paragraph(say.intro),
    { kind: 'chart', chart: spread(material, found) },
    table(
      say.table,
      [left(modality, 1.4), right(counts, 1), ...others.map((title) => right(title, 1))],
      found.map((name) => {
        const { count, mean, min, p50, p95, max } = input.statistics.scores[name];
        return [say.modality[name], integer(count), ...[mean, min, p50, p95, max].map(score)].map(cell);
      }),
    ),
    ...notAssessed(material),
    bandsTable(material, found),
  ];
};

/** The number of modalities with nothing to assess; nothing if no detection was completed. */
export function notAssessed({ input, text }: Material): Block[] {
  const { not_assessed: count, population } = input.statistics;
  return population.completed === 0 ? [] : [paragraph(text.results.scores.notAssessed(count))];
}

function spread({ input, text }: Material, found: readonly (typeof MODALITIES)[number][]): Chart {
  const say = text.results.scores;
  const series = found.map((modality) => ({
    name: say.modality[modality],
    tone: 'plain' as const,
    texture: 'solid' as const,
    values: input.statistics.scores[modality].histogram,
  }));
  return {
    form: 'histogram',
    title: say.chart,
    alt: say.chartAlt(
      found.map((modality) => {
        const { count, p50 } = input.statistics.scores[modality];
        return { name: say.modality[modality], count, median: p50 };
      }),
    ),
    categories: bandNames(series[0]?.values.length ?? 0),
    series,
    axis: say.axis,
    drawing: histograms(series, say.axis),
  };
}

function bandsTable({ input, text }: Material, found: readonly (typeof MODALITIES)[number][]): Block {
  const say = text.results.scores;
  const names = bandNames(input.statistics.scores.audio.histogram.length);
  return table(
    say.bands,
    [left(say.band, 2), ...found.map((modality) => right(say.modality[modality], 1))],
    names.map((name, bin) => [
      cell(name),
      ...found.map((modality) => cell(integer(input.statistics.scores[modality].histogram[bin] ?? 0))),
    ]),
  );
}

/** `0.00 to 0.05`, …: equal bands of 0 to 1; the last one includes its upper end. */
function bandNames(bands: number): string[] {
  return Array.from({ length: bands }, (_, bin) => `${decimal(bin / bands, 2)} to ${decimal((bin + 1) / bands, 2)}`);
}
