import type { Workbook } from 'exceljs';
import type { Column, ColumnType, TableShape } from '../../../core/table.ts';
import { columnLetters } from './cell-address.ts';
import { type DataSheet, lastRow } from './summary/data-ranges.ts';
import type { EncodedColumn } from './row-encoder.ts';
import { SheetWriter } from './sheet-writer.ts';
import { DATA_FORMATS, DATA_STYLES, PAGE, type Styles } from './styles.ts';

/** Widths in characters of the default font. */
const WIDTHS: Readonly<Record<ColumnType, number>> = {
  text: 18,
  number: 12,
  integer: 10,
  boolean: 10,
  timestamp: 20,
  json: 40,
};
/** Columns with texts of a typical length. */
const NAMED_WIDTHS: Readonly<Record<string, number>> = {
  uuid: 38,
  detection_uuid: 38,
  filename: 40,
  error_message: 40,
  url: 40,
  audio_url: 40,
  audio_heatmap: 30,
  image_heatmap: 30,
  record_sha256: 24,
};
/** Room for the filter button next to a header. */
const BUTTON_WIDTH = 4;

/** The columns of a table in its data sheet: all, in their own order. */
export function dataColumns({ columns }: TableShape): readonly EncodedColumn[] {
  return columns.map(({ type }, index) => ({
    source: index,
    type,
    letters: columnLetters(index),
    textStyle: DATA_STYLES.text,
    valueStyle: DATA_STYLES[type],
    blankStyle: null,
  }));
}

/** Adds the frame of a data sheet: header, widths, and one empty row with the formats of the future rows. */
export function addDataSheet(workbook: Workbook, sheet: DataSheet, styles: Styles, reportId: string): void {
  const { columns } = sheet.table;
  const worksheet = workbook.addWorksheet(sheet.name, {
    views: [{ state: 'frozen', ySplit: 1 }],
    pageSetup: { ...PAGE, orientation: 'landscape', printTitlesRow: '1:1' },
    headerFooter: { oddFooter: `&L${reportId.replaceAll('&', '&&')}&C&A&R&P / &N` },
  });
  const writer = new SheetWriter(worksheet);
  for (const [index, column] of columns.entries()) {
    const place = worksheet.getColumn(index + 1);
    place.width = widthOf(column);
    writer.text(1, index + 1, column.name, styles.columnHead);
    const format = DATA_FORMATS[DATA_STYLES[column.type] - 1];
    writer.blank(2, index + 1, format === undefined ? {} : { numFmt: format });
    if (column.name === 'verdict') addVerdictColours(writer, index, lastRow(sheet), styles);
  }
  writer.height(1, 22);
}

function widthOf(column: Column): number {
  return Math.max(NAMED_WIDTHS[column.name] ?? WIDTHS[column.type], column.name.length + BUTTON_WIDTH);
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
