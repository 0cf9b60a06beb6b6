import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFile } from 'node:fs/promises';
import type { ExtractionRecord } from '../../src/core/snapshot.ts';
import { readExtractionRecord } from '../../src/extract/snapshot/format.ts';
import { craftZip } from './crafted-zip.ts';
import { pageOf, readSnapshot, TestFolder, writeSnapshot } from './snapshots.ts';

const PAGE = pageOf(['{"uuid":"b"}', '{"uuid":"a"}'], 1);
const NAME = 'pages/000001.json';

let folder: TestFolder;
let record: ExtractionRecord;
beforeAll(async () => {
  folder = await TestFolder.make();
  record = await writeSnapshot(folder.at('good.zip'), [{ page: PAGE, accepted: [[0, 1]] }]);
});
afterAll(async () => {
  await folder.remove();
});

/** The record with one value replaced, at a path like `windows.0.file`. */
function changed(path: string, value: unknown): string {
  const copy = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place: Record<string, unknown> = copy;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return JSON.stringify(copy);
}

async function open(text: string): Promise<unknown> {
  const path = folder.at('crafted.zip');
  await writeFile(
    path,
    craftZip([
      { name: NAME, data: Buffer.from(PAGE.body) },
      { name: 'extraction.json', data: text },
    ]),
  );
  return await readSnapshot(path).catch((error: unknown) => error);
}

describe('an extraction record', () => {
  it('as written is read: control', async () => {
    expect(await open(JSON.stringify(record))).toMatchObject({ record, pages: [{ file: NAME }] });
    expect(readExtractionRecord(JSON.stringify(record))).toEqual(record);
  });

  it.each<[path: string, value: unknown]>([
    ['format', 'detect-report/extraction/2'],
    ['format', undefined],
    ['tool', 'detect-report'],
    ['source.kind', 'file'],
    ['requested', undefined],
    ['requested.from', '2024-02-30'],
    ['requested.templateSha256', 'abc'],
    ['certificate', null],
    ['certificate.verdict', 'certain'],
    ['certificate.unique', -1],
    ['certificate.unique', 1.5],
    ['certificate.unique', '25'],
    ['certificate.endedAt', 'yesterday'],
    ['certificate.orderObserved', 'random'],
    ['merkleRoot', 'f'.repeat(63)],
    ['merkleRoot', 'G'.repeat(64)],
    ['windows', {}],
    ['windows.0', null],
    ['windows.0.file', '../../etc/passwd'],
    ['windows.0.file', 'extraction.json'],
    ['windows.0.file', '__proto__'],
    ['windows.0.sha256', 1],
    ['windows.0.items', 9e15 * 2],
    ['windows.0.accepted', [[0]]],
    ['windows.0.accepted', [[0, -1]]],
    ['windows.0.accepted', [[0, 0.5]]],
    ['windows.0.accepted', 'all'],
  ])('with %s = %j is refused, and the place in it is named', async (path, value) => {
    expect(await open(changed(path, value))).toMatchObject({
      name: 'SourceError',
      message: expect.stringContaining(`entry extraction.json): ${path}`),
      place: { entry: 'extraction.json' },
    });
  });

  it.each(['', '{', 'null', '[]', '"text"', '\u0000', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`])(
    'that is something else is refused: %#',
    async (text) => {
      expect(await open(text)).toMatchObject({ name: 'SourceError', place: { entry: 'extraction.json' } });
    },
  );

  it.each<[string, unknown, RegExp]>([
    ['windows.0.accepted', [[0, 2]], /accepts items that the page does not have/],
    ['windows.0.accepted', [[1, 0]], /accepts items that the page does not have/],
    [
      'windows.0.accepted',
      [
        [0, 0],
        [0, 1],
      ],
      /accepts items that the page does not have/,
    ],
    [
      'windows.0.accepted',
      [
        [1, 1],
        [0, 0],
      ],
      /accepts items that the page does not have/,
    ],
    ['windows.0.items', 3, /holds 2 items, the record says 3/],
    ['windows.0.sha256', '0'.repeat(64), /SHA-256 does not match/],
  ])('that says %s = %j of a page is refused with the page', async (path, value, reason) => {
    expect(await open(changed(path, value))).toMatchObject({
      name: 'SourceError',
      message: expect.stringMatching(reason),
      place: { entry: NAME },
    });
  });

  it('that names a page twice is refused', async () => {
    const twice = JSON.stringify({ ...record, windows: [...record.windows, ...record.windows] });
    expect(await open(twice)).toMatchObject({ message: expect.stringContaining('twice'), place: { entry: NAME } });
  });

  it('with hostile keys pollutes nothing', async () => {
    const text = JSON.stringify(record).replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    expect(await open(text)).toMatchObject({ pages: [{ file: NAME }] });
    expect('polluted' in {}).toBe(false);
    expect('polluted' in (readExtractionRecord(text) as object)).toBe(false);
  });
});
