import { InvariantError } from '../../core/errors.ts';
import { columnLetters } from './cell-address.ts';
import { type DataSheet, lastRow } from './data-ranges.ts';
import { DATA_STYLES } from './styles.ts';

/** A data sheet's XML around its rows. */
export interface SheetFrame {
  /** Up to and including the header row. */
  readonly head: string;
  /** From the end of `sheetData` on. */
  readonly tail: string;
}

/**
 * Takes the sample row out of a data sheet as exceljs wrote it. Throws `InvariantError` where the sample's cells do not
 * have the formats that the rows were written with: then dates would show as numbers.
 */
export function frameOf(xml: string, sheet: DataSheet): SheetFrame {
  const start = xml.indexOf('<row r="2"');
  const end = xml.indexOf('</row>', start) + '</row>'.length;
  const sample = start === -1 ? '' : xml.slice(start, end);
  assertFormats(sample, sheet);
  const last = columnLetters(sheet.table.columns.length - 1);
  const head = xml
    .slice(0, start)
    .replace(/<dimension ref="[^"]*"\/>/, `<dimension ref="A1:${last}${lastRow(sheet)}"/>`);
  return { head, tail: xml.slice(end) };
}

/** Cells with the format `General` have no `s`, and exceljs leaves out empty cells without a format. */
function assertFormats(sample: string, sheet: DataSheet): void {
  const found = new Map([...sample.matchAll(/<c r="([A-Z]+)2"(?: s="(\d+)")?/g)].map(([, letters, s]) => [letters, s]));
  for (const [index, column] of sheet.table.columns.entries()) {
    if (Number(found.get(columnLetters(index)) ?? 0) === DATA_STYLES[column.type]) continue;
    throw new InvariantError(`Column ${column.name} of the sheet ${sheet.name} got another cell format than its rows.`);
  }
}
