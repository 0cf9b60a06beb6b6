import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import StreamZip from 'node-stream-zip';
import { DetectReportError } from '../../core/errors.ts';
import {
  centralDirectory,
  END64_BYTES,
  END64_SIGNATURE,
  END_BYTES,
  END_SIGNATURE,
  localHeader,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  LOCATOR64_BYTES,
  LOCATOR64_SIGNATURE,
  MAX_UINT16,
  MAX_UINT32,
  METHOD_CODES,
  type PlacedZipEntry,
} from './format.ts';

const inflate = promisify(inflateRaw);
const BOTH_END64_BYTES = END64_BYTES + LOCATOR64_BYTES;
/** The smallest chunk size that zlib accepts. */
const SMALLEST_CHUNK_BYTES = 64;

export interface ZipRules {
  /** With its article, e.g. `a snapshot`. */
  readonly kind: string;
  readonly mostEntries: number;
  /** Largest size of an entry in bytes, by name; null for a name that such an archive never has. */
  limitOf(name: string): number | null;
  /** Largest ratio of an entry's size to its compressed size, above `ratioMattersAboveBytes`. */
  readonly largestRatio: number;
  readonly ratioMattersAboveBytes: number;
  /** The error for an archive, or an entry of it, that cannot be used. */
  refused(path: string, reason: string, entry?: string, cause?: unknown): DetectReportError;
}

export type CheckedZip = Awaited<ReturnType<typeof openCheckedZip>>;

/**
 * Reads an untrusted archive entry by entry into memory and never to disk. node-stream-zip parses the directory; this
 * refuses what it accepts (doubled names, foreign and overlapping entries, bombs). The data is read here too: the
 * library skips a streamed entry's CRC if a flag says so, and a failing disk would end the process. Throws the rules'
 * error, with the invalid entry and the archive as `given`.
 */
export async function openCheckedZip(path: string, rules: ZipRules, given = path) {
  let handle: FileHandle | null = null;
  try {
    // Opening a FIFO must not block.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!(await handle.stat()).isFile()) throw rules.refused(given, 'it is not a regular file');
    return checkedZip(given, handle, rules, await readDirectory(given, handle, rules));
  } catch (error) {
    await handle?.close();
    throw error instanceof DetectReportError ? error : rules.refused(given, reasonOf(error), undefined, error);
  }
}

function checkedZip(
  path: string,
  handle: FileHandle,
  rules: ZipRules,
  entries: ReadonlyMap<string, StreamZip.ZipEntry>,
) {
  return {
    /** Name of the archive in errors. */
    path,
    names: [...entries.keys()],
    /** The entry's bytes; checks size and CRC. */
    async read(name: string): Promise<Buffer> {
      const entry = entries.get(name);
      if (entry === undefined) throw rules.refused(path, 'the entry is missing', name);
      try {
        const data = await readData(handle, entry);
        const body = entry.method === METHOD_CODES.stored ? data : await inflated(entry, data);
        if (body.length !== entry.size) throw new Error('the entry holds fewer bytes than the archive says');
        if (crc32(body) !== entry.crc) throw new Error('the entry is damaged: its CRC-32 does not match');
        return body;
      } catch (error) {
        throw rules.refused(path, reasonOf(error), name, error);
      }
    },
    close: () => handle.close(),
  };
}

async function readData(handle: FileHandle, { name, offset, compressedSize }: StreamZip.ZipEntry): Promise<Buffer> {
  const header = await bytesAt(handle, offset, LOCAL_BYTES + Buffer.byteLength(name));
  const localName = header.toString('utf8', LOCAL_BYTES);
  const nameBytes = header.readUInt16LE(26);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE || localName !== name || nameBytes !== localName.length) {
    throw new Error('the directory and the entry name different things');
  }
  return await bytesAt(handle, offset + header.length + header.readUInt16LE(28), compressedSize);
}

async function inflated({ size }: StreamZip.ZipEntry, data: Buffer): Promise<Buffer> {
  try {
    // At least 1: zlib takes no limit of 0, and one extra byte is detected as well. One chunk: joining many is slow.
    const chunkSize = Math.max(size + 1, SMALLEST_CHUNK_BYTES);
    return await inflate(data, { maxOutputLength: Math.max(size, 1), chunkSize });
  } catch (cause) {
    const tooLarge = cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    const reason = tooLarge ? 'the entry holds more bytes than the archive says' : 'the entry cannot be unpacked';
    throw new Error(reason, { cause });
  }
}

/** Bytes of an archive. Throws if it ends too early. */
async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new Error('the archive is cut off');
    done += bytesRead;
  }
  return buffer;
}

async function readDirectory(
  path: string,
  handle: FileHandle,
  rules: ZipRules,
): Promise<ReadonlyMap<string, StreamZip.ZipEntry>> {
  const end = await readArchiveEnd(handle);
  if (typeof end === 'string') throw rules.refused(path, end);
  if (end.entries > rules.mostEntries) throw rules.refused(path, `it holds more than ${rules.mostEntries} entries`);
  const listed = await entriesIn(path, handle);
  if (listed.count !== end.entries) throw rules.refused(path, 'its end records contradict each other');
  const entries = new Map<string, StreamZip.ZipEntry>();
  for (const entry of listed.entries) {
    checkEntry(path, entry, rules);
    if (entries.has(entry.name)) throw rules.refused(path, 'it holds two entries of this name', entry.name);
    entries.set(entry.name, entry);
  }
  checkPlaces(path, listed.entries, end.offset, rules);
  return entries;
}

