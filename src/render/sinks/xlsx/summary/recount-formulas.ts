import { addDays, dayStartMs } from '../../../../core/calendar.ts';
import { type FigureRow, REPORTED_OUTCOMES, type Statistics } from '../../../../core/statistics.ts';
import type { Period } from '../../../../core/period.ts';
import type { Report } from '../../../../core/report.ts';
import { dateSerial } from '../row-encoder.ts';
import type { DataRanges } from './data-ranges.ts';

/*
 * The formulas by which the workbook audits its own summary: each finds a printed number again in the data sheets, so
 * that a reader need not trust the program that printed it. Keys from outside (labels, media types) are never part of a
 * formula: EXACT compares them with the cell that shows them, because a COUNTIFS criterion would read `>5` or `*` as an
 * instruction.
 */

type Outcome = (typeof REPORTED_OUTCOMES)[number] | 'completed';

/** Cells of the summary that a formula may refer to, from the figure's own cell. */
interface SummaryCells {
  readonly label: string;
  readonly printed: (rowsDown: number) => string;
  readonly recounted: (rowsDown: number, columnsRight?: number) => string;
}

/** Makes the formula that finds a figure again by its row and column; null if the workbook holds nothing to count. */
export type Recount = (row: FigureRow, column: string, cells: SummaryCells) => string | null;

export function recountsOf({ statistics, period, figures }: Report, ranges: DataRanges): ReadonlyMap<string, Recount> {
  const rowsOf = (id: string): readonly FigureRow[] => figures.find((table) => table.id === id)?.rows ?? [];
  const days = dayBounds(ranges, rowsOf('by_day'), period);
  // A formula would count media types that are an empty text as detections without one.
  const uncountable = '' in statistics.by_media_type ? NO_MEDIA_TYPE : null;
  const retention = retentionCounts(ranges, statistics);
  const byOutcome = (
    id: string,
    count: (outcome: Outcome, key: string, cells: SummaryCells) => string | null,
  ): [string, Recount] => [
    id,
    ({ key }, column, cells) =>
      outcomeRecount(column, cells, (outcome) =>
        key === null ? outcomeCount(ranges, outcome) : count(outcome, key, cells),
      ),
  ];
  return new Map<string, Recount>([
    ['population', (row, _, cells) => populationCount(ranges, row.key, cells)],
    ['verdicts', (row, _, cells) => verdictCount(ranges, row.key, cells)],
    byOutcome('by_media_type', (outcome, key, cells) =>
      key === uncountable ? null : mediaCount(ranges, outcome, key, cells.label),
    ),
    byOutcome('by_day', (outcome, key) => dayCount(ranges, outcome, days.get(key))),
    ['scores', (row, column) => scoreRecount(ranges, row.key, column)],
    [
      'histogram',
      (row, column) => {
        const bins = rowsOf('histogram').length;
        return binCount(ranges, column, Number(row.key) / bins, (Number(row.key) + 1) / bins);
      },
    ],
    ...LABEL_TABLES.map((id): [string, Recount] => [
      id,
      (row, _, cells) => labelCount(ranges, id, row.key ?? '', rowsOf(id).length, cells.label),
    ]),
    ['retention', (row) => retention[row.key ?? ''] ?? null],
    ['rows', (row) => tableRows(ranges, row.key)],
  ]);
}

const LABEL_TABLES = ['audio_label', 'image_label', 'video_label', 'source_tracing_label'];
/** The quantile of the statistics' Wilson interval. */
const Z = '1.959963984540054';
const HALF_MILLISECOND_DAYS = 0.5 / 86_400_000;
/** The key under which the statistics count detections without a media type. */
const NO_MEDIA_TYPE = 'unknown';
/** Most cells that all formulas of one kind may visit together; more would make the workbook slow to open. */
const VISIT_BUDGET = 60_000_000;

function columnOf(outcome: Outcome): 'status' | 'verdict' {
  return outcome === 'completed' || outcome === 'processing' || outcome === 'failed' ? 'status' : 'verdict';
}

/** Terms of COUNTIFS. An undocumented status counts as processing; the blank row of an empty table does not. */
function criteria(range: string, outcome: Outcome): string {
  return outcome === 'processing'
    ? `${range},"<>",${range},"<>completed",${range},"<>failed"`
    : `${range},"${outcome}"`;
}

/** The same as a product that is 1 for such a row and 0 for any other. */
function weight(range: string, outcome: Outcome): string {
  if (outcome !== 'processing') return `(${range}="${outcome}")`;
  return `(${range}<>"")*(${range}<>"completed")*(${range}<>"failed")`;
}

