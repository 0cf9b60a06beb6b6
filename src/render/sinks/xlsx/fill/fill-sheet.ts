import { type CellRange, readRange } from '../cell-address.ts';
import type { Growths } from './range-growth.ts';
import { childOf, childrenOf, type XmlPart } from './xml-part.ts';
import type { XmlElement } from './xml-tree.ts';

/** Elements of a worksheet, other than those of cells, whose text is a formula. */
const FORMULAS: ReadonlySet<string> = new Set(['formula', 'formula1', 'formula2', 'xm:f']);

export interface SheetToFill {
  readonly part: XmlPart;
  readonly name: string;
  /** Cells with a pivot table's results for the samples. */
  readonly stale: readonly CellRange[];
  /** Elements that are left out or written again: nothing in them is changed. */
  readonly skipped: ReadonlySet<XmlElement>;
}

/**
 * Makes a worksheet's formulas and formats cover the future rows, and removes what was calculated from the samples: a
 * number that was never true must not be seen before a program calculates it.
 */
export function fillSheet({ part, name, stale, skipped }: SheetToFill, growths: Growths): void {
  const spilled = [...stale];
  const stack: XmlElement[] = [part.root];
  const cells: XmlElement[] = [];
  for (let element = stack.pop(); element !== undefined; element = stack.pop()) {
    if (skipped.has(element)) continue;
    if (element.name === 'c') {
      cells.push(element);
      spilled.push(...spillOf(part, element));
      continue;
    }
    coverRows(part, name, element, growths);
    stack.push(...element.children);
  }
  for (const cell of cells) fillCell(part, name, cell, spilled, growths);
}

/** Makes the references of an element cover the rows, if they cover the samples. */
export function coverRows(part: XmlPart, sheet: string, element: XmlElement, growths: Growths): void {
  if (FORMULAS.has(element.name)) growText(part, element, (text) => growths.grownFormula(text, sheet));
  if (element.name === 'xm:sqref') growText(part, element, (text) => growths.grownRanges(sheet, text));
  const attribute = element.name === 'autoFilter' || element.name === 'sortState' ? 'ref' : 'sqref';
  const ranges = part.attribute(element, attribute);
  // The view's selection is the reader's last place, not a range of data.
  if (ranges === null || element.name === 'selection') return;
  const grown = growths.grownRanges(sheet, ranges);
  if (grown !== ranges) part.setAttribute(element, attribute, grown);
}

function growText(part: XmlPart, element: XmlElement, grow: (text: string) => string): void {
  const text = part.textOf(element);
  const grown = grow(text);
  if (grown !== text) part.setText(element, grown);
}

/** Cells with further results of a formula; they hold only values. */
function spillOf(part: XmlPart, cell: XmlElement): readonly CellRange[] {
  const formula = childOf(cell, 'f');
  const range = formula === null ? null : readRange(part.attribute(formula, 'ref') ?? '');
  return formula !== null && range !== null && part.attribute(formula, 't') === 'array' ? [range] : [];
}

function fillCell(part: XmlPart, sheet: string, cell: XmlElement, stale: readonly CellRange[], growths: Growths): void {
  const formula = childOf(cell, 'f');
  if (formula !== null) growText(part, formula, (text) => growths.grownFormula(text, sheet));
  else if (!isWithin(part, cell, stale)) return;
  for (const name of ['v', 'is']) for (const value of childrenOf(cell, name)) part.remove(value);
  part.removeAttribute(cell, 't');
}

function isWithin(part: XmlPart, cell: XmlElement, ranges: readonly CellRange[]): boolean {
  if (ranges.length === 0) return false;
  const at = readRange(part.attribute(cell, 'r') ?? '');
  return (
    at !== null &&
    ranges.some(
      (range) =>
        at.firstRow >= range.firstRow &&
        at.firstRow <= range.lastRow &&
        at.firstColumn >= range.firstColumn &&
        at.firstColumn <= range.lastColumn,
    )
  );
}
