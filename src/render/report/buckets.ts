import type { OutcomeCounts, Statistics } from '../../core/statistics.ts';
import type { Format } from './format.ts';

/** Length of time of each column in the chart over time. */
export type Grain = 'day' | 'month' | 'year';

export interface Bucket extends OutcomeCounts {
  /** `2024-01-15`, `2024-01` or `2024`. */
  readonly key: string;
  /** For an axis: `15 Jan`, `Jan 2024`, `2024`. */
  readonly short: string;
  /** For a sentence: `15 January 2024`, `January 2024`, `2024`. */
  readonly long: string;
}

export interface Buckets {
  readonly grain: Grain;
  readonly buckets: readonly Bucket[];
}

/** The most columns that are still readable on a page. */
const MOST_DAYS = 62;
const MOST_MONTHS = 60;

/** The days of the statistics, grouped into months or years if there are too many for one chart. */
export function bucketsOf(statistics: Statistics, format: Format): Buckets {
  const days = statistics.by_day;
  const grain = grainOf(days);
  const length = grain === 'day' ? 10 : grain === 'month' ? 7 : 4;
  const byKey = new Map<string, OutcomeCounts>();
  for (const { day, ...counts } of days) {
    const key = day.slice(0, length);
    const sum = byKey.get(key);
    byKey.set(key, sum === undefined ? counts : add(sum, counts));
  }
  return { grain, buckets: [...byKey].map(([key, counts]) => ({ key, ...names(key, grain, format), ...counts })) };
}

function grainOf(days: Statistics['by_day']): Grain {
  if (days.length <= MOST_DAYS) return 'day';
  return new Set(days.map(({ day }) => day.slice(0, 7))).size <= MOST_MONTHS ? 'month' : 'year';
}

function names(
  key: string,
  grain: Grain,
  { shortDay, dayText, shortMonth, monthText }: Format,
): { short: string; long: string } {
  if (grain === 'day') return { short: shortDay(key), long: dayText(key) };
  if (grain === 'month') return { short: shortMonth(key), long: monthText(key) };
  return { short: key, long: key };
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
