import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { FileHandle } from 'node:fs/promises';
import type { FileDifference, FilePlace } from '../../../core/sink.ts';
import { differsAt, OTHER_CONTENT, readPart, withFiles } from '../file-parts.ts';

/** The first cell in which two tables differ. Nothing else than a change makes other bytes of a Parquet file. */
export async function parquetDifference(...paths: [sealed: string, found: string]): Promise<FileDifference> {
  return await withFiles(paths, async (sealed, found) => {
    try {
      return differsAt(await firstDifferentValue(await bufferOf(sealed), await bufferOf(found)));
    } catch {
      return OTHER_CONTENT;
    }
  });
}

async function firstDifferentValue(sealed: AsyncBuffer, found: AsyncBuffer): Promise<FilePlace | null> {
  const groups = (await parquetMetadataAsync(sealed)).row_groups;
  let rowStart = 0;
  for (const { num_rows: rows } of groups) {
    const rowEnd = rowStart + Number(rows);
    const was = await parquetReadObjects({ file: sealed, rowStart, rowEnd });
    const is = await parquetReadObjects({ file: found, rowStart, rowEnd });
    for (const [index, values] of was.entries()) {
      const there = is[index];
      const row = rowStart + index + 1;
      if (there === undefined) return { where: `row ${row}`, row, sealed: textOf(values), found: null };
      const column = Object.keys(values).find((name) => textOf(values[name]) !== textOf(there[name]));
      if (column === undefined) continue;
      const where = `row ${row}, column ${column}`;
      return { where, row, column, sealed: textOf(values[column]), found: textOf(there[column]) };
    }
    rowStart = rowEnd;
  }
  return null;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}` : part)) ?? null;
}

async function bufferOf(file: FileHandle): Promise<AsyncBuffer> {
  const { size } = await file.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = await readPart({ file, start, end });
      return new Uint8Array(bytes).buffer;
    },
  };
}
