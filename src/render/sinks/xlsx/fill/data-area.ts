import type { TableShape } from '../../../../core/table.ts';
import { type CellRange, readRange } from '../cells.ts';
import { checkNothingLost } from './lost-content.ts';
import { refused } from './refusal.ts';
import { type GridCell, type GridRow, SheetGrid, type Texts } from './sheet-grid.ts';
import type { ForeignSheet, ForeignWorkbook } from './workbook.ts';
import { childOf, childrenOf, type XmlElement, type XmlPart } from './xml.ts';

/** A column of a table in the customer's sheet. */
export interface AreaColumn {
  /** Index among the table's columns. */
  readonly source: number;
  /** Index in the sheet, from 0. */
  readonly column: number;
  /** Cell format of the first sample row. */
  readonly style: number;
}

/** The part of a sheet that takes the rows of a table: below its header, in place of its sample rows. */
export interface DataArea {
  readonly sheet: ForeignSheet;
  readonly table: TableShape;
  readonly grid: SheetGrid;
  readonly header: GridRow;
  /** Last sample row; without samples, the first row below the header. */
  readonly lastSample: number;
  /** In the order of the sheet. */
  readonly columns: readonly AreaColumn[];
  /** Attributes of the first sample row that apply to every row, e.g. ` ht="30" customHeight="1"`. */
  readonly rowAttributes: string;
  /** Part of the sheet's table; null if it has no table. */
  readonly tablePart: XmlPart | null;
}

/**
 * Reads how to fill a sheet. Its header is that of its table, else of its filter, else its first row that shows
 * anything. Throws `ConfigError` if a header is not a column of `table`, or if anything would be lost.
 */
export function readArea(workbook: ForeignWorkbook, sheet: ForeignSheet, table: TableShape, texts: Texts): DataArea {
  const part = workbook.worksheet(sheet);
  const grid = new SheetGrid(part);
  const listObject = tableOf(workbook, sheet);
  const header = headerOf(grid, sheet, listObject?.range ?? filterOf(part));
  const samples = grid.rows.filter(({ number }) => number > header.number);
  const sampled = samples.filter((row) => row.cells.some((cell) => grid.isFilled(cell)));
  const lastSample = listObject?.range.lastRow ?? sampled.at(-1)?.number ?? header.number + 1;
  const first = samples.find(({ number }) => number === header.number + 1) ?? null;
  const columns = readColumns({ grid, sheet, table, texts, header, first });
  checkNothingLost(workbook, { sheet, grid, header: header.number, lastSample, samples: sampled, columns });
  return {
    sheet,
    table,
    grid,
    header,
    lastSample,
    columns,
    rowAttributes: first === null ? '' : rowAttributes(part, first.element),
    tablePart: listObject?.part ?? null,
  };
}

/** Further down, too little room would be left for rows. */
const LOWEST_HEADER = 1_000;

interface ListObject {
  readonly part: XmlPart;
  readonly range: CellRange;
}

/** The only table (ECMA-376-1, 18.5) of a sheet; null if it has none. */
function tableOf(workbook: ForeignWorkbook, sheet: ForeignSheet): ListObject | null {
  const [name, second] = workbook.parts.related(sheet.part, 'table');
  if (name === undefined) return null;
  if (second !== undefined) {
    throw refused('it holds two tables', { sheet: sheet.name }, 'Keep one, and move the other to another sheet.');
  }
  const part = workbook.parts.xml(name);
  const range = readRange(part.attribute(part.root, 'ref') ?? '');
  const hasHeader = part.attribute(part.root, 'headerRowCount') !== '0';
  if (range === null || !hasHeader || range.lastRow === range.firstRow) {
    throw refused('its table has no header row', { sheet: sheet.name }, 'Switch "Header Row" on for the table.');
  }
  const totals = Number(part.attribute(part.root, 'totalsRowCount') ?? 0);
  if (totals > 0) {
    const remedy = 'Switch "Total Row" off; totals above the table or on another sheet are kept.';
    throw refused('its table has a row of totals, which the rows would run into', { sheet: sheet.name }, remedy);
  }
  for (const element of part.below(part.root)) {
    if (element.name !== 'calculatedColumnFormula') continue;
    const remedy = 'Move what is calculated to another sheet.';
    throw refused('its table has a calculated column, which nothing would fill', { sheet: sheet.name }, remedy);
  }
  return { part, range };
}

