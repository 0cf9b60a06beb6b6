import { InvariantError } from '../../../core/errors.ts';
import { columnLetters } from './cell-address.ts';
import { type DataSheet, lastRow } from './summary/data-ranges.ts';
import { DATA_STYLES } from './styles.ts';

/** A data sheet's XML around its rows. */
export interface SheetFrame {
  /** Up to and including the header row. */
  readonly head: string;
  /** From the end of `sheetData` on. */
  readonly tail: string;
}

/**
 * Removes the sample row from a data sheet that exceljs wrote. Throws `InvariantError` if the sample's cells do not
 * have the formats that the rows were written with: then dates would show as numbers.
 */
export function frameOf(xml: string, sheet: DataSheet): SheetFrame {
  const header = xml.indexOf('<row r="1"');
  const start = xml.indexOf('</row>', header) + '</row>'.length;
  const end = xml.indexOf('</sheetData>', start);
  if (header === -1 || end === -1) throw new InvariantError(`The frame of the sheet ${sheet.name} has no header row.`);
  assertFormats(xml.slice(start, end), sheet);
  const last = columnLetters(sheet.table.columns.length - 1);
  const dimension = `<dimension ref="A1:${last}${lastRow(sheet)}"/>`;
  return { head: xml.slice(0, start).replace(/<dimension ref="[^"]*"\/>/, dimension), tail: xml.slice(end) };
}

/** Empty cells of the format `General` have no `s`, or are left out; so is a row that has only such cells. */
function assertFormats(sample: string, sheet: DataSheet): void {
  const found = new Map([...sample.matchAll(/<c r="([A-Z]+)2"(?: s="(\d+)")?/g)].map(([, letters, s]) => [letters, s]));
  for (const [index, column] of sheet.table.columns.entries()) {
    if (Number(found.get(columnLetters(index)) ?? 0) === DATA_STYLES[column.type]) continue;
    throw new InvariantError(`Column ${column.name} of the sheet ${sheet.name} got another cell format than its rows.`);
  }
}
