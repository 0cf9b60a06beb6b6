import type { Workbook } from 'exceljs';
import type { ColumnType, TableShape } from '../../../core/table.ts';
import { SheetWriter } from './sheet-writer.ts';
import { PAGE, type Styles } from './styles.ts';

export const DICTIONARY_SHEET = 'Data dictionary';

/** What a cell of each type of column holds, for people. */
const TYPE_WORDS: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'TRUE or FALSE',
  timestamp: 'date and time, UTC',
  json: 'JSON text',
};
const HEADS = ['Sheet', 'Column', 'Holds', 'Private', 'From', 'Meaning'];
const WIDTHS: readonly number[] = [16, 30, 20, 9, 40, 90];

/** Adds one sentence on every column of the data sheets, from the descriptions in the columns' definitions. */
export function addDictionarySheet(workbook: Workbook, tables: readonly TableShape[], styles: Styles): void {
  const sheet = workbook.addWorksheet(DICTIONARY_SHEET, {
    views: [{ state: 'frozen', ySplit: 1, showGridLines: false }],
    pageSetup: { ...PAGE, orientation: 'landscape', printTitlesRow: '1:1' },
  });
  const writer = new SheetWriter(sheet);
  for (const [index, width] of WIDTHS.entries()) sheet.getColumn(index + 1).width = width;
  for (const [index, head] of HEADS.entries()) writer.text(1, index + 1, head, styles.columnHead);
  writer.height(1, 22);
  let row = 2;
  for (const table of tables) {
    for (const column of table.columns) {
      const holds = TYPE_WORDS[column.type];
      const cells = [table.title, column.name, holds, column.private ? 'yes' : 'no', column.path, column.description];
      for (const [index, text] of cells.entries()) writer.text(row, index + 1, text, styles.text);
      row += 1;
    }
  }
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: row - 1, column: HEADS.length } };
}
