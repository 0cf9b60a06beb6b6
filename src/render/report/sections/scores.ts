import { MODALITIES } from '../../../core/policy.ts';
import type { Block, Chart } from '../../../core/report.ts';
import { shorten } from '../../../core/text.ts';
import { histograms } from '../charts/histogram.ts';
import {
  cell,
  heading,
  left,
  type Material,
  moreOf,
  mostFirst,
  saysReal,
  paragraph,
  right,
  type SectionBuilder,
  table,
} from './parts.ts';

const MOST_SOURCES = 20;

export const scores: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.results.scores;
  const found = MODALITIES.filter((modality) => input.statistics.scores[modality].count > 0);
  if (found.length === 0) return [paragraph(say.none + notAssessed(material)), ...tracing(material)];
  const [modality, counts, ...others] = say.columns;
  return [
    // The section on undecided ones says it, too.
    paragraph(say.intro + (input.template.sections.includes('indeterminate') ? '' : notAssessed(material))),
    { kind: 'chart', chart: spread(material, found) },
    table(
      say.table,
      [left(modality, 1.4), right(counts, 1), ...others.map((title) => right(title, 1))],
      found.map((name) => {
        const { count, mean, min, p50, p95, max } = input.statistics.scores[name];
        const figures = [mean, min, p50, p95, max].map(text.format.score);
        return [say.modality[name], text.format.integer(count), ...figures].map(cell);
      }),
    ),
    ...tracing(material),
  ];
};

/** The number of modalities with nothing to assess; empty if no detection was completed. */
export function notAssessed({ input, text }: Material): string {
  const { not_assessed: count, population } = input.statistics;
  return population.completed === 0 ? '' : ` ${text.results.scores.notAssessed(count)}`;
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
    categories: bandNames(series[0]?.values.length ?? 0, text.format.decimal),
    series,
    axis: say.axis,
    drawing: histograms(series, say.axis, text.format),
  };
}

function tracing({ input, text }: Material): Block[] {
  const say = text.results.tracing;
  const all = Object.entries(input.statistics.source_tracing);
  if (all.length === 0) return [];
  const named = all.filter(([name]) => !saysReal(input, name)).toSorted(mostFirst);
  const unnamed = all.filter(([name]) => saysReal(input, name)).reduce((sum, [, count]) => sum + count, 0);
  const counts = named
    .slice(0, MOST_SOURCES)
    .map(([name, count]) => `${shorten(name, 40) || text.results.emptyName} ${text.format.integer(count)}`);
  return [
    heading(say.caption),
    paragraph(
      [say.intro, named.length > 0 && say.named(counts), unnamed > 0 && say.unnamed(unnamed), say.basis]
        .filter((each) => each !== false)
        .join(' '),
    ),
    ...moreOf(named.length - MOST_SOURCES, text),
  ];
}

/** `0.00–0.05`, …: equal bands of 0 to 1; the last one includes its upper end. */
export function bandNames(bands: number, decimal: (value: number, digits: number) => string): string[] {
  return Array.from({ length: bands }, (_, bin) => `${decimal(bin / bands, 2)}–${decimal((bin + 1) / bands, 2)}`);
}
