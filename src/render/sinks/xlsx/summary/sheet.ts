import type { Workbook } from 'exceljs';
import type { Report } from '../../../../core/report.ts';
import { columnLetters } from '../cells.ts';
import { DATA_FORMATS, PAGE, SheetWriter, type Styles } from '../styles.ts';
import { addCards } from './cards.ts';
import { type Figure, NUMBER_COLUMNS, type SummaryCells, type SummaryRow, type SummaryTable } from './model.ts';

/*
 * The summary, from left to right (columns from 1): a margin, the labels, the printed numbers, a gutter, the same
 * numbers recounted by live formulas, and a check for each row. From top to bottom: title, status, key figures, a band
 * for charts, and the tables.
 */
const LABEL = 2;
const PRINTED = 3;
const GUTTER = PRINTED + NUMBER_COLUMNS;
const RECOUNTED = GUTTER + 1;
const CHECK = RECOUNTED + NUMBER_COLUMNS;
const WIDTHS: readonly number[] = [2, 40, 15, 15, 15, 15, 15, 15, 3, 15, 15, 15, 15, 15, 15, 11];
/** Height of a line of text in points, and the characters of a label that fit into one. */
const LINE_HEIGHT = 15;
const LABEL_LENGTH = 42;
/** Characters of the header lines that fit next to a logo, in wide letters. */
const TITLE_LENGTH = 70;
const SUBTITLE_LENGTH = 130;
const BANNER_LENGTH = 170;

/** Says that cells were changed, if any were. */
const NOTICE_ROW = 11;
/** Rows, from 1, that the charts may cover. */
export const CHART_BAND = { first: 12, last: 29 } as const;
const FIRST_TABLE_ROW = CHART_BAND.last + 2;
const NO_VALUE = '–';

export const SUMMARY_SHEET = 'Summary';

/** Columns that the header leaves free for a logo, at the right. */
const LOGO_COLUMNS = 3;
/** Space for a logo there: rows 2 to 4 (`row` counts from 0). */
export const LOGO_ROOM = { row: 1, widthPoints: 190, heightPoints: 60 } as const;

/** Position of a table: its first and last line (from 1), and the number of checked lines. */
export interface TablePlace {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly checks: number;
}

/** Widths of the sheet's columns, in characters. */
export function summaryWidths(): readonly number[] {
  return WIDTHS;
}

/** Column of the labels, as letters. */
export const LABEL_COLUMN = columnLetters(LABEL - 1);

/** Column of the printed numbers, as letters; `index` from 0. */
export function printedColumn(index: number): string {
  return columnLetters(PRINTED - 1 + index);
}

/** Adds the summary to the workbook; returns the position of each table, by its id. */
export function addSummarySheet(
  workbook: Workbook,
  report: Report,
  content: { readonly tables: readonly SummaryTable[]; readonly changedCells: ReadonlyMap<string, number> },
  styles: Styles,
): ReadonlyMap<string, TablePlace> {
  const writer = new SheetWriter(
    workbook.addWorksheet(SUMMARY_SHEET, {
      views: [{ showGridLines: false, state: 'normal', zoomScale: 85 }],
      properties: { tabColor: { argb: `FF${styles.theme.primary.slice(1).toUpperCase()}` } },
      pageSetup: { ...PAGE, orientation: 'landscape' },
    }),
  );
  for (const [index, width] of WIDTHS.entries()) {
    const column = writer.sheet.getColumn(index + 1);
    column.width = width;
    // exceljs numbers formats in the order in which it meets them, the first sheet's columns first: so the data formats
    // get the numbers that the rows were written with.
    const format = DATA_FORMATS[index];
    if (format !== undefined) column.style = { numFmt: format };
  }
  addHead(writer, report, styles);
  addNotice(writer, report, content.changedCells, styles);
  const places = new Map<string, TablePlace>();
  let row = FIRST_TABLE_ROW;
  for (const table of content.tables) {
    const place = addTable(writer, table, row, styles);
    places.set(table.id, place);
    row = place.lastRow + 3;
  }
  const checks = `${columnLetters(CHECK - 1)}${FIRST_TABLE_ROW}:${columnLetters(CHECK - 1)}${row}`;
  const number = [...places.values()].reduce((sum, place) => sum + place.checks, 0);
  const cell = (table: string, line: number): string =>
    `${printedColumn(0)}${(places.get(table)?.firstRow ?? FIRST_TABLE_ROW) + line}`;
  addCards(writer, report, cell, { range: checks, number }, styles);
  addCheckColours(writer, checks, styles);
  return places;
}

function addHead(writer: SheetWriter, report: Report, styles: Styles): void {
  const { period, status } = report;
  const days =
    period.from === null && period.to === null ? 'all dates' : `${period.from ?? '…'} to before ${period.to ?? '…'}`;
  writer.height(1, 8);
  writer.text(2, LABEL, report.title, styles.title);
  writer.height(2, 32 * linesOf(report.title, TITLE_LENGTH));
  const who = [report.organisation, report.periodText, report.classification].filter((part) => part !== null);
  const whoText = who.join('  ·  ');
  writer.text(3, LABEL, whoText, styles.subtitle);
  writer.height(3, 20 * linesOf(whoText, SUBTITLE_LENGTH));
  const facts = [
    `Report ${report.id}`,
    `${days}, ${period.timezone}`,
    `as of ${report.asOf}`,
    `template ${report.template}`,
    `${report.tool.name} ${report.tool.version}`,
  ];
  writer.text(4, LABEL, facts.join('  ·  '), styles.small);
  // Merged, so that a long text stays on the sheet and on the page, and off the logo.
  const last = report.brand.logo === null ? CHECK : CHECK - LOGO_COLUMNS;
  for (const row of [2, 3, 4]) writer.merge(row, LABEL, last);
  writer.height(5, 6);
  for (let column = LABEL; column <= CHECK; column++) writer.blank(6, column, styles.banner(status.level));
  writer.text(6, LABEL, `${status.stamp}  –  ${status.text}`, styles.banner(status.level));
  writer.merge(6, LABEL, CHECK);
  writer.height(6, Math.max(34, 17 * linesOf(`${status.stamp} – ${status.text}`, BANNER_LENGTH)));
  writer.height(7, 6);
}

