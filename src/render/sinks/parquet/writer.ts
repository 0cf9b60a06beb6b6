import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { InvariantError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
import type { EncodedRows } from '../../../core/sink.ts';
import type { TableFile } from '../by-table.ts';
import type { Column } from '../../../core/table.ts';
import { MAGIC_BYTES, type RowGroup, statedSchema } from './part-encoder.ts';

/**
 * In the footer of a file without rows: num_rows of 0, and row_groups without the type of its elements. Readers built
 * on arrow-rs refuse that (apache/arrow-rs#8826): by Thrift's compact protocol a list states its type, empty or not.
 */
const NO_ROW_GROUPS = Buffer.from([0x16, 0x00, 0x19, 0x00]);
const LIST_OF_STRUCTS = 0x0c;

/** Writes one table as a Parquet file: row groups as they were encoded, and the footer with their places. */
export class ParquetTableFile implements TableFile {
  readonly name: string;
  readonly #output: Output;
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #rows = 0;

  constructor(name: string, columns: readonly Column[], output: Output) {
    this.name = name;
    this.#output = output;
    // The footer states what the columns are; the row groups were encoded by a schema that gives the same bytes.
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: statedSchema(columns),
      createdBy: 'detect-report (hyparquet-writer)',
    });
  }

  async append({ bytes, rows, detail }: EncodedRows): Promise<void> {
    const group = detail as RowGroup;
    await this.#flush();
    const moved = BigInt(this.#bytes.offset - MAGIC_BYTES);
    for (const { chunk, offsetIndex } of group.columns) {
      chunk.file_offset += moved;
      const { meta_data: data } = chunk;
      if (data !== undefined) data.data_page_offset += moved;
      if (data?.dictionary_page_offset !== undefined) data.dictionary_page_offset += moved;
      for (const page of offsetIndex?.page_locations ?? []) page.offset += moved;
    }
    this.#writer.row_groups.push({ ...group.sizes, columns: group.columns.map(({ chunk }) => chunk) });
    this.#writer.pendingIndexes.push(...group.columns);
    this.#writer.num_rows += BigInt(rows);
    this.#rows += rows;
    this.#bytes.offset += bytes.byteLength;
    await this.#output.append(bytes);
  }

  async close(): Promise<void> {
    await this.#writer.finish();
    if (this.#rows === 0) this.#typeRowGroups();
    await this.#flush();
    await this.#output.close();
  }

  /** What the writer wrote itself: the mark at the start, and the footer. */
  async #flush(): Promise<void> {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    if (bytes.length > 0) await this.#output.append(bytes);
  }

  #typeRowGroups(): void {
    const at = Buffer.from(this.#bytes.buffer, 0, this.#bytes.index).lastIndexOf(NO_ROW_GROUPS);
    if (at < 0) throw new InvariantError('The footer of a Parquet file without rows has no list of row groups.');
    this.#bytes.view.setUint8(at + NO_ROW_GROUPS.length - 1, LIST_OF_STRUCTS);
  }
}
