import { crc32, deflateRawSync } from 'node:zlib';
import { centralDirectory, localHeader, type PlacedZipEntry, type ZipEntry } from '../../src/platform/zip/format.ts';

/** One entry of a crafted archive. What is declared may differ from what is there. */
export interface CraftedEntry {
  readonly name: string;
  readonly data: Buffer | string;
  readonly stored?: boolean;
  /** Overrides what the headers say. */
  readonly declare?: Partial<ZipEntry>;
  /** Another name, of the same length, in the local header. */
  readonly localName?: string;
  /** Where the directory says that the entry begins; null for where it does. */
  readonly offset?: number;
}

/** An archive of these entries, each exactly as crafted. */
export function craftZip(entries: readonly CraftedEntry[]): Buffer {
  const parts: Buffer[] = [];
  const placed: PlacedZipEntry[] = [];
  let offset = 0;
  for (const crafted of entries) {
    const data = Buffer.from(crafted.data);
    const packed = crafted.stored === true ? data : deflateRawSync(data);
    const entry: ZipEntry = {
      name: crafted.name,
      method: crafted.stored === true ? 'stored' : 'deflate',
      crc32: crc32(data),
      bytes: data.length,
      compressedBytes: packed.length,
      ...crafted.declare,
    };
    const header = localHeader({ ...entry, name: crafted.localName ?? entry.name });
    placed.push({ ...entry, offset: crafted.offset ?? offset });
    parts.push(header, packed);
    offset += header.length + packed.length;
  }
  return Buffer.concat([...parts, centralDirectory(placed, offset)]);
}

/** Sets the 16-bit field at `field` of the named entry's local and central header. */
export function setHeaderField(
  zip: Buffer,
  name: string,
  field: { local: number; central: number },
  value: number,
): Buffer {
  const changed = Buffer.from(zip);
  const local = changed.indexOf(name) - 30;
  const central = changed.lastIndexOf(name) - 46;
  changed.writeUInt16LE(value, local + field.local);
  changed.writeUInt16LE(value, central + field.central);
  return changed;
}

/** The same archive with a ZIP64 end that says what it likes. */
export function withZip64End(
  zip: Buffer,
  end: { count?: bigint; bytes?: bigint; offset?: bigint; at?: bigint },
): Buffer {
  const directoryEnd = zip.length - 22;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(end.count ?? BigInt(zip.readUInt16LE(directoryEnd + 10)), 24);
  record.writeBigUInt64LE(end.count ?? BigInt(zip.readUInt16LE(directoryEnd + 10)), 32);
  record.writeBigUInt64LE(end.bytes ?? BigInt(zip.readUInt32LE(directoryEnd + 12)), 40);
  record.writeBigUInt64LE(end.offset ?? BigInt(zip.readUInt32LE(directoryEnd + 16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(end.at ?? BigInt(directoryEnd), 8);
  locator.writeUInt32LE(1, 16);
  const classic = Buffer.from(zip.subarray(directoryEnd));
  classic.fill(0xff, 8, 20);
  return Buffer.concat([zip.subarray(0, directoryEnd), record, locator, classic]);
}
