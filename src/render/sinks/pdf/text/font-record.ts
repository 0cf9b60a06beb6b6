import { readFile } from 'node:fs/promises';
import { sha256Of } from '../../../../core/sha256.ts';
import type { FontRecord } from '../../../../core/sink.ts';
import type { FontFile } from './font-files.ts';

/** The manifest's record of fonts, sorted by name. */
export async function recordFonts(files: Iterable<FontFile>): Promise<FontRecord[]> {
  const records: FontRecord[] = [];
  for (const { name, path } of files) {
    records.push({ file: name, sha256: sha256Of(await readFile(path)) });
  }
  return records.sort((a, b) => (a.file < b.file ? -1 : 1));
}
