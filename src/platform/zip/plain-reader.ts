import type { FileHandle } from 'node:fs/promises';
import StreamZip from 'node-stream-zip';
import { bytesAt } from './file-reader.ts';
import { centralDirectory, localHeader, METHOD_CODES, type PlacedZipEntry } from './format.ts';

/** An entry of an archive in this program's form, and where its data is. */
export interface PlainEntry extends PlacedZipEntry {
  readonly dataAt: number;
}

/**
 * The entries of an archive, in order. Null if it is not exactly what this program writes: every byte belongs to an
 * entry's data, or to headers that follow from the entries (format.ts).
 */
export async function readPlainZip(file: FileHandle, path: string): Promise<readonly PlainEntry[] | null> {
  const listed = await entriesOf(path);
  if (listed === null) return null;
  const { size: fileBytes } = await file.stat();
  const isNext = async (at: number, expected: Buffer): Promise<boolean> =>
    at + expected.length <= fileBytes && (await bytesAt(file, at, expected.length)).equals(expected);
  const entries: PlainEntry[] = [];
  let at = 0;
  for (const { name, method, crc, size, compressedSize, offset } of listed) {
    const packing = method === METHOD_CODES.deflate ? 'deflate' : 'stored';
    const entry = { name, method: packing, crc32: crc, bytes: size, compressedBytes: compressedSize, offset } as const;
    const header = localHeader(entry);
    if (offset !== at || !(await isNext(at, header))) return null;
    entries.push({ ...entry, dataAt: at + header.length });
    at += header.length + compressedSize;
  }
  const tail = centralDirectory(entries, at);
  return at + tail.length === fileBytes && (await isNext(at, tail)) ? entries : null;
}

async function entriesOf(path: string): Promise<readonly StreamZip.ZipEntry[] | null> {
  // It never extracts entries, so their names cannot lead anywhere.
  const zip = new StreamZip.async({ file: path, storeEntries: false, skipEntryNameValidation: true });
  const listed: StreamZip.ZipEntry[] = [];
  zip.on('entry', (entry) => listed.push(entry));
  try {
    await zip.entriesCount;
    return listed.toSorted((a, b) => a.offset - b.offset);
  } catch {
    return null;
  } finally {
    await zip.close().catch(() => undefined);
  }
}
