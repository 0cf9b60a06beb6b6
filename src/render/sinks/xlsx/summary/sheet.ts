import type { Workbook } from 'exceljs';
import type { FigureRow, FigureTable } from '../../../../core/statistics.ts';
import type { Block, Cell, Report } from '../../../../core/report.ts';
import { columnLetters } from '../cells.ts';
import { dateSerial } from '../row-encoder.ts';
import { writeBlocks } from '../section-sheets.ts';
import { type CellStyle, DATA_FORMATS, linesOf, PAGE, SheetWriter, type Styles, worded } from '../styles.ts';
import type { DataRanges } from './data-ranges.ts';
import { breakBefore, ROW_HEIGHT } from './page-breaks.ts';
import { type Recount, recountsOf } from './recount-formulas.ts';

/*
 * The summary, from left to right (columns from 1): a margin, the labels, the printed numbers, a gutter, the same
 * numbers recounted by live formulas, and a check for each row. From top to bottom: title, status, key figures, the
 * compliance matrix, the change against the run before, bands for charts, and the tables.
 */
const LABEL = 2;
const PRINTED = 3;
/** Most columns of numbers; the recounts next to them take as many. */
const NUMBER_COLUMNS = 7;
const GUTTER = PRINTED + NUMBER_COLUMNS;
const RECOUNTED = GUTTER + 1;
const CHECK = RECOUNTED + NUMBER_COLUMNS;
export const SUMMARY_WIDTHS: readonly number[] = [
  2,
  28,
  ...Array<number>(NUMBER_COLUMNS).fill(14),
  3,
  ...Array<number>(NUMBER_COLUMNS).fill(14),
  11,
];
/** First columns of the key figures: each is as wide as the labels. */
const TILES: readonly number[] = [LABEL, 3, 5, 7, 9, 12, 14, 16];
/** Characters of the header lines that fit next to a logo, in wide letters. */
const LENGTHS = { title: 70, subtitle: 130, banner: 180 } as const;
/** Rows of each of the bands of charts: a third one shows the trend. */
const BAND_ROWS = 16;
export const SUMMARY_SHEET = 'Summary';
/** Columns that the header leaves free for a logo, at the right. */
const LOGO_COLUMNS = 3;
/** Space for a logo there: rows 2 to 4 (`row` counts from 0). */
export const LOGO_ROOM = { row: 1, widthPoints: 190, heightPoints: 60 } as const;

interface Page {
  readonly writer: SheetWriter;
  readonly report: Report;
  readonly styles: Styles;
}

/** A table's first and last line (from 1), and the number of checked lines. */
type TablePlace = Readonly<Record<'firstRow' | 'lastRow' | 'checks', number>>;

export interface SummaryPlaces {
  readonly tables: ReadonlyMap<string, TablePlace>;
  /** Rows that charts may cover: from 0, end not included. */
  readonly bands: readonly (readonly [first: number, end: number])[];
}

export const LABEL_COLUMN = columnLetters(LABEL - 1);

/** Column of the printed numbers, as letters; `index` from 0. */
export function printedColumn(index: number): string {
  return columnLetters(PRINTED - 1 + index);
}

/** Adds the summary to the workbook; it must be the first sheet. */
export function addSummarySheet(
  workbook: Workbook,
  report: Report,
  ranges: DataRanges,
  changedCells: ReadonlyMap<string, number>,
  styles: Styles,
): SummaryPlaces {
  const writer = new SheetWriter(
    workbook.addWorksheet(SUMMARY_SHEET, {
      views: [{ showGridLines: false, state: 'normal', zoomScale: 85 }],
      properties: { tabColor: { argb: `FF${styles.theme.primary.slice(1).toUpperCase()}` } },
      pageSetup: { ...PAGE, orientation: 'landscape' },
    }),
  );
  for (const [index, width] of SUMMARY_WIDTHS.entries()) {
    const column = writer.sheet.getColumn(index + 1);
    column.width = width;
    // exceljs numbers formats in the order in which it meets them, the first sheet's columns first: so the data formats
    // get the numbers that the rows were written with.
    const format = DATA_FORMATS[index];
    if (format !== undefined) column.style = { numFmt: format };
  }
  const page: Page = { writer, report, styles };
  addHead(page, changedCells);
  const tilesRow = 9;
  let row = addSections(page, tilesRow + 4);
  const bands = (report.figures.some(({ id }) => id === 'trend') ? [0, 1, 2] : [0, 1]).map((band): [number, number] => [
    row - 1 + band * BAND_ROWS,
    row - 2 + (band + 1) * BAND_ROWS,
  ]);
  breakBefore(bands, writer.sheet);
  row += bands.length * BAND_ROWS;
  const first = row;
  const recounts = recountsOf(report, ranges);
  const places = new Map<string, TablePlace>();
  for (const table of tablesOf(report, ranges, changedCells)) {
    const place = addTable(page, table, row, recounts.get(table.id) ?? null);
    places.set(table.id, place);
    row = place.lastRow + 3;
  }
  const checks = `${columnLetters(CHECK - 1)}${first}:${columnLetters(CHECK - 1)}${row}`;
  const number = [...places.values()].reduce((sum, place) => sum + place.checks, 0);
  addTiles(page, tilesRow, checks, number);
  writer.sheet.addConditionalFormatting({
    ref: checks,
    rules: [
      { type: 'cellIs', operator: 'equal', priority: 1, formulae: ['"DIFFERS"'], style: styles.highlight('critical') },
    ],
  });
  return { tables: places, bands };
}

