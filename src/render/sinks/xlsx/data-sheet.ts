import type { Workbook } from 'exceljs';
import { InvariantError } from '../../../core/errors.ts';
import type { ColumnType, TableShape } from '../../../core/table.ts';
import { columnLetters, xmlAttribute } from './cells.ts';
import type { Package } from './package.ts';
import type { SheetFrame } from './part-encoder.ts';
import type { EncodedColumn } from './row-encoder.ts';
import { DATA_FORMATS, dataStyle, PAGE, SheetWriter, type Styles } from './styles.ts';
import { type DataSheet, lastRow } from './summary/data-ranges.ts';

/** Widths in characters of the default font. */
const WIDTHS: Readonly<Record<ColumnType, number>> = {
  text: 14,
  number: 12,
  integer: 10,
  boolean: 10,
  timestamp: 19,
  json: 40,
};
/** Columns with texts of a typical length. */
const NAMED_WIDTHS: Readonly<Record<string, number>> = {
  uuid: 34,
  detection_uuid: 34,
  filename: 30,
  error_message: 40,
  url: 40,
  audio_url: 40,
  audio_heatmap: 30,
  image_heatmap: 30,
  record_sha256: 24,
};
/** Columns of the detections that stay open; a click on the `+` above shows the others, and they are not printed. */
const OPEN_COLUMNS: ReadonlySet<string> = new Set(
  `uuid created_at filename media_type status verdict verdict_score verdict_basis audio_label
  audio_score image_label image_score video_label video_score source_tracing_label duration_seconds
  zero_retention_mode file_deleted_at error_message`.split(/\s+/),
);
/** Columns that stay in view: what identifies a detection. */
const FROZEN_COLUMNS = 3;
/** Room for the filter button next to a header. */
const BUTTON_WIDTH = 4;

/** The columns of a table in its data sheet: all, in their own order. */
export function dataColumns({ columns }: TableShape): readonly EncodedColumn[] {
  return columns.map((column, index) => ({
    source: index,
    type: column.type,
    place: index,
    textStyle: dataStyle({ name: column.name, type: 'text' }),
    valueStyle: dataStyle(column),
    blankStyle: null,
    formula: null,
  }));
}

/** Adds the frame of a data sheet: header, widths, and one empty row with the formats of the future rows. */
export function addDataSheet(workbook: Workbook, sheet: DataSheet, styles: Styles, reportId: string): void {
  const { name, columns } = sheet.table;
  const isWide = name === 'detections' && columns.length > FROZEN_COLUMNS;
  const worksheet = workbook.addWorksheet(sheet.name, {
    views: [{ state: 'frozen', ySplit: 1, xSplit: isWide ? FROZEN_COLUMNS : 0 }],
    properties: { outlineProperties: { summaryBelow: true, summaryRight: false } },
    pageSetup: {
      ...PAGE,
      orientation: 'landscape',
      printTitlesRow: '1:1',
      // Two pages side by side, each with the columns that identify a detection.
      ...(isWide ? { fitToWidth: 2, printTitlesColumn: 'A:C', pageOrder: 'overThenDown' } : {}),
    },
    headerFooter: { oddFooter: `&L${reportId.replaceAll('&', '&&')}&C&A&R&P / &N` },
  });
  const writer = new SheetWriter(worksheet);
  for (const [index, column] of columns.entries()) {
    const place = worksheet.getColumn(index + 1);
    place.width = Math.max(NAMED_WIDTHS[column.name] ?? WIDTHS[column.type], column.name.length + BUTTON_WIDTH);
    if (isWide && !OPEN_COLUMNS.has(column.name)) {
      place.outlineLevel = 1;
      place.hidden = true;
    }
    writer.text(1, index + 1, column.name, styles.columnHead);
    const format = DATA_FORMATS[dataStyle(column) - 1];
    writer.blank(2, index + 1, format === undefined ? {} : { numFmt: format });
    if (column.name === 'verdict') addVerdictColours(writer, index, lastRow(sheet), styles);
  }
  writer.height(1, 22);
}

