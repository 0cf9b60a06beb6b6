import { InvariantError } from '../../../core/errors.ts';
import type { EncodedRows, GiveBlock, PartEncoder } from '../../../core/sink.ts';
import type { Row, TableName, TableShape } from '../../../core/table.ts';
import { BlockDeflater, type DeflatedBlock, type DeflatedStretch, StretchFile } from '../../../platform/zip/writer.ts';
import { type EncodedColumn, RowEncoder } from './row-encoder.ts';
import type { OutputFolder } from '../../../core/output.ts';
import { sheetName } from './cells.ts';
import type { DataSheet } from './summary/data-ranges.ts';

/** Most rows of a block: the last block of a sheet leaves fewer rows than this unused. */
const MOST_BLOCK_ROWS = 50_000;

/** What a sheet must know of a block besides its bytes. */
export type BlockDetail = Omit<DeflatedBlock, 'packed'>;

/** Position of a table's rows in its sheets. */
export interface RowLayout {
  readonly table: TableShape;
  readonly columns: readonly EncodedColumn[];
  /** Row of the header, from 1: the rows come below it. */
  readonly headerRow: number;
  /** Attributes of every row, e.g. ` ht="30"`. */
  readonly rowAttributes: string;
}

export class XlsxPartEncoder implements PartEncoder {
  /** Null for a table without a sheet. */
  readonly #tables: ReadonlyMap<TableName, Blocks | null>;

  constructor(tables: readonly TableShape[], layouts: readonly RowLayout[], sheetRows: number, give: GiveBlock) {
    const blocks = layouts.map((layout) => [layout.table.name, new Blocks(layout, sheetRows, give)] as const);
    this.#tables = new Map([...tables.map(({ name }) => [name, null] as const), ...blocks]);
  }

  async write(table: TableName, rows: readonly Row[]): Promise<void> {
    const blocks = this.#tables.get(table);
    if (blocks === undefined) throw new InvariantError(`Rows came for the table ${table}, which was not selected.`);
    await blocks?.write(rows);
  }

  async finish(): Promise<void> {
    for (const blocks of this.#tables.values()) await blocks?.finish();
  }
}

class Blocks {
  readonly #table: TableName;
  readonly #give: GiveBlock;
  readonly #mostRows: number;
  readonly #encoder: RowEncoder;
  #current: BlockDeflater | null = null;
  #rows = 0;

  constructor({ table, columns, headerRow, rowAttributes }: RowLayout, sheetRows: number, give: GiveBlock) {
    this.#table = table.name;
    this.#give = give;
    this.#mostRows = Math.min(MOST_BLOCK_ROWS, sheetRows - headerRow);
    this.#encoder = new RowEncoder(columns, rowAttributes);
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.#current ??= new BlockDeflater();
      this.#rows += 1;
      const waiting = this.#current.append(this.#encoder.encode(row));
      if (waiting !== null) await waiting;
      if (this.#rows === this.#mostRows) await this.finish();
    }
  }

  async finish(): Promise<void> {
    const current = this.#current;
    if (current === null) return;
    const rows = this.#rows;
    this.#current = null;
    this.#rows = 0;
    const { packed: bytes, ...detail } = await current.finish();
    await this.#give({ table: this.#table, bytes, rows, changedCells: this.#encoder.changed.take(), detail });
  }
}

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
