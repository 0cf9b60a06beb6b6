import type { FileHandle } from 'node:fs/promises';
import StreamZip from 'node-stream-zip';
import { centralDirectory, localHeader, type PlacedZipEntry } from '../../core/zip-format.ts';
import { type FilePart, inflatedPart, readPart, storedPart } from './streams.ts';

/** An entry of an archive in the form of this program, and where its data stands. */
export interface PlainEntry extends PlacedZipEntry {
  readonly dataAt: number;
}

const DEFLATED = 8;

/**
 * The entries of an archive, in order. Null where it is not exactly what this program writes: every byte of it belongs
 * to an entry's data, or to headers that follow from the entries (core/zip-format.ts).
 */
export async function readPlainZip(file: FileHandle, path: string): Promise<readonly PlainEntry[] | null> {
  const listed = await entriesOf(path);
  if (listed === null) return null;
  const entries: PlainEntry[] = [];
  let at = 0;
  for (const { name, method, crc, size, compressedSize, offset } of listed) {
    const packing = method === DEFLATED ? 'deflate' : 'stored';
    const entry = { name, method: packing, crc32: crc, bytes: size, compressedBytes: compressedSize, offset } as const;
    const header = localHeader(entry);
    const dataAt = at + header.length;
    if (offset !== at || !(await readPart({ file, start: at, end: dataAt })).equals(header)) return null;
    entries.push({ ...entry, dataAt });
    at = dataAt + compressedSize;
  }
  const { size } = await file.stat();
  const tail = centralDirectory(entries, at);
  if (at + tail.length !== size) return null;
  return (await readPart({ file, start: at, end: size })).equals(tail) ? entries : null;
}

/** What an entry holds. */
export function contentOf(file: FileHandle, entry: PlainEntry): AsyncGenerator<Uint8Array> {
  const part: FilePart = { file, start: entry.dataAt, end: entry.dataAt + entry.compressedBytes };
  return entry.method === 'deflate' ? inflatedPart(part) : storedPart(part);
}

async function entriesOf(path: string): Promise<readonly StreamZip.ZipEntry[] | null> {
  // Entries are never unpacked by it, so their names lead nowhere.
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
