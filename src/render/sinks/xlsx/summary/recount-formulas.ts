import { addDays, dayStartMs } from '../../../../core/calendar.ts';
import type { Period } from '../../../../core/period.ts';
import type { Modality } from '../../../../core/policy.ts';
import type { Statistics } from '../../../../core/statistics.ts';
import type { DataRanges } from './data-ranges.ts';
import { dateSerial } from '../row-encoder.ts';

/*
 * The formulas by which the workbook audits its own summary: each finds a printed number again in the data sheets, so
 * that a reader need not trust the program that printed it. Keys from outside (labels, media types) are never part of a
 * formula: EXACT compares them with the cell that shows them, because a COUNTIFS criterion would read `>5` or `*` as an
 * instruction.
 */

export const OUTCOMES = ['completed', 'processing', 'failed', 'fake', 'real', 'indeterminate'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The quantile of the statistics' Wilson interval. */
const Z = '1.959963984540054';
const HALF_MILLISECOND_DAYS = 0.5 / 86_400_000;
/** The key under which the statistics count detections without a media type. */
export const NO_MEDIA_TYPE = 'unknown';
/** Most cells that all formulas of one kind may visit together; more would make the workbook slow to open. */
const VISIT_BUDGET = 60_000_000;

function columnOf(outcome: Outcome): 'status' | 'verdict' {
  return outcome === 'completed' || outcome === 'processing' || outcome === 'failed' ? 'status' : 'verdict';
}

/**
 * Terms of COUNTIFS. An undocumented status is in its column as received, and counts as processing; the blank row of a
 * table without rows does not.
 */
function criteria(range: string, outcome: Outcome): string {
  return outcome === 'processing'
    ? `${range},"<>",${range},"<>completed",${range},"<>failed"`
    : `${range},"${outcome}"`;
}

/** The same as a product that is 1 for such a row and 0 for any other. */
function weight(range: string, outcome: Outcome): string {
  return outcome === 'processing'
    ? `(${range}<>"")*(${range}<>"completed")*(${range}<>"failed")`
    : `(${range}="${outcome}")`;
}

/** Rows of the detections' sheets. */
export function detectionCount(ranges: DataRanges): string | null {
  return ranges.formula('detections', ['uuid'], filled) ?? ranges.formula('detections', ['status'], filled);
}

export function outcomeCount(ranges: DataRanges, outcome: Outcome): string | null {
  return ranges.formula('detections', [columnOf(outcome)], (range) => `COUNTIFS(${criteria(range, outcome)})`);
}

/** Detections of one media type, whose name is in the cell `key`. */
export function mediaCount(ranges: DataRanges, outcome: Outcome, mediaType: string, key: string): string | null {
  if (!isWholeKey(mediaType) || tooCostly(ranges, 24)) return null;
  return ranges.formula('detections', ['media_type', columnOf(outcome)], (media, range) => {
    const isType =
      mediaType === NO_MEDIA_TYPE ? `(EXACT(${media},${key})+EXACT(${media},""))` : `EXACT(${media},${key})`;
    return `SUMPRODUCT(${isType}*${weight(range, outcome)})`;
  });
}

/** Detections created on one calendar day of the report's time zone. */
export function dayCount(ranges: DataRanges, outcome: Outcome, day: DayBounds): string | null {
  return ranges.formula('detections', ['created_at', columnOf(outcome)], (created, range) => {
    const within = `${created},">="&${day.from},${created},"<"&${day.to}`;
    return `COUNTIFS(${within},${criteria(range, outcome)})`;
  });
}

/** Bounds of a day's instants: date serials, as formula text. */
export interface DayBounds {
  readonly from: string;
  readonly to: string;
}

/**
 * Bounds of calendar days; null for days outside the date system, and for all if there are too many to count often. A
 * criterion keeps only 15 digits, so each bound is half a millisecond early: between two instants that can occur.
 */
export function dayBounds(
  ranges: DataRanges,
  days: readonly string[],
  period: Pick<Period, 'timezone' | 'dayStarts'>,
): readonly (DayBounds | null)[] {
  if (tooCostly(ranges, days.length * OUTCOMES.length)) return days.map(() => null);
  return days.map((day) => {
    const from = dateSerial(dayStartMs(period, day));
    const to = dateSerial(dayStartMs(period, addDays(day, 1)));
    if (from === null || to === null) return null;
    return { from: (from - HALF_MILLISECOND_DAYS).toFixed(9), to: (to - HALF_MILLISECOND_DAYS).toFixed(9) };
  });
}

/** Rows whose text in `column` equals that of the cell `key`. */
export function labelCount(
  ranges: DataRanges,
  column: string,
  label: string,
  labels: number,
  key: string,
): string | null {
  if (!isWholeKey(label) || tooCostly(ranges, labels)) return null;
  return ranges.formula('detections', [column], (range) => `SUMPRODUCT(--EXACT(${range},${key}))`);
}

/** Count, mean, minimum and maximum score of a modality's assessed, completed detections. */
export function scoreRecounts(
  ranges: DataRanges,
  modality: Modality,
): Readonly<Record<'count' | 'mean' | 'min' | 'max', string | null>> {
  const over = (term: (status: string, score: string) => string, join?: (terms: readonly string[]) => string) =>
    ranges.formula('detections', ['status', `${modality}_score`], term, join);
  const greatest = (of: (score: string) => string): string | null =>
    over(
      (status, score) => `SUMPRODUCT(MAX(${scoredWeight(status, score)}*${of(score)}))`,
      (terms) => `MAX(${terms.join(',')})`,
    );
  const count = over((status, score) => `COUNTIFS(${scored(status, score)})`);
  const sum = over((status, score) => `SUMIFS(${score},${scored(status, score)})`);
  const max = greatest((score) => score);
  // Excel 2016 lacks MINIFS: the greatest complement gives the least score.
  const complement = greatest((score) => `(1-${score})`);
  const unlessNone = (formula: string): string => `IF((${count})=0,"–",${formula})`;
  if (count === null || sum === null || max === null || complement === null) {
    return { count, mean: null, min: null, max: null };
  }
  return {
    count,
    mean: unlessNone(`(${sum})/(${count})`),
    min: unlessNone(`1-${complement}`),
    max: unlessNone(max),
  };
}

/** Criteria of COUNTIFS and SUMIFS for the scores that the statistics use. */
function scored(status: string, score: string): string {
  return `${status},"completed",${score},">=0",${score},"<=1"`;
}

/** The same as a product that is 1 for such a row and 0 for any other. */
function scoredWeight(status: string, score: string): string {
  return `(${status}="completed")*(${score}<>"")*(${score}>=0)*(${score}<=1)`;
}

/** Scores of a modality within one bin of the histogram; the last bin is closed. */
export function binCount(ranges: DataRanges, modality: Modality, from: number, to: number): string | null {
  return ranges.formula('detections', ['status', `${modality}_score`], (status, score) => {
    return `COUNTIFS(${status},"completed",${score},">="&${from},${score},"<${to === 1 ? '=' : ''}"&${to})`;
  });
}

/** The rate of `hits` in `of` (cells), and the ends of its Wilson 95 % interval. */
export function rateFormulas(hits: string, of: string): Readonly<Record<'value' | 'low' | 'high', string>> {
  const share = `(${hits}/${of})`;
  const centre = `${share}+${Z}^2/(2*${of})`;
  const reach = `${Z}*SQRT(${share}*(1-${share})/${of}+${Z}^2/(4*${of}^2))`;
  const scale = `(1+${Z}^2/${of})`;
  return {
    value: `IF(${of}=0,"–",${share})`,
    low: `IF(${of}=0,"–",MAX(0,(${centre}-${reach})/${scale}))`,
    high: `IF(${of}=0,"–",MIN(1,(${centre}+${reach})/${scale}))`,
  };
}

/**
 * The sheet does not show which deletion times are impossible or were not read: if there are any, figures that depend
 * on them are not recounted.
 */
export function retentionCounts(
  ranges: DataRanges,
  { retention }: Statistics,
): Readonly<Record<'zeroRetention' | 'deleted' | 'notDeleted' | 'processing', string | null>> {
  const formula = (columns: readonly string[], term: Parameters<DataRanges['formula']>[2]): string | null =>
    retention.not_measured > 0 ? null : ranges.formula('detections', columns, term);
  return {
    zeroRetention: ranges.formula('detections', ['zero_retention_mode'], (mode) => `COUNTIFS(${mode},TRUE)`),
    deleted: formula(
      ['zero_retention_mode', 'file_deleted_at'],
      (mode, deleted) => `COUNTIFS(${mode},TRUE,${deleted},"<>")`,
    ),
    notDeleted: formula(['zero_retention_mode', 'file_deleted_at', 'status'], (mode, deleted, status) =>
      ['completed', 'failed'].map((end) => `COUNTIFS(${mode},TRUE,${deleted},"=",${status},"${end}")`).join('+'),
    ),
    processing: formula(
      ['zero_retention_mode', 'file_deleted_at', 'status'],
      (mode, deleted, status) => `COUNTIFS(${mode},TRUE,${deleted},"=",${criteria(status, 'processing')})`,
    ),
  };
}

/**
 * False for a key that the statistics shortened, or under which they count the rest; and for an empty text, which a
 * formula cannot tell from a cell without one.
 */
function isWholeKey(key: string): boolean {
  return key !== '' && key !== '(other)' && !key.endsWith('…');
}

function tooCostly(ranges: DataRanges, formulas: number): boolean {
  return ranges.rows('detections') * formulas > VISIT_BUDGET;
}

function filled(range: string): string {
  return `COUNTA(${range})`;
}
