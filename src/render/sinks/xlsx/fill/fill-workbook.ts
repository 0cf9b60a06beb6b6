import type { Report } from '../../../../core/report.ts';
import type { CellRange } from '../cells.ts';
import { growthsOf } from './data-area.ts';
import { writeFacts } from './named-cells.ts';
import type { FillPlan } from './plan.ts';
import type { Growths } from './range-growth.ts';
import type { ForeignWorkbook } from './workbook.ts';
import { childOf, childrenOf, type XmlElement, type XmlPart } from './xml.ts';

/** Elements of a worksheet, other than those of cells, whose text is a formula. */
const FORMULAS: ReadonlySet<string> = new Set(['formula', 'formula1', 'formula2', 'xm:f']);

/** Makes the references of an element cover the rows, if they cover the samples. */
export function coverRows(part: XmlPart, sheet: string, element: XmlElement, growths: Growths): void {
  if (FORMULAS.has(element.name)) part.change(element, null, (text) => growths.grownFormula(text, sheet));
  if (element.name === 'xm:sqref') part.change(element, null, (text) => growths.grownRanges(sheet, text));
  // The view's selection is the reader's last place, not a range of data.
  if (element.name === 'selection') return;
  const attribute = element.name === 'autoFilter' || element.name === 'sortState' ? 'ref' : 'sqref';
  part.change(element, attribute, (ranges) => growths.grownRanges(sheet, ranges));
}

/** Cells with further results of a formula; they hold only values. */
function spillOf(part: XmlPart, cell: XmlElement): readonly CellRange[] {
  const formula = childOf(cell, 'f');
  const range = part.range(formula);
  return formula !== null && range !== null && part.attribute(formula, 't') === 'array' ? [range] : [];
}

function fillCell(part: XmlPart, sheet: string, cell: XmlElement, stale: readonly CellRange[], growths: Growths): void {
  const formula = childOf(cell, 'f');
  if (formula !== null) part.change(formula, null, (text) => growths.grownFormula(text, sheet));
  else if (!isWithin(part, cell, stale)) return;
  for (const name of ['v', 'is']) for (const value of childrenOf(cell, name)) part.remove(value);
  part.removeAttribute(cell, 't');
}

function isWithin(part: XmlPart, cell: XmlElement, ranges: readonly CellRange[]): boolean {
  const at = ranges.length === 0 ? null : part.range(cell, 'r');
  if (at === null) return false;
  const { firstRow: row, firstColumn: column } = at;
  return ranges.some(
    ({ firstRow, lastRow, firstColumn, lastColumn }) =>
      row >= firstRow && row <= lastRow && column >= firstColumn && column <= lastColumn,
  );
}

/** Elements that must come before `calcPr` in a workbook (ECMA-376-1, 18.2.27), the last ones first. */
const BEFORE_CALCULATION = ['definedNames', 'externalReferences', 'functionGroups', 'sheets'];
/** A chart's cached cells, by the type of its part; names without their prefix. */
const CHART_CACHES: ReadonlyMap<string, readonly string[]> = new Map([
  ['application/vnd.openxmlformats-officedocument.drawingml.chart+xml', ['numCache', 'strCache', 'multiLvlStrCache']],
  ['application/vnd.ms-office.chartex+xml', ['lvl']],
]);
/** Elements of a chart that name cells. */
const CHART_REFERENCES: ReadonlySet<string> = new Set(['f', 'sqref']);

/**
 * Changes everything around the rows: references to the samples cover the rows, results calculated from the samples are
 * removed, and programs must calculate again. `rows` counts the data rows of each area's first sheet.
 */