function populationCount(ranges: DataRanges, key: string | null, { printed }: SummaryCells): string | null {
  if (key === 'received') return `${printed(1)}+${printed(2)}`;
  if (key === 'unique') return `${printed(2)}+${printed(3)}+${printed(4)}`;
  if (key === 'in_period') return detectionCount(ranges);
  return key === 'completed' || key === 'processing' || key === 'failed' ? outcomeCount(ranges, key) : null;
}

function verdictCount(ranges: DataRanges, key: string | null, { recounted }: SummaryCells): string | null {
  if (key === 'fake' || key === 'real' || key === 'indeterminate') return outcomeCount(ranges, key);
  if (outcomeCount(ranges, 'fake') === null) return null;
  if (key === 'of') return `${recounted(-3)}+${recounted(-2)}`;
  const rowsUp = ['value', 'low', 'high'].indexOf(key ?? '') + 1;
  return rowsUp === 0 ? null : (rateFormulas(recounted(-rowsUp - 3), recounted(-rowsUp))[key ?? ''] ?? null);
}

/** A count of an outcome table, or its total and fake rate from the counts next to them. */
function outcomeRecount(
  column: string,
  { recounted }: SummaryCells,
  count: (outcome: Outcome) => string | null,
): string | null {
  const outcome = REPORTED_OUTCOMES.find((one) => one === column);
  if (outcome !== undefined) return count(outcome);
  if (REPORTED_OUTCOMES.some((one) => count(one) === null)) return null;
  if (column === 'total') return `SUM(${recounted(0, -5)}:${recounted(0, -1)})`;
  const [fake, real] = [recounted(0, -6), recounted(0, -4)];
  return `IF(${fake}+${real}=0,"–",${fake}/(${fake}+${real}))`;
}

function detectionCount(ranges: DataRanges): string | null {
  return ranges.formula('detections', ['uuid'], filled) ?? ranges.formula('detections', ['status'], filled);
}

function outcomeCount(ranges: DataRanges, outcome: Outcome): string | null {
  return ranges.formula('detections', [columnOf(outcome)], (range) => `COUNTIFS(${criteria(range, outcome)})`);
}

/** Detections of one media type, whose name is in the cell `key`. */
function mediaCount(ranges: DataRanges, outcome: Outcome, mediaType: string, key: string): string | null {
  if (!isWholeKey(mediaType) || tooCostly(ranges, 24)) return null;
  return ranges.formula('detections', ['media_type', columnOf(outcome)], (media, range) => {
    const isType =
      mediaType === NO_MEDIA_TYPE ? `(EXACT(${media},${key})+EXACT(${media},""))` : `EXACT(${media},${key})`;
    return `SUMPRODUCT(${isType}*${weight(range, outcome)})`;
  });
}

/** Detections created on one calendar day of the report's time zone. */
function dayCount(ranges: DataRanges, outcome: Outcome, day: DayBounds | undefined): string | null {
  if (day === undefined) return null;
  return ranges.formula('detections', ['created_at', columnOf(outcome)], (created, range) => {
    const within = `${created},">="&${day.from},${created},"<"&${day.to}`;
    return `COUNTIFS(${within},${criteria(range, outcome)})`;
  });
}

/** Bounds of a day's instants: date serials, as formula text. */
type DayBounds = Readonly<Record<'from' | 'to', string>>;

/**
 * Bounds of calendar days; none for days outside the date system, nor if there are too many to count often. A
 * criterion keeps only 15 digits, so each bound is half a millisecond early: between two instants that can occur.
 */
function dayBounds(
  ranges: DataRanges,
  days: readonly FigureRow[],
  period: Pick<Period, 'timezone' | 'dayStarts'>,
): ReadonlyMap<string, DayBounds> {
  const bounds = new Map<string, DayBounds>();
  if (tooCostly(ranges, days.length * REPORTED_OUTCOMES.length)) return bounds;
  for (const { key: day } of days) {
    if (day === null) continue;
    const from = dateSerial(dayStartMs(period, day));
    const to = dateSerial(dayStartMs(period, addDays(day, 1)));
    if (from === null || to === null) continue;
    bounds.set(day, { from: (from - HALF_MILLISECOND_DAYS).toFixed(9), to: (to - HALF_MILLISECOND_DAYS).toFixed(9) });
  }
  return bounds;
}

/** Rows whose text in `column` equals that of the cell `key`. */
function labelCount(ranges: DataRanges, column: string, label: string, labels: number, key: string): string | null {
  if (!isWholeKey(label) || tooCostly(ranges, labels)) return null;
  return ranges.formula('detections', [column], (range) => `SUMPRODUCT(--EXACT(${range},${key}))`);
}

