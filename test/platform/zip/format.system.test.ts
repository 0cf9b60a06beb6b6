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
  it("passes Python's zipfile, which checks every CRC", async () => {
    const path = join(folder, 'a.zip');
    await writeFile(path, archive(CONTENTS));
    expect(execFileSync('python3', ['-m', 'zipfile', '-t', path], { encoding: 'utf8' })).toMatch(/Done testing/);
    const list = execFileSync('python3', ['-X', 'utf8', '-m', 'zipfile', '-l', path], { encoding: 'utf8' });
    for (const { name } of CONTENTS) expect(list).toContain(name);
  });

  it('places entries beyond 4 GiB: read from a file with a hole, by two readers', async () => {
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
  });
});
