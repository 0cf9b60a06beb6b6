import type { OutputFolder } from '../../../core/output.ts';
import type { Report, ReportSectionId, Section } from '../../../core/report.ts';
import {
  ChangedCells,
  type EncodedRows,
  type FormatSink,
  type SinkContext,
  type SinkSummary,
  WITHHELD_REASON,
} from '../../../core/sink.ts';
import type { TableName, TableShape } from '../../../core/table.ts';
import { ZipWriter } from '../../../platform/zip/writer.ts';
import { addDataSheet, dataColumns, frameOf, type SheetFrame, tableEnd } from './data-sheet.ts';
import { addDrawing, summaryLogo } from './drawing.ts';
import { Package } from './package.ts';
import { type FilledSheet, type RowLayout, SheetRows } from './part-encoder.ts';
import { summaryCharts } from './summary/charts.ts';
import type { Workbook } from 'exceljs';
import { InvariantError } from '../../../core/errors.ts';
import { printableXml } from './cells.ts';
import { childOf } from './fill/xml.ts';
import { addDictionarySheet, addSectionSheet } from './section-sheets.ts';
import { stylesOf } from './styles.ts';
import { DataRanges, type DataSheet } from './summary/data-ranges.ts';
import { addSummarySheet, type SummaryPlaces } from './summary/sheet.ts';

const HEADER_ROW = 1;

export function layoutsOf(tables: readonly TableShape[]): RowLayout[] {
  return tables.map((table) => ({ table, columns: dataColumns(table), headerRow: HEADER_ROW, rowAttributes: '' }));
}

export interface WorkbookPlace {
  readonly file: string;
  readonly sheetRows: number;
}

export class XlsxSink implements FormatSink {
  readonly #folder: OutputFolder;
  readonly #file: string;
  readonly #tables: ReadonlyMap<TableName, SheetRows>;
  readonly #changed = new ChangedCells();

  private constructor(folder: OutputFolder, file: string, tables: ReadonlyMap<TableName, SheetRows>) {
    this.#folder = folder;
    this.#file = file;
    this.#tables = tables;
  }

  static async open({ folder, tables }: SinkContext, { file, sheetRows }: WorkbookPlace): Promise<XlsxSink> {
    const rows = new Map<TableName, SheetRows>();
    for (const table of tables) rows.set(table.name, await SheetRows.open(folder, table, sheetRows - HEADER_ROW));
    return new XlsxSink(folder, file, rows);
  }

  async append(block: EncodedRows): Promise<void> {
    await this.#tables.get(block.table)?.append(block);
    this.#changed.add(block.changedCells);
  }

  async close(report: Report): Promise<SinkSummary> {
    const sheets: FilledSheet[] = [];
    for (const rows of this.#tables.values()) sheets.push(...(await rows.finish()));
    const changedCells = new Map<string, number>(this.#changed.take());
    const { withheldCells = 0 } = report;
    if (withheldCells > 0) changedCells.set(WITHHELD_REASON, withheldCells);
    const { parts, summary, dataParts } = await composeShell(report, sheets, changedCells);
    addDrawing(parts, dataParts.summary, summaryCharts(report, summary), summaryLogo(report));
    await this.#assemble(parts, dataParts.sheet, sheets);
    return { rowsByFile: new Map(), changedCells };
  }

  async #assemble(parts: Package, partOf: (index: number) => string, sheets: readonly FilledSheet[]): Promise<void> {
    const filled = new Map<string, { sheet: FilledSheet; frame: SheetFrame }>();
    for (const [index, sheet] of sheets.entries()) {
      const part = partOf(index);
      const xml = parts.xml(part);
      xml.append(xml.root, tableEnd(parts, part, sheet, index + 1));
      filled.set(part, { sheet, frame: frameOf(xml.render(), sheet) });
    }
    const archive = new ZipWriter(await this.#folder.create(this.#file));
    for (const [name, bytes] of parts.entries()) {
      const data = filled.get(name);
      if (data === undefined) await archive.add(name, bytes);
      else await archive.addSheet(name, data.frame, data.sheet.content);
    }
    await archive.close();
  }
}

/** A workbook with everything but the rows of its data sheets. */
export interface Shell {
  readonly parts: Package;
  readonly summary: SummaryPlaces;
  /** Names of parts: that of the summary, and that of a data sheet by its place among them. */
  readonly dataParts: { readonly summary: string; readonly sheet: (index: number) => string };
}

/**
 * Composes the workbook around the data: summary, sheets of the report's sections, frames of the data sheets, data
 * dictionary, extraction record, styles and properties. Sheets keep the order in which they are added; the summary must
 * be the first (see its columns).
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
  const say = report.phrases.workbook;
  const summary = addSummarySheet(workbook, report, ranges, changedCells, styles);
  const sections = (...ids: readonly ReportSectionId[]): readonly Section[] =>
    report.sheets.filter(({ id }) => ids.includes(id));
  addSectionSheet(workbook, say.parts, sections('parts'), styles);
  addSectionSheet(workbook, say.compliance, sections('compliance'), styles);
  addSectionSheet(workbook, say.flagged, sections('flagged'), styles);
  addSectionSheet(workbook, say.retention, sections('retention'), styles);
  const before = workbook.worksheets.length;
  for (const sheet of sheets) addDataSheet(workbook, sheet, styles, report.id);
  addDictionarySheet(workbook, ranges.tables(), report, styles);
  addSectionSheet(workbook, say.extraction, sections('completeness', 'extraction', 'integrity'), styles);
  const parts = Package.open(Buffer.from(await workbook.xlsx.writeBuffer({ useStyles: true, useSharedStrings: true })));
  repair(parts, report.tool.name);
  // exceljs numbers the parts in the order of the sheets.
  const part = (number: number): string => `xl/worksheets/sheet${number}.xml`;
  return { parts, summary, dataParts: { summary: part(1), sheet: (index) => part(before + index + 1) } };
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
