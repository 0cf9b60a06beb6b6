import { MODALITIES, type Modality } from '../../core/policy.ts';
import type { Report } from '../../core/report.ts';
import type { OutcomeCounts, Statistics } from '../../core/statistics.ts';
import type { DataRanges } from './data-ranges.ts';
import {
  binCount,
  dayBounds,
  dayCount,
  detectionCount,
  labelCount,
  mediaCount,
  OUTCOMES,
  type Outcome,
  outcomeCount,
  rateFormulas,
  retentionCounts,
  scoreRecounts,
} from './recounts.ts';
import { count, type Figure, figure, type Recount, row, type SummaryRow, type SummaryTable } from './summary-model.ts';

const OUTCOME_HEADS = ['Completed', 'Processing', 'Failed', 'Fake', 'Real', 'Indeterminate'];
const MODALITY_NAMES: Readonly<Record<Modality, string>> = { audio: 'Audio', image: 'Image', video: 'Video' };

/** The tables of the summary sheet, in reading order. Tables without a row are left out. */
export function summaryTables(
  report: Report,
  ranges: DataRanges,
  changedCells: ReadonlyMap<string, number>,
): readonly SummaryTable[] {
  const { statistics } = report;
  return [
    population(statistics, ranges),
    verdicts(statistics, ranges),
    byMedia(statistics, ranges),
    byDay(report, ranges),
    scores(statistics, ranges),
    histogram(statistics, ranges),
    ...MODALITIES.map((modality) =>
      labels(
        `${modality}-labels`,
        `${MODALITY_NAMES[modality]} labels`,
        statistics.labels[modality],
        `${modality}_label`,
        ranges,
      ),
    ),
    labels('source-tracing', 'Source tracing', statistics.source_tracing, 'source_tracing_label', ranges),
    durations(statistics),
    retention(statistics, ranges),
    sheetRows(ranges),
    quality(statistics, changedCells),
  ].filter((table) => table.rows.length > 0);
}

function population({ population: p }: Statistics, ranges: DataRanges): SummaryTable {
  return {
    id: 'population',
    title: 'Population',
    note: 'From what the API sent to what this report is about.',
    heads: ['', 'Number'],
    rows: [
      row(
        'Received',
        count(p.received, ({ printed }) => `${printed(1)}+${printed(2)}`),
      ),
      row(
        'Unique',
        count(p.unique, ({ printed }) => `${printed(2)}+${printed(3)}+${printed(4)}`),
      ),
      row('Duplicates', count(p.duplicates)),
      row(
        'In the period',
        count(p.in_period, () => detectionCount(ranges)),
      ),
      row('Outside the period', count(p.outside_period)),
      row('Without a date', count(p.undated)),
      ...(['completed', 'processing', 'failed'] as const).map((status) =>
        row(
          `In the period, ${status}`,
          count(p[status], () => outcomeCount(ranges, status)),
        ),
      ),
    ],
  };
}

function verdicts({ verdicts: v, fake_rate: rate }: Statistics, ranges: DataRanges): SummaryTable {
  const counted = outcomeCount(ranges, 'fake') !== null;
  const end = (which: 'value' | 'low' | 'high', rowsUp: number): Figure => ({
    value: rate[which],
    form: 'share',
    recount: counted ? ({ recounted }) => rateFormulas(recounted(-rowsUp - 3), recounted(-rowsUp))[which] : null,
  });
  return {
    id: 'verdicts',
    title: 'Verdicts',
    note: 'Of completed detections. The rate is fake / (fake + real), with its Wilson 95 % interval.',
    heads: ['', 'Number'],
    rows: [
      row(
        'Fake',
        count(v.fake, () => outcomeCount(ranges, 'fake')),
      ),
      row(
        'Real',
        count(v.real, () => outcomeCount(ranges, 'real')),
      ),
      row(
        'Indeterminate',
        count(v.indeterminate, () => outcomeCount(ranges, 'indeterminate')),
      ),
      row('Fake and real', count(rate.of, counted ? ({ recounted }) => `${recounted(-3)}+${recounted(-2)}` : null)),
      row('Fake rate', end('value', 1)),
      row('Fake rate, lower end', end('low', 2)),
      row('Fake rate, upper end', end('high', 3)),
    ],
  };
}

function byMedia(statistics: Statistics, ranges: DataRanges): SummaryTable {
  return {
    id: 'by-media',
    title: 'By medium',
    note: '',
    heads: ['Medium', ...OUTCOME_HEADS],
    rows: Object.entries(statistics.by_media_type).map(([type, counts]) =>
      outcomes(
        type,
        counts,
        (outcome) =>
          ({ label }) =>
            mediaCount(ranges, outcome, type, label(0)),
      ),
    ),
  };
}

function byDay({ statistics, period }: Report, ranges: DataRanges): SummaryTable {
  const days = statistics.by_day;
  const bounds = dayBounds(
    ranges,
    days.map(({ day }) => day),
    period.timezone,
  );
  return {
    id: 'by-day',
    title: 'By day',
    note: `Calendar days in ${period.timezone}, by created_at.`,
    heads: ['Day', ...OUTCOME_HEADS],
    rows: days.map((counts, index) => {
      const day = bounds[index] ?? null;
      return outcomes(counts.day, counts, (outcome) => () => (day === null ? null : dayCount(ranges, outcome, day)));
    }),
  };
}

