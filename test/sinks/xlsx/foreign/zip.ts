import { crc32, deflateRawSync } from 'node:zlib';
import { centralDirectory, localHeader, type PlacedZipEntry } from '../../../../src/platform/zip/format.ts';

/** A ZIP archive of these parts, in memory. */
export function zipOf(parts: Iterable<readonly [name: string, content: string | Uint8Array]>): Buffer {
  const written: Buffer[] = [];
  const placed: PlacedZipEntry[] = [];
  let offset = 0;
  for (const [name, content] of parts) {
    const bytes = Buffer.from(content);
    const data = deflateRawSync(bytes);
    const sizes = { crc32: crc32(bytes), bytes: bytes.length, compressedBytes: data.length };
    const entry = { name, method: 'deflate', ...sizes } as const;
    placed.push({ ...entry, offset });
    const header = localHeader(entry);
    written.push(header, data);
    offset += header.length + data.length;
  }
  return Buffer.concat([...written, centralDirectory(placed, offset)]);
}
