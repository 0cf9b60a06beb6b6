import { InvariantError } from '../../../../core/errors.ts';
import { ChangedCells, type FormatSink, type SinkContext } from '../../../../core/sink.ts';
import type { TableName, TableShape } from '../../../../core/table.ts';
import {
  type FilledSheet,
  type FramedRows,
  openSheetRows,
  type RowLayout,
  type SheetFrame,
  type SheetRows,
  type WorkbookPlace,
  writeArchive,
} from '../part-encoder.ts';
import { coverRows, fillWorkbook } from './fill-workbook.ts';
import { planFill } from './plan.ts';
import { writeRange, xmlAttribute } from '../cells.ts';
import type { DataArea } from './data-area.ts';
import { type Growth, type Growths, growthsBy } from './range-growth.ts';
import { type ForeignWorkbook, SPREADSHEET } from './workbook.ts';
import { childOf, childrenOf, XmlPart } from './xml.ts';

/** An area, the rows of its own sheet, and those that it cannot hold. */
interface FilledArea {
  readonly area: DataArea;
  readonly first: FilledSheet;
  readonly further: readonly FilledSheet[];
}

/** A workbook's own formulas and charts cover one sheet: a reader must know that they leave out further ones. */
const BEYOND = 'cell on a further sheet, which the workbook’s own formulas and charts do not count';

/** The sheets of a customer's workbook that take rows. Throws `ConfigError` if it does not fit the tables. */
export function layoutsOf(workbook: Uint8Array, tables: readonly TableShape[]): RowLayout[] {
  return planFill(workbook, tables).areas.map(({ table, encoded: columns, header, rowAttributes }) => {
    return { table, columns, headerRow: header.number, rowAttributes };
  });
}

/** Writes rows into a customer's workbook. Throws `ConfigError` if the workbook does not fit the tables. */
export async function openFilledWorkbook(
  { folder, tables }: SinkContext,
  workbook: Uint8Array,
  { file, sheetRows }: WorkbookPlace,
): Promise<FormatSink> {
  const plan = planFill(workbook, tables, sheetRows);
  const byTable = new Map<TableName, SheetRows>();
  for (const { table, header } of plan.areas) {
    byTable.set(table.name, await openSheetRows(folder, table, sheetRows - header.number));
  }
  const changed = new ChangedCells();
  return {
    async append(block) {
      await byTable.get(block.table)?.append(block);
      changed.add(block.changedCells);
    },
    async close(report) {
      const filled: FilledArea[] = [];
      for (const area of plan.areas) {
        const [first, ...further] = (await byTable.get(area.table.name)?.finish()) ?? [];
        if (first === undefined) throw new InvariantError(`The sheet of ${area.table.name} has no end.`);
        filled.push({ area, first, further });
        changed.note(BEYOND, further.reduce((sum, sheet) => sum + sheet.rows, 0) * area.columns.length);
      }
      const rows = filled.map(({ first }) => first.rows);
      const growths = fillWorkbook(plan, rows, report);
      const sheets = new Map(addContinuedSheets(plan.workbook, filled));
      for (const { area, first } of filled) {
        sheets.set(area.sheet.part, { frame: areaFrame(area, growths), content: first.content });
      }
      await writeArchive(await folder.create(file), plan.workbook.parts, sheets);
      return { rowsByFile: new Map(), changedCells: changed.take() };
    },
  };
}