function scores(statistics: Statistics, ranges: DataRanges): SummaryTable {
  return {
    id: 'scores',
    title: 'Scores',
    note: 'P(fake) of completed detections that had something to assess.',
    heads: ['Modality', 'Number', 'Mean', 'Least', 'Median', '95th percentile', 'Greatest'],
    rows: MODALITIES.map((modality) => {
      const { count: number, mean, min, p50, p95, max } = statistics.scores[modality];
      const recounts = scoreRecounts(ranges, modality);
      return row(
        MODALITY_NAMES[modality],
        count(number, () => recounts.count),
        figure(mean, 'score', () => recounts.mean),
        figure(min, 'score', () => recounts.min),
        figure(p50, 'score'),
        figure(p95, 'score'),
        figure(max, 'score', () => recounts.max),
      );
    }),
  };
}

function histogram({ scores: byModality }: Statistics, ranges: DataRanges): SummaryTable {
  const bins = byModality.audio.histogram.length;
  return {
    id: 'histogram',
    title: 'Distribution of scores',
    note: 'Each bin holds its lower edge; the last one holds 1 too.',
    heads: ['P(fake)', ...MODALITIES.map((modality) => MODALITY_NAMES[modality])],
    rows: Array.from({ length: bins }, (_, bin) => {
      const [from, to] = [bin / bins, (bin + 1) / bins];
      return row(
        `${from.toFixed(2)} to ${to.toFixed(2)}`,
        ...MODALITIES.map((modality) =>
          count(byModality[modality].histogram[bin] ?? 0, () => binCount(ranges, modality, from, to)),
        ),
      );
    }),
  };
}

function labels(
  id: string,
  title: string,
  counts: Readonly<Record<string, number>>,
  column: string,
  ranges: DataRanges,
): SummaryTable {
  const entries = Object.entries(counts);
  return {
    id,
    title,
    note: 'As received.',
    heads: ['Label', 'Number'],
    rows: entries.map(([text, number]) =>
      row(
        text,
        count(number, ({ label }) => labelCount(ranges, column, text, entries.length, label(0))),
      ),
    ),
  };
}

function durations({ duration_seconds: byModality }: Statistics): SummaryTable {
  return {
    id: 'durations',
    title: 'Duration of the media in seconds',
    note: '',
    heads: ['Medium', 'Number', 'Total', 'Mean', 'Median', '95th percentile', 'Greatest'],
    rows: (['audio', 'video'] as const).map((modality) => {
      const { count: number, sum, mean, p50, p95, max } = byModality[modality];
      const seconds = [sum, mean, p50, p95, max].map((value) => figure(value, 'seconds'));
      return row(MODALITY_NAMES[modality], count(number), ...seconds);
    }),
  };
}

function retention({ retention: r }: Statistics, ranges: DataRanges): SummaryTable {
  const recounts = retentionCounts(ranges);
  const { count: number, p50, p95, max } = r.seconds_to_deletion;
  return {
    id: 'retention',
    title: 'Zero retention',
    note: 'A deletion time says what the vendor states; it proves nothing.',
    heads: ['', 'Number'],
    rows: [
      row(
        'Under zero retention',
        count(r.zero_retention, () => recounts.zeroRetention),
      ),
      row(
        'Deleted',
        count(r.deleted, () => recounts.deleted),
      ),
      row(
        'Completed or failed, not deleted',
        count(r.not_deleted, () => recounts.notDeleted),
      ),
      row('With a time to deletion', count(number)),
      row('Seconds to deletion, median', figure(p50, 'seconds')),
      row('Seconds to deletion, 95th percentile', figure(p95, 'seconds')),
      row('Seconds to deletion, greatest', figure(max, 'seconds')),
    ],
  };
}

function sheetRows(ranges: DataRanges): SummaryTable {
  return {
    id: 'rows',
    title: 'Rows of the data sheets',
    note: 'Recounted from what the detections say of themselves, where their sheet says it.',
    heads: ['Table', 'Rows'],
    rows: ranges.tables().map((table) => {
      const said = { detections: null, metric_nodes: 'metric_nodes', audio_scores: 'audio_chunks' }[table.name];
      const column = table.columns[0]?.name ?? '';
      const recount =
        (said === null ? null : ranges.formula('detections', [said], (range) => `SUM(${range})`)) ??
        (column.endsWith('uuid') ? ranges.formula(table.name, [column], (range) => `COUNTA(${range})`) : null);
      return row(
        table.title,
        count(ranges.rows(table.name), () => recount),
      );
    }),
  };
}

function quality(statistics: Statistics, changedCells: ReadonlyMap<string, number>): SummaryTable {
  return {
    id: 'quality',
    title: 'Data quality',
    note: 'What was unexpected in the data, and every cell of this workbook that is not exactly what the API sent.',
    heads: ['', 'Number'],
    rows: [
      row('Results with nothing to assess', count(statistics.not_assessed)),
      ...Object.entries(statistics.unknown_keys).map(([key, number]) => row(`Undocumented key: ${key}`, count(number))),
      ...Object.entries(statistics.coercions).map(([what, number]) => row(`Coerced: ${what}`, count(number))),
      ...[...changedCells].map(([why, number]) => row(`Cells of this workbook: ${why}`, count(number))),
    ],
  };
}

function outcomes(label: string, counts: OutcomeCounts, recount: (outcome: Outcome) => Recount): SummaryRow {
  return row(label, ...OUTCOMES.map((outcome) => count(counts[outcome], recount(outcome))));
}
