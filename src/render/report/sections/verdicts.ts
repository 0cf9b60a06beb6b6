import { TEXTURES } from '../../../core/design.ts';
import type { Block, Cell, Chart, ReportColumn, Series } from '../../../core/report.ts';
import type { OutcomeCounts, Statistics } from '../../../core/statistics.ts';
import { shorten } from '../../../core/text.ts';
import { type Buckets, bucketsOf } from '../buckets.ts';
import { stackedBars, stackedColumns } from '../charts/stacked.ts';
import type { ReportText } from '../text/en/index.ts';
import {
  amongWhat,
  cell,
  heading,
  left,
  type Material,
  paragraph,
  right,
  type SectionBuilder,
  table,
} from './parts.ts';

export interface Medium {
  readonly name: string;
  readonly counts: OutcomeCounts;
}

const KNOWN = ['audio', 'image', 'video'];
/** Media are an open set: the rest is shown as one. */
const MOST_MEDIA = 10;

function rank(name: string): number {
  return KNOWN.includes(name) ? KNOWN.indexOf(name) : KNOWN.length;
}

/** The documented media first, then any others that the source named, in code-unit order. */
export function mediaOf(statistics: Statistics, text: ReportText): Medium[] {
  const media = Object.entries(statistics.by_media_type).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const shown = media.slice(0, MOST_MEDIA).map(([name, counts]) => ({ name: nameOf(name, text), counts }));
  const rest = media.slice(MOST_MEDIA);
  if (rest.length === 0) return shown;
  const counts = rest.map(([, each]) => each).reduce(add);
  return [...shown, { name: text.results.verdicts.otherMedia(rest.length), counts }];
}

function nameOf(name: string, text: ReportText): string {
  if (name === 'audio' || name === 'image' || name === 'video') return text.results.scores.modality[name];
  return name === '' ? text.results.verdicts.noMedium : shorten(name, 24);
}

function add(one: OutcomeCounts, other: OutcomeCounts): OutcomeCounts {
  return {
    completed: one.completed + other.completed,
    processing: one.processing + other.processing,
    failed: one.failed + other.failed,
    fake: one.fake + other.fake,
    real: one.real + other.real,
    indeterminate: one.indeterminate + other.indeterminate,
  };
}

const OUTCOMES = ['fake', 'indeterminate', 'real', 'failed', 'processing'] as const;
const TONES = {
  fake: 'fake',
  indeterminate: 'indeterminate',
  real: 'real',
  failed: 'muted',
  processing: 'muted',
} as const;
export const verdicts: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.results.verdicts;
  const buckets = bucketsOf(input.statistics, text.format);
  const media = mediaOf(input.statistics, text);
  if (input.statistics.population.in_period === 0) return [paragraph(say.none(amongWhat(material)))];
  return [
    paragraph(say.intro),
    { kind: 'chart', chart: byMedium(material, media) },
    countsTable(material, say.byMedium, say.table.medium, media),
    { kind: 'chart', chart: overTime(material, buckets) },
    countsTable(
      material,
      say.overTime(buckets.grain),
      say.table[buckets.grain],
      buckets.buckets.map((bucket) => ({ name: bucket.long, counts: bucket })),
    ),
    ...durations(material),
  ];
};

export function totalOf(counts: OutcomeCounts): number {
  return counts.completed + counts.processing + counts.failed;
}

/** The three verdicts always, the two other outcomes only if any occur: a legend names only what is shown. */
function seriesOf(rows: readonly OutcomeCounts[], { text }: Material): Series[] {
  return OUTCOMES.map((outcome) => ({
    name: text.results.series[outcome],
    tone: TONES[outcome],
    texture: TEXTURES[outcome],
    values: rows.map((row) => row[outcome]),
  })).filter(({ values }, index) => index < 3 || values.some((value) => value > 0));
}

function overTime(material: Material, { grain, buckets }: Buckets): Chart {
  const say = material.text.results.verdicts;
  const series = seriesOf(buckets, material);
  const categories = buckets.map(({ short }) => short);
  const axis = { x: say.axis[grain], y: say.axis.count };
  const most = buckets.reduce((high, bucket) => Math.max(high, totalOf(bucket)), 0);
  const highest = buckets.filter((bucket) => totalOf(bucket) === most);
  return {
    form: 'stacked-columns',
    title: say.overTime(grain),
    alt: say.overTimeAlt(
      material.input.statistics.population.in_period,
      grain,
      buckets.length,
      highest.length === 1 ? (highest[0]?.long ?? null) : null,
      most,
    ),
    categories,
    series,
    axis,
    drawing: stackedColumns(categories, series, axis, material.text.format),
  };
}

function byMedium(material: Material, media: readonly Medium[]): Chart {
  const say = material.text.results.verdicts;
  const series = seriesOf(
    media.map(({ counts }) => counts),
    material,
  );
  const categories = media.map(({ name }) => name);
  return {
    form: 'stacked-bars',
    title: say.byMedium,
    alt: say.byMediumAlt(media.map(({ name, counts }) => ({ name, count: totalOf(counts) }))),
    categories,
    series,
    axis: { x: say.axis.count, y: say.table.medium },
    drawing: stackedBars(categories, series, material.text.format),
  };
}

function countsTable({ input, text }: Material, caption: string, first: string, rows: readonly Medium[]): Block {
  const names = text.results.series;
  const columns: ReportColumn[] = [
    left(first, 2.6),
    ...OUTCOMES.map((outcome) => right(names[outcome], outcome === 'indeterminate' ? 1.5 : 1.2)),
    right(names.total, 1.1),
    right(text.results.verdicts.table.share, 1.2),
  ];
  const line = (name: string, counts: OutcomeCounts, strong: boolean): Cell[] =>
    [
      name,
      ...OUTCOMES.map((outcome) => text.format.integer(counts[outcome])),
      text.format.integer(totalOf(counts)),
      text.format.shareOf(counts.fake, counts.fake + counts.real),
    ].map((value) => ({ text: value, strong }));
  return table(caption, columns, [
    ...rows.map(({ name, counts }) => line(name, counts, false)),
    line(names.total, { ...input.statistics.population, ...input.statistics.verdicts }, true),
  ]);
}

function durations({ input, text }: Material): Block[] {
  const say = text.results.verdicts;
  const rows = (['audio', 'video'] as const).flatMap((medium) => {
    const { count: measured, sum, mean, min, max, p50, p95 } = input.statistics.duration_seconds[medium];
    return measured === 0
      ? []
      : [
          [
            text.results.scores.modality[medium],
            text.format.integer(measured),
            ...[sum, mean, min, p50, p95, max].map(text.format.span),
          ].map(cell),
        ];
  });
  if (rows.length === 0) return [];
  const [medium, ...others] = say.durationColumns;
  return [
    heading(say.duration),
    table(say.duration, [left(medium, 0.9), ...others.map((title) => right(title, 1.2))], rows),
  ];
}
