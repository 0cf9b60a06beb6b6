import { MODALITIES } from '../../../../core/policy.ts';
import type { Report } from '../../../../core/report.ts';
import type { DataRanges } from './data-ranges.ts';
import { compliance, durations, histogram, labels, quality, retention, scores, sheetRows } from './measure-tables.ts';
import { byDay, byMedia, population, verdicts } from './outcome-tables.ts';
import { MODALITY_NAMES, type SummaryTable } from './model.ts';

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
    compliance(statistics),
    sheetRows(ranges),
    quality(statistics, changedCells),
  ].filter((table) => table.rows.length > 0);
}
