import { TEXTURES } from '../../../core/design.ts';
import type { Block, Cell, Chart, ReportColumn, Series } from '../../../core/report.ts';
import { type OutcomeCounts, REPORTED_OUTCOMES, type Statistics, sumOf, totalOf } from '../../../core/statistics.ts';
import { shorten } from '../../../core/text.ts';
import { stackedColumns } from '../charts/stacked.ts';
import type { ReportText } from '../text/en/index.ts';
import {
  amongWhat,
  cell,
  hasAnnex,
  left,
  type Material,
  mediumName,
  muted,
  paragraph,
  right,
  type SectionBuilder,
  table,
  writesColumn,
} from './parts.ts';
import { writtenBy } from '../replay-command.ts';
import type { ReportInput } from '../report-input.ts';
import { MODALITIES } from '../../../core/policy.ts';
import type { Format } from '../format.ts';
import type { Grain } from '../text/en/results.ts';

interface Medium {
  readonly name: string;
  readonly counts: OutcomeCounts;
}

const KNOWN = ['audio', 'image', 'video'];
/** Media are an open set: the rest is shown as one. */
const MOST_MEDIA = 10;

/** The documented media first, then any others that the source named, in code-unit order. */
function mediaOf(statistics: Statistics, text: ReportText): Medium[] {
  const rank = (name: string): number => (KNOWN.includes(name) ? KNOWN.indexOf(name) : KNOWN.length);
  const media = Object.entries(statistics.by_media_type).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const shown = media
    .slice(0, MOST_MEDIA)
    .map(([name, counts]) => ({ name: shorten(mediumName(name, text), 24), counts }));
  const rest = media.slice(MOST_MEDIA);
  if (rest.length === 0) return shown;
  const counts = rest.map(([, each]) => each).reduce(sumOf);
  return [...shown, { name: text.results.verdicts.otherMedia(rest.length), counts }];
}

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
    countsTable(material, say.byMedium, say.table.medium, media),
    { kind: 'chart', chart: overTime(material, buckets) },
    ...durations(material),
    ...(hasAnnex(material) ? [] : [muted(say.elsewhere(buckets.grain, ...countFiles(input)))]),
  ];
};

/** For the annex: what the chart over time draws, without spans in which nothing was created. */
export function dayTable(material: Material): Block[] {
  const { input, text } = material;
  const say = text.results.verdicts;
  const { grain, buckets } = bucketsOf(input.statistics, text.format);
  const rows = buckets.flatMap((one) => (totalOf(one) === 0 ? [] : [{ name: one.long, counts: one }]));
  return rows.length === 0 ? [] : [countsTable(material, say.overTime(grain), say.table[grain], rows)];
}

/** The files of the run with the counts by day and by label, and the one with the labels of each detection. */
function countFiles(input: ReportInput): [counts: readonly string[], labels: string | null] {
  const isOwnWorkbook = input.template.workbook !== null;
  const summary = input.formats.includes('xlsx') && !isOwnWorkbook ? ['report.xlsx'] : [];
  const hasLabels = MODALITIES.some((modality) => writesColumn(input, `${modality}_label`));
  return [[...summary, 'statistics.json'], hasLabels ? writtenBy(input).everyDetection : null];
}

/** The three verdicts always, the two other outcomes only if any occur: a legend names only what is shown. */
function seriesOf(rows: readonly OutcomeCounts[], { text }: Material): Series[] {
  return REPORTED_OUTCOMES.map((outcome) => ({
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

function countsTable({ input, text }: Material, caption: string, first: string, rows: readonly Medium[]): Block {
  const names = text.results.series;
  const columns: ReportColumn[] = [
    left(first, 2.6),
    ...REPORTED_OUTCOMES.map((outcome) => right(names[outcome], outcome === 'indeterminate' ? 1.5 : 1.2)),
    right(names.total, 1.1),
    right(text.results.verdicts.table.share, 1.2),
  ];
  const line = (name: string, counts: OutcomeCounts, strong: boolean): Cell[] =>
    [
      name,
      ...REPORTED_OUTCOMES.map((outcome) => text.format.integer(counts[outcome])),
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
    const spans = [sum, mean, min, p50, p95, max].map(text.format.span);
    const row = [text.results.scores.modality[medium], text.format.integer(measured), ...spans].map(cell);
    return measured === 0 ? [] : [row];
  });
  if (rows.length === 0) return [];
  const [medium, ...others] = say.durationColumns;
  return [table(say.duration, [left(medium, 0.9), ...others.map((title) => right(title, 1.2))], rows)];
}

interface Buckets {
  readonly grain: Grain;
  /** Each with its name for an axis (`15 Jan`, `Jan 2024`, `2024`), and for a sentence (`15 January 2024`, …). */
  readonly buckets: readonly (OutcomeCounts & { readonly short: string; readonly long: string })[];
}

/** The most columns that are still readable on a page. */
const MOST_DAYS = 62;
const MOST_MONTHS = 60;

/** The days of the statistics, grouped into months or years if there are too many for one chart. */
function bucketsOf(statistics: Statistics, format: Format): Buckets {
  const days = statistics.by_day;
  const grain = grainOf(days);
  const length = grain === 'day' ? 10 : grain === 'month' ? 7 : 4;
  const byKey = new Map<string, OutcomeCounts>();
  for (const { day, ...counts } of days) {
    const key = day.slice(0, length);
    const sum = byKey.get(key);
    byKey.set(key, sum === undefined ? counts : sumOf(sum, counts));
  }
  return { grain, buckets: [...byKey].map(([key, counts]) => ({ ...namesOf(key, grain, format), ...counts })) };
}

function grainOf(days: Statistics['by_day']): Grain {
  if (days.length <= MOST_DAYS) return 'day';
  return new Set(days.map(({ day }) => day.slice(0, 7))).size <= MOST_MONTHS ? 'month' : 'year';
}

function namesOf(key: string, grain: Grain, { shortDay, dayText, shortMonth, monthText }: Format) {
  if (grain === 'day') return { short: shortDay(key), long: dayText(key) };
  if (grain === 'month') return { short: shortMonth(key), long: monthText(key) };
  return { short: key, long: key };
}
