import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KeptWindow, pageOf, readSnapshot, TestFolder, writeSnapshot } from './snapshots.ts';

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
  it('passes the archive tests of unzip and Python', async () => {
    await writeSnapshot(folder.at('records.zip'), WINDOWS);
    expect(execFileSync('unzip', ['-t', folder.at('records.zip')], { encoding: 'utf8' })).toMatch(/No errors detected/);
    const tested = execFileSync('python3', ['-m', 'zipfile', '-t', folder.at('records.zip')], { encoding: 'utf8' });
    expect(tested).toMatch(/Done testing/);
  });

  it('stores a page that would compress beyond what its own reader accepts', async () => {
    const page = pageOf([item('a', `,"filename":"${'a'.repeat(3_000_000)}"`)]);
    await writeSnapshot(folder.at('records.zip'), [{ page, accepted: [[0, 0]] }]);
    const { pages } = await readSnapshot(folder.at('records.zip'));
    expect(Buffer.from(pages[0]?.page.body ?? []).equals(page.body)).toBe(true);
    expect(execFileSync('unzip', ['-v', folder.at('records.zip')], { encoding: 'utf8' })).toMatch(
      /Stored.*000001\.json/,
    );
  });
});
