import type { TableShape } from '../../../../core/table.ts';
import { suggest } from '../../../../core/text.ts';
import { type CellRange, columnLetters } from '../cells.ts';
import {
  addressOf,
  checkNothingLost,
  type GridCell,
  type GridRow,
  isFilled,
  type SheetGrid,
  sheetGrid,
  type TextOf,
} from './sheet-grid.ts';
import { type Growths, growthsBy } from './range-growth.ts';
import { refused } from './refusal.ts';
import type { ForeignSheet, ForeignWorkbook } from './workbook.ts';
import { childOf, childrenOf, type XmlElement, type XmlPart } from './xml.ts';

export interface AreaColumn {
  /** Index among the table's columns; -1 for a column of the customer's own. */
  readonly source: number;
  readonly title: string;
  /** What the first sample row calculates in a column of the customer's own; else null. */
  readonly formula: string | null;
  /** Index in the sheet, from 0. */
  readonly column: number;
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
  readonly columns: readonly AreaColumn[];
  /** Attributes of the first sample row that apply to every row, e.g. ` ht="30" customHeight="1"`. */
  readonly rowAttributes: string;
  /** Part of the sheet's table; null if it has no table. */
  readonly tablePart: XmlPart | null;
}

/**
 * Reads how to fill a sheet. Its header is that of its table, else of its filter, else its first row that shows
 * anything. Throws `ConfigError` if no header is a column of `table`, or if anything would be lost.
 */
