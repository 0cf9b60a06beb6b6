import { readFile } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvariantError, OutputError } from '../../src/core/errors.ts';
import { FileOutput } from '../../src/platform/files/file-output.ts';
import { openArchive } from '../../src/extract/snapshot/reader.ts';
import { FileSpool } from '../../src/extract/snapshot/page-spool.ts';
import { naiveMerkleRoot } from '../evidence/naive-merkle.ts';
import {
  CERTIFICATE,
  FACTS,
  type KeptWindow,
  outcomeOf,
  pageOf,
  readSnapshot,
  sha256,
  TestFolder,
  writeSnapshot,
} from './snapshots.ts';

let folder: TestFolder;
beforeEach(async () => {
  folder = await TestFolder.make();
});
afterEach(async () => {
  await folder.remove();
});

const item = (uuid: string, rest = '') => `{"uuid": ${JSON.stringify(uuid)}${rest} }`;
const ANONYMOUS = '{ "filename" : "no uuid" }';

/** Three windows that overlap; nothing of the second counts, and of the others not everything. */
const WINDOWS: readonly KeptWindow[] = [
  { page: pageOf([item('d'), item('c', ',"filename":"é 😀 \\ud800"'), item('b')], 1), accepted: [[0, 1]] },
  { page: pageOf([item('c'), item('b')], 2), accepted: [] },
  {
    page: pageOf([item('b', ',"status":"completed"'), item('x'), ANONYMOUS, item('y'), item('\u2028 new\nline')], 3),
    accepted: [
      [0, 0],
      [2, 2],
      [4, 4],
    ],
  },
];

