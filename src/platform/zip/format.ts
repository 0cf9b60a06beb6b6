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

/** Little-endian numbers, each as long as its digit in `sizes` says. */
function packed(sizes: string, ...values: readonly number[]): Buffer {
  const numbers = values.map((value, index) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes.subarray(0, Number(sizes[index]));
  });
  return Buffer.concat(numbers);
}

/** The bytes before an entry's data (APPNOTE 4.3.7). */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const zip64 = entry.bytes >= MAX_UINT32 || entry.compressedBytes >= MAX_UINT32;
  // A local ZIP64 field must hold both sizes, even if only one of them is large (APPNOTE 4.5.3).
  const extra = zip64Extra(zip64 ? [entry.bytes, entry.compressedBytes] : []);
  const [compressed, bytes] = zip64 ? [MAX_UINT32, MAX_UINT32] : [entry.compressedBytes, entry.bytes];
  const rest = packed('4422', compressed, bytes, name.length, extra.length);
  return Buffer.concat([packed('4', LOCAL_SIGNATURE), commonFields(entry, zip64), rest, name, extra]);
}

/**
 * Everything after the last entry's data: the central directory and the end records. `start` is the
 * offset at which these bytes will be written.
 */
export function centralDirectory(entries: readonly PlacedZipEntry[], start: number): Buffer {
  const directory = Buffer.concat(entries.map(centralHeader));
  return Buffer.concat([directory, endRecords(entries.length, directory.length, start)]);
}

/** One entry of the central directory (APPNOTE 4.3.12): no comment, first disk, no attributes. */
function centralHeader(entry: PlacedZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const sizes = [entry.compressedBytes, entry.bytes, entry.offset];
  const [compressed = 0, bytes = 0, offset = 0] = sizes.map((value) => Math.min(value, MAX_UINT32));
  // Here the ZIP64 field holds only the numbers that do not fit, in this order (APPNOTE 4.5.3).
  const large = [entry.bytes, entry.compressedBytes, entry.offset].filter((value) => value >= MAX_UINT32);
  const extra = zip64Extra(large);
  const version = large.length > 0 ? VERSION_ZIP64 : VERSION_CLASSIC;
  const rest = packed('442222244', compressed, bytes, name.length, extra.length, 0, 0, 0, 0, offset);
  const common = commonFields(entry, large.length > 0);
  return Buffer.concat([packed('42', CENTRAL_SIGNATURE, version), common, rest, name, extra]);
}

/** The fields that local and central headers share, from "version needed to extract" to the CRC. */
function commonFields({ method, crc32 }: ZipEntry, zip64: boolean): Buffer {
  const version = zip64 ? VERSION_ZIP64 : VERSION_CLASSIC;
  return packed('222224', version, FLAGS, METHOD_CODES[method], DOS_TIME, DOS_DATE, crc32);
}

/** The "ZIP64 extended information" extra field (APPNOTE 4.5.3); nothing without values. */
function zip64Extra(values: readonly number[]): Buffer {
  if (values.length === 0) return Buffer.alloc(0);
  return packed(`22${'8'.repeat(values.length)}`, ZIP64_EXTRA_ID, 8 * values.length, ...values);
}

/** The end of the archive (APPNOTE 4.3.14 to 4.3.16). */
function endRecords(count: number, size: number, start: number): Buffer {
  const entries = Math.min(count, MAX_UINT16);
  const [bytes, offset] = [Math.min(size, MAX_UINT32), Math.min(start, MAX_UINT32)];
  const end = packed('42222442', END_SIGNATURE, 0, 0, entries, entries, bytes, offset, 0);
  if (count < MAX_UINT16 && size < MAX_UINT32 && start < MAX_UINT32) return end;
  // The record's own size, without its signature and this field, is 44.
  const versions = [VERSION_ZIP64, VERSION_ZIP64];
  const end64 = packed('4822448888', END64_SIGNATURE, 44, ...versions, 0, 0, count, count, size, start);
  return Buffer.concat([end64, packed('4484', LOCATOR64_SIGNATURE, 0, start + size, 1), end]);
}
