import { readdir } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leafSorter } from '../../src/platform/files/uuid-sorter.ts';
import { collect, sha256, TestFolder } from './snapshots.ts';

let folder: TestFolder;
beforeAll(async () => {
  folder = await TestFolder.make();
});
afterAll(async () => {
  await folder.remove();
});

/** Opaque strings: any character, line separators of every kind and halves of pairs among them. */
const uuid = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({
    unit: fc.constantFrom('\n', '\r', '\u2028', '\u2029', '\u0085', '\ud800', '\udc00', '"', 'a'),
    maxLength: 4,
  }),
  fc.uuid(),
);

describe('the leaf sorter', () => {
  it('with runs of any size gives what sorting in memory gives, and leaves no file', async () => {
    const uuids = fc.uniqueArray(uuid, { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(uuids, fc.integer({ min: 1, max: 20 }), async (list, runEntries) => {
        const entries = list.map((name, index) => ({ uuid: name, recordSha256: sha256(String(index)) }));
        const sorter = leafSorter(folder.path, runEntries);
        for (const entry of entries) await sorter.add(entry);
        const sorted = await collect(sorter.sorted());
        expect(sorted).toEqual(entries.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1)));
        expect(await readdir(folder.path)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps runs on disk, and none while everything fits', async () => {
    const small = leafSorter(folder.path, 4);
    const large = leafSorter(folder.path, 2);
    for (const name of ['c', 'a', 'b']) {
      await small.add({ uuid: name, recordSha256: sha256(name) });
    }
    expect(await readdir(folder.path)).toEqual([]);
    for (const name of ['c', 'a', 'b']) {
      await large.add({ uuid: name, recordSha256: sha256(name) });
    }
    expect(await readdir(folder.path)).toHaveLength(1);
    expect(await collect(large.sorted())).toEqual(await collect(small.sorted()));
  });

  it('removes its files when the reader stops early', async () => {
    const sorter = leafSorter(folder.path, 1);
    for (const name of ['c', 'a', 'b']) await sorter.add({ uuid: name, recordSha256: sha256(name) });
    for await (const entry of sorter.sorted()) {
      expect(entry.uuid).toBe('a');
      break;
    }
    expect(await readdir(folder.path)).toEqual([]);
  });
});
