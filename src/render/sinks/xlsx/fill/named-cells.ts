import type { Report } from '../../../../core/report.ts';
import { columnLetters, cutToCell } from '../cells.ts';
import type { DataArea } from './data-area.ts';
import { refused } from './refusal.ts';
import { type PlacedText, setTexts, sheetGrid } from './sheet-grid.ts';
import { type ForeignSheet, type ForeignWorkbook, readSheetRange } from './workbook.ts';
import type { XmlElement } from './xml.ts';

/*
 * The report's facts for named cells of a customer's workbook: a workbook that leaves the organisation can say what it
 * is, and whether it is complete.
 */

const FACTS: Readonly<Record<string, (report: Report) => string>> = {
  report_id: (report) => report.id,
  report_title: (report) => report.title,
  report_organisation: (report) => report.organisation ?? '',
  report_classification: (report) => report.classification ?? '',
  report_period: (report) => report.periodText,
  report_timezone: (report) => report.period.timezone,
  report_as_of: (report) => report.asOf,
  report_status: (report) => report.status.stamp,
  report_status_text: (report) => report.status.text,
};

export const FACT_NAMES: readonly string[] = Object.keys(FACTS);

interface FactCell {
  readonly name: string;
  readonly fact: (report: Report) => string;
  /** Null if the name refers to anything but one cell of a sheet. */
  readonly place: { readonly sheet: ForeignSheet; readonly column: number; readonly row: number } | null;
}

/** Throws `ConfigError` if a fact has no cell, or one among the rows. */
export function checkFacts(workbook: ForeignWorkbook, areas: readonly DataArea[]): void {
  const taken = new Set<string>();
  for (const { name, place } of factCells(workbook)) {
    if (place === null) {
      throw refused(`the name ${name} does not refer to one cell`, {}, 'Let the name refer to one cell of a sheet.');
    }
    const { sheet, column, row } = place;
    const at = { sheet: sheet.name, cell: `${columnLetters(column)}${row}` };
    const area = areas.find((one) => one.sheet.part === sheet.part);
    if (area !== undefined && row >= area.header.number) {
      throw refused(`the name ${name} refers to a cell among the rows`, at, 'Let it refer to another cell.');
    }
    const key = `${at.sheet}!${at.cell}`;
    if (taken.has(key)) throw refused(`two names, one of them ${name}, refer to it`, at, 'Keep one of the names.');
    taken.add(key);
  }
}

/** Writes the facts into their cells; returns the elements that were replaced. */
export function writeFacts(
  workbook: ForeignWorkbook,
  areas: readonly DataArea[],
  report: Report,
): readonly XmlElement[] {
  const bySheet = new Map<ForeignSheet, PlacedText[]>();
  for (const { place, fact } of factCells(workbook)) {
    if (place === null) continue;
    const texts = bySheet.get(place.sheet) ?? [];
    bySheet.set(place.sheet, [...texts, { ...place, text: cutToCell(fact(report)) }]);
  }
  return [...bySheet].flatMap(([sheet, texts]) => {
    const area = areas.find((one) => one.sheet.part === sheet.part);
    return setTexts(area?.grid ?? sheetGrid(workbook.worksheet(sheet)), texts);
  });
}

function factCells(workbook: ForeignWorkbook): readonly FactCell[] {
  return workbook.names.flatMap(({ name, formula }): FactCell[] => {
    const key = name.toLowerCase();
    const fact = Object.hasOwn(FACTS, key) ? FACTS[key] : undefined;
    if (fact === undefined) return [];
    const range = readSheetRange(formula);
    const isCell = range !== null && range.firstRow === range.lastRow && range.firstColumn === range.lastColumn;
    const sheet = workbook.sheets.find((one) => one.name.toLowerCase() === range?.sheet.toLowerCase());
    if (!isCell || sheet === undefined || !sheet.hasCells) return [{ name, fact, place: null }];
    return [{ name, fact, place: { sheet, column: range.firstColumn, row: range.firstRow } }];
  });
}
