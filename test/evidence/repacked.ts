import { readFile, writeFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { centralDirectory, localHeader, type PlacedZipEntry } from '../../src/platform/zip/format.ts';
import { readArchive } from './sealed-run.ts';

/** Packs an archive again: the same entries, in other bytes. */
export async function rewritten(
  path: string,
  how: 'level 9' | 'stored' | 'entries the other way round' | 'with a comment',
): Promise<void> {
  if (how === 'with a comment') {
    const bytes = await readFile(path);
    bytes.writeUInt16LE(4, bytes.length - 2);
    await writeFile(path, Buffer.concat([bytes, Buffer.from('note')]));
    return;
  }
  const entries = [...(await readArchive(path))];
  if (how === 'entries the other way round') entries.reverse();
  const parts: Buffer[] = [];
  const placed: PlacedZipEntry[] = [];
  let offset = 0;
  for (const [name, content] of entries) {
    const isStored = how === 'stored' || name === 'extraction.json';
    const data = isStored ? content : deflateRawSync(content, { level: how === 'level 9' ? 9 : 3 });
    const sizes = { crc32: crc32(content), bytes: content.length, compressedBytes: data.length };
    const entry = { name, method: isStored ? 'stored' : 'deflate', ...sizes } as const;
    const header = localHeader(entry);
    placed.push({ ...entry, offset });
    parts.push(header, data);
    offset += header.length + data.length;
  }
  await writeFile(path, Buffer.concat([...parts, centralDirectory(placed, offset)]));
}
