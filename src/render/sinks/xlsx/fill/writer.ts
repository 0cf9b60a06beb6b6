import { InvariantError } from '../../../../core/errors.ts';
import type { OutputFolder } from '../../../../core/output.ts';
import type { Report } from '../../../../core/report.ts';
import type { Sink, SinkContext, SinkSummary } from '../../../../core/sink.ts';
import type { Row, TableName } from '../../../../core/table.ts';
import { ZipWriter } from '../../../../platform/zip/writer.ts';
import { type FilledSheet, SheetRows } from '../sheet-rows.ts';
import { fillWorkbook } from './fill-workbook.ts';
import { addContinuedSheets, areaFrame, type Continued, type FramedRows } from './frames.ts';
import { type FillPlan, planFill } from './plan.ts';

interface FilledArea extends Continued {
  readonly first: FilledSheet;
}

/** A workbook's own formulas and charts cover one sheet: a reader must know that they leave out further ones. */
const BEYOND = 'cell on a further sheet, which the workbook’s own formulas and charts do not count';

/** Writes rows into a customer's workbook; memory stays the same for any number of rows. */
export class FilledWorkbookSink implements Sink {
  readonly #folder: OutputFolder;
  readonly #file: string;
  readonly #plan: FillPlan;
  readonly #tables: ReadonlyMap<TableName, SheetRows>;
  /** Selected tables for which the workbook has no sheet. */
  readonly #left: ReadonlySet<TableName>;

  private constructor(
    { folder, tables }: SinkContext,
    file: string,
    plan: FillPlan,
    rows: ReadonlyMap<TableName, SheetRows>,
  ) {
    this.#folder = folder;
    this.#file = file;
    this.#plan = plan;
    this.#tables = rows;
    this.#left = new Set(tables.map(({ name }) => name).filter((name) => !rows.has(name)));
  }

  /** Throws `ConfigError` if the workbook does not fit the tables. */
  static async open(
    context: SinkContext,
    workbook: Uint8Array,
    { file, sheetRows }: { readonly file: string; readonly sheetRows: number },
  ): Promise<FilledWorkbookSink> {
    const plan = planFill(workbook, context.tables);
    const rows = new Map<TableName, SheetRows>();
    for (const { table, encoded, header, rowAttributes } of plan.areas) {
      const layout = { table, columns: encoded, headerRow: header.number, rowAttributes };
      rows.set(table.name, await SheetRows.open(context.folder, layout, sheetRows));
    }
    return new FilledWorkbookSink(context, file, plan, rows);
  }

  async write(table: TableName, rows: readonly Row[]): Promise<void> {
    const sheets = this.#tables.get(table);
    if (sheets !== undefined) await sheets.append(rows);
    else if (!this.#left.has(table)) {
      throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    }
  }

  async close(report: Report): Promise<SinkSummary> {
    const { workbook } = this.#plan;
    const changedCells = new Map<string, number>();
    const filled = await this.#finishRows(changedCells);
    const growths = fillWorkbook(
      this.#plan,
      filled.map(({ first }) => first.rows),
      report,
    );
    const sheets = new Map<string, FramedRows>(addContinuedSheets(workbook, filled));
    for (const { area, first } of filled) {
      sheets.set(area.sheet.part, { frame: areaFrame(area, growths), content: first.content });
    }
    await this.#write(sheets);
    return { rowsByFile: new Map(), changedCells };
  }

  /** Each area's rows, in its own sheet and in further ones; counts the cells that differ from their values. */
  async #finishRows(changedCells: Map<string, number>): Promise<readonly FilledArea[]> {
    const filled: FilledArea[] = [];
    const count = (reason: string, cells: number): void => {
      if (cells > 0) changedCells.set(reason, (changedCells.get(reason) ?? 0) + cells);
    };
    for (const area of this.#plan.areas) {
      const { table, columns } = area;
      const rows = this.#tables.get(table.name);
      const [first, ...further] = (await rows?.finish()) ?? [];
      if (first === undefined || rows === undefined) throw new InvariantError(`The sheet of ${table.name} has no end.`);
      filled.push({ area, first, further });
      for (const [reason, cells] of rows.changed) count(reason, cells);
      count(BEYOND, further.reduce((sum, sheet) => sum + sheet.rows, 0) * columns.length);
    }
    return filled;
  }

  async #write(sheets: ReadonlyMap<string, FramedRows>): Promise<void> {
    const archive = new ZipWriter(await this.#folder.create(this.#file));
    const left = new Map(sheets);
    for (const [name, bytes] of this.#plan.workbook.parts.entries()) {
      const sheet = left.get(name);
      left.delete(name);
      if (sheet === undefined) await archive.add(name, bytes);
      else await archive.addSheet(name, sheet.frame, sheet.content);
    }
    // The original workbook has no parts for further sheets.
    for (const [name, { frame, content }] of left) await archive.addSheet(name, frame, content);
    await archive.close();
  }
}
