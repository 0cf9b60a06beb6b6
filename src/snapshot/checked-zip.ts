import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import StreamZip from 'node-stream-zip';
import { SourceError } from '../core/errors.ts';
import { readArchiveEnd } from './archive-end.ts';
import {
  EXTRACTION_ENTRY,
  LARGEST_PAGE_BYTES,
  LARGEST_RATIO,
  LARGEST_RECORD_BYTES,
  MOST_PAGES,
  PAGE_ENTRY,
  RATIO_MATTERS_ABOVE_BYTES,
} from './archive-format.ts';

const inflate = promisify(inflateRaw);
const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
/** zlib takes no smaller ones. */
const SMALLEST_CHUNK_BYTES = 64;
const STORED = 0;
const DEFLATED = 8;

/**
 * An archive that may come from anywhere, read entry by entry into memory and never to disk. node-stream-zip parses
 * the directory; what it lets pass (doubled names, foreign and overlapping entries, bombs) is refused here. The data is
 * read here too: of a streamed entry it checks no CRC where a flag says so, and a failing disk would end the process.
 */
export class CheckedZip {
  /** What errors call the archive. */
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #entries: ReadonlyMap<string, StreamZip.ZipEntry>;

  private constructor(path: string, handle: FileHandle, entries: ReadonlyMap<string, StreamZip.ZipEntry>) {
    this.path = path;
    this.#handle = handle;
    this.#entries = entries;
  }

  /** Throws `SourceError` naming the entry that is not as it must be, and the archive as `given`. */
  static async open(path: string, given = path): Promise<CheckedZip> {
    let handle: FileHandle | null = null;
    try {
      // Nothing waits for the other end of a FIFO.
      handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      if (!(await handle.stat()).isFile()) throw refused(given, 'it is not a regular file');
      return new CheckedZip(given, handle, await readDirectory(given, handle));
    } catch (error) {
      await handle?.close();
      throw error instanceof SourceError ? error : refused(given, reasonOf(error), undefined, error);
    }
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The entry's bytes, checked against its size and CRC. */
  async read(name: string): Promise<Buffer> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw refused(this.path, 'the entry is missing', name);
    try {
      const data = await this.#readData(name, entry);
      const body = entry.method === STORED ? data : await this.#inflate(name, entry, data);
      if (body.length !== entry.size) {
        throw refused(this.path, 'the entry holds fewer bytes than the archive says', name);
      }
      if (crc32(body) !== entry.crc) throw refused(this.path, 'the entry is damaged: its CRC-32 does not match', name);
      return body;
    } catch (error) {
      throw error instanceof SourceError ? error : refused(this.path, reasonOf(error), name, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** The entry's data as it stands in the archive. */
  async #readData(name: string, entry: StreamZip.ZipEntry): Promise<Buffer> {
    const header = await this.#bytes(entry.offset, LOCAL_HEADER_BYTES + Buffer.byteLength(name));
    const localName = header.toString('utf8', LOCAL_HEADER_BYTES);
    const nameBytes = header.readUInt16LE(26);
    if (header.readUInt32LE(0) !== LOCAL_SIGNATURE || localName !== name || nameBytes !== localName.length) {
      throw refused(this.path, 'the directory and the entry name different things', name);
    }
    return await this.#bytes(entry.offset + header.length + header.readUInt16LE(28), entry.compressedSize);
  }

  async #bytes(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#handle.read(buffer, done, length - done, position + done);
      if (bytesRead === 0) throw new Error('the archive is cut off');
      done += bytesRead;
    }
    return buffer;
  }

  async #inflate(name: string, entry: StreamZip.ZipEntry, data: Buffer): Promise<Buffer> {
    try {
      // At least 1: zlib takes no limit of 0, and one byte too many is seen as well. In one piece: joining many costs.
      const chunkSize = Math.max(entry.size + 1, SMALLEST_CHUNK_BYTES);
      return await inflate(data, { maxOutputLength: Math.max(entry.size, 1), chunkSize });
    } catch (error) {
      const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      const reason = tooLarge ? 'the entry holds more bytes than the archive says' : 'the entry cannot be unpacked';
      throw refused(this.path, reason, name, error);
    }
  }
}

async function readDirectory(path: string, handle: FileHandle): Promise<ReadonlyMap<string, StreamZip.ZipEntry>> {
  const end = await readArchiveEnd(handle);
  if (typeof end === 'string') throw refused(path, end);
  if (end.entries > MOST_PAGES) throw refused(path, `it holds more than ${MOST_PAGES} entries`);
  // Names are checked against the two that a snapshot may hold; the parser's own refusal would not name the entry.
  const zip = new StreamZip.async({ file: path, fd: handle.fd, storeEntries: false, skipEntryNameValidation: true });
  const listed: StreamZip.ZipEntry[] = [];
  zip.on('entry', (entry) => listed.push(entry));
  if ((await zip.entriesCount) !== end.entries) throw refused(path, 'its end records contradict each other');
  const entries = new Map<string, StreamZip.ZipEntry>();
  for (const entry of listed) {
    checkEntry(path, entry);
    if (entries.has(entry.name)) throw refused(path, 'it holds two entries of this name', entry.name);
    entries.set(entry.name, entry);
  }
  checkPlaces(path, listed, end.offset);
  return entries;
}

function checkEntry(path: string, entry: StreamZip.ZipEntry): void {
  const { name, size, compressedSize, method } = entry;
  const isPage = PAGE_ENTRY.test(name);
  if (!isPage && name !== EXTRACTION_ENTRY) throw refused(path, 'the entry does not belong into a snapshot', name);
  if (entry.encrypted) throw refused(path, 'the entry is encrypted', name);
  if (method !== DEFLATED && !(method === STORED && size === compressedSize)) {
    throw refused(path, 'the entry is packed in a way that a snapshot never is', name);
  }
  const limit = isPage ? LARGEST_PAGE_BYTES : LARGEST_RECORD_BYTES;
  const most = Math.max(size, compressedSize);
  if (most > limit) throw refused(path, `the entry holds ${most} bytes, more than the ${limit} allowed`, name);
  if (size > RATIO_MATTERS_ABOVE_BYTES && size > compressedSize * LARGEST_RATIO) {
    throw refused(path, `the entry grows more than ${LARGEST_RATIO} times when it is unpacked`, name);
  }
}

/** Every entry has bytes of its own: entries that share theirs unpack to a thousand times what is there. */
function checkPlaces(path: string, entries: readonly StreamZip.ZipEntry[], directoryOffset: number): void {
  const byOffset = entries.toSorted((a, b) => a.offset - b.offset);
  for (const [index, entry] of byOffset.entries()) {
    const next = byOffset[index + 1]?.offset ?? directoryOffset;
    const end = entry.offset + LOCAL_HEADER_BYTES + Buffer.byteLength(entry.name) + entry.compressedSize;
    if (end > next) throw refused(path, 'the entry shares bytes with another part of the archive', entry.name);
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
