import { type CellRange, readRange } from '../cell-address.ts';
import type { Growths } from './growth.ts';
import { childOf, childrenOf, type XmlPart } from './xml-part.ts';
import type { XmlElement } from './xml-tree.ts';

/** Elements of a worksheet whose text is a formula, beside those of cells. */
const FORMULAS: ReadonlySet<string> = new Set(['formula', 'formula1', 'formula2', 'xm:f']);

export interface SheetToFill {
  readonly part: XmlPart;
  readonly name: string;
  /** Cells that show what a pivot table had counted in the samples. */
  readonly stale: readonly CellRange[];
  /** Elements that are left out or written anew: nothing in them is touched. */
  readonly skipped: ReadonlySet<XmlElement>;
}

/**
 * Lets a worksheet's formulas and formats cover the rows to come, and takes away what was calculated from the samples:
 * a number that was never true shall not be seen before a program calculates it.
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

/** Lets what an element refers to cover the rows, where it covers the samples. */
export function coverRows(part: XmlPart, sheet: string, element: XmlElement, growths: Growths): void {
  if (FORMULAS.has(element.name)) growText(part, element, (text) => growths.grownFormula(text, sheet));
  if (element.name === 'xm:sqref') growText(part, element, (text) => growths.grownRanges(sheet, text));
  const attribute = element.name === 'autoFilter' || element.name === 'sortState' ? 'ref' : 'sqref';
  const ranges = part.attribute(element, attribute);
  // The view's selection is where the reader was: no range of data.
  if (ranges === null || element.name === 'selection') return;
  const grown = growths.grownRanges(sheet, ranges);
  if (grown !== ranges) part.setAttribute(element, attribute, grown);
}

function growText(part: XmlPart, element: XmlElement, grow: (text: string) => string): void {
  const text = part.textOf(element);
  const grown = grow(text);
  if (grown !== text) part.setText(element, grown);
}

/** Cells that show the further results of a formula; they hold values only. */
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
