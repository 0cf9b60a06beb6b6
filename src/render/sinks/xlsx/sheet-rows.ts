import type { OutputFolder } from '../../../core/output.ts';
import type { EncodedRows } from '../../../core/sink.ts';
import type { TableShape } from '../../../core/table.ts';
import { type DeflatedStretch, StretchFile } from '../../../platform/zip/writer.ts';
import { sheetName } from './cells.ts';
import type { BlockDetail } from './part-encoder.ts';
import type { DataSheet } from './summary/data-ranges.ts';

/** A data sheet with its rows, compressed. */
export interface FilledSheet extends DataSheet {
  readonly content: DeflatedStretch;
}

/** Puts the rows of one table into as many sheets as they need: a sheet ends with a whole block. */
export class SheetRows {
  readonly #folder: OutputFolder;
  readonly #table: TableShape;
  readonly #rowsPerSheet: number;
  readonly #full: FilledSheet[] = [];
  #current: StretchFile;
  #rows = 0;

  private constructor(folder: OutputFolder, table: TableShape, rowsPerSheet: number, first: StretchFile) {
    this.#folder = folder;
    this.#table = table;
    this.#rowsPerSheet = rowsPerSheet;
    this.#current = first;
  }

  /** `rowsPerSheet`: most rows of a sheet below its header. */
  static async open(folder: OutputFolder, table: TableShape, rowsPerSheet: number): Promise<SheetRows> {
    return new SheetRows(folder, table, rowsPerSheet, await StretchFile.open(folder));
  }

  async append({ bytes: packed, rows, detail }: EncodedRows): Promise<void> {
    if (this.#rows + rows > this.#rowsPerSheet) {
      await this.#endSheet();
      this.#current = await StretchFile.open(this.#folder);
    }
    this.#rows += rows;
    await this.#current.append({ ...(detail as BlockDetail), packed });
  }

  async finish(): Promise<readonly FilledSheet[]> {
    await this.#endSheet();
    return this.#full;
  }

  async #endSheet(): Promise<void> {
    const part = this.#full.length + 1;
    const { title } = this.#table;
    const content = await this.#current.finish();
    this.#full.push({ name: sheetName(title, part), table: this.#table, part, rows: this.#rows, content });
    this.#rows = 0;
  }
}