describe('a snapshot', () => {
  it('is read back as it was received: bytes, items, order and what counts', async () => {
    const written = await writeSnapshot(folder.at('records.zip'), WINDOWS);
    const { record, pages } = await readSnapshot(folder.at('records.zip'));
    expect(record).toEqual(written);
    expect(pages.map(({ file }) => file)).toEqual(['pages/000001.json', 'pages/000002.json']);
    const kept = [WINDOWS[0], WINDOWS[2]].map((window) => window?.page);
    expect(pages.map(({ page }) => Buffer.from(page.body).toString())).toEqual(
      kept.map((page) => Buffer.from(page?.body ?? []).toString()),
    );
    expect(pages.map(({ page }) => ({ ...page, body: undefined }))).toEqual(
      kept.map((page) => ({ ...page, body: undefined })),
    );
    expect(pages.map(({ accepted }) => accepted)).toEqual([
      [[0, 1]],
      [
        [0, 0],
        [2, 2],
        [4, 4],
      ],
    ]);
  });

  it('records the certificate, what was asked, and every window with its hash', async () => {
    const record = await writeSnapshot(folder.at('records.zip'), WINDOWS);
    expect(record).toMatchObject({ format: 'detect-report/extraction/1', ...FACTS, certificate: CERTIFICATE });
    expect(record.windows.map(({ file, page, items }) => [file, page, items])).toEqual([
      ['pages/000001.json', 1, 3],
      [null, 2, 2],
      ['pages/000002.json', 3, 5],
    ]);
    expect(record.windows.map((window) => [window.bytes, window.sha256])).toEqual(
      WINDOWS.map(({ page }) => [page.body.length, sha256(page.body)]),
    );
  });

  it('has the Merkle root of the records that count, and of no others', async () => {
    const record = await writeSnapshot(folder.at('records.zip'), WINDOWS);
    const texts = [
      ['d', item('d')],
      ['c', item('c', ',"filename":"é 😀 \\ud800"')],
      ['b', item('b', ',"status":"completed"')],
      [`sha256:${sha256(ANONYMOUS)}`, ANONYMOUS],
      ['\u2028 new\nline', item('\u2028 new\nline')],
    ] as const;
    const leaves = texts.map(([uuid, text]) => ({ uuid, recordSha256: sha256(text) }));
    expect(record.merkleRoot).toBe(naiveMerkleRoot(leaves));
    expect(record.merkleRoot).not.toBe(naiveMerkleRoot(leaves.slice(1)));
  });

  it('is the same file whenever it is written', async () => {
    await writeSnapshot(folder.at('one.zip'), WINDOWS);
    await writeSnapshot(folder.at('two.zip'), WINDOWS);
    expect(sha256(await readFile(folder.at('one.zip')))).toBe(sha256(await readFile(folder.at('two.zip'))));
  });

  it('of an empty list has no page and the root of nothing', async () => {
    const record = await writeSnapshot(folder.at('records.zip'), [{ page: pageOf([]), accepted: [] }]);
    expect(record.merkleRoot).toBe(sha256(''));
    const read = await readSnapshot(folder.at('records.zip'));
    expect(read).toEqual({ record, pages: [] });
  });

  it('keeps its order over many pages', async () => {
    const windows = Array.from({ length: 300 }, (_, index): KeptWindow => {
      const page = pageOf([item(`u${index}`), item(`v${index}`)], index + 1);
      return { page, accepted: [[0, 1]] };
    });
    await writeSnapshot(folder.at('records.zip'), windows);
    const { pages } = await readSnapshot(folder.at('records.zip'));
    expect(pages.map(({ page }) => page.number)).toEqual(windows.map(({ page }) => page.number));
  });

  it('can be closed while a page is read ahead', async () => {
    const pages = Array.from({ length: 20 }, (_, index) =>
      pageOf([item(`u${index}`, `,"x":"${'y'.repeat(200_000)}"`)]),
    );
    await writeSnapshot(
      folder.at('records.zip'),
      pages.map((page) => ({ page, accepted: [[0, 0]] as const })),
    );
    for (let round = 0; round < 20; round++) {
      const snapshot = await openArchive(folder.at('records.zip'));
      for await (const { file } of snapshot.pages()) {
        expect(file).toBe('pages/000001.json');
        break;
      }
      await snapshot.close();
    }
  });

  it('can be read more than once', async () => {
    await writeSnapshot(folder.at('records.zip'), WINDOWS);
    const snapshot = await openArchive(folder.at('records.zip'));
    const files: string[] = [];
    for (let round = 0; round < 2; round++) for await (const { file } of snapshot.pages()) files.push(file);
    await snapshot.close();
    expect(files).toEqual(['pages/000001.json', 'pages/000002.json', 'pages/000001.json', 'pages/000002.json']);
  });
});

describe('a spool', () => {
  it('says which page it could not keep, and what to do', async () => {
    const spool = new FileSpool(folder.at('missing'));
    const error = await spool.keep(1, pageOf([item('a')], 7)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OutputError);
    expect(error).toMatchObject({ kind: 'output', place: { page: 7 }, remedy: expect.stringContaining('run again') });
  });

  it.each<[string, readonly KeptWindow[]]>([
    [
      'counts a detection twice',
      [
        { page: pageOf([item('a')]), accepted: [[0, 0]] },
        { page: pageOf([item('b'), item('a')]), accepted: [[0, 1]] },
      ],
    ],
    ['accepts an item that the page does not have', [{ page: pageOf([item('a')]), accepted: [[0, 1]] }]],
  ])('refuses a walk that %s', async (_, windows) => {
    await expect(writeSnapshot(folder.at('records.zip'), windows)).rejects.toThrow(InvariantError);
  });

  it('refuses a walk that names a window it never kept', async () => {
    await mkdir(folder.at('spool'));
    const output = await FileOutput.create(folder.at('records.zip'), 0o644);
    const outcome = outcomeOf([{ page: pageOf([item('a')]), accepted: [[0, 0]] }]);
    await expect(new FileSpool(folder.at('spool')).writeArchive(outcome, FACTS, output)).rejects.toThrow(/never kept/);
    await output.abandon();
  });
});
