/*
 * The directory of a small ZIP archive in memory (PKWARE APPNOTE 6.3.10, 4.3.12 and 4.3.16). The archive is untrusted,
 * so every offset is checked before use; node-stream-zip reads only files, and throws outside of its caller's reach on
 * a bad offset.
 */

import { constants, crc32, inflateRawSync } from 'node:zlib';
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  END_BYTES,
  END_SIGNATURE,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  METHOD_CODES,
} from './format.ts';

/** An entry as listed in the directory, not yet checked against its data. */
export interface ListedEntry {
  readonly name: string;
  readonly encrypted: boolean;
  /** 0 stored, 8 deflate. */
  readonly method: number;
  readonly crc32: number;
  readonly bytes: number;
  readonly compressedBytes: number;
  /** Offset of its local header. */
  readonly offset: number;
}

const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 1;

/** Every entry, in the order of the directory; null if the bytes are not a ZIP archive, or a damaged one. */
export function listEntries(bytes: Buffer): ListedEntry[] | null {
  const end = endRecord(bytes);
  if (end === null) return null;
  const entries: ListedEntry[] = [];
  let at = end.directory;
  for (let left = end.entries; left > 0; left--) {
    if (at + CENTRAL_BYTES > end.at || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE) return null;
    const nameEnd = at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28);
    const next = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > end.at) return null;
    entries.push({
      name: bytes.toString('utf8', at + CENTRAL_BYTES, nameEnd),
      encrypted: (bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
      method: bytes.readUInt16LE(at + 10),
      crc32: bytes.readUInt32LE(at + 16),
      compressedBytes: bytes.readUInt32LE(at + 20),
      bytes: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at = next;
  }
  return entries;
}

/**
 * An entry's content, stored or deflated; null if its header, size or CRC differs from the directory, if it is not a
 * deflate stream, or decompresses to more than it should.
 */
export function readEntry(bytes: Buffer, entry: ListedEntry): Buffer | null {
  let content = packedData(bytes, entry);
  if (content !== null && entry.method !== METHOD_CODES.stored) {
    try {
      // At least 1: zlib takes no limit of 0, and one extra byte is detected as well.
      const maxOutputLength = Math.max(entry.bytes, 1);
      content = inflateRawSync(content, { maxOutputLength, finishFlush: constants.Z_FINISH });
    } catch {
      return null;
    }
  }
  return content?.length === entry.bytes && crc32(content) === entry.crc32 ? content : null;
}

/** The compressed data of an entry; null if its own header differs from the directory. */
function packedData(bytes: Buffer, entry: ListedEntry): Buffer | null {
  const { offset, name, compressedBytes } = entry;
  if (offset + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(offset) !== LOCAL_SIGNATURE) return null;
  const nameStart = offset + LOCAL_BYTES;
  const nameEnd = nameStart + bytes.readUInt16LE(offset + 26);
  const start = nameEnd + bytes.readUInt16LE(offset + 28);
  if (start + compressedBytes > bytes.length || bytes.toString('utf8', nameStart, nameEnd) !== name) return null;
  return bytes.subarray(start, start + compressedBytes);
}

/** The end record: a signature whose comment reaches exactly to the end of the archive. */
function endRecord(bytes: Buffer) {
  const first = Math.max(0, bytes.length - END_BYTES - LONGEST_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= first; at--) {
    if (bytes.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_BYTES + bytes.readUInt16LE(at + 20) !== bytes.length) continue;
    const directory = bytes.readUInt32LE(at + 16);
    // ZIP64 marks are beyond any end: an archive this small never needs them.
    return directory + bytes.readUInt32LE(at + 12) > at
      ? null
      : { at, entries: bytes.readUInt16LE(at + 10), directory };
  }
  return null;
}