export function readArea(workbook: ForeignWorkbook, sheet: ForeignSheet, table: TableShape, textOf: TextOf): DataArea {
  const part = workbook.worksheet(sheet);
  const grid = sheetGrid(part);
  const listObject = tableOf(workbook, sheet);
  const header = headerOf(grid, sheet, listObject?.range ?? part.range(childOf(part.root, 'autoFilter')));
  const samples = grid.rows.filter(({ number }) => number > header.number);
  const sampled = samples.filter((row) => row.cells.some((cell) => isFilled(cell)));
  const lastSample = listObject?.range.lastRow ?? sampled.at(-1)?.number ?? header.number + 1;
  const first = samples.find(({ number }) => number === header.number + 1) ?? null;
  const calculated = listObject?.calculated ?? new Map<string, string>();
  const columns = readColumns({ grid, sheet, table, textOf, header, first, calculated });
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

/** How the areas' sheets grow; `lastRowOf` returns the last row with data. */
export function growthsOf<Area extends DataArea>(
  areas: readonly Area[],
  lastRowOf: (area: Area, index: number) => number,
): Growths {
  return growthsBy(
    new Map(
      areas.map((area, position) => {
        const { sheet, header, lastSample } = area;
        return [sheet.name, { firstRow: header.number + 1, lastSample, lastRow: lastRowOf(area, position) }];
      }),
    ),
  );
}

/** Further down, too little room would be left for rows. */
const LOWEST_HEADER = 1_000;

interface ListObject {
  /** Formulas of its calculated columns, by name in lower case. */
  readonly calculated: ReadonlyMap<string, string>;
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
  const range = part.range(part.root);
  const hasHeader = part.attribute(part.root, 'headerRowCount') !== '0';
  if (range === null || !hasHeader || range.lastRow === range.firstRow) {
    throw refused('its table has no header row', { sheet: sheet.name }, 'Switch "Header Row" on for the table.');
  }
  const totals = Number(part.attribute(part.root, 'totalsRowCount') ?? 0);
  if (totals > 0) {
    const remedy = 'Switch "Total Row" off; totals above the table or on another sheet are kept.';
    throw refused('its table has a row of totals, which the rows would run into', { sheet: sheet.name }, remedy);
  }
  const calculated = new Map<string, string>();
  for (const element of part.below(part.root)) {
    const formula = childOf(element, 'calculatedColumnFormula');
    const title = part.attribute(element, 'name');
    if (formula !== null && title !== null) calculated.set(title.toLowerCase(), part.textOf(formula));
  }
  return { part, range, calculated };
}

function headerOf(grid: SheetGrid, sheet: ForeignSheet, titled: CellRange | null): GridRow {
  const filled = grid.rows.filter((row) => row.cells.some((cell) => isFilled(cell)));
  const header = titled === null ? filled[0] : filled.find(({ number }) => number === titled.firstRow);
  if (header === undefined) {
    throw refused('it has no header row', { sheet: sheet.name }, 'Write names of columns into its first row.');
  }
  if (header.number > LOWEST_HEADER) {
    throw refused(`its header is below row ${LOWEST_HEADER}`, { sheet: sheet.name }, 'Move it up.');
  }
  return header;
}

interface HeaderRow {
  readonly grid: SheetGrid;
  readonly sheet: ForeignSheet;
  readonly table: TableShape;
  readonly textOf: TextOf;
  readonly header: GridRow;
  readonly first: GridRow | null;
  readonly calculated: ReadonlyMap<string, string>;
}

function readColumns(from: HeaderRow): readonly AreaColumn[] {
  const { grid, sheet, table, textOf, header, calculated } = from;
  const names = table.columns.map(({ name }) => name);
  const taken = new Set<number>();
  const columns = header.cells
    .filter((cell) => isFilled(cell))
    .map((cell): AreaColumn => {
      const place = { sheet: sheet.name, cell: addressOf(cell) };
      if (childOf(cell.element, 'f') !== null) {
        throw refused('the header is a formula', place, 'Write the name of the column as text.');
      }
      const title = textOf(grid.part, cell.element).trim();
      const source = names.indexOf(title.toLowerCase());
      const column = { source, title, column: cell.column, style: styleBelow(grid, cell, from.first), formula: null };
      if (source === -1) return { ...column, formula: ownFormula(from, cell, title) };
      if (calculated.has(title.toLowerCase())) {
        const remedy = 'Give the calculated column another name, or make it one of plain cells.';
        throw refused(`the column ${title} is filled, and its table calculates it`, place, remedy);
      }
      if (taken.has(source)) throw refused(`the column ${title} is there twice`, place, 'Keep one of them.');
      taken.add(source);
      return column;
    });
  if (taken.size > 0) return columns;
  const found = columns.map(({ title }) => JSON.stringify(title.slice(0, 100))).join(', ');
  const remedy = `Name at least one as a column that the template writes: ${names.join(', ')}.`;
  throw refused(`none of its headers (${found}) is a column of ${table.name}`, { sheet: sheet.name }, remedy);
}

/** What a column of the customer's own calculates; null for an empty one. Throws `ConfigError` for a mistyped name. */
function ownFormula(
  { grid, sheet, table, header, first, calculated }: HeaderRow,
  cell: GridCell,
  title: string,
): string | null {
  const below = first?.cells.find(({ column }) => column === cell.column);
  const element = below === undefined ? null : childOf(below.element, 'f');
  if (below !== undefined && element !== null) {
    const text = grid.part.textOf(element);
    const kind = grid.part.attribute(element, 't') ?? 'normal';
    if (text !== '' && (kind === 'normal' || kind === 'shared')) return text;
    const place = { sheet: sheet.name, cell: addressOf(below) };
    throw refused('its formula is not one of a single cell', place, 'Write it as an ordinary formula.');
  }
  const formula = calculated.get(title.toLowerCase()) ?? null;
  if (formula !== null) return formula;
  const close = suggest(
    title,
    table.columns.map(({ name }) => name),
  );
  const isMistyped = close !== null && !title.toLowerCase().startsWith(close);
  const holdsValue = below !== undefined && isFilled(below);
  if (!isMistyped && !holdsValue) return null;
  const hint = close === null ? '' : `Did you mean "${close}"? `;
  const shown = JSON.stringify(title.slice(0, 100));
  const what = holdsValue ? ', and the value below it would be lost' : '';
  throw refused(
    `${shown} is not a column that the template writes to ${table.name}${what}`,
    { sheet: sheet.name, cell: `${columnLetters(cell.column)}${header.number}` },
    `${hint}A column of your own has another name, and below it a formula or nothing. Columns to fill: ${table.columns.map(({ name }) => name).join(', ')}.`,
  );
}

/** Format of the first sample row below a header; if that row lacks the cell, the row's format, or the column's. */
function styleBelow(grid: SheetGrid, header: GridCell, first: GridRow | null): number {
  const { part } = grid;
  const sample = first?.cells.find(({ column }) => column === header.column);
  if (sample !== undefined) return index(part.attribute(sample.element, 's'));
  const rowStyle = first === null ? null : part.attribute(first.element, 's');
  if (rowStyle !== null) return index(rowStyle);
  const own = childrenOf(childOf(part.root, 'cols'), 'col').find(
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
