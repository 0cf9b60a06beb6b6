import { columnLetters, readRange } from '../cells.ts';
import { refused } from './refusal.ts';
import type { GridRow, SheetGrid } from './sheet-grid.ts';
import type { ForeignSheet, ForeignWorkbook } from './workbook.ts';
import { childOf, childrenOf } from './xml.ts';

/** The parts of a sheet below its header that were read. */
export interface SampleRows {
  readonly sheet: ForeignSheet;
  readonly grid: SheetGrid;
  /** The header's row. */
  readonly header: number;
  readonly lastSample: number;
  /** Rows below the header that show anything. */
  readonly samples: readonly GridRow[];
  readonly columns: readonly { readonly column: number; readonly source: number; readonly formula: string | null }[];
}

/**
 * Sample rows are replaced. Throws `ConfigError` if that would remove anything but samples: formulas, notes, links,
 * cells next to the columns or below the table, merged cells, an active filter.
 */
export function checkNothingLost(workbook: ForeignWorkbook, rows: SampleRows): void {
  checkCells(rows);
  checkSheet(rows);
  checkFilters(workbook, rows);
  checkNotes(workbook, rows);
}

function checkCells({ sheet, grid, lastSample, samples, columns }: SampleRows): void {
  const known = new Map(columns.map((one) => [one.column, one]));
  for (const row of samples) {
    for (const cell of row.cells) {
      if (!grid.isFilled(cell)) continue;
      const place = { sheet: sheet.name, cell: grid.address(cell) };
      const column = known.get(cell.column);
      if (column === undefined) {
        const remedy = 'The rows below the header are replaced: move it above the header or to another sheet.';
        throw refused('no header is above it', place, remedy);
      }
      const isFormula = childOf(cell.element, 'f') !== null;
      if (column.source === -1 && !isFormula) {
        throw refused(
          'it is a value in a column of its own, and would be lost',
          place,
          'Clear it, or write a formula.',
        );
      }
      if (isFormula && column.formula === null) {
        const remedy = 'The rows below the header are replaced: move the formula to another sheet.';
        throw refused('it is a formula among the sample rows', place, remedy);
      }
      if (row.number > lastSample) {
        throw refused('it is below the table', place, 'The rows go on there: move it to another sheet.');
      }
    }
  }
}

function checkSheet({ sheet, grid, header }: SampleRows): void {
  const { part } = grid;
  const inRows = (list: string, item: string): string | undefined => {
    const parent = childOf(part.root, list);
    const refs = parent === null ? [] : childrenOf(parent, item).map((one) => part.attribute(one, 'ref') ?? '');
    return refs.find((ref) => (readRange(ref)?.lastRow ?? 0) > header);
  };
  const merged = inRows('mergeCells', 'mergeCell');
  if (merged !== undefined) {
    throw refused('merged cells lie where the rows go', { sheet: sheet.name, cell: merged }, 'Unmerge the cells.');
  }
  const linked = inRows('hyperlinks', 'hyperlink');
  if (linked !== undefined) {
    throw refused('a link lies where the rows go', { sheet: sheet.name, cell: linked }, 'Remove the link.');
  }
}

/** An active filter would seem to hide rows, but hide none. */
function checkFilters({ parts }: ForeignWorkbook, { sheet, grid: { part } }: SampleRows): void {
  for (const holder of [part, ...parts.related(sheet.part, 'table').map((name) => parts.xml(name))]) {
    for (const element of holder.below(holder.root)) {
      if (element.name !== 'filterColumn' || element.children.length === 0) continue;
      throw refused('its filter hides rows', { sheet: sheet.name }, 'Clear the filter: Data > Clear.');
    }
  }
}

function checkNotes({ parts }: ForeignWorkbook, { sheet, header }: SampleRows): void {
  for (const name of [...parts.related(sheet.part, 'comments'), ...parts.related(sheet.part, 'threadedComment')]) {
    const part = parts.xml(name);
    for (const element of part.below(part.root)) {
      const range = readRange(part.attribute(element, 'ref') ?? '');
      if (range === null || range.lastRow <= header) continue;
      const cell = `${columnLetters(range.firstColumn)}${range.firstRow}`;
      throw refused('a note is attached to a sample row', { sheet: sheet.name, cell }, 'Remove the note.');
    }
  }
}
