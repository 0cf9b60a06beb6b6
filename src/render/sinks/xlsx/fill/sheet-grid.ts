import { columnLetters, readRange, xstringXml } from '../cells.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';
import { childOf, childrenOf, type XmlElement, type XmlPart } from './xml.ts';
import type { ForeignSheet, ForeignWorkbook } from './workbook.ts';

/** Returns the text of a cell, which may be stored outside of it (ECMA-376-1, 18.4). */
export type TextOf = (sheet: XmlPart, cell: XmlElement) => string;

/** What returns the text of a cell; `shared` is null for a workbook that stores no texts outside of its cells. */
export function textReader(shared: XmlPart | null): TextOf {
  const items = childrenOf(shared?.root ?? null, 'si');
  return (sheet, cell) => {
    const inline = childOf(cell, 'is');
    if (inline !== null) return plainText(sheet, inline);
    const value = childOf(cell, 'v');
    if (value === null) return '';
    const text = sheet.textOf(value);
    if (sheet.attribute(cell, 't') !== 's') return text;
    const item = items[Number(text)];
    return item === undefined || shared === null ? '' : plainText(shared, item);
  };
}

/** Text without its formatting, and without the readings of East Asian characters. */
function plainText(part: XmlPart, item: XmlElement): string {
  const texts = item.children.flatMap((child) =>
    child.name === 'r' ? childrenOf(child, 't') : child.name === 't' ? [child] : [],
  );
  return texts.map((text) => part.textOf(text)).join('');
}

export interface GridCell {
  readonly element: XmlElement;
  /** From 0. */
  readonly column: number;
  /** From 1. */
  readonly row: number;
}

export interface GridRow {
  readonly element: XmlElement;
  /** From 1. */
  readonly number: number;
  readonly cells: readonly GridCell[];
}

export interface PlacedText {
  readonly column: number;
  readonly row: number;
  readonly text: string;
}

export type SheetGrid = ReturnType<typeof sheetGrid>;

/** Throws `ConfigError` for a sheet without cells, or with rows or cells out of order. */
export function sheetGrid(part: XmlPart) {
  const data = childOf(part.root, 'sheetData');
  if (data === null) throw refused('it has no cells', { part: part.name }, SAVE_AGAIN);
  let last = 0;
  const rows = childrenOf(data, 'row').map((element): GridRow => {
    // A row or cell without a number follows the one before it.
    const number = Number(part.attribute(element, 'r') ?? last + 1);
    if (!Number.isInteger(number) || number <= last) {
      throw refused('its rows are not in order', { part: part.name }, SAVE_AGAIN);
    }
    last = number;
    return { element, number, cells: cellsOf(part, element, number) };
  });
  return { part, data, rows };
}

function cellsOf(part: XmlPart, element: XmlElement, row: number): readonly GridCell[] {
  let last = -1;
  return childrenOf(element, 'c').map((cell) => {
    const written = part.attribute(cell, 'r');
    const place = written === null ? null : readRange(written);
    const column = written === null ? last + 1 : (place?.firstColumn ?? -1);
    if (column <= last || (place !== null && place.firstRow !== row)) {
      throw refused('its cells are not in order', { part: part.name }, SAVE_AGAIN);
    }
    last = column;
    return { element: cell, column, row };
  });
}

/** Whether a cell shows anything. */
export function isFilled(cell: GridCell): boolean {
  return ['v', 'is', 'f'].some((name) => {
    const child = childOf(cell.element, name);
    return child !== null && (child.closeStart > child.openEnd || name === 'f');
  });
}

/** E.g. `B2`. */
export function addressOf({ column, row }: Pick<GridCell, 'column' | 'row'>): string {
  return `${columnLetters(column)}${row}`;
}

