import type { OutputFolder } from '../../core/output.ts';
import type { Row, TableShape } from '../../core/table.ts';
import { sheetName } from './cell-address.ts';
import type { DataSheet } from './data-ranges.ts';
import { DeflatedRows, type DeflatedStretch } from './deflated-rows.ts';
import { RowEncoder, type XlsxChange } from './row-encoder.ts';
import { DATA_STYLES } from './styles.ts';

/** A data sheet with its rows, compressed. */
export interface FilledSheet extends DataSheet {
  readonly content: DeflatedStretch;
}

/** The rows of one table on their way into as many sheets as they need. */
export class SheetRows {
  readonly #folder: OutputFolder;
  readonly #table: TableShape;
  readonly #rowsPerSheet: number;
  readonly #encoder: RowEncoder;
  readonly #full: FilledSheet[] = [];
  #current: DeflatedRows;
  #rows = 0;

  private constructor(folder: OutputFolder, table: TableShape, sheetRowLimit: number, first: DeflatedRows) {
    this.#folder = folder;
    this.#table = table;
    this.#rowsPerSheet = sheetRowLimit - 1;
    this.#encoder = new RowEncoder(table.columns, DATA_STYLES);
    this.#current = first;
  }

  /** `sheetRowLimit`: rows of a sheet, header included. */
  static async open(folder: OutputFolder, table: TableShape, sheetRowLimit: number): Promise<SheetRows> {
    return new SheetRows(folder, table, sheetRowLimit, await DeflatedRows.open(folder));
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
      const waiting = this.#current.append(this.#encoder.encode(row, this.#rows + 1));
      if (waiting !== null) await waiting;
    }
  }

  async finish(): Promise<readonly FilledSheet[]> {
    await this.#endSheet();
    return this.#full;
  }

  async #endSheet(): Promise<void> {
    const part = this.#full.length + 1;
    this.#full.push({
      name: sheetName(this.#table.title, part),
      table: this.#table,
      part,
      rows: this.#rows,
      content: await this.#current.finish(),
    });
    this.#rows = 0;
  }
}
