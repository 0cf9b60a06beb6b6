import { xmlAttribute } from '../cell-text.ts';
import type { FilledSheet } from '../sheet-rows.ts';
import type { DataArea } from './data-area.ts';
import { continuedFrame, type FramedRows } from './frames.ts';
import type { ForeignWorkbook } from './workbook-part.ts';
import { childOf, childrenOf } from './xml-part.ts';

const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/**
 * Adds sheets for rows that an area's own sheet cannot hold, behind all others: names and views count sheets by their
 * place. Returns what is to be written, by the names of the parts.
 */
export function addContinuedSheets(
  { parts, main }: ForeignWorkbook,
  area: DataArea,
  further: readonly FilledSheet[],
): ReadonlyMap<string, FramedRows> {
  const added = new Map<string, FramedRows>();
  const list = childOf(main.root, 'sheets');
  if (list === null) return added;
  const ids = childrenOf(list, 'sheet').map((element) => Number(main.attribute(element, 'sheetId') ?? 0));
  for (const { name, part, rows, content } of further) {
    const sheetPart = `xl/worksheets/${area.table.name}-${part}.xml`;
    const relationship = parts.declare(sheetPart, SHEET_TYPE, main.name, `${RELATIONSHIPS}/worksheet`);
    const id = freeId(ids);
    ids.push(id);
    main.append(
      list,
      `<sheet xmlns:r="${RELATIONSHIPS}" name="${xmlAttribute(name)}" sheetId="${id}" r:id="${relationship}"/>`,
    );
    added.set(sheetPart, { frame: continuedFrame(area, rows), content });
  }
  return added;
}

/** Excel takes numbers up to 65,534. */
function freeId(taken: readonly number[]): number {
  for (let id = 1; ; id++) if (!taken.includes(id)) return id;
}
