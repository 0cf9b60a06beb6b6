import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
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
import { without } from '../../tools.ts';

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

  it.skipIf(without('python3'))("passes Python's zipfile, which checks every CRC", async () => {
    const path = join(folder, 'a.zip');
    await writeFile(path, archive(CONTENTS));
    expect(execFileSync('python3', ['-m', 'zipfile', '-t', path], { encoding: 'utf8' })).toMatch(/Done testing/);
    const list = execFileSync('python3', ['-X', 'utf8', '-m', 'zipfile', '-l', path], { encoding: 'utf8' });
    for (const { name } of CONTENTS) expect(list).toContain(name);
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

  it.skipIf(without('python3'))(
    'places entries beyond 4 GiB: read from a file with a hole, by two readers',
    async () => {
      const path = join(folder, 'large.zip');
      const hole = { name: 'hole', method: 'stored', crc32: 1, bytes: 5 * GIB, compressedBytes: 5 * GIB } as const;
      const text = Buffer.from('behind the hole');
      const behind = {
        name: 'b',
        method: 'stored',
        crc32: crc32(text),
        bytes: text.length,
        compressedBytes: text.length,
      } as const;
      const holeHeader = localHeader(hole);
      const behindHeader = localHeader(behind);
      const behindAt = holeHeader.length + hole.bytes;
      const start = behindAt + behindHeader.length + text.length;
      const file = await open(path, 'w');
      try {
        await file.write(holeHeader, 0, holeHeader.length, 0);
        const tail = Buffer.concat([
          behindHeader,
          text,
          centralDirectory(
            [
              { ...hole, offset: 0 },
              { ...behind, offset: behindAt },
            ],
            start,
          ),
        ]);
        await file.write(tail, 0, tail.length, behindAt);
      } finally {
        await file.close();
      }
      const zip = new StreamZip.async({ file: path });
      try {
        const entries = await zip.entries();
        expect(entries['hole']).toMatchObject({ size: 5 * GIB, compressedSize: 5 * GIB, offset: 0 });
        expect(entries['b']).toMatchObject({ offset: behindAt });
        expect(await zip.entryData('b')).toEqual(text);
      } finally {
        await zip.close();
      }
      const script =
        'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.getinfo("hole").file_size, z.read("b").decode())';
      expect(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' })).toBe(`${5 * GIB} behind the hole\n`);
    },
  );

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