function linesOf(text: string, length: number): number {
  return Math.min(10, Math.max(1, Math.ceil(text.length / length)));
}

/** Says clearly that the data are not of a real list, and that cells were cut or changed. */
function addNotice(
  writer: SheetWriter,
  { extraction }: Report,
  changedCells: ReadonlyMap<string, number>,
  styles: Styles,
): void {
  const changed = [...changedCells.values()].reduce((sum, cells) => sum + cells, 0);
  const cells = changed === 1 ? '1 cell of this workbook is' : `${changed} cells of this workbook are`;
  const text = [
    extraction.source.kind === 'sandbox'
      ? 'GENERATED DATA: these detections are the sandbox’s and describe no real media.'
      : '',
    changed === 0 ? '' : `${cells} not exactly what the API sent: see Data quality, at the end of this sheet.`,
  ]
    .filter((part) => part !== '')
    .join('  ');
  if (text === '') return;
  for (let column = LABEL; column <= CHECK; column++) writer.blank(NOTICE_ROW, column, styles.banner('warning'));
  writer.text(NOTICE_ROW, LABEL, text, styles.banner('warning'));
  writer.merge(NOTICE_ROW, LABEL, CHECK);
  writer.height(NOTICE_ROW, 24);
}

function addTable(writer: SheetWriter, table: SummaryTable, titleRow: number, styles: Styles): TablePlace {
  const audited = table.rows.some(({ figures }) => figures.some(({ recount }) => recount !== null));
  writer.text(titleRow, LABEL, table.title, styles.tableTitle);
  writer.height(titleRow, 22);
  if (audited) writer.text(titleRow, RECOUNTED, 'The same, recounted live from the data sheets', styles.recountTitle);
  const headRow = table.note === '' ? titleRow + 1 : titleRow + 2;
  if (table.note !== '') writer.text(titleRow + 1, LABEL, table.note, styles.small);
  for (const [index, head] of table.heads.entries()) {
    writer.text(headRow, LABEL + index, head, index === 0 ? styles.head : styles.numberHead);
    if (audited && index > 0) writer.text(headRow, RECOUNTED + index - 1, head, styles.numberHead);
  }
  if (audited) writer.text(headRow, CHECK, 'Check', styles.checkHead);
  let checks = 0;
  for (const [index, row] of table.rows.entries()) {
    if (addRow(writer, row, headRow + 1 + index, styles)) checks += 1;
  }
  return { firstRow: headRow + 1, lastRow: headRow + table.rows.length, checks };
}

/** Returns true if the row got a check. */
function addRow(writer: SheetWriter, { label, figures }: SummaryRow, row: number, styles: Styles): boolean {
  writer.text(row, LABEL, label, styles.label);
  const lines = Math.min(10, Math.ceil(label.length / LABEL_LENGTH));
  if (lines > 1) writer.height(row, lines * LINE_HEIGHT);
  const pairs: string[] = [];
  for (const [index, figure] of figures.entries()) {
    addNumber(writer, row, PRINTED + index, figure, styles);
    const formula = figure.recount?.(cellsOf(row, index)) ?? null;
    if (formula === null) continue;
    writer.formula(row, RECOUNTED + index, formula, figure.value ?? NO_VALUE, styles.recounted(figure.form));
    const [printed, recounted] = [printedColumn(index), columnLetters(RECOUNTED - 1 + index)];
    pairs.push(`ABS(N(${printed}${row})-N(${recounted}${row}))<0.000000001`);
  }
  if (pairs.length === 0) return false;
  writer.formula(row, CHECK, `IF(AND(${pairs.join(',')}),"OK","DIFFERS")`, 'OK', styles.check);
  return true;
}

function addNumber(writer: SheetWriter, row: number, column: number, { value, form }: Figure, styles: Styles): void {
  if (value === null || !Number.isFinite(value)) writer.text(row, column, NO_VALUE, styles.printed(form));
  else writer.number(row, column, value, styles.printed(form));
}

/** The cells around the figure at `index` of a row. */
function cellsOf(row: number, index: number): SummaryCells {
  const recounted = columnLetters(RECOUNTED - 1 + index);
  return {
    label: (down) => `$${LABEL_COLUMN}${row + down}`,
    printed: (down) => `${printedColumn(index)}${row + down}`,
    recounted: (down) => `${recounted}${row + down}`,
  };
}

function addCheckColours(writer: SheetWriter, ref: string, styles: Styles): void {
  writer.sheet.addConditionalFormatting({
    ref,
    rules: [
      {
        type: 'cellIs',
        operator: 'equal',
        priority: 1,
        formulae: ['"DIFFERS"'],
        style: styles.highlight('critical'),
      },
    ],
  });
}
