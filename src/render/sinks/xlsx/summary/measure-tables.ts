import { MODALITIES } from '../../../../core/policy.ts';
import type { Statistics } from '../../../../core/statistics.ts';
import type { DataRanges } from './data-ranges.ts';
import { binCount, labelCount, retentionCounts, scoreRecounts } from './recount-formulas.ts';
import { count, figure, row, MODALITY_NAMES, type SummaryTable } from './model.ts';

export function scores(statistics: Statistics, ranges: DataRanges): SummaryTable {
  return {
    id: 'scores',
    title: 'Scores',
    note: 'P(fake) of completed detections that had something to assess. Quantiles: the value at rank n·p/100, rounded up.',
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

export function histogram({ scores: byModality }: Statistics, ranges: DataRanges): SummaryTable {
  const bins = byModality.audio.histogram.length;
  return {
    id: 'histogram',
    title: 'Distribution of scores',
    note: 'Each bin holds its lower edge; the last one holds 1 too.',
    heads: ['P(fake)', ...MODALITIES.map((modality) => MODALITY_NAMES[modality])],
    rows: Array.from({ length: bins }, (_, bin) => {
      const [from, to] = [bin / bins, (bin + 1) / bins];
      return row(
        `${from.toFixed(2)}–${to.toFixed(2)}`,
        ...MODALITIES.map((modality) =>
          count(byModality[modality].histogram[bin] ?? 0, () => binCount(ranges, modality, from, to)),
        ),
      );
    }),
  };
}

export function labels(
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

export function durations({ duration_seconds: byModality }: Statistics): SummaryTable {
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

export function retention(statistics: Statistics, ranges: DataRanges): SummaryTable {
  const recounts = retentionCounts(ranges, statistics);
  const { retention: r } = statistics;
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
      row(
        'Still processing, not deleted',
        count(r.processing, () => recounts.processing),
      ),
      row('Not measured: impossible or unreadable times', count(r.not_measured)),
      row('Without a creation time, in no period', count(r.undated)),
      row('With a time to deletion', count(number)),
      ...(r.late === null || r.limit_seconds === null
        ? []
        : [
            row(`Deleted later than the limit of ${r.limit_seconds} s`, count(r.late)),
            row('Overdue: deleted later, or older than the limit and not deleted', figure(r.overdue, 'count')),
          ]),
      row('Seconds to deletion, median', figure(p50, 'seconds')),
      row('Seconds to deletion, 95th percentile', figure(p95, 'seconds')),
      row('Seconds to deletion, greatest', figure(max, 'seconds')),
    ],
  };
}

/** The compliance matrix by status; the report has its rows. */
export function compliance({ compliance: matrix }: Statistics): SummaryTable {
  const statuses = [
    ['Met', matrix.met],
    ['Not met', matrix.not_met],
    ['Not shown', matrix.not_shown],
    ['No case', matrix.no_case],
    ['Not measured', matrix.not_measured],
    ['Stated without a target', matrix.stated],
    ['Not applicable', matrix.not_applicable],
  ] as const;
  const unmet = matrix.obligations.filter(({ status }) => status === 'not_met').map(({ obligation }) => obligation);
  return {
    id: 'compliance',
    title: 'Compliance matrix',
    note: unmet.length === 0 ? '' : `Not met: ${unmet.join('; ')}`,
    heads: ['Obligations', 'Number'],
    rows: matrix.obligations.length === 0 ? [] : statuses.map(([name, number]) => row(name, count(number))),
  };
}

export function sheetRows(ranges: DataRanges): SummaryTable {
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

export function quality(statistics: Statistics, changedCells: ReadonlyMap<string, number>): SummaryTable {
  return {
    id: 'quality',
    title: 'Data quality',
    note: 'What was unexpected in the data, and every cell of this workbook that is not exactly what the API sent.',
    heads: ['', 'Number'],
    rows: [
      row('Results with nothing to assess', count(statistics.not_assessed)),
      ...Object.entries(statistics.unknown_statuses).map(([status, number]) =>
        row(`Unknown status, counted as processing: ${status}`, count(number)),
      ),
      ...Object.entries(statistics.unknown_keys).map(([key, number]) => row(`Undocumented key: ${key}`, count(number))),
      ...Object.entries(statistics.coercions).map(([what, number]) => row(`Coerced: ${what}`, count(number))),
      ...[...changedCells].map(([why, number]) => row(`Cells of this workbook: ${why}`, count(number))),
    ],
  };
}
