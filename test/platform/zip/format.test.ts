import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import StreamZip from 'node-stream-zip';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  centralDirectory,
  localHeader,
  type PlacedZipEntry,
  type ZipMethod,
} from '../../../src/platform/zip/format.ts';

const GIB = 1024 ** 3;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zip-format-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Content {
  readonly name: string;
  readonly method: ZipMethod;
  readonly data: Buffer;
}

function archive(contents: readonly Content[]): Buffer {
  const parts: Buffer[] = [];
  const placed: PlacedZipEntry[] = [];
  let offset = 0;
  for (const { name, method, data } of contents) {
    const packed = method === 'deflate' ? deflateRawSync(data) : data;
    const entry = { name, method, crc32: crc32(data), bytes: data.length, compressedBytes: packed.length };
    const header = localHeader(entry);
    placed.push({ ...entry, offset });
    parts.push(header, packed);
    offset += header.length + packed.length;
  }
  return Buffer.concat([...parts, centralDirectory(placed, offset)]);
}

const CONTENTS: readonly Content[] = [
  { name: 'pages/000001.json', method: 'deflate', data: Buffer.from('{"items":[]}'.repeat(1000)) },
  { name: 'stored.bin', method: 'stored', data: Buffer.from([0, 1, 2, 255]) },
  { name: 'Größe-日本.txt', method: 'stored', data: Buffer.from('names are UTF-8') },
  { name: 'empty', method: 'stored', data: Buffer.alloc(0) },
];

describe('the ZIP format', () => {
  it('is read back by node-stream-zip, entry by entry', async () => {
    const path = join(folder, 'a.zip');
    await writeFile(path, archive(CONTENTS));
    const zip = new StreamZip.async({ file: path });
    try {
      expect(await zip.entriesCount).toBe(CONTENTS.length);
      for (const { name, data } of CONTENTS) expect(await zip.entryData(name)).toEqual(data);
      for (const entry of Object.values(await zip.entries())) expect(entry.time).toBe(Date.UTC(1980, 0, 1));
    } finally {
      await zip.close();
    }
  });

  it('lets readers verify every entry: a flipped bit is found', async () => {
    const bytes = archive(CONTENTS);
    const at = bytes.indexOf(Buffer.from([0, 1, 2, 255])) + 2;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    const path = join(folder, 'flipped.zip');
    await writeFile(path, bytes);
    const zip = new StreamZip.async({ file: path });
    try {
      await expect(zip.entryData('stored.bin')).rejects.toThrow(/CRC/);
      expect(await zip.entryData('empty')).toEqual(Buffer.alloc(0));
    } finally {
      await zip.close();
    }
  });

  it('needs no ZIP64 for small archives, an empty one included', () => {
    expect(archive(CONTENTS).includes(Buffer.from('PK\x06\x06', 'latin1'))).toBe(false);
    expect(archive([])).toEqual(Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]));
  });

  it('counts more than 65,534 entries by ZIP64', async () => {
    const path = join(folder, 'many.zip');
    const data = Buffer.alloc(0);
    const contents = Array.from({ length: 65_535 }, (_, index) => ({
      name: `${index}`,
      method: 'stored' as const,
      data,
    }));
    await writeFile(path, archive(contents));
    const zip = new StreamZip.async({ file: path });
    try {
      expect(await zip.entriesCount).toBe(65_535);
    } finally {
      await zip.close();
    }
  });

  it('writes ZIP64 fields just where a number does not fit', () => {
    const fits = { name: 'n', method: 'deflate', crc32: 7, bytes: 0xfffffffe, compressedBytes: 1 } as const;
    expect(localHeader(fits).length).toBe(31);
    const large = { ...fits, bytes: 0xffffffff };
    const local = localHeader(large);
    expect(local.length).toBe(31 + 20);
    expect(local.readUInt16LE(4)).toBe(45);
    expect([local.readUInt32LE(18), local.readUInt32LE(22)]).toEqual([0xffffffff, 0xffffffff]);
    expect([local.readBigUInt64LE(35), local.readBigUInt64LE(43)]).toEqual([0xffffffffn, 1n]);
    // The central header keeps the small size in its classic field and moves size and offset.
    const central = centralDirectory([{ ...large, offset: 6 * GIB }], 7 * GIB);
    expect([central.readUInt32LE(20), central.readUInt32LE(24), central.readUInt32LE(42)]).toEqual([
      1, 0xffffffff, 0xffffffff,
    ]);
    expect(central.readUInt16LE(30)).toBe(4 + 16);
    expect([central.readBigUInt64LE(51), central.readBigUInt64LE(59)]).toEqual([0xffffffffn, BigInt(6 * GIB)]);
  });
});
