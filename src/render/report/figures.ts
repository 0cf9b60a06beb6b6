import {
  type Figure,
  type FigureRow,
  type FigureTable,
  type NumberForm,
  type OutcomeCounts,
  REPORTED_OUTCOMES,
  totalOf,
} from '../../core/statistics.ts';
import { MODALITIES } from '../../core/policy.ts';
import type { ReportInput } from './report-input.ts';
import { nameOf } from './sections/parts.ts';
import { bandNames } from './sections/scores.ts';
import type { ReportText } from './text/en/index.ts';

/** About ten years: a longer period lists only days with detections. */
const MOST_DAYS = 3_660;
const POPULATION = [
  'received',
  'unique',
  'duplicates',
  'in_period',
  'outside_period',
  'undated',
  'completed',
  'processing',
  'failed',
] as const;
const RETENTION = ['zero_retention', 'deleted', 'not_deleted', 'processing', 'not_measured', 'undated'] as const;
const NUMBER = ['number'];
const RATE = ['value', 'low', 'high'] as const;
const TREND = ['fake', 'indeterminate', 'real'] as const;

/** The statistics as tables of exact figures, in reading order. Tables without a row are left out. */
export function figureTables(
  { statistics, period: { timezone, label }, history = [] }: Pick<ReportInput, 'statistics' | 'period' | 'history'>,
  text: ReportText,
): readonly FigureTable[] {
  const say = text.figures;
  const { series, scores: scoreWords, verdicts: words } = text.results;
  const { population, verdicts, fake_rate: rate, retention: kept, scores } = statistics;
  const bands = bandNames(scores.audio.histogram.length, text.format.decimal);
  const { by_day: everyDay } = statistics;
  const days = everyDay.length <= MOST_DAYS ? everyDay : everyDay.filter((day) => totalOf(day) > 0);
  const all = outcomeRow(null, series.total, { ...population, ...verdicts });
  const outcomes = (
    id: string,
    title: string,
    note: string,
    head: string,
    rows: readonly FigureRow[],
  ): FigureTable => ({
    id,
    title,
    note,
    heads: [head, ...REPORTED_OUTCOMES.map((outcome) => series[outcome]), series.total, words.table.share],
    columns: [...REPORTED_OUTCOMES, 'total', 'fake_rate'],
    rows: [...rows, all],
  });
  const list = (id: string, title: string, note: string, rows: readonly FigureRow[], head = ''): FigureTable => ({
    id,
    title,
    note,
    heads: [head, say.number],
    columns: NUMBER,
    rows,
  });
  const counts = (id: string, title: string, byName: Readonly<Record<string, number>>): FigureTable =>
    list(
      id,
      title,
      say.labelsNote,
      named(byName, (name) => name),
      text.results.labels.columns[1],
    );
  const tables: readonly FigureTable[] = [
    list(
      'population',
      say.population.title,
      say.population.note,
      POPULATION.map((key) => row(key, say.population[key], 'count', population[key])),
    ),
    list('verdicts', say.verdicts.title, say.verdicts.note, [
      ...(['fake', 'real', 'indeterminate'] as const).map((key) => row(key, series[key], 'count', verdicts[key])),
      row('of', say.verdicts.of, 'count', rate.of),
      ...RATE.map((key) => row(key, say.verdicts[key], 'share', rate[key])),
    ]),
    {
      id: 'trend',
      title: text.change.trend.verdicts,
      note: '',
      heads: [
        text.change.trend.period,
        ...TREND.map((verdict) => series[verdict]),
        ...RATE.map((key) => say.verdicts[key]),
      ],
      columns: [...TREND, ...RATE],
      rows:
        history.length === 0
          ? []
          : [...history, { ...verdicts, period: label, fake_rate: rate }].map((one) => ({
              key: one.period,
              label: nameOf(one.period, text.format.shortMonth) ?? one.period,
              figures: [
                ...TREND.map((verdict): Figure => ({ value: one[verdict], form: 'count' })),
                ...RATE.map((key): Figure => ({ value: one.fake_rate[key], form: 'share' })),
              ],
            })),
    },
    outcomes(
      'by_media_type',
      say.byMedium,
      '',
      words.table.medium,
      Object.entries(statistics.by_media_type).map(([type, each]) => outcomeRow(type, type, each)),
    ),
    outcomes(
      'by_day',
      say.byDay,
      say.byDayNote(timezone, days.length < everyDay.length),
      words.table.day,
      days.map((each) => outcomeRow(each.day, each.day, each)),
    ),
    {
      id: 'scores',
      title: scoreWords.table,
      note: say.scoresNote,
      heads: scoreWords.columns,
      columns: ['count', 'mean', 'min', 'p50', 'p95', 'max'],
      rows: MODALITIES.map((key) => {
        const { count, mean, min, p50, p95, max } = scores[key];
        return measured(key, scoreWords.modality[key], count, 'score', mean, min, p50, p95, max);
      }),
    },
    {
      id: 'histogram',
      title: say.histogram,
      note: say.histogramNote,
      heads: [scoreWords.band, ...MODALITIES.map((key) => scoreWords.modality[key])],
      columns: MODALITIES,
      rows: scores.audio.histogram.map((_, bin) => {
        return row(String(bin), bands[bin] ?? '', 'count', ...MODALITIES.map((key) => scores[key].histogram[bin] ?? 0));
      }),
    },
    ...MODALITIES.map((key) => counts(`${key}_label`, say.labels[key], statistics.labels[key])),
    counts('source_tracing_label', text.results.tracing.caption, statistics.source_tracing),
    {
      id: 'duration_seconds',
      title: words.duration,
      note: '',
      heads: words.durationColumns,
      columns: ['count', 'sum', 'mean', 'min', 'p50', 'p95', 'max'],
      rows: (['audio', 'video'] as const).map((key) => {
        const { count, sum, mean, min, p50, p95, max } = statistics.duration_seconds[key];
        return measured(key, scoreWords.modality[key], count, 'seconds', sum, mean, min, p50, p95, max);
      }),
    },
    list('retention', say.retention.title, say.retention.note, [
      ...RETENTION.map((key) => row(key, say.retention[key], 'count', kept[key])),
      ...(kept.late === null || kept.limit_seconds === null
        ? []
        : [
            row('late', say.retention.late(text.format.span(kept.limit_seconds)), 'count', kept.late),
            row('overdue', say.retention.overdue, 'count', kept.overdue),
          ]),
      ...(['p50', 'p95', 'max'] as const).map((key) =>
        row(key, say.retention[key], 'seconds', kept.seconds_to_deletion[key]),
      ),
    ]),
    list('quality', say.quality.title, say.quality.note, [
      row('not_assessed', say.quality.not_assessed, 'count', statistics.not_assessed),
      ...named(statistics.unknown_statuses, say.quality.status),
      ...named(statistics.unknown_keys, say.quality.key),
      ...named(statistics.coercions, say.quality.coerced),
    ]),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function row(key: string | null, label: string, form: NumberForm, ...values: readonly (number | null)[]): FigureRow {
  return { key, label, figures: values.map((value) => ({ value, form })) };
}

function measured(
  key: string,
  label: string,
  count: number,
  form: NumberForm,
  ...values: readonly (number | null)[]
): FigureRow {
  const figures: readonly Figure[] = [{ value: count, form: 'count' }, ...row(key, label, form, ...values).figures];
  return { key, label, figures };
}

function outcomeRow(key: string | null, label: string, counts: OutcomeCounts): FigureRow {
  const decided = counts.fake + counts.real;
  const share: Figure = { value: decided === 0 ? null : counts.fake / decided, form: 'share' };
  const numbers = row(key, label, 'count', ...REPORTED_OUTCOMES.map((outcome) => counts[outcome]), totalOf(counts));
  return { ...numbers, figures: [...numbers.figures, share] };
}

function named(counts: Readonly<Record<string, number>>, label: (name: string) => string): readonly FigureRow[] {
  return Object.entries(counts).map(([name, count]) => row(name, label(name), 'count', count));
}
