import { createRequire } from 'node:module';
import type { Report, ReportSectionId, Section } from '../../../core/report.ts';
import { ChangedCells, type FormatSink, type SinkContext, WITHHELD_REASON } from '../../../core/sink.ts';
import type { TableName, TableShape } from '../../../core/table.ts';
import { addDataSheet, dataColumns, frameOf, tableEnd } from './data-sheet.ts';
import { addDrawing, summaryLogo } from './drawing.ts';
import { Package } from './package.ts';
import {
  type FilledSheet,
  type FramedRows,
  openSheetRows,
  type RowLayout,
  type SheetRows,
  type WorkbookPlace,
  writeArchive,
} from './part-encoder.ts';
import { summaryCharts } from './summary/charts.ts';
import type { Workbook } from 'exceljs';
import { InvariantError } from '../../../core/errors.ts';
import { printableXml } from './cells.ts';
import { childOf } from './fill/xml.ts';
import { addDictionarySheet, addSectionSheet } from './section-sheets.ts';
import { stylesOf } from './styles.ts';
import { dataRanges, type DataSheet } from './summary/data-ranges.ts';
import { addSummarySheet } from './summary/sheet.ts';

const HEADER_ROW = 1;

export function layoutsOf(tables: readonly TableShape[]): RowLayout[] {
  return tables.map((table) => ({ table, columns: dataColumns(table), headerRow: HEADER_ROW, rowAttributes: '' }));
}

export async function openWorkbook(
  { folder, tables }: SinkContext,
  { file, sheetRows }: WorkbookPlace,
): Promise<FormatSink> {
  const byTable = new Map<TableName, SheetRows>();
  for (const table of tables) byTable.set(table.name, await openSheetRows(folder, table, sheetRows - HEADER_ROW));
  const changed = new ChangedCells();
  return {
    async append(block) {
      await byTable.get(block.table)?.append(block);
      changed.add(block.changedCells);
    },
    async close(report) {
      const sheets: FilledSheet[] = [];
      for (const rows of byTable.values()) sheets.push(...(await rows.finish()));
      changed.note(WITHHELD_REASON, report.withheldCells ?? 0);
      const changedCells = changed.take();
      const { parts, summary, partOf, firstData } = await composeShell(report, sheets, changedCells);
      addDrawing(parts, partOf(0), summaryCharts(report, summary), summaryLogo(report));
      const filled = new Map<string, FramedRows>();
      for (const [index, sheet] of sheets.entries()) {
        const part = partOf(firstData + index);
        const xml = parts.xml(part);
        xml.append(xml.root, tableEnd(parts, part, sheet, index + 1));
        filled.set(part, { frame: frameOf(xml.render(), sheet), content: sheet.content });
      }
      await writeArchive(await folder.create(file), parts, filled);
      return { rowsByFile: new Map(), changedCells };
    },
  };
}

/**
 * Composes the workbook around the data: summary, sheets of the report's sections, frames of the data sheets, data
 * dictionary, extraction record, styles and properties. Sheets keep the order in which they are added; the summary must
 * be the first (see its columns).
 */
async function composeShell(report: Report, sheets: readonly DataSheet[], changedCells: ReadonlyMap<string, number>) {
  const workbook = newWorkbook();
  setProperties(workbook, report);
  const styles = stylesOf(report);
  const ranges = dataRanges(sheets);
  const say = report.phrases.workbook;
  const summary = addSummarySheet(workbook, report, ranges, changedCells, styles);
  const sections = (...ids: readonly ReportSectionId[]): readonly Section[] =>
    report.sheets.filter(({ id }) => ids.includes(id));
  for (const id of ['parts', 'compliance', 'flagged', 'retention', 'reviews'] as const) {
    addSectionSheet(workbook, say[id], sections(id), styles);
  }
  const firstData = workbook.worksheets.length;
  for (const sheet of sheets) addDataSheet(workbook, sheet, styles, report.id);
  addDictionarySheet(workbook, ranges.tables(), report, styles);
  addSectionSheet(workbook, say.extraction, sections('completeness', 'extraction', 'integrity'), styles);
  // Packed once, when all is in: exceljs would deflate it by a library in JavaScript.
  const packing = { useStyles: true, useSharedStrings: true, zip: { compression: 'STORE' } } as const;
  const parts = new Package(Buffer.from(await workbook.xlsx.writeBuffer(packing)));
  repair(parts, report.tool.name);
  // exceljs numbers the parts in the order of the sheets, from 1.
  const partOf = (sheet: number): string => `xl/worksheets/sheet${sheet + 1}.xml`;
  return { parts, summary, partOf, firstData };
}

/** Loads the part of exceljs that is used, only here: all of it takes longer to load than most commands take to run. */
function newWorkbook(): Workbook {
  const Class = createRequire(import.meta.url)('exceljs/lib/doc/workbook.js') as typeof Workbook;
  return new Class();
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

/** Order of the children of CT_Font (ECMA-376-1, 18.8.22). */
const FONT_CHILDREN = 'b i strike condense extend outline shadow u vertAlign sz color name family charset scheme'.split(
  ' ',
);

/** Corrects what exceljs 4.4.0 writes against the schema or against our rules. */
function repair(parts: Package, application: string): void {
  // exceljs writes color before sz, and name after scheme.
  const styles = parts.xml('xl/styles.xml');
  for (const font of styles.below(styles.root)) {
    if (font.name !== 'font') continue;
    const children = font.children.toSorted((a, b) => FONT_CHILDREN.indexOf(a.name) - FONT_CHILDREN.indexOf(b.name));
    styles.setContent(font, children.map((child) => styles.source(child)).join(''));
  }
  // A workbook says which program made it; exceljs always says Microsoft Excel.
  const properties = parts.xml('docProps/app.xml');
  const said = childOf(properties.root, 'Application');
  if (said === null) throw new InvariantError("The workbook's shell does not say which program made it.");
  properties.setText(said, application);
}