/** The frame of a data sheet, with all changes made and sample rows left out. */
function areaFrame(area: DataArea, growths: Growths): SheetFrame {
  const { grid, header, sheet } = area;
  const { part } = grid;
  const growth = growths.of(sheet.name);
  if (growth === null) throw new InvariantError(`The sheet ${sheet.name} does not grow.`);
  const dimension = childOf(part.root, 'dimension');
  if (dimension !== null) {
    const columns = grid.rows.flatMap((row) =>
      row.number > header.number ? [] : row.cells.map(({ column }) => column),
    );
    const firstRow = Math.min(header.number, grid.rows[0]?.number ?? header.number);
    const [firstColumn, lastColumn] = [Math.min(...columns), Math.max(...columns)];
    part.setAttribute(dimension, 'ref', writeRange({ firstColumn, firstRow, lastColumn, lastRow: growth.lastRow }));
  }
  if (grid.data.closeStart === grid.data.openEnd) throw new InvariantError(`The sheet ${sheet.name} has no rows.`);
  return { head: part.render(0, header.element.end), tail: part.render(grid.data.closeStart) };
}

/** A further sheet for `rows` data rows: the same header, widths and conditional formats, a filter, nothing else. */
function continuedFrame(area: DataArea, rows: number): SheetFrame {
  const { grid, header, columns } = area;
  const { part } = grid;
  const firstRow = header.number + 1;
  const growth: Growth = { firstRow, lastSample: area.lastSample, lastRow: header.number + Math.max(rows, 1) };
  const copied = (name: string): string => {
    const element = childOf(part.root, name);
    return element === null ? '' : part.source(element);
  };
  const filter = writeRange({
    firstColumn: columns[0]?.column ?? 0,
    firstRow: header.number,
    lastColumn: columns.at(-1)?.column ?? 0,
    lastRow: growth.lastRow,
  });
  const view =
    '<sheetViews><sheetView workbookViewId="0">' +
    `<pane ySplit="${header.number}" topLeftCell="A${firstRow}" activePane="bottomLeft" state="frozen"/>` +
    '</sheetView></sheetViews>';
  return {
    head: `${rootTag(area)}${view}${copied('sheetFormatPr')}${copied('cols')}<sheetData>${part.source(header.element)}`,
    tail: `</sheetData><autoFilter ref="${filter}"/>${conditionalFormats(area, growth)}</worksheet>`,
  };
}

/** The start tag of the sheet, with the namespaces that its copied elements may use. */
function rootTag({ grid: { part } }: DataArea): string {
  const declared = part
    .attributes(part.root)
    .filter(({ name }) => name.startsWith('xmlns:') || name === 'mc:Ignorable')
    .map(({ name, value }) => ` ${name}="${xmlAttribute(value)}"`);
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="${SPREADSHEET}"${declared.join('')}>`;
}

/** The sheet's conditional formats for the rows of a further sheet. Data bars lose what Excel 2010 added to them. */
function conditionalFormats({ grid: { part }, sheet }: DataArea, growth: Growth): string {
  const growths = growthsBy(new Map([[sheet.name, growth]]));
  const copies = childrenOf(part.root, 'conditionalFormatting').map((element) => {
    const copy = new XmlPart(part.name, part.source(element));
    for (const one of [copy.root, ...copy.below(copy.root)]) {
      if (one.name === 'extLst') copy.remove(one);
      else coverRows(copy, sheet.name, one, growths);
    }
    return copy.render();
  });
  return copies.join('');
}

const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Adds further sheets after all others: names and views count sheets by position. Returns what to write, by part. */
function addContinuedSheets(
  { parts, main }: ForeignWorkbook,
  continued: readonly FilledArea[],
): ReadonlyMap<string, FramedRows> {
  const added = new Map<string, FramedRows>();
  const list = childOf(main.root, 'sheets');
  if (list === null) return added;
  const ids = childrenOf(list, 'sheet').map((element) => Number(main.attribute(element, 'sheetId') ?? 0));
  for (const { area, further } of continued) {
    for (const sheet of further) {
      const part = `xl/worksheets/${area.table.name}-${sheet.part}.xml`;
      parts.add(part, SHEET_TYPE, null);
      const relationship = parts.relate(main.name, `${RELATIONSHIPS}/worksheet`, part);
      // Excel takes numbers up to 65,534.
      let id = 1;
      while (ids.includes(id)) id++;
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
