import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SourceError } from '../../src/core/errors.ts';
import { type CraftedEntry, craftZip, setHeaderField, withZip64End } from './crafted-zip.ts';
import { pageOf, readSnapshot, TestFolder, writeSnapshot } from './snapshots.ts';

const ONE = 'pages/000001.json';
const TWO = 'pages/000002.json';
const RECORD = 'extraction.json';
const PAGES = [
  pageOf(['{"uuid":"b"}', '{"uuid":"a"}'], 1),
  pageOf(['{"uuid":"0","x":"yyyyyyyyyyyyyyyyyy"}'], 2),
] as const;

let folder: TestFolder;
let good: Buffer;
let pageOne: CraftedEntry;
let pageTwo: CraftedEntry;
let record: CraftedEntry;
beforeAll(async () => {
  folder = await TestFolder.make();
  const written = await writeSnapshot(folder.at('good.zip'), [
    { page: PAGES[0], accepted: [[0, 1]] },
    { page: PAGES[1], accepted: [[0, 0]] },
  ]);
  good = await readFile(folder.at('good.zip'));
  pageOne = { name: ONE, data: Buffer.from(PAGES[0].body) };
  pageTwo = { name: TWO, data: Buffer.from(PAGES[1].body) };
  record = { name: RECORD, data: JSON.stringify(written) };
});
afterAll(async () => {
  await folder.remove();
});

/** Reads the whole archive; a refusal comes back as the error, anything else is thrown. */
async function read(zip: Buffer): Promise<Awaited<ReturnType<typeof readSnapshot>> | SourceError> {
  const path = folder.at('crafted.zip');
  await writeFile(path, zip);
  return await readSnapshot(path).catch((error: unknown) => {
    if (error instanceof SourceError) return error;
    throw error;
  });
}

/** A refusal that names the file, the entry where there is one, the reason, and what to do. */
function refusal(entry: string | undefined, reason: RegExp): object {
  return {
    name: 'SourceError',
    kind: 'source',
    message: expect.stringMatching(reason) as string,
    place: { file: folder.at('crafted.zip'), ...(entry === undefined ? {} : { entry }) },
    remedy: expect.stringContaining('sha256sum -c SHA256SUMS') as string,
  };
}

describe('an archive', () => {
  it('put together by hand is read: control for every refusal below', async () => {
    expect(await read(craftZip([pageOne, pageTwo, record]))).toMatchObject({ pages: [{ file: ONE }, { file: TWO }] });
    expect(await read(craftZip([{ ...pageOne, stored: true }, pageTwo, record]))).toMatchObject({ pages: [{}, {}] });
    expect(await read(craftZip([record, pageTwo, pageOne]))).toMatchObject({ pages: [{ file: ONE }, { file: TWO }] });
    expect(await read(withZip64End(craftZip([pageOne, pageTwo, record]), {}))).toMatchObject({ pages: [{}, {}] });
  });

  it('with any bit flipped is refused, or says what it said before', async () => {
    const before = await read(good);
    expect(before).not.toBeInstanceOf(SourceError);
    const bits = fc.integer({ min: 0, max: good.length * 8 - 1 });
    await fc.assert(
      fc.asyncProperty(bits, async (bit) => {
        const flipped = Buffer.from(good);
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const after = await read(flipped);
        expect(after instanceof SourceError ? before : after).toEqual(before);
      }),
      { numRuns: 400 },
    );
  });

  it('with any bit of a page flipped is refused, and the page is named', async () => {
    const start = good.indexOf(ONE) + ONE.length;
    const end = good.indexOf(TWO) - 30;
    for (let at = start; at < end; at++) {
      const flipped = Buffer.from(good);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at % 8)), at);
      expect(await read(flipped)).toMatchObject(refusal(ONE, /CRC-32|cannot be unpacked|more bytes|fewer bytes/));
    }
  });

  it('cut off anywhere is refused', async () => {
    for (let length = 0; length < good.length; length += 1 + Math.floor(good.length / 60)) {
      expect(await read(good.subarray(0, length))).toMatchObject(refusal(undefined, /cut off|not a ZIP/));
    }
  });

  it.each<[string, () => Buffer]>([
    ['something behind it', () => Buffer.concat([good, Buffer.from('more')])],
    ['something before it', () => Buffer.concat([Buffer.from('more'), good])],
    ['another archive behind it', () => Buffer.concat([good, good])],
    ['a comment', () => Buffer.concat([good.subarray(0, -2), Buffer.from([4, 0]), Buffer.from('more')])],
    [
      'no entry where its directory should be',
      () => Buffer.concat([Buffer.alloc(good.length - 22), good.subarray(-22)]),
    ],
    ['a ZIP64 directory far outside', () => withZip64End(good, { offset: 2n ** 60n })],
    [
      'a ZIP64 directory of negative size',
      () => withZip64End(good, { offset: 2n ** 40n, bytes: 2n ** 64n - 2n ** 40n }),
    ],
    ['a ZIP64 locator that points elsewhere', () => withZip64End(good, { at: 2n ** 53n })],
    ['four thousand million entries', () => withZip64End(good, { count: 2n ** 32n })],
    ['one entry more than it holds', () => withZip64End(good, { count: 4n })],
    ['one entry fewer than it holds', () => withZip64End(good, { count: 2n })],
    ['nothing at all', () => Buffer.alloc(0)],
    ['an end record alone', () => craftZip([])],
  ])('with %s is refused', async (_, zip) => {
    expect(await read(zip())).toMatchObject(refusal(undefined, /The snapshot cannot be used/));
  });
});