/** Writes texts into cells, which keep their formats and need not exist yet; returns the replaced elements. */
export function setTexts({ part, data, rows }: SheetGrid, texts: readonly PlacedText[]): readonly XmlElement[] {
  const replaced: XmlElement[] = [];
  const missing = new Map<number, string>();
  for (const text of [...texts].sort((a, b) => a.row - b.row || a.column - b.column)) {
    const row = rows.find(({ number }) => number === text.row);
    const cell = row?.cells.find(({ column }) => column === text.column);
    const next = row?.cells.find(({ column }) => column > text.column);
    const style = cell === undefined ? null : part.attribute(cell.element, 's');
    const looks = style === null ? '' : ` s="${Number(style)}"`;
    const content = `<is><t xml:space="preserve">${xstringXml(text.text)}</t></is>`;
    const written = `<c r="${addressOf(text)}"${looks} t="inlineStr">${content}</c>`;
    if (row === undefined) missing.set(text.row, (missing.get(text.row) ?? '') + written);
    else if (cell !== undefined) {
      part.replace(cell.element, written);
      replaced.push(cell.element);
    } else if (next === undefined) part.append(row.element, written);
    else part.insertBefore(next.element, written);
  }
  for (const [number, cells] of missing) {
    const written = `<row r="${number}">${cells}</row>`;
    const below = rows.find((row) => row.number > number);
    if (below === undefined) part.append(data, written);
    else part.insertBefore(below.element, written);
  }
  return replaced;
}

/** The parts of a sheet below its header that were read. */
interface SampleRows {
  readonly sheet: ForeignSheet;
  readonly grid: SheetGrid;
  readonly header: number;
  readonly lastSample: number;
  readonly samples: readonly GridRow[];
  readonly columns: readonly { readonly column: number; readonly source: number; readonly formula: string | null }[];
}

/** Throws `ConfigError` if replacing the sample rows would remove anything but samples. */
export function checkNothingLost({ parts }: ForeignWorkbook, rows: SampleRows): void {
  const { sheet, grid, header } = rows;
  checkCells(rows);
  const { part } = grid;
  const check = (list: string, item: string, reason: string, remedy: string): void => {
    const reached = childrenOf(childOf(part.root, list), item).find((one) => (part.range(one)?.lastRow ?? 0) > header);
    if (reached === undefined) return;
    throw refused(reason, { sheet: sheet.name, cell: part.attribute(reached, 'ref') ?? '' }, remedy);
  };
  check('mergeCells', 'mergeCell', 'merged cells lie where the rows go', 'Unmerge the cells.');
  check('hyperlinks', 'hyperlink', 'a link lies where the rows go', 'Remove the link.');
  // An active filter would seem to hide rows, but hide none.
  for (const holder of [part, ...parts.related(sheet.part, 'table').map((name) => parts.xml(name))]) {
    for (const element of holder.below(holder.root)) {
      if (element.name !== 'filterColumn' || element.children.length === 0) continue;
      throw refused('its filter hides rows', { sheet: sheet.name }, 'Clear the filter: Data > Clear.');
    }
  }
  for (const name of [...parts.related(sheet.part, 'comments'), ...parts.related(sheet.part, 'threadedComment')]) {
    const notes = parts.xml(name);
    for (const element of notes.below(notes.root)) {
      const range = notes.range(element);
      if (range === null || range.lastRow <= header) continue;
      const cell = addressOf({ column: range.firstColumn, row: range.firstRow });
      throw refused('a note is attached to a sample row', { sheet: sheet.name, cell }, 'Remove the note.');
    }
  }
}

const REPLACED = 'The rows below the header are replaced: move';

function checkCells({ sheet, lastSample, samples, columns }: SampleRows): void {
  const known = new Map(columns.map((one) => [one.column, one]));
  for (const row of samples) {
    for (const cell of row.cells) {
      if (!isFilled(cell)) continue;
      const refuse = (reason: string, remedy: string): never => {
        throw refused(reason, { sheet: sheet.name, cell: addressOf(cell) }, remedy);
      };
      const column = known.get(cell.column);
      const isFormula = childOf(cell.element, 'f') !== null;
      if (column === undefined) {
        refuse('no header is above it', `${REPLACED} it above the header or to another sheet.`);
      } else if (column.source === -1 && !isFormula) {
        refuse('it is a value in a column of its own, and would be lost', 'Clear it, or write a formula.');
      } else if (isFormula && column.formula === null) {
        refuse('it is a formula among the sample rows', `${REPLACED} the formula to another sheet.`);
      } else if (row.number > lastSample) {
        refuse('it is below the table', 'The rows go on there: move it to another sheet.');
      }
    }
  }
}
