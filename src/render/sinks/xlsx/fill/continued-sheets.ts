import { xmlAttribute } from '../cell-text.ts';
import type { FilledSheet } from '../sheet-rows.ts';
import type { DataArea } from './data-area.ts';
import { continuedFrame, type FramedRows } from './frames.ts';
import type { ForeignWorkbook } from './workbook.ts';
import { childOf, childrenOf } from './xml-part.ts';

const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** An area, and the rows that its own sheet cannot hold. */
export interface Continued {
  readonly area: DataArea;
  readonly further: readonly FilledSheet[];
}

/**
 * Adds sheets for the rows that the areas' own sheets cannot hold, after all others: names and views count sheets by
 * position. Returns what to write, by the names of the parts.
 */
export function addContinuedSheets(
  { parts, main }: ForeignWorkbook,
  continued: readonly Continued[],
): ReadonlyMap<string, FramedRows> {
  const added = new Map<string, FramedRows>();
  const list = childOf(main.root, 'sheets');
  if (list === null) return added;
  const ids = childrenOf(list, 'sheet').map((element) => Number(main.attribute(element, 'sheetId') ?? 0));
  for (const { area, further } of continued) {
    for (const sheet of further) {
      const part = `xl/worksheets/${area.table.name}-${sheet.part}.xml`;
      const relationship = parts.declare(part, SHEET_TYPE, main.name, `${RELATIONSHIPS}/worksheet`);
      const id = freeId(ids);
      ids.push(id);
      main.append(
        list,
        `<sheet xmlns:r="${RELATIONSHIPS}" name="${xmlAttribute(sheet.name)}" sheetId="${id}" r:id="${relationship}"/>`,
      );
      added.set(part, { frame: continuedFrame(area, sheet.rows), content: sheet.content });
    }
  }
  return added;
}

/** Excel takes numbers up to 65,534. */
function freeId(taken: readonly number[]): number {
  for (let id = 1; ; id++) if (!taken.includes(id)) return id;
}