describe('an entry', () => {
  it.each<[string, string | undefined, RegExp, () => Buffer]>([
    ['of a name that is there already', ONE, /two entries/, () => craftZip([pageOne, pageTwo, record, pageOne])],
    [
      'called __proto__',
      '__proto__',
      /does not belong/,
      () => craftZip([pageOne, pageTwo, record, { name: '__proto__', data: '{}' }]),
    ],
    [
      'that climbs out',
      '../x',
      /does not belong/,
      () => craftZip([pageOne, pageTwo, record, { name: '../x', data: '{}' }]),
    ],
    [
      'that is foreign',
      'readme.txt',
      /does not belong/,
      () => craftZip([pageOne, pageTwo, record, { name: 'readme.txt', data: '' }]),
    ],
    [
      'that is a folder',
      'pages/',
      /does not belong/,
      () => craftZip([{ name: 'pages/', data: '', stored: true }, pageOne, pageTwo, record]),
    ],
    [
      'in other letter case',
      'PAGES/000001.JSON',
      /does not belong/,
      () => craftZip([pageOne, pageTwo, record, { ...pageOne, name: 'PAGES/000001.JSON' }]),
    ],
    [
      'with a NUL in its name',
      `${ONE}\0`,
      /does not belong/,
      () => craftZip([pageOne, pageTwo, record, { ...pageOne, name: `${ONE}\0` }]),
    ],
    [
      'that the record does not name',
      'pages/000003.json',
      /does not name/,
      () => craftZip([pageOne, pageTwo, record, { ...pageOne, name: 'pages/000003.json' }]),
    ],
    ['that the record names and is missing', TWO, /missing/, () => craftZip([pageOne, record])],
    ['that is encrypted', ONE, /encrypted/, () => setHeaderField(good, ONE, { local: 6, central: 8 }, 0x0801)],
    ['packed in an unknown way', ONE, /packed/, () => setHeaderField(good, ONE, { local: 8, central: 10 }, 14)],
    [
      'whose data is another page',
      ONE,
      /SHA-256/,
      () => craftZip([{ ...pageTwo, name: ONE }, { ...pageOne, name: TWO }, record]),
    ],
    [
      'of another name in front of its data',
      ONE,
      /different things/,
      () => craftZip([{ ...pageOne, localName: 'pages/999999.json' }, pageTwo, record]),
    ],
    [
      'that says it is smaller than it is',
      ONE,
      /more bytes/,
      () => craftZip([{ ...pageOne, declare: { bytes: 10 } }, pageTwo, record]),
    ],
    [
      'that says it is empty',
      ONE,
      /more bytes|fewer bytes|CRC/,
      () => craftZip([{ ...pageOne, declare: { bytes: 0 } }, pageTwo, record]),
    ],
    [
      'that says it is larger than it is',
      ONE,
      /fewer bytes/,
      () => craftZip([{ ...pageOne, declare: { bytes: 5_000 } }, pageTwo, record]),
    ],
    [
      'of a gigabyte',
      ONE,
      /more than the 268435456 allowed/,
      () => craftZip([{ ...pageOne, declare: { bytes: 2 ** 30 } }, pageTwo, record]),
    ],
    [
      'of a gigabyte beyond the archive',
      ONE,
      /more than the 268435456 allowed/,
      () => craftZip([{ ...pageOne, declare: { compressedBytes: 2 ** 30 } }, pageTwo, record]),
    ],
    [
      'that grows a thousand times',
      ONE,
      /grows more than 100 times/,
      () => craftZip([{ name: ONE, data: Buffer.alloc(20_000_000) }, pageTwo, record]),
    ],
    [
      'that hides how much it grows',
      ONE,
      /more bytes/,
      () => craftZip([{ name: ONE, data: Buffer.alloc(20_000_000), declare: { bytes: 1_000 } }, pageTwo, record]),
    ],
    [
      'that shares the bytes of another',
      ONE,
      /shares bytes/,
      () => craftZip([pageOne, { ...pageOne, name: TWO, offset: 0 }, record]),
    ],
    [
      'that reaches into the directory',
      TWO,
      /shares bytes/,
      () => craftZip([record, pageOne, { ...pageTwo, declare: { compressedBytes: 5_000 } }]),
    ],
    ['outside of the archive', TWO, /shares bytes/, () => craftZip([pageOne, { ...pageTwo, offset: 2 ** 40 }, record])],
  ])('%s is refused by name', async (_, entry, reason, zip) => {
    expect(await read(zip())).toMatchObject(refusal(entry, reason));
  });

  it('that checks out but is no list of the API is refused by name', async () => {
    const body = '{"success":false,"message":"Unauthorized"}';
    const page = { ...PAGES[0], items: [], body: Buffer.from(body) };
    await writeSnapshot(folder.at('no-list.zip'), [
      { page, accepted: [] },
      { page: PAGES[1], accepted: [[0, 0]] },
    ]);
    const zip = await readFile(folder.at('no-list.zip'));
    expect(await read(zip)).toMatchObject({ pages: [{ file: ONE }] });
    const itsRecord = JSON.parse((await readSnapshotText(zip)).replace('"file":null', `"file":"${TWO}"`)) as object;
    const crafted = craftZip([
      { ...pageTwo, name: ONE },
      { name: TWO, data: body },
      { ...record, data: JSON.stringify(itsRecord) },
    ]);
    expect(await read(crafted)).toMatchObject(refusal(TWO, /not a list: it says success: false \(Unauthorized\)/));
  });
});

/** The record of an archive as compact JSON. */
async function readSnapshotText(zip: Buffer): Promise<string> {
  const result = await read(zip);
  if (result instanceof SourceError) throw result;
  return JSON.stringify(result.record);
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('a refusal', () => {
  it('lets go of the file', async () => {
    await read(good);
    const before = openFiles();
    for (const zip of [
      good.subarray(0, 50),
      craftZip([pageOne, record]),
      craftZip([pageOne, pageTwo, pageOne]),
      good,
    ]) {
      await read(zip);
    }
    expect(openFiles()).toBe(before);
  });

  it.each(['missing.zip', '.'])('names what cannot be opened: %s', async (name) => {
    const error = await readSnapshot(folder.at(name)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SourceError);
    expect(error).toMatchObject({ place: { file: folder.at(name) } });
  });
});
