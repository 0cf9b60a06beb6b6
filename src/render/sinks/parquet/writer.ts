import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { InvariantError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
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
export function parquetTableFile(name: string, columns: readonly Column[], output: Output): TableFile {
  const own = new ByteWriter();
  // The footer states what the columns are; the row groups were encoded by a schema that gives the same bytes.
  const schema = statedSchema(columns);
  const writer = new ParquetWriter({ writer: own, schema, createdBy: 'detect-report (hyparquet-writer)' });
  /** What the writer wrote itself: the mark at the start, and the footer. */
  const flush = async (): Promise<void> => {
    const bytes = own.getBytes().slice();
    own.index = 0;
    if (bytes.length > 0) await output.append(bytes);
  };
  return {
    name,
    async append({ bytes, rows, detail }) {
      const group = detail as RowGroup;
      await flush();
      const moved = BigInt(own.offset - MAGIC_BYTES);
      for (const { chunk, offsetIndex } of group.columns) {
        chunk.file_offset += moved;
        const { meta_data: data } = chunk;
        if (data !== undefined) data.data_page_offset += moved;
        if (data?.dictionary_page_offset !== undefined) data.dictionary_page_offset += moved;
        for (const page of offsetIndex?.page_locations ?? []) page.offset += moved;
      }
      writer.row_groups.push({ ...group.sizes, columns: group.columns.map(({ chunk }) => chunk) });
      writer.pendingIndexes.push(...group.columns);
      writer.num_rows += BigInt(rows);
      own.offset += bytes.byteLength;
      await output.append(bytes);
    },
    async close() {
      await writer.finish();
      if (writer.row_groups.length === 0) {
        const at = Buffer.from(own.buffer, 0, own.index).lastIndexOf(NO_ROW_GROUPS);
        if (at < 0) throw new InvariantError('The footer of a Parquet file without rows has no list of row groups.');
        own.view.setUint8(at + NO_ROW_GROUPS.length - 1, LIST_OF_STRUCTS);
      }
      await flush();
      await output.close();
    },
  };
}