/** The report's tables, with what only the workbook knows: its own rows and changed cells. */
function tablesOf(
  { figures, phrases }: Report,
  ranges: DataRanges,
  changedCells: ReadonlyMap<string, number>,
): readonly FigureTable[] {
  const say = phrases.workbook;
  const line = (key: string, label: string, value: number): FigureRow => ({
    key,
    label,
    figures: [{ value, form: 'count' }],
  });
  const rows: FigureTable = {
    id: 'rows',
    title: say.rows,
    note: say.rowsNote,
    heads: say.rowsHeads,
    columns: ['number'],
    rows: ranges.tables().map(({ name, title }) => line(name, title, ranges.rows(name))),
  };
  const cells = [...changedCells].map(([why, number]) => line(why, worded(phrases, say.cells, { why }), number));
  return figures
    .flatMap((table) => (table.id === 'quality' ? [rows, { ...table, rows: [...table.rows, ...cells] }] : [table]))
    .filter((table) => table.rows.length > 0);
}

function addHead({ writer, report, styles }: Page, changedCells: ReadonlyMap<string, number>): void {
  const { stamps, status, phrases } = report;
  writer.height(1, 8);
  writer.text(2, LABEL, report.title, styles.title);
  writer.height(2, 32 * linesOf(report.title, LENGTHS.title));
  const who = [report.organisation, report.periodText, report.classification].filter((part) => part !== null);
  const whoText = who.join('  ·  ');
  writer.text(3, LABEL, whoText, styles.subtitle);
  writer.height(3, 20 * linesOf(whoText, LENGTHS.subtitle));
  const facts = [
    `${phrases.reportId} ${report.id}`,
    report.periodDays,
    worded(phrases, phrases.workbook.asOf, { time: report.asOf }),
    report.template,
    `${report.tool.name} ${report.tool.version}`,
  ];
  writer.text(4, LABEL, facts.join('  ·  '), styles.small);
  // Merged, so that a long text stays on the sheet and on the page, and off the logo.
  const last = report.brand.logo === null ? CHECK : CHECK - LOGO_COLUMNS;
  for (const row of [2, 3, 4]) writer.merge(row, LABEL, last);
  writer.height(5, 6);
  const banner = (row: number, text: string, style: CellStyle): void => {
    for (let column = LABEL; column <= CHECK; column++) writer.blank(row, column, style);
    writer.text(row, LABEL, text, style);
    writer.merge(row, LABEL, CHECK);
    writer.height(row, Math.max(26, 17 * linesOf(text, LENGTHS.banner)));
  };
  const level = stamps.find((stamp) => stamp.level === 'critical')?.level ?? status.level;
  banner(6, `${stamps.map((stamp) => stamp.text).join('  ·  ')}  –  ${status.text}`, styles.banner(level));
  const changed = [...changedCells.values()].reduce((sum, cells) => sum + cells, 0);
  const words = phrases.workbook.changed[changed === 1 ? 'one' : 'many'];
  if (changed > 0) banner(7, worded(phrases, words, { count: changed }), styles.banner('warning'));
  writer.height(8, 6);
}

/** The report's key figures, and how many checks agree. */
function addTiles({ writer, report, styles }: Page, top: number, checks: string, checked: number): void {
  const { sheets, phrases } = report;
  const say = phrases.workbook;
  const blocks = sheets.filter(({ id }) => id === 'summary').flatMap((section) => section.blocks);
  const items = blocks.flatMap((block) => (block.kind === 'figures' ? block.items : [])).slice(0, TILES.length - 1);
  const tiles = [
    ...items,
    { label: say.checks, value: null, note: worded(phrases, say.ofChecks, { count: checked }), tone: 'good' as const },
  ];
  for (const [index, first] of TILES.entries()) {
    const last = (TILES[index + 1] ?? CHECK + 1) - 1;
    const tile = tiles[index];
    const number = styles.card(tile?.tone ?? 'plain', '#,##0');
    for (let column = first; column <= last; column++) {
      writer.blank(top, column, styles.cardLabel);
      writer.blank(top + 1, column, number);
      writer.blank(top + 2, column, styles.cardNote);
    }
    if (tile !== undefined) {
      writer.text(top, first, tile.label, styles.cardLabel);
      if (tile.value === null) writer.formula(top + 1, first, `COUNTIF(${checks},"OK")`, checked, number);
      else writer.text(top + 1, first, tile.value, number);
      const change = 'change' in tile && tile.change !== undefined ? `${tile.change}\n` : '';
      writer.text(top + 2, first, change + tile.note, styles.cardNote);
    }
    if (last > first) for (const row of [top, top + 1, top + 2]) writer.merge(row, first, last);
  }
  writer.height(top, 20);
  writer.height(top + 1, 32);
  writer.height(top + 2, 42);
}

