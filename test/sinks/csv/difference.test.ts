import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvDifference } from '../../../src/render/sinks/csv/difference.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'difference-'));
});
afterAll(() => rm(folder, { recursive: true }));

function member(text: string, level = 6, header = '1f8b08000000000000ff'): Buffer {
  const content = Buffer.from(text);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([Buffer.from(header, 'hex'), deflateRawSync(content, { level }), trailer]);
}

async function differenceTo(found: readonly Buffer[]): Promise<unknown> {
  const [one, other] = [join(folder, 'sealed.csv.gz'), join(folder, 'found.csv.gz')];
  await writeFile(one, Buffer.concat(SEALED));
  await writeFile(other, Buffer.concat(found));
  return await csvDifference(one, other);
}

const HEAD = 'uuid,verdict\r\n';
const ROWS = Array.from({ length: 50_000 }, (_, row) => `${row},fake\r\n`).join('');
const MORE = 'last,fake\r\n';
const SEALED = [member(HEAD), member(ROWS), member(MORE)];
const CONTENT = { kind: 'content', place: null };

test('members that another compressor packed hold the same table', async () => {
  expect(await differenceTo([member(HEAD, 0), member(ROWS, 0), member(MORE, 1)])).toEqual({ kind: 'packing' });
});

test('a changed cell of any member is named', async () => {
  const found = [member(HEAD), member(ROWS, 1), member('last,real\r\n')];
  const place = { row: 50_001, column: 'verdict', sealed: 'fake', found: 'real' };
  expect(await differenceTo(found)).toMatchObject({ kind: 'content', place });
});

test.each([
  ['in one member', [member(HEAD + ROWS + MORE)]],
  ['with an empty member between', [...SEALED.slice(0, 1), member(''), ...SEALED.slice(1)]],
  ['with an empty member behind', [...SEALED, member('')]],
  ['with a comment', [...SEALED.slice(0, 2), member(MORE, 6, '1f8b08100000000000ff6869646500')]],
  ['with another time', [member(HEAD, 6, '1f8b08000100000000ff'), ...SEALED.slice(1)]],
  ['with bytes behind', [...SEALED, Buffer.from('hidden')]],
])('the same table %s is not the sealed one', async (_, found) => {
  expect(await differenceTo(found)).toMatchObject(CONTENT);
});

test.each([
  ['with another checksum', Buffer.concat([member(MORE).subarray(0, -8), Buffer.alloc(8)])],
  ['cut', member(MORE).subarray(0, -9)],
])('a member that is damaged is a change: %s', async (_, last) => {
  expect(await differenceTo([...SEALED.slice(0, 2), last])).toMatchObject({ kind: 'content' });
});
