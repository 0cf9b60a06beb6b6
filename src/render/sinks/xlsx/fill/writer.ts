import { InvariantError } from '../../../../core/errors.ts';
import type { OutputFolder } from '../../../../core/output.ts';
import type { Report } from '../../../../core/report.ts';
import {
  ChangedCells,
  type EncodedRows,
  type FormatSink,
  type SinkContext,
  type SinkSummary,
} from '../../../../core/sink.ts';
import type { TableName, TableShape } from '../../../../core/table.ts';
import { ZipWriter } from '../../../../platform/zip/writer.ts';
import type { RowLayout } from '../part-encoder.ts';
import { type FilledSheet, SheetRows } from '../sheet-rows.ts';
import { fillWorkbook } from './fill-workbook.ts';
import { addContinuedSheets, areaFrame, type Continued, type FramedRows } from './frames.ts';
import { type FillPlan, planFill } from './plan.ts';

interface FilledArea extends Continued {
  readonly first: FilledSheet;
}

/** A workbook's own formulas and charts cover one sheet: a reader must know that they leave out further ones. */
const BEYOND = 'cell on a further sheet, which the workbook’s own formulas and charts do not count';

/** The sheets of a customer's workbook that take rows. Throws `ConfigError` if it does not fit the tables. */
export function layoutsOf(workbook: Uint8Array, tables: readonly TableShape[]): RowLayout[] {
  return planFill(workbook, tables).areas.map(({ table, encoded: columns, header, rowAttributes }) => {
    return { table, columns, headerRow: header.number, rowAttributes };
  });
}

/** Writes rows into a customer's workbook; memory stays the same for any number of rows. */
export class FilledWorkbookSink implements FormatSink {
  readonly #folder: OutputFolder;
  readonly #file: string;
  readonly #plan: FillPlan;
  readonly #tables: ReadonlyMap<TableName, SheetRows>;
  readonly #changed = new ChangedCells();

  private constructor(folder: OutputFolder, file: string, plan: FillPlan, rows: ReadonlyMap<TableName, SheetRows>) {
    this.#folder = folder;
    this.#file = file;
    this.#plan = plan;
    this.#tables = rows;
  }

  /** Throws `ConfigError` if the workbook does not fit the tables. */
  static async open(
    context: SinkContext,
    workbook: Uint8Array,
    { file, sheetRows }: { readonly file: string; readonly sheetRows: number },
  ): Promise<FilledWorkbookSink> {
    const plan = planFill(workbook, context.tables, sheetRows);
    const rows = new Map<TableName, SheetRows>();
    for (const { table, header } of plan.areas) {
      rows.set(table.name, await SheetRows.open(context.folder, table, sheetRows - header.number));
    }
    return new FilledWorkbookSink(context.folder, file, plan, rows);
  }

  async append(block: EncodedRows): Promise<void> {
    await this.#tables.get(block.table)?.append(block);
    this.#changed.add(block.changedCells);
  }

  async close(report: Report): Promise<SinkSummary> {
    const { workbook } = this.#plan;
    const filled = await this.#finishRows();
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
    return { rowsByFile: new Map(), changedCells: this.#changed.take() };
  }

  /** Each area's rows, in its own sheet and in further ones; counts the cells that differ from their values. */
  async #finishRows(): Promise<readonly FilledArea[]> {
    const filled: FilledArea[] = [];
    for (const area of this.#plan.areas) {
      const { table, columns } = area;
      const rows = this.#tables.get(table.name);
      const [first, ...further] = (await rows?.finish()) ?? [];
      if (first === undefined) throw new InvariantError(`The sheet of ${table.name} has no end.`);
      filled.push({ area, first, further });
      this.#changed.note(BEYOND, further.reduce((sum, sheet) => sum + sheet.rows, 0) * columns.length);
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
