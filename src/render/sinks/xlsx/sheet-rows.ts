import type { OutputFolder } from '../../../core/output.ts';
import type { Row, TableShape } from '../../../core/table.ts';
import { DeflatedRows, type DeflatedStretch } from '../../../platform/zip/writer.ts';
import { sheetName } from './cells.ts';
import type { DataSheet } from './summary/data-ranges.ts';
import { type EncodedColumn, RowEncoder, type XlsxChange } from './row-encoder.ts';

/** A data sheet with its rows, compressed. */
export interface FilledSheet extends DataSheet {
  readonly content: DeflatedStretch;
}

/** Position of a table's rows in its sheets. */
export interface RowLayout {
  readonly table: TableShape;
  readonly columns: readonly EncodedColumn[];
  /** Row of the header, from 1: the rows come below it. */
  readonly headerRow: number;
  /** Attributes of every row, e.g. ` ht="30"`. */
  readonly rowAttributes: string;
}

/** Writes the rows of one table to as many sheets as they need. */
export class SheetRows {
  readonly #folder: OutputFolder;
  readonly #layout: RowLayout;
  readonly #rowsPerSheet: number;
  readonly #encoder: RowEncoder;
  readonly #full: FilledSheet[] = [];
  #current: DeflatedRows;
  #rows = 0;

  private constructor(folder: OutputFolder, layout: RowLayout, sheetRowLimit: number, first: DeflatedRows) {
    this.#folder = folder;
    this.#layout = layout;
    this.#rowsPerSheet = sheetRowLimit - layout.headerRow;
    this.#encoder = new RowEncoder(layout.columns, layout.rowAttributes);
    this.#current = first;
  }

  /** `sheetRowLimit`: most rows of a sheet, header and anything above it included. */
  static async open(folder: OutputFolder, layout: RowLayout, sheetRowLimit: number): Promise<SheetRows> {
    return new SheetRows(folder, layout, sheetRowLimit, await DeflatedRows.open(folder));
  }

  get changed(): ReadonlyMap<XlsxChange, number> {
    return this.#encoder.changed;
  }

  async append(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      if (this.#rows === this.#rowsPerSheet) {
        await this.#endSheet();
        this.#current = await DeflatedRows.open(this.#folder);
      }
      this.#rows += 1;
      const waiting = this.#current.append(this.#encoder.encode(row, this.#layout.headerRow + this.#rows));
      if (waiting !== null) await waiting;
    }
  }

  async finish(): Promise<readonly FilledSheet[]> {
    await this.#endSheet();
    return this.#full;
  }

  async #endSheet(): Promise<void> {
    const part = this.#full.length + 1;
    const { table } = this.#layout;
    this.#full.push({
      name: sheetName(table.title, part),
      table,
      part,
      rows: this.#rows,
      content: await this.#current.finish(),
    });
    this.#rows = 0;
  }
}
