import { columnLetters } from './cell-address.ts';
import { xmlAttribute } from './cell-text.ts';
import { type DataSheet, lastRow } from './summary/data-ranges.ts';
import type { Parts } from './parts.ts';

const CONTENT_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml';
const RELATIONSHIP = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/table';
const NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/**
 * Makes a data sheet's rows a table (ECMA-376-1, 18.5): filter buttons, banded rows, and a name to refer to, such as
 * `detections[verdict]`. Returns the elements that its sheet needs before `</worksheet>`.
 */
export function addTablePart(parts: Parts, sheetPart: string, sheet: DataSheet, number: number): string {
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
