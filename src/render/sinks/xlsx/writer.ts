import type { OutputFolder } from '../../../core/output.ts';
import type { Report } from '../../../core/report.ts';
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
import { dataColumns, frameOf, type SheetFrame, tableEnd } from './data-sheet.ts';
import { addDrawing, summaryLogo } from './drawing.ts';
import type { Package } from './package.ts';
import type { RowLayout } from './part-encoder.ts';
import { type FilledSheet, SheetRows } from './sheet-rows.ts';
import { summaryCharts } from './summary/charts.ts';
import { composeShell } from './workbook-shell.ts';

const HEADER_ROW = 1;

/** The sheets of a workbook of our own design. */
export function layoutsOf(tables: readonly TableShape[]): RowLayout[] {
  return tables.map((table) => ({ table, columns: dataColumns(table), headerRow: HEADER_ROW, rowAttributes: '' }));
}

/** Folder of the workbook, and the most rows in a sheet, header included. */
export interface WorkbookPlace {
  readonly file: string;
  readonly sheetRows: number;
}

/** Writes a workbook of our own design. */
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
