import type { EncodedRows, GiveBlock, PartEncoder } from '../../../core/sink.ts';
import type { Row, TableName, TableShape } from '../../../core/table.ts';
import {
  type BlockDeflater,
  blockDeflater,
  type DeflatedBlock,
  type DeflatedStretch,
  stretchFile,
  zipWriter,
} from '../../../platform/zip/writer.ts';
import type { Package } from './package.ts';
import { type EncodedColumn, RowEncoder } from './row-encoder.ts';
import type { Output, OutputFolder } from '../../../core/output.ts';
import { encoderByTable, type TableEncoder } from '../by-table.ts';
import { sheetName } from './cells.ts';
import type { DataSheet } from './summary/data-ranges.ts';

/** Most rows of a block: the last block of a sheet leaves fewer rows than this unused. */
const MOST_BLOCK_ROWS = 50_000;

/** XML is collected up to this size before it is compressed: fewer, larger steps. */
const GATHERED_BYTES = 256 * 1024;

/** What a sheet must know of a block besides its bytes. */
type BlockDetail = Omit<DeflatedBlock, 'packed'>;

/** Position of a table's rows in its sheets. */
export interface RowLayout {
  readonly table: TableShape;
  readonly columns: readonly EncodedColumn[];
  /** Row of the header, from 1: the rows come below it. */
  readonly headerRow: number;
  /** Attributes of every row, e.g. ` ht="30"`. */
  readonly rowAttributes: string;
}

export function xlsxPartEncoder(
  tables: readonly TableShape[],
  layouts: readonly RowLayout[],
  sheetRows: number,
  give: GiveBlock,
): PartEncoder {
  const layoutOf = new Map(layouts.map((layout) => [layout.table.name, layout]));
  return encoderByTable(
    new Map(
      tables.map(({ name }) => {
        const layout = layoutOf.get(name);
        // A customer's workbook may have no sheet for a table.
        return [name, layout === undefined ? null : new Blocks(layout, sheetRows, give)];
      }),
    ),
  );
}

class Blocks implements TableEncoder {
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
      this.#encoder.add(row);
      this.#rows += 1;
      if (this.#encoder.length >= GATHERED_BYTES) await this.#compress();
      if (this.#rows === this.#mostRows) await this.finish();
    }
  }

  async #compress(): Promise<void> {
    const rows = this.#encoder.take();
    await (this.#current ??= blockDeflater()).append(rows, () => this.#encoder.reuse(rows));
  }

  async finish(): Promise<void> {
    const rows = this.#rows;
    if (rows === 0) return;
    await this.#compress();
    const current = this.#current ?? blockDeflater();
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

/** Puts the rows of a table into sheets of at most `rowsPerSheet` below the header; each ends with a whole block. */
export async function openSheetRows(folder: OutputFolder, table: TableShape, rowsPerSheet: number) {
  const full: FilledSheet[] = [];
  let current = stretchFile(await folder.scratch());
  let rows = 0;
  const endSheet = async (): Promise<void> => {
    const part = full.length + 1;
    full.push({ name: sheetName(table.title, part), table, part, rows, content: await current.finish() });
    rows = 0;
  };
  return {
    async append({ bytes: packed, rows: more, detail }: EncodedRows): Promise<void> {
      if (rows + more > rowsPerSheet) {
        await endSheet();
        current = stretchFile(await folder.scratch());
      }
      rows += more;
      await current.append({ ...(detail as BlockDetail), packed });
    },
    async finish(): Promise<readonly FilledSheet[]> {
      await endSheet();
      return full;
    },
  };
}

export type SheetRows = Awaited<ReturnType<typeof openSheetRows>>;

/** A data sheet's XML around its rows. */
export interface SheetFrame {
  /** Up to and including the header row. */
  readonly head: string;
  /** From the end of `sheetData` on. */
  readonly tail: string;
}

/** Rows of a sheet with the XML around them. */
export interface FramedRows {
  readonly frame: SheetFrame;
  readonly content: DeflatedStretch;
}

/** File of the workbook, and the most rows in a sheet, header included. */
export interface WorkbookPlace {
  readonly file: string;
  readonly sheetRows: number;
}

/** Writes the workbook: its parts, with `sheets` in place of those of their names or, without one, after all others. */
export async function writeArchive(
  output: Output,
  parts: Package,
  sheets: ReadonlyMap<string, FramedRows>,
): Promise<void> {
  const archive = zipWriter(output);
  const left = new Map(sheets);
  for (const [name, bytes] of parts.entries()) {
    const sheet = left.get(name);
    left.delete(name);
    if (sheet === undefined) await archive.add(name, bytes);
    else await archive.addSheet(name, sheet.frame, sheet.content);
  }
  for (const [name, { frame, content }] of left) await archive.addSheet(name, frame, content);
  await archive.close();
}
