import StreamZip from 'node-stream-zip';
import { crc32 } from 'node:zlib';
import { SourceError } from '../core/errors.ts';
import {
  EXTRACTION_ENTRY,
  LARGEST_PAGE_BYTES,
  LARGEST_RATIO,
  LARGEST_RECORD_BYTES,
  MOST_PAGES,
  PAGE_ENTRY,
} from './archive-format.ts';

/** Compression of almost nothing may exceed any ratio. */
const RATIO_MATTERS_ABOVE_BYTES = 1024 * 1024;

/**
 * An archive that may come from anywhere, read entry by entry into memory and never to disk. node-stream-zip parses
 * the format; what it lets pass (entries without a checked CRC, doubled names, bombs, foreign entries) is refused here.
 */
export class CheckedZip {
  readonly path: string;
  readonly #zip: StreamZip.StreamZipAsync;
  readonly #entries: ReadonlyMap<string, StreamZip.ZipEntry>;

  private constructor(path: string, zip: StreamZip.StreamZipAsync, entries: ReadonlyMap<string, StreamZip.ZipEntry>) {
    this.path = path;
    this.#zip = zip;
    this.#entries = entries;
  }

  /** Throws `SourceError` naming the entry that is not as it must be. */
  static async open(path: string): Promise<CheckedZip> {
    const zip = new StreamZip.async({ file: path, skipEntryNameValidation: false });
    try {
      const listed = await zip.entries();
      const entries = new Map(Object.entries(listed));
      // A doubled name, or one that vanished into a prototype, leaves fewer keys than entries.
      if (entries.size !== (await zip.entriesCount)) throw refused(path, 'it holds two entries of the same name');
      if (entries.size > MOST_PAGES) throw refused(path, `it holds more than ${MOST_PAGES} entries`);
      for (const [name, entry] of entries) checkEntry(path, name, entry);
      return new CheckedZip(path, zip, entries);
    } catch (error) {
      await zip.close().catch(() => undefined);
      throw error instanceof SourceError ? error : refused(path, reasonOf(error), undefined, error);
    }
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The entry's bytes, checked against its size and CRC. */
  async read(name: string): Promise<Buffer> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw refused(this.path, 'the entry is missing', name);
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      const stream = await this.#zip.stream(name);
      for await (const chunk of stream) {
        const buffer = chunk as Buffer;
        bytes += buffer.length;
        if (bytes > entry.size) throw refused(this.path, 'the entry holds more bytes than the archive says', name);
        chunks.push(buffer);
      }
    } catch (error) {
      throw error instanceof SourceError ? error : refused(this.path, reasonOf(error), name, error);
    }
    if (bytes !== entry.size) throw refused(this.path, 'the entry holds fewer bytes than the archive says', name);
    const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
    if (crc32(body) !== entry.crc) throw refused(this.path, 'the entry is damaged: its CRC-32 does not match', name);
    return body;
  }

  async close(): Promise<void> {
    await this.#zip.close();
  }
}

function checkEntry(path: string, name: string, entry: StreamZip.ZipEntry): void {
  const isPage = PAGE_ENTRY.test(name);
  if (!isPage && name !== EXTRACTION_ENTRY) throw refused(path, 'the entry does not belong into a snapshot', name);
  if (entry.encrypted) throw refused(path, 'the entry is encrypted', name);
  const limit = isPage ? LARGEST_PAGE_BYTES : LARGEST_RECORD_BYTES;
  if (entry.size > limit)
    throw refused(path, `the entry holds ${entry.size} bytes, more than the ${limit} allowed`, name);
  if (entry.size > RATIO_MATTERS_ABOVE_BYTES && entry.size > entry.compressedSize * LARGEST_RATIO) {
    throw refused(path, `the entry grows more than ${LARGEST_RATIO} times when it is unpacked`, name);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'the file does not exist';
  return error instanceof Error ? error.message : 'it cannot be read';
}

/** One sentence for every way in which a snapshot can be wrong. */
export function refused(path: string, reason: string, entry?: string, cause?: unknown): SourceError {
  const where = entry === undefined ? path : `${path}, entry ${entry}`;
  return new SourceError(`The snapshot cannot be used (${where}): ${reason}.`, {
    place: entry === undefined ? { file: path } : { file: path, entry },
    remedy: 'Use an unchanged records.zip of a sealed run; verify its checksum with sha256sum -c SHA256SUMS.',
    ...(cause === undefined ? {} : { cause }),
  });
}
