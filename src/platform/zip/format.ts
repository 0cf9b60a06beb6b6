/*
 * The subset of the ZIP file format that this project writes (PKWARE APPNOTE 6.3.10, section 4.3). Every size and CRC
 * is known before an entry's first byte is written, so entries need no data descriptors: readers can verify them.
 *
 *   offset 0 ─▶ ┌───────────────────────────────┐
 *               │ local header of entry 1       │ 30 bytes + name (+ 20 of ZIP64)     localHeader(entry)
 *               │ data of entry 1               │ `compressedBytes` bytes
 *               ├───────────────────────────────┤
 *               │ local header, data of entry 2 │
 *               │ …                             │
 *      `start` ─▶───────────────────────────────┤
 *               │ central header of entry 1     │ 46 bytes + name (+ 12 to 28 of ZIP64)
 *               │ …                             │
 *               ├───────────────────────────────┤                                    centralDirectory(entries, start)
 *               │ ZIP64 end record, locator     │ 56 + 20 bytes, only if needed
 *               │ end record                    │ 22 bytes
 *               └───────────────────────────────┘
 *
 * ZIP64 appears only if a number does not fit the classic fields (4 GiB, 65,535 entries), because some readers refuse
 * it. Times are fixed, so the same content always gives the same bytes.
 */

export type ZipMethod = 'stored' | 'deflate';

/** An entry with everything that its headers need. */
export interface ZipEntry {
  /** Path inside the archive, with `/`; at most 65,535 bytes of UTF-8. */
  readonly name: string;
  readonly method: ZipMethod;
  /** CRC-32 of the uncompressed data, unsigned (as `zlib.crc32` returns it). */
  readonly crc32: number;
  /** Uncompressed size. */
  readonly bytes: number;
  /** Size of the data in the archive; equals `bytes` for stored entries. */
  readonly compressedBytes: number;
}

/** An entry and the offset of its local header in the archive. */
export interface PlacedZipEntry extends ZipEntry {
  readonly offset: number;
}

/** Signature of each header, and its length without names and extra fields. */
export const LOCAL_SIGNATURE = 0x04034b50;
export const LOCAL_BYTES = 30;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const CENTRAL_BYTES = 46;
export const END_SIGNATURE = 0x06054b50;
export const END_BYTES = 22;
export const END64_SIGNATURE = 0x06064b50;
export const END64_BYTES = 56;
export const LOCATOR64_SIGNATURE = 0x07064b50;
export const LOCATOR64_BYTES = 20;

export const METHOD_CODES: Readonly<Record<ZipMethod, number>> = { stored: 0, deflate: 8 };
/** Bit 11: names are UTF-8. */
const FLAGS = 0x0800;
const VERSION_CLASSIC = 20;
const VERSION_ZIP64 = 45;
/** 1980-01-01 00:00, the first instant that a ZIP file can express. */
const DOS_TIME = 0;
const DOS_DATE = (1 << 5) | 1;

/** In a classic field: the number is in the ZIP64 record. */
export const MAX_UINT16 = 0xffff;
export const MAX_UINT32 = 0xffffffff;
const ZIP64_EXTRA_ID = 0x0001;

/** The bytes before an entry's data (APPNOTE 4.3.7). */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const zip64 = entry.bytes >= MAX_UINT32 || entry.compressedBytes >= MAX_UINT32;
  // A local ZIP64 field must hold both sizes, even if only one of them is large (APPNOTE 4.5.3).
  const extra = zip64 ? zip64Extra([entry.bytes, entry.compressedBytes]) : Buffer.alloc(0);
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  writeCommonFields(header, 4, entry, zip64);
  header.writeUInt32LE(zip64 ? MAX_UINT32 : entry.compressedBytes, 18);
  header.writeUInt32LE(zip64 ? MAX_UINT32 : entry.bytes, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/**
 * Everything after the last entry's data: the central directory and the end records. `start` is the
 * offset at which these bytes will be written.
 */
export function centralDirectory(entries: readonly PlacedZipEntry[], start: number): Buffer {
  const directory = Buffer.concat(entries.map(centralHeader));
  return Buffer.concat([directory, endRecords(entries.length, directory.length, start)]);
}

/** One entry of the central directory (APPNOTE 4.3.12). */
function centralHeader(entry: PlacedZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  // Here the ZIP64 field holds only the numbers that do not fit, in this order (APPNOTE 4.5.3).
  const large = [entry.bytes, entry.compressedBytes, entry.offset].filter((value) => value >= MAX_UINT32);
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const version = large.length > 0 ? VERSION_ZIP64 : VERSION_CLASSIC;
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(version, 4);
  writeCommonFields(header, 6, entry, large.length > 0);
  header.writeUInt32LE(Math.min(entry.compressedBytes, MAX_UINT32), 20);
  header.writeUInt32LE(Math.min(entry.bytes, MAX_UINT32), 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  // No comment, first disk, no attributes: bytes 32 to 41 stay zero.
  header.writeUInt32LE(Math.min(entry.offset, MAX_UINT32), 42);
  return Buffer.concat([header, name, extra]);
}

/** The fields that local and central headers share, from "version needed to extract" to the CRC. */
function writeCommonFields(header: Buffer, at: number, entry: ZipEntry, zip64: boolean): void {
  header.writeUInt16LE(zip64 ? VERSION_ZIP64 : VERSION_CLASSIC, at);
  header.writeUInt16LE(FLAGS, at + 2);
  header.writeUInt16LE(METHOD_CODES[entry.method], at + 4);
  header.writeUInt16LE(DOS_TIME, at + 6);
  header.writeUInt16LE(DOS_DATE, at + 8);
  header.writeUInt32LE(entry.crc32, at + 10);
}

/** The "ZIP64 extended information" extra field (APPNOTE 4.5.3). */
function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(ZIP64_EXTRA_ID, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  return extra;
}

/** The end of the archive (APPNOTE 4.3.14 to 4.3.16). */
function endRecords(count: number, size: number, start: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END_SIGNATURE, 0);
  end.writeUInt16LE(Math.min(count, MAX_UINT16), 8);
  end.writeUInt16LE(Math.min(count, MAX_UINT16), 10);
  end.writeUInt32LE(Math.min(size, MAX_UINT32), 12);
  end.writeUInt32LE(Math.min(start, MAX_UINT32), 16);
  if (count < MAX_UINT16 && size < MAX_UINT32 && start < MAX_UINT32) return end;

  const end64 = Buffer.alloc(END64_BYTES);
  end64.writeUInt32LE(END64_SIGNATURE, 0);
  // The record's own size, without its signature and this field.
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE(VERSION_ZIP64, 12);
  end64.writeUInt16LE(VERSION_ZIP64, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(size), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);

  const locator = Buffer.alloc(LOCATOR64_BYTES);
  locator.writeUInt32LE(LOCATOR64_SIGNATURE, 0);
  locator.writeBigUInt64LE(BigInt(start + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}
