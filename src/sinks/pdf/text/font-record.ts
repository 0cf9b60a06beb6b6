import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FontRecord } from '../../../core/sink.ts';
import type { FontFile } from './font-files.ts';

/** What the manifest keeps of fonts, in the order of their names. */
export async function recordFonts(files: Iterable<FontFile>): Promise<FontRecord[]> {
  const records: FontRecord[] = [];
  for (const { name, path } of files) {
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    records.push({ file: name, sha256 });
  }
  return records.sort((a, b) => (a.file < b.file ? -1 : 1));
}