function addVerdictColours(writer: SheetWriter, columnIndex: number, last: number, styles: Styles): void {
  const letters = columnLetters(columnIndex);
  writer.sheet.addConditionalFormatting({
    ref: `${letters}2:${letters}${last}`,
    rules: (['fake', 'real', 'indeterminate'] as const).map((verdict, index) => ({
      type: 'cellIs',
      operator: 'equal',
      priority: index + 1,
      formulae: [`"${verdict}"`],
      style: styles.highlight(verdict),
    })),
  });
}

/** Removes the sample row. Throws `InvariantError` if its cells have other formats: dates would be numbers. */
export function frameOf(xml: string, sheet: DataSheet): SheetFrame {
  const header = xml.indexOf('<row r="1"');
  const start = xml.indexOf('</row>', header) + '</row>'.length;
  const end = xml.indexOf('</sheetData>', start);
  if (header === -1 || end === -1) throw new InvariantError(`The frame of the sheet ${sheet.name} has no header row.`);
  assertFormats(xml.slice(start, end), sheet);
  const last = columnLetters(sheet.table.columns.length - 1);
  const dimension = `<dimension ref="A1:${last}${lastRow(sheet)}"/>`;
  const head = xml
    .slice(0, start)
    .replace(/<dimension ref="[^"]*"\/>/, dimension)
    // exceljs writes the two in an order that the schema forbids.
    .replace(/(<pageSetUpPr[^>]*\/>)(<outlinePr[^>]*\/>)/, '$2$1');
  return { head, tail: xml.slice(end) };
}

/** Empty cells of the format `General` have no `s`, or are left out; so is a row that has only such cells. */
function assertFormats(sample: string, sheet: DataSheet): void {
  const found = new Map([...sample.matchAll(/<c r="([A-Z]+)2"(?: s="(\d+)")?/g)].map(([, letters, s]) => [letters, s]));
  for (const [index, column] of sheet.table.columns.entries()) {
    if (Number(found.get(columnLetters(index)) ?? 0) === dataStyle(column)) continue;
    throw new InvariantError(`Column ${column.name} of the sheet ${sheet.name} got another cell format than its rows.`);
  }
}

const CONTENT_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml';
const RELATIONSHIP = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/table';
const NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/**
 * Makes a data sheet's rows a table (ECMA-376-1, 18.5): filter buttons, banded rows, and a name to refer to, such as
 * `detections[verdict]`. Returns the elements that its sheet needs before `</worksheet>`.
 */
export function tableEnd(parts: Package, sheetPart: string, sheet: DataSheet, number: number): string {
  const { columns } = sheet.table;
  const ref = `A1:${columnLetters(columns.length - 1)}${lastRow(sheet)}`;
  const name = sheet.part === 1 ? sheet.table.name : `${sheet.table.name}_${sheet.part}`;
  const part = `xl/tables/table${number}.xml`;
  const tableColumns = columns.map(
    (column, index) => `<tableColumn id="${index + 1}" name="${xmlAttribute(column.name)}"/>`,
  );
  parts.add(
    part,
    CONTENT_TYPE,
    `<table xmlns="${NAMESPACE}" id="${number}" name="${name}" displayName="${name}" ref="${ref}" totalsRowShown="0">` +
      `<autoFilter ref="${ref}"/>` +
      `<tableColumns count="${columns.length}">${tableColumns.join('')}</tableColumns>` +
      `<tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/>` +
      `</table>`,
  );
  const id = parts.relate(sheetPart, RELATIONSHIP, part);
  // Texts that look like numbers are meant to be texts: no green corners on them.
  return `<ignoredErrors><ignoredError sqref="${ref}" numberStoredAsText="1"/></ignoredErrors><tableParts count="1"><tablePart r:id="${id}"/></tableParts>`;
}
