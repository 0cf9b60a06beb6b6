import type { FileHandle } from 'node:fs/promises';

/*
 * The last bytes of an archive, checked before any parser follows the offsets in them. An archive of this project ends
 * with its end record (core/zip-format.ts): no comment, nothing behind it, and the directory directly before it.
 */

const END_BYTES = 22;
/** ZIP64 end record and its locator. */
const END64_BYTES = 56 + 20;
const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR64_SIGNATURE = 0x07064b50;
const NEEDS_ZIP64_16 = 0xffff;
const NEEDS_ZIP64_32 = 0xffffffff;

export interface ArchiveEnd {
  readonly entries: number;
  /** Where the central directory begins. */
  readonly offset: number;
}

/** Reads the end of an archive; returns one line that says what is wrong where it is not as it must be. */
export async function readArchiveEnd(handle: FileHandle): Promise<ArchiveEnd | string> {
  const { size: fileBytes } = await handle.stat();
  const tailBytes = Math.min(fileBytes, END_BYTES + END64_BYTES);
  const tail = Buffer.alloc(tailBytes);
  await handle.read(tail, 0, tailBytes, fileBytes - tailBytes);
  const endAt = tailBytes - END_BYTES;
  if (endAt < 0 || tail.readUInt32LE(endAt) !== END_SIGNATURE || tail.readUInt16LE(endAt + 20) !== 0) {
    return 'it is no ZIP archive, it is cut off, or something was added to it';
  }
  let entries = tail.readUInt16LE(endAt + 10);
  let bytes = tail.readUInt32LE(endAt + 12);
  let offset = tail.readUInt32LE(endAt + 16);
  let directoryEnd = fileBytes - END_BYTES;
  if (entries === NEEDS_ZIP64_16 || bytes === NEEDS_ZIP64_32 || offset === NEEDS_ZIP64_32) {
    directoryEnd -= END64_BYTES;
    if (directoryEnd < 0 || !isZip64End(tail, directoryEnd)) return 'its ZIP64 end record is missing or damaged';
    entries = Number(tail.readBigUInt64LE(32));
    bytes = Number(tail.readBigUInt64LE(40));
    offset = Number(tail.readBigUInt64LE(48));
  }
  if (offset + bytes !== directoryEnd) return 'its directory is not where its end record says';
  return { entries, offset };
}

/** The parser takes the last signature it finds, so there must be one only. */
function isZip64End(tail: Buffer, position: number): boolean {
  return (
    tail.readUInt32LE(0) === END64_SIGNATURE &&
    tail.indexOf(tail.subarray(0, 4), 1) === -1 &&
    tail.readUInt32LE(56) === LOCATOR64_SIGNATURE &&
    tail.readBigUInt64LE(56 + 8) === BigInt(position)
  );
}
