import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealedFile } from '../../src/core/output.ts';
import { TABLE_NAMES, type TableName, type TableShape } from '../../src/core/table.ts';
import { TABLES } from '../../src/render/transform/tables/tables.ts';

/** Writes a file and describes it as a run would. */
export async function sealFile(
  folder: string,
  name: string,
  content: string,
  rows: number | null = null,
): Promise<SealedFile> {
  await writeFile(join(folder, name), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { name, bytes: Buffer.byteLength(content), sha256, rows };
}

/** The shape of a table with all its columns, or with these. */
export function shapeOf(name: TableName, columns: readonly string[] | null = null): TableShape {
  return TABLES[name].make(columns === null ? null : new Set(columns));
}

export const ALL_TABLES: readonly TableShape[] = TABLE_NAMES.map((name) => shapeOf(name));