/** What needs action, the compliance matrix and the change against the run before; returns the next free row. */
function addSections({ writer, report: { sheets }, styles }: Page, top: number): number {
  const grid = { first: LABEL, widths: SUMMARY_WIDTHS };
  let row = top;
  for (const { id, title, blocks } of sheets) {
    if (id !== 'summary' && id !== 'compliance' && id !== 'change') continue;
    const shown = blocks.filter(({ kind }) =>
      id === 'summary' ? kind === 'heading' || kind === 'list' : kind === 'table',
    );
    if (shown.length === 0) continue;
    // The sheets of the sections have the second lines of cells, too.
    const short = shown.slice(0, 2).map((block): Block => {
      if (block.kind !== 'table') return block;
      const plain = ({ text, tone = 'plain', figure }: Cell): Cell => ({ text, tone, ...(figure && { figure }) });
      return { ...block, rows: block.rows.map((cells) => cells.map(plain)) };
    });
    const titled: readonly Block[] = id === 'summary' ? short : [{ kind: 'heading', text: title }, ...short];
    row = writeBlocks(writer, styles, grid, titled, row) + 1;
  }
  return row;
}

function addTable(page: Page, table: FigureTable, titleRow: number, recount: Recount | null): TablePlace {
  const { writer, report, styles } = page;
  const say = report.phrases.workbook;
  writer.text(titleRow, LABEL, table.title, styles.tableTitle);
  writer.height(titleRow, 22);
  const headRow = table.note === '' ? titleRow + 1 : titleRow + 2;
  if (table.note !== '') writer.text(titleRow + 1, LABEL, table.note, styles.small);
  let checks = 0;
  for (const [index, row] of table.rows.entries()) {
    if (addRow(page, table, row, headRow + 1 + index, recount)) checks += 1;
  }
  if (checks > 0) {
    writer.text(titleRow, RECOUNTED, say.recounted, styles.recountTitle);
    writer.text(headRow, CHECK, say.check, styles.checkHead);
  }
  const headLines = Math.max(...table.heads.map((head, index) => linesOf(head, SUMMARY_WIDTHS[index + 1] ?? 1)));
  if (headLines > 1) writer.height(headRow, headLines * ROW_HEIGHT);
  for (const [index, head] of table.heads.entries()) {
    writer.text(headRow, LABEL + index, head, index === 0 ? styles.head : styles.numberHead);
    if (checks > 0 && index > 0) writer.text(headRow, RECOUNTED + index - 1, head, styles.numberHead);
  }
  return { firstRow: headRow + 1, lastRow: headRow + table.rows.length, checks };
}

function addRow(
  { writer, styles }: Page,
  { id, columns }: FigureTable,
  { key, label, figures }: FigureRow,
  row: number,
  recount: Recount | null,
): boolean {
  const look = styles.label(key === null);
  const day = id === 'by_day' && key !== null ? dateSerial(Date.parse(key)) : null;
  if (day === null) writer.text(row, LABEL, label, look);
  else writer.number(row, LABEL, day, { ...look, numFmt: 'yyyy-mm-dd', alignment: { horizontal: 'left' } });
  const lines = linesOf(label, SUMMARY_WIDTHS[LABEL - 1] ?? 1);
  if (lines > 1) writer.height(row, lines * ROW_HEIGHT);
  const pairs: string[] = [];
  for (const [index, figure] of figures.entries()) {
    const [printed, recounted] = [printedColumn(index), columnLetters(RECOUNTED - 1 + index)];
    writer.figure(row, PRINTED + index, figure, styles.printed(figure.form, key === null));
    const formula =
      recount?.({ key, label, figures }, columns[index] ?? '', {
        label: `$${LABEL_COLUMN}${row}`,
        printed: (down) => `${printed}${row + down}`,
        recounted: (down, right = 0) => `${columnLetters(RECOUNTED - 1 + index + right)}${row + down}`,
      }) ?? null;
    if (formula === null) continue;
    const shown = styles.recounted(figure.form);
    writer.formula(row, RECOUNTED + index, formula, figure.value ?? '–', shown);
    pairs.push(`ABS(N(${printed}${row})-N(${recounted}${row}))<0.000000001`);
  }
  if (pairs.length === 0) return false;
  writer.formula(row, CHECK, `IF(AND(${pairs.join(',')}),"OK","DIFFERS")`, 'OK', styles.check);
  return true;
}
