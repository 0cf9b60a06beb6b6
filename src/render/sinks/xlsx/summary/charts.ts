import { type Colour, type Texture, TEXTURES, type Theme, themeOf } from '../../../../core/design.ts';
import { MODALITIES, type Modality } from '../../../../core/policy.ts';
import type { Report } from '../../../../core/report.ts';
import type { OutcomeCounts, Statistics } from '../../../../core/statistics.ts';
import { quotedSheet } from '../cells.ts';
import type { PlacedChart } from '../drawing.ts';
import type { CellRun, ChartSeries } from './chart-xml.ts';
import { MODALITY_NAMES } from './model.ts';
import { shownDays } from './outcome-tables.ts';
import { CHART_BAND, LABEL_COLUMN, printedColumn, SUMMARY_SHEET, type TablePlace } from './sheet.ts';

type Places = ReadonlyMap<string, TablePlace>;

const VERDICTS = ['fake', 'indeterminate', 'real'] as const;
const VERDICT_NAMES = { fake: 'Fake', indeterminate: 'Indeterminate', real: 'Real' } as const;
/** Columns of the verdicts among the printed numbers of an outcome table. */
const VERDICT_COLUMNS = { fake: 3, real: 4, indeterminate: 5 } as const;
const ROWS: readonly [number, number] = [CHART_BAND.first - 1, CHART_BAND.last];

/** The charts of the summary. Each draws cells of a table below it; a chart with nothing to show is left out. */
export function summaryCharts(report: Report, places: Places): readonly PlacedChart[] {
  const theme = themeOf(report.brand);
  return [
    byDay(report, places, theme),
    byMedia(report.statistics, places, theme),
    scores(report.statistics, places, theme),
  ].filter((chart) => chart !== null);
}

function byDay({ statistics, periodText }: Report, places: Places, theme: Theme): PlacedChart | null {
  const place = places.get('by-day');
  const days = shownDays(statistics);
  if (place === undefined || decided(days) === 0) return null;
  const busiest = days.reduce((most, day) => (day.completed > most.completed ? day : most));
  return {
    columns: [1, 6],
    rows: ROWS,
    chart: {
      title: 'Verdicts by day',
      alt: `Stacked columns, one for each day of ${periodText}: ${totals(days)}. The most verdicts, ${busiest.completed}, fall on ${busiest.day}.`,
      direction: 'columns',
      stacked: true,
      gapPercent: 30,
      categories: labels(
        place,
        days.map(({ day }) => day),
      ),
      series: verdictSeries(place, days, theme),
      axes: { category: 'Day of creation', value: 'Detections' },
      ...inks(theme),
    },
  };
}

function byMedia(statistics: Statistics, places: Places, theme: Theme): PlacedChart | null {
  const place = places.get('by-media');
  const entries = Object.entries(statistics.by_media_type);
  const counts = entries.map(([, each]) => each);
  if (place === undefined || decided(counts) === 0) return null;
  const parts = entries.map(([type, each]) => `${type} ${totals([each])}`);
  return {
    columns: [6, 11],
    rows: ROWS,
    chart: {
      title: 'Verdicts by medium',
      alt: `Stacked bars, one for each medium: ${parts.slice(0, 10).join('; ')}.`,
      direction: 'bars',
      stacked: true,
      gapPercent: 60,
      categories: labels(
        place,
        entries.map(([type]) => type),
      ),
      series: verdictSeries(place, counts, theme),
      axes: { category: 'Medium', value: 'Detections' },
      ...inks(theme),
    },
  };
}

function scores(statistics: Statistics, places: Places, theme: Theme): PlacedChart | null {
  const place = places.get('histogram');
  const shown = MODALITIES.filter((modality) => statistics.scores[modality].count > 0);
  if (place === undefined || shown.length === 0) return null;
  const looks: Readonly<Record<Modality, readonly [Colour, Texture]>> = {
    audio: [theme.primary, 'solid'],
    image: [theme.accent, 'hatched'],
    video: [theme.muted, 'dotted'],
  };
  const bins = statistics.scores.audio.histogram.length;
  const edges = Array.from({ length: bins }, (_, bin) => `${(bin / bins).toFixed(2)}–${((bin + 1) / bins).toFixed(2)}`);
  const counts = shown.map((modality) => `${statistics.scores[modality].count} ${modality} scores`);
  return {
    columns: [11, 16],
    rows: ROWS,
    chart: {
      title: 'Distribution of scores',
      alt: `Columns for ${bins} equal ranges of P(fake) from 0 to 1: ${counts.join(', ')}.`,
      direction: 'columns',
      stacked: false,
      gapPercent: 20,
      categories: labels(place, edges),
      series: shown.map((modality) => ({
        name: head(place, MODALITIES.indexOf(modality), MODALITY_NAMES[modality]),
        values: numbers(place, MODALITIES.indexOf(modality), statistics.scores[modality].histogram),
        colour: looks[modality][0],
        texture: looks[modality][1],
      })),
      axes: { category: 'P(fake)', value: 'Detections' },
      ...inks(theme),
    },
  };
}

function verdictSeries(place: TablePlace, counts: readonly OutcomeCounts[], theme: Theme): readonly ChartSeries[] {
  return VERDICTS.map((verdict) => ({
    name: head(place, VERDICT_COLUMNS[verdict], VERDICT_NAMES[verdict]),
    values: numbers(
      place,
      VERDICT_COLUMNS[verdict],
      counts.map((each) => each[verdict]),
    ),
    colour: theme.tones[verdict].fill,
    texture: TEXTURES[verdict],
  }));
}

function inks(theme: Theme): { readonly ink: Colour; readonly gridline: Colour } {
  return { ink: theme.muted, gridline: theme.hairline };
}

function labels(place: TablePlace, values: readonly string[]): CellRun<string> {
  return { ref: range(LABEL_COLUMN, place.firstRow, place.lastRow), values };
}

function numbers(place: TablePlace, column: number, values: readonly number[]): CellRun<number> {
  return { ref: range(printedColumn(column), place.firstRow, place.lastRow), values };
}

function head(place: TablePlace, column: number, text: string): CellRun<string> {
  return { ref: range(printedColumn(column), place.firstRow - 1, place.firstRow - 1), values: [text] };
}

function range(letters: string, first: number, last: number): string {
  const end = first === last ? '' : `:$${letters}$${last}`;
  return `${quotedSheet(SUMMARY_SHEET)}!$${letters}$${first}${end}`;
}

function decided(counts: readonly OutcomeCounts[]): number {
  return counts.reduce((sum, each) => sum + each.completed, 0);
}

function totals(counts: readonly OutcomeCounts[]): string {
  const sum = (verdict: (typeof VERDICTS)[number]): number => counts.reduce((total, each) => total + each[verdict], 0);
  return `${sum('fake')} fake, ${sum('indeterminate')} indeterminate, ${sum('real')} real`;
}