/** The entries of a directory by their offsets. The callers check their names, which lead nowhere: none is extracted. */
async function entriesIn(path: string, { fd }: FileHandle) {
  const zip = new StreamZip.async({ file: path, fd, storeEntries: false, skipEntryNameValidation: true });
  const entries: StreamZip.ZipEntry[] = [];
  zip.on('entry', (entry) => entries.push(entry));
  return { count: await zip.entriesCount, entries: entries.sort((a, b) => a.offset - b.offset) };
}

function checkEntry(path: string, entry: StreamZip.ZipEntry, rules: ZipRules): void {
  const { name, size, compressedSize, method } = entry;
  const limit = rules.limitOf(name);
  if (limit === null) throw rules.refused(path, `the entry does not belong into ${rules.kind}`, name);
  if (entry.encrypted) throw rules.refused(path, 'the entry is encrypted', name);
  if (method !== METHOD_CODES.deflate && !(method === METHOD_CODES.stored && size === compressedSize)) {
    throw rules.refused(path, `the entry is packed in a way that ${rules.kind} never is`, name);
  }
  const most = Math.max(size, compressedSize);
  if (most > limit) throw rules.refused(path, `the entry holds ${most} bytes, more than the ${limit} allowed`, name);
  if (size > rules.ratioMattersAboveBytes && size > compressedSize * rules.largestRatio) {
    throw rules.refused(path, `the entry grows more than ${rules.largestRatio} times when it is unpacked`, name);
  }
}

/** Every entry must have its own bytes: entries that share bytes decompress to a thousand times the archive. */
function checkPlaces(
  path: string,
  entries: readonly StreamZip.ZipEntry[],
  directoryOffset: number,
  rules: ZipRules,
): void {
  for (const [index, entry] of entries.entries()) {
    const next = entries[index + 1]?.offset ?? directoryOffset;
    const end = entry.offset + LOCAL_BYTES + Buffer.byteLength(entry.name) + entry.compressedSize;
    if (end > next) throw rules.refused(path, 'the entry shares bytes with another part of the archive', entry.name);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'the file does not exist';
  return error instanceof Error ? error.message : 'it cannot be read';
}

interface ArchiveEnd {
  readonly entries: number;
  /** Where the central directory begins. */
  readonly offset: number;
}

/**
 * Checks the last bytes of an archive before a parser follows their offsets: an archive of this project ends with its
 * end record, without a comment, directly after the directory. Returns one line that says what is wrong if it does not.
 */
async function readArchiveEnd(handle: FileHandle): Promise<ArchiveEnd | string> {
  const { size: fileBytes } = await handle.stat();
  const tailBytes = Math.min(fileBytes, END_BYTES + BOTH_END64_BYTES);
  const tail = Buffer.alloc(tailBytes);
  await handle.read(tail, 0, tailBytes, fileBytes - tailBytes);
  const endAt = tailBytes - END_BYTES;
  if (endAt < 0 || tail.readUInt32LE(endAt) !== END_SIGNATURE || tail.readUInt16LE(endAt + 20) !== 0) {
    return 'it is not a ZIP archive, is cut off, or has something added to it';
  }
  let entries = tail.readUInt16LE(endAt + 10);
  let bytes = tail.readUInt32LE(endAt + 12);
  let offset = tail.readUInt32LE(endAt + 16);
  let directoryEnd = fileBytes - END_BYTES;
  if (entries === MAX_UINT16 || bytes === MAX_UINT32 || offset === MAX_UINT32) {
    directoryEnd -= BOTH_END64_BYTES;
    const isZip64End =
      directoryEnd >= 0 &&
      tail.readUInt32LE(0) === END64_SIGNATURE &&
      // The parser takes the last signature that it finds, so there must be only one.
      tail.indexOf(tail.subarray(0, 4), 1) === -1 &&
      tail.readUInt32LE(END64_BYTES) === LOCATOR64_SIGNATURE &&
      tail.readBigUInt64LE(END64_BYTES + 8) === BigInt(directoryEnd);
    if (!isZip64End) return 'its ZIP64 end record is missing or damaged';
    entries = Number(tail.readBigUInt64LE(32));
    bytes = Number(tail.readBigUInt64LE(40));
    offset = Number(tail.readBigUInt64LE(48));
  }
  if (offset + bytes !== directoryEnd) return 'its directory is not where its end record says';
  return { entries, offset };
}

/** An entry of an archive in this program's form, and where its data is. */
export interface PlainEntry extends PlacedZipEntry {
  readonly dataAt: number;
}

/**
 * The entries of an archive, in order. Null if it is not exactly what this program writes: every byte belongs to an
 * entry's data, or to headers that follow from the entries (format.ts).
 */
export async function readPlainZip(file: FileHandle, path: string): Promise<readonly PlainEntry[] | null> {
  const listed = await entriesIn(path, file).catch(() => null);
  if (listed === null) return null;
  const { size: fileBytes } = await file.stat();
  const isNext = async (at: number, expected: Buffer): Promise<boolean> =>
    at + expected.length <= fileBytes && (await bytesAt(file, at, expected.length)).equals(expected);
  const entries: PlainEntry[] = [];
  let at = 0;
  for (const { name, method, crc, size, compressedSize, offset } of listed.entries) {
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