/** Range of a sheet's filter, buttons included; null if it has none. */
function filterOf(part: XmlPart): CellRange | null {
  const filter = childOf(part.root, 'autoFilter');
  return filter === null ? null : readRange(part.attribute(filter, 'ref') ?? '');
}

function headerOf(grid: SheetGrid, sheet: ForeignSheet, titled: CellRange | null): GridRow {
  const filled = grid.rows.filter((row) => row.cells.some((cell) => grid.isFilled(cell)));
  const header = titled === null ? filled[0] : filled.find(({ number }) => number === titled.firstRow);
  if (header === undefined) {
    throw refused('it has no header row', { sheet: sheet.name }, 'Write names of columns into its first row.');
  }
  if (header.number > LOWEST_HEADER) {
    throw refused(`its header is below row ${LOWEST_HEADER}`, { sheet: sheet.name }, 'Move it up.');
  }
  return header;
}

function readColumns(from: {
  readonly grid: SheetGrid;
  readonly sheet: ForeignSheet;
  readonly table: TableShape;
  readonly texts: Texts;
  readonly header: GridRow;
  readonly first: GridRow | null;
}): readonly AreaColumn[] {
  const { grid, sheet, table, texts, header } = from;
  const names = table.columns.map(({ name }) => name);
  const taken = new Set<number>();
  return header.cells
    .filter((cell) => grid.isFilled(cell))
    .map((cell) => {
      const place = { sheet: sheet.name, cell: grid.address(cell) };
      if (childOf(cell.element, 'f') !== null) {
        throw refused('the header is a formula', place, 'Write the name of the column as text.');
      }
      const text = texts.of(grid.part, cell.element).trim();
      const source = names.indexOf(text.toLowerCase());
      if (source === -1) {
        const remedy = `Remove the column, or name it as one that the template writes: ${names.join(', ')}.`;
        const shown = JSON.stringify(text.slice(0, 100));
        throw refused(`${shown} is not a column that the template writes to ${table.name}`, place, remedy);
      }
      if (taken.has(source)) throw refused(`the column ${text} is there twice`, place, 'Keep one of them.');
      taken.add(source);
      return { source, column: cell.column, style: styleBelow(grid, cell, from.first) };
    });
}

/** Format of the first sample row below a header; if that row lacks the cell, the row's format, or the column's. */
function styleBelow(grid: SheetGrid, header: GridCell, first: GridRow | null): number {
  const { part } = grid;
  const sample = first?.cells.find(({ column }) => column === header.column);
  if (sample !== undefined) return index(part.attribute(sample.element, 's'));
  const rowStyle = first === null ? null : part.attribute(first.element, 's');
  if (rowStyle !== null) return index(rowStyle);
  const columns = childOf(part.root, 'cols');
  const own = (columns === null ? [] : childrenOf(columns, 'col')).find(
    (one) =>
      index(part.attribute(one, 'min')) <= header.column + 1 && index(part.attribute(one, 'max')) >= header.column + 1,
  );
  return own === undefined ? 0 : index(part.attribute(own, 'style'));
}

function index(attribute: string | null): number {
  return attribute !== null && /^\d{1,7}$/.test(attribute) ? Number(attribute) : 0;
}

function rowAttributes(part: XmlPart, row: XmlElement): string {
  return ['s', 'customFormat', 'ht', 'customHeight']
    .map((name) => [name, part.attribute(row, name)] as const)
    .filter(([, value]) => value !== null && /^[\w.]{1,20}$/.test(value))
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}
