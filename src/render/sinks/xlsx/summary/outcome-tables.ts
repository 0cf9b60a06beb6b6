import type { Report } from '../../../../core/report.ts';
import type { OutcomeCounts, Statistics } from '../../../../core/statistics.ts';
import type { DataRanges } from './data-ranges.ts';
import {
  dayBounds,
  dayCount,
  detectionCount,
  mediaCount,
  NO_MEDIA_TYPE,
  OUTCOMES,
  type Outcome,
  outcomeCount,
  rateFormulas,
} from './recount-formulas.ts';
import { count, type Figure, type Recount, row, type SummaryRow, type SummaryTable } from './model.ts';

/** About ten years. */
const MAX_EMPTY_DAYS = 3_660;
const OUTCOME_HEADS = ['Completed', 'Processing', 'Failed', 'Fake', 'Real', 'Indeterminate'];

export function population({ population: p }: Statistics, ranges: DataRanges): SummaryTable {
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
      row('Without a readable creation time', count(p.undated)),
      ...(['completed', 'processing', 'failed'] as const).map((status) =>
        row(
          `In the period, ${status}`,
          count(p[status], () => outcomeCount(ranges, status)),
        ),
      ),
    ],
  };
}

export function verdicts({ verdicts: v, fake_rate: rate }: Statistics, ranges: DataRanges): SummaryTable {
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

export function byMedia(statistics: Statistics, ranges: DataRanges): SummaryTable {
  // A formula would count media types that are an empty text as detections without one.
  const uncountable = '' in statistics.by_media_type ? NO_MEDIA_TYPE : null;
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
            type === uncountable ? null : mediaCount(ranges, outcome, type, label(0)),
      ),
    ),
  };
}

/** Days that the summary lists: all of them, but in a very long period only those with detections. */
export function shownDays({ by_day: days }: Statistics): Statistics['by_day'] {
  if (days.length <= MAX_EMPTY_DAYS) return days;
  return days.filter((day) => day.completed + day.processing + day.failed > 0);
}

export function byDay({ statistics, period }: Report, ranges: DataRanges): SummaryTable {
  const days = shownDays(statistics);
  const bounds = dayBounds(
    ranges,
    days.map(({ day }) => day),
    period,
  );
  return {
    id: 'by-day',
    title: 'By day',
    note: `Calendar days in ${period.timezone}, by created_at${days.length < statistics.by_day.length ? '; days without a detection are left out' : ''}.`,
    heads: ['Day', ...OUTCOME_HEADS],
    rows: days.map((counts, index) => {
      const day = bounds[index] ?? null;
      return outcomes(counts.day, counts, (outcome) => () => (day === null ? null : dayCount(ranges, outcome, day)));
    }),
  };
}

function outcomes(label: string, counts: OutcomeCounts, recount: (outcome: Outcome) => Recount): SummaryRow {
  return row(label, ...OUTCOMES.map((outcome) => count(counts[outcome], recount(outcome))));
}
