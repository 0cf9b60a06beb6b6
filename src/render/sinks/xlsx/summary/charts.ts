import { type Colour, type Texture, TEXTURES, themeOf } from '../../../../core/design.ts';
import type { FigureRow, FigureTable } from '../../../../core/statistics.ts';
import type { Report } from '../../../../core/report.ts';
import { quotedSheet } from '../cells.ts';
import type { PlacedChart } from '../drawing.ts';
import { dateSerial } from '../row-encoder.ts';
import type { BarChart, CellRun } from './chart-xml.ts';
import { worded } from '../styles.ts';
import { LABEL_COLUMN, printedColumn, SUMMARY_SHEET, type SummaryPlaces } from './sheet.ts';

const VERDICTS = ['fake', 'indeterminate', 'real'] as const;
/** Columns of the sheet, from 0, that the charts of a band cover. */
const HALVES = [
  [1, 9],
  [9, 18],
] as const;
const THIRDS = [
  [1, 6],
  [6, 12],
  [12, 18],
] as const;
/** Media that a chart's alternative text names. */
const MOST_NAMED = 10;

/** The charts of the summary. Each draws cells of a table below it; a chart with nothing to show is left out. */
export function summaryCharts(report: Report, { tables, bands }: SummaryPlaces): readonly PlacedChart[] {
  const { figures, phrases, periodText } = report;
  const say = phrases.workbook.charts;
  const theme = themeOf(report.brand);
  const charts: PlacedChart[] = [];
  const add = (
    id: string,
    band: number,
    columns: readonly [number, number],
    series: readonly (readonly [column: string, colour: Colour, texture: Texture])[],
    rest: Pick<BarChart, 'title' | 'direction' | 'gapPercent' | 'categoryTitle'> & {
      readonly valueTitle?: string;
      readonly alt: (rows: readonly FigureRow[], table: FigureTable) => string;
    },
  ): void => {
    const table = figures.find((one) => one.id === id);
    const place = tables.get(id);
    const rows = bands[band];
    const shown = table?.rows.filter(({ key }) => key !== null) ?? [];
    if (table === undefined || place === undefined || rows === undefined) return;
    const indexes = series.map(([column]) => table.columns.indexOf(column));
    if (!shown.some(({ figures: numbers }) => indexes.some((index) => (numbers[index]?.value ?? 0) > 0))) return;
    const first = place.firstRow;
    const last = first + shown.length - 1;
    const isDays = id === 'by_day';
    charts.push({
      columns,
      rows,
      chart: {
        ...rest,
        alt: rest.alt(shown, table),
        isDays,
        categories: {
          ref: range(LABEL_COLUMN, first, last),
          values: shown.map(({ key, label }) => (isDays ? String(dateSerial(Date.parse(key ?? ''))) : label)),
        },
        series: series.map(([, colour, texture], at) => {
          const index = indexes[at] ?? 0;
          const letters = printedColumn(index);
          return {
            name: { ref: range(letters, first - 1, first - 1), values: [table.heads[index + 1] ?? ''] },
            values: { ref: range(letters, first, last), values: shown.map((row) => row.figures[index]?.value ?? 0) },
            colour,
            texture,
          };
        }),
        valueTitle: rest.valueTitle ?? say.detections,
        valueFormat: rest.valueTitle === undefined ? '#,##0' : '0%',
        ink: theme.muted,
        gridline: theme.hairline,
      },
    });
  };
  const verdicts = VERDICTS.map((verdict) => [verdict, theme.tones[verdict].fill, TEXTURES[verdict]] as const);
  const sumOf = (rows: readonly FigureRow[], index: number): number =>
    rows.reduce((all, { figures: row }) => all + (row[index]?.value ?? 0), 0);
  const totals = (rows: readonly FigureRow[]): string =>
    worded(phrases, say.verdicts, { fake: sumOf(rows, 0), indeterminate: sumOf(rows, 1), real: sumOf(rows, 2) });
  add('by_day', 0, HALVES[0], verdicts, {
    title: say.byDay,
    direction: 'columns',
    gapPercent: 30,
    categoryTitle: say.day,
    alt: (rows) => {
      const completed = (row: FigureRow): number => [0, 1, 2].reduce((all, index) => all + sumOf([row], index), 0);
      const busiest = rows.reduce((most, one) => (completed(one) > completed(most) ? one : most));
      return worded(phrases, say.byDayAlt, {
        period: periodText,
        totals: totals(rows),
        most: completed(busiest),
        day: busiest.label,
      });
    },
  });
  add('by_media_type', 0, HALVES[1], verdicts, {
    title: say.byMedium,
    direction: 'bars',
    gapPercent: 60,
    categoryTitle: say.medium,
    alt: (rows) =>
      worded(phrases, say.byMediumAlt, {
        parts: rows
          .slice(0, MOST_NAMED)
          .map((row) => `${row.label} ${totals([row])}`)
          .join('; '),
      }),
  });
  for (const [index, colour] of [theme.primary, theme.accent, theme.muted].entries()) {
    const { columns = [], heads = [] } = figures.find(({ id }) => id === 'histogram') ?? {};
    const [column = '', name = ''] = [columns[index], heads[index + 1]];
    add('histogram', 1, THIRDS[index] ?? THIRDS[0], [[column, colour, 'solid']], {
      title: worded(phrases, say.scores, { modality: name }),
      direction: 'columns',
      gapPercent: 20,
      categoryTitle: say.score,
      alt: (rows) => {
        // A German noun keeps its capital.
        const modality = phrases.language === 'en' ? name.toLowerCase() : name;
        return worded(phrases, say.scoresAlt, { bands: rows.length, count: sumOf(rows, index), modality });
      },
    });
  }
  const trend = figures.find((one) => one.id === 'trend');
  if (trend === undefined) return charts;
  const [period = '', , , , rate = ''] = trend.heads;
  const { decimals, percent: sign } = phrases.marks;
  const percent = (share: number | null): string =>
    share === null ? '–' : `${(share * 100).toFixed(1).replace('.', decimals)}${sign}`;
  const byPeriod = { direction: 'columns', gapPercent: 60, categoryTitle: period } as const;
  const drawn = (partOf: (row: FigureRow) => string) => (rows: readonly FigureRow[]) =>
    worded(phrases, say.byPeriodAlt, { parts: rows.map((row) => `${row.label} ${partOf(row)}`).join('; ') });
  add('trend', 2, HALVES[0], verdicts, { ...byPeriod, title: trend.title, alt: drawn((row) => totals([row])) });
  add('trend', 2, HALVES[1], [['value', theme.tones.fake.fill, 'solid']], {
    ...byPeriod,
    title: rate,
    valueTitle: rate,
    alt: drawn(({ figures: row }) => percent(row[3]?.value ?? null)),
  });
  return charts;
}

function range(letters: string, first: number, last: number): CellRun<string>['ref'] {
  const end = first === last ? '' : `:$${letters}$${last}`;
  return `${quotedSheet(SUMMARY_SHEET)}!$${letters}$${first}${end}`;
}
