import type { Workbook } from 'exceljs';
import type { Report } from '../../../core/report.ts';
import { printableXml } from './cells.ts';
import { addDataSheet } from './data-sheet.ts';
import { addDictionarySheet, addExtractionSheet } from './extra-sheets.ts';
import { stylesOf } from './styles.ts';
import { DataRanges, type DataSheet } from './summary/data-ranges.ts';
import { addSummarySheet, type TablePlace } from './summary/sheet.ts';
import { summaryTables } from './summary/tables.ts';

/** A workbook with everything but the rows of its data sheets. */
export interface Shell {
  /** The workbook as exceljs writes it: a ZIP archive, stamped with the clock. */
  readonly bytes: Buffer;
  /** Positions of the summary's tables, by id. */
  readonly summary: ReadonlyMap<string, TablePlace>;
}

/**
 * Composes the workbook around the data: summary, frames of the data sheets, data dictionary, extraction record, styles
 * and properties. Sheets keep the order in which they are added; the summary must be the first (see its columns).
 */
export async function composeShell(
  report: Report,
  sheets: readonly DataSheet[],
  changedCells: ReadonlyMap<string, number>,
): Promise<Shell> {
  // Loaded only here: it takes longer to load than most commands take to run.
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  setProperties(workbook, report);
  const styles = stylesOf(report);
  const ranges = new DataRanges(sheets);
  const summary = addSummarySheet(
    workbook,
    report,
    { tables: summaryTables(report, ranges, changedCells), changedCells },
    styles,
  );
  for (const sheet of sheets) addDataSheet(workbook, sheet, styles, report.id);
  addDictionarySheet(workbook, ranges.tables(), styles);
  addExtractionSheet(workbook, report, styles);
  return {
    bytes: Buffer.from(await workbook.xlsx.writeBuffer({ useStyles: true, useSharedStrings: true })),
    summary,
  };
}

function setProperties(workbook: Workbook, report: Report): void {
  const asOf = new Date(report.asOf);
  workbook.creator = printableXml(report.organisation ?? report.tool.name);
  workbook.lastModifiedBy = `${report.tool.name} ${report.tool.version}`;
  workbook.created = asOf;
  workbook.modified = asOf;
  workbook.title = printableXml(`${report.title}, ${report.periodText}`);
  workbook.subject = `Report ${report.id}`;
  workbook.description = printableXml(report.status.text);
  workbook.keywords = printableXml(
    [report.template, report.classification ?? ''].filter((word) => word !== '').join(', '),
  );
  workbook.company = printableXml(report.organisation ?? '');
  // Programs must calculate the formulas of the summary again, not trust them.
  workbook.calcProperties = { fullCalcOnLoad: true };
}