/** Count, mean, minimum or maximum score of a modality's assessed, completed detections. */
function scoreRecount(ranges: DataRanges, modality: string | null, column: string): string | null {
  const over = (term: (status: string, score: string) => string, join?: (terms: readonly string[]) => string) =>
    ranges.formula('detections', ['status', `${modality}_score`], term, join);
  const greatest = (of: (score: string) => string): string | null =>
    over(
      (status, score) => `SUMPRODUCT(MAX(${scoredWeight(status, score)}*${of(score)}))`,
      (terms) => `MAX(${terms.join(',')})`,
    );
  const count = over((status, score) => `COUNTIFS(${scored(status, score)})`);
  if (column === 'count' || count === null) return count;
  // Excel 2016 lacks MINIFS: the greatest complement gives the least score.
  const formulas: Readonly<Record<string, string>> = {
    mean: `(${over((status, score) => `SUMIFS(${score},${scored(status, score)})`)})/(${count})`,
    min: `1-${greatest((score) => `(1-${score})`)}`,
    max: `${greatest((score) => score)}`,
  };
  const formula = formulas[column];
  return formula === undefined ? null : `IF((${count})=0,"–",${formula})`;
}

/** Criteria of COUNTIFS and SUMIFS for the scores that the statistics use. */
function scored(status: string, score: string): string {
  return `${status},"completed",${score},">=0",${score},"<=1"`;
}

function scoredWeight(status: string, score: string): string {
  return `(${status}="completed")*(${score}<>"")*(${score}>=0)*(${score}<=1)`;
}

/** Scores of a modality within one bin of the histogram; the last bin is closed. */
function binCount(ranges: DataRanges, modality: string, from: number, to: number): string | null {
  return ranges.formula('detections', ['status', `${modality}_score`], (status, score) => {
    return `COUNTIFS(${status},"completed",${score},">="&${from},${score},"<${to === 1 ? '=' : ''}"&${to})`;
  });
}

/** The rate of `hits` in `of` (cells), and the ends of its Wilson 95 % interval. */
function rateFormulas(hits: string, of: string): Readonly<Record<string, string>> {
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

/** The sheet does not show which times are impossible: with any, what depends on them is not recounted. */
function retentionCounts(ranges: DataRanges, { retention }: Statistics): Readonly<Record<string, string | null>> {
  const formula = (columns: readonly string[], term: Parameters<DataRanges['formula']>[2]): string | null =>
    retention.not_measured > 0 ? null : ranges.formula('detections', columns, term);
  return {
    zero_retention: ranges.formula('detections', ['zero_retention_mode'], (mode) => `COUNTIFS(${mode},TRUE)`),
    deleted: formula(
      ['zero_retention_mode', 'file_deleted_at'],
      (mode, deleted) => `COUNTIFS(${mode},TRUE,${deleted},"<>")`,
    ),
    not_deleted: formula(['zero_retention_mode', 'file_deleted_at', 'status'], (mode, deleted, status) =>
      ['completed', 'failed'].map((end) => `COUNTIFS(${mode},TRUE,${deleted},"=",${status},"${end}")`).join('+'),
    ),
    processing: formula(
      ['zero_retention_mode', 'file_deleted_at', 'status'],
      (mode, deleted, status) => `COUNTIFS(${mode},TRUE,${deleted},"=",${criteria(status, 'processing')})`,
    ),
  };
}

/** False for a shortened key or the rest, and for an empty text: a formula cannot tell it from an empty cell. */
function isWholeKey(key: string): boolean {
  return key !== '' && key !== '(other)' && !key.endsWith('…');
}

function tooCostly(ranges: DataRanges, formulas: number): boolean {
  return ranges.rows('detections') * formulas > VISIT_BUDGET;
}

/** Rows of a table, from what the detections say of themselves if their sheet says it. */
function tableRows(ranges: DataRanges, name: string | null): string | null {
  const table = ranges.tables().find((one) => one.name === name);
  if (table === undefined) return null;
  const said = { detections: null, metric_nodes: 'metric_nodes', audio_scores: 'audio_chunks' }[table.name];
  const column = table.columns[0]?.name ?? '';
  return (
    (said === null ? null : ranges.formula('detections', [said], (range) => `SUM(${range})`)) ??
    (column.endsWith('uuid') ? ranges.formula(table.name, [column], filled) : null)
  );
}

function filled(range: string): string {
  return `COUNTA(${range})`;
}