export function fillWorkbook({ workbook, areas }: FillPlan, rows: readonly number[], report: Report): Growths {
  const growths = growthsOf(areas, ({ header }, index) => header.number + Math.max(rows[index] ?? 0, 1));
  fillSheets({ workbook, areas }, growths, writeFacts(workbook, areas, report));
  for (const { tablePart, sheet } of areas) if (tablePart !== null) growRefs(tablePart, sheet.name, growths);
  for (const name of workbook.parts.names) {
    const caches = CHART_CACHES.get(workbook.parts.typeOf(name));
    if (caches !== undefined) fillChart(workbook.parts.xml(name), caches, growths);
  }
  for (const name of workbook.parts.related(workbook.main.name, 'pivotCacheDefinition')) {
    refreshPivot(workbook.parts.xml(name), growths);
  }
  for (const { element, sheet } of workbook.names) {
    workbook.main.change(element, null, (formula) => growths.grownFormula(formula, sheet));
  }
  calculateAnew(workbook);
  return growths;
}

/** Makes formulas and formats cover the future rows, and removes results that were calculated from the samples. */
function fillSheets({ workbook, areas }: FillPlan, growths: Growths, written: readonly XmlElement[]): void {
  for (const sheet of workbook.sheets) {
    if (!sheet.hasCells) continue;
    const part = workbook.worksheet(sheet);
    const area = areas.find((one) => one.sheet.part === sheet.part);
    const samples = area === undefined ? [] : area.grid.rows.filter(({ number }) => number > area.header.number);
    // Left out or written again: nothing in them is changed.
    const skipped = new Set([...samples.map(({ element }) => element), ...written]);
    // Cells with results for the samples: those of a pivot table, and of formulas with several results.
    const stale = [...pivotCells(workbook, sheet.part)];
    const stack: XmlElement[] = [part.root];
    const cells: XmlElement[] = [];
    for (let element = stack.pop(); element !== undefined; element = stack.pop()) {
      if (skipped.has(element)) continue;
      if (element.name === 'c') {
        cells.push(element);
        stale.push(...spillOf(part, element));
        continue;
      }
      coverRows(part, sheet.name, element, growths);
      stack.push(...element.children);
    }
    for (const cell of cells) fillCell(part, sheet.name, cell, stale, growths);
  }
}

function pivotCells({ parts }: ForeignWorkbook, sheet: string): readonly CellRange[] {
  return parts.related(sheet, 'pivotTable').flatMap((name) => {
    const part = parts.xml(name);
    return part.range(childOf(part.root, 'location')) ?? [];
  });
}

function growRefs(part: XmlPart, sheet: string, growths: Growths): void {
  for (const element of [part.root, ...part.below(part.root)]) {
    part.change(element, 'ref', (ref) => growths.grownRanges(sheet, ref));
  }
}

function fillChart(part: XmlPart, caches: readonly string[], growths: Growths): void {
  for (const element of part.below(part.root)) {
    const name = element.name.replace(/^.*:/, '');
    if (caches.includes(name)) part.remove(element);
    if (!CHART_REFERENCES.has(name)) continue;
    part.change(element, null, (formula) => growths.grownFormula(formula, null, true));
  }
}

/** Makes a pivot table count the rows when the workbook is opened. */
function refreshPivot(part: XmlPart, growths: Growths): void {
  part.setAttribute(part.root, 'refreshOnLoad', '1');
  for (const element of part.below(part.root)) {
    if (element.name !== 'worksheetSource') continue;
    const sheet = part.attribute(element, 'sheet');
    if (sheet !== null) part.change(element, 'ref', (ref) => growths.grownRanges(sheet, ref));
  }
}

function calculateAnew(workbook: ForeignWorkbook): void {
  const { main, parts } = workbook;
  const chain = workbook.related('calcChain');
  // The order in which formulas were calculated; it may name removed cells, and programs rebuild it.
  if (chain !== null) parts.remove(chain, main.name);
  const calculation = childOf(main.root, 'calcPr');
  if (calculation !== null) {
    main.setAttribute(calculation, 'fullCalcOnLoad', '1');
    return;
  }
  const before = BEFORE_CALCULATION.map((name) => childOf(main.root, name)).find((element) => element !== null);
  if (before !== undefined) main.insertBehind(before, '<calcPr fullCalcOnLoad="1"/>');
}
