import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amount } from '../amount.ts';
import { exportPages, exportRun } from '../run/run-sandbox.ts';
import { findingsOf, readArchive, verify, Workshop, writeArchive } from './sealed-run.ts';
import type { Extraction } from './extraction.ts';
import { randomList, sealedAnswers, sealedList } from './random-lists.ts';
import { startOddList } from '../sandbox/odd-list.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.remove());

describe('what verify would refuse is never sealed as proven', () => {
  test('a list at rest that gives one uuid twice on its only page', async () => {
    const ids = [9, 8, 7, 6, 5, 5, 3, 2, 1];
    const items = ids.map((id, at) => ({
      uuid: `${id}`.padStart(32, '0'),
      media_type: 'audio',
      status: 'completed',
      metrics: { label: at === 5 ? 'fake' : 'real', score: [], consistency: '0.9', aggregated_score: '0.9' },
      created_at: `2024-01-${10 + id}T00:00:0${at}.000Z`,
    }));
    const pagesDir = await workshop.newFolder();
    await writeFile(join(pagesDir, '1.json'), JSON.stringify({ success: true, total_count: 9, items }));
    const run = await exportPages(pagesDir, { out: join(pagesDir, 'out'), month: '2024-01', format: 'csv' });
    expect(run.certificate.verdict).toBe('unproven');
    expect(run.certificate.reason).toMatch(/^Something may be missing: /);
    expect(await findingsOf(run.folder)).toEqual([]);
  });

  test('a list that moves, with a page whose only item has no time', async () => {
    const moving = { inserts: 3, deletes: 1, updates: 0, counts: false, odd: 5, seed: 1_713_547_032 };
    const list = { length: 1, pageSize: 10, order: 'newest first', jitterMs: 0, undated: false, doubled: 0 } as const;
    const run = await sealedList({ ...list, ...moving }, await workshop.newFolder());
    expect(run.certificate.orderObserved).toBe('created_at descending');
    expect(await findingsOf(run.folder)).toEqual([]);
  });

  test('random lists: doubled uuids, moving, nearly sorted, by time of update, undated, odd items', async () => {
    const verdicts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(randomList(), async (list) => {
        const run = await sealedList(list, await workshop.newFolder());
        verdicts.set(run.certificate.verdict, (verdicts.get(run.certificate.verdict) ?? 0) + 1);
        expect(await findingsOf(run.folder)).toEqual([]);
      }),
      { numRuns: amount({ test: 5, soak: 40 }) },
    );
    // The control: lists of both kinds were among them.
    expect(verdicts.size).toBeGreaterThan(1);
  }, 240_000);
});

/** Changes the extraction record of a run, and renders what is left of it. */
async function forgedReplay(run: string, change: (record: Extraction) => void) {
  const path = join(await workshop.copyOf(run), 'records.zip');
  const entries = await readArchive(path);
  const record = JSON.parse((entries.get('extraction.json') ?? '').toString()) as Extraction;
  change(record);
  entries.set('extraction.json', Buffer.from(`${JSON.stringify(record, null, 1)}\n`));
  await writeArchive(path, entries);
  return await exportRun({ source: path, format: 'csv,html', out: join(await workshop.newFolder(), 'out') });
}

const CHAIN =
  'Overlapping windows link the head of the list to its last, short page, and every one of them keeps the order of created_at descending.';
const PASSES =
  'Two consecutive full passes returned the same detections in the same order, exactly as many as the list was long.';

describe('an unproven run whose record was edited', () => {
  let unproven: string;
  beforeAll(async () => {
    // In no order, and without a count that would refute what is claimed of it.
    const list = { length: 150, pageSize: 40, order: 'none', counts: false, seed: 1, jitterMs: 0, updates: 0 } as const;
    const usual = { undated: false, doubled: 0, odd: 0 } as const;
    const run = await sealedList({ ...list, ...usual, inserts: 1, deletes: 1 }, await workshop.newFolder());
    if (run.certificate.verdict === 'proven') throw new Error('the list was proven');
    unproven = run.folder;
  });

  const proven = { verdict: 'proven', openPlaces: [], vanished: null };

  test.each([
    ['its verdict alone', {}, /gives a reason that proves nothing/],
    [
      'one answer',
      { reason: 'One answer held the whole list, from its head to its end, and another one confirms it.' },
      /no answer holds the whole/,
    ],
    ['a chain', { reason: CHAIN, orderObserved: 'created_at descending' }, /does not keep|no window/],
    ['fewer passes', { reason: CHAIN, orderObserved: 'created_at descending', passes: 1 }, /it counts 1 passes/],
  ])('to be proven by %s is not rendered', async (_, certificate, problem) => {
    const forged = forgedReplay(unproven, (record) => Object.assign(record.certificate, proven, certificate));
    await expect(forged).rejects.toThrow(problem);
    await expect(forged).rejects.toMatchObject({ kind: 'source' });
  });

  test('to be read twice says by whose word, and never COMPLETE', async () => {
    const { folder } = await forgedReplay(unproven, ({ certificate }) => {
      Object.assign(certificate, proven, { reason: PASSES });
    });
    expect((await verify(folder)).notices).toEqual([expect.stringMatching(/relies on the extraction record/)]);
    const html = await readFile(join(folder, 'report.html'), 'utf8');
    expect(html).toContain('READ TWICE');
    expect(html).toContain('By its extraction record');
    expect(html).not.toMatch(/\bCOMPLETE\b/);
  });
});

describe('an unproven run whose record was edited to be a chain', () => {
  const DAY = Date.UTC(2024, 0, 2);
  const listOf = (firstId: number): object[] =>
    Array.from({ length: 150 }, (_, at) => ({
      uuid: `${firstId + at}`.padStart(32, '0'),
      media_type: 'audio',
      status: 'completed',
      metrics: { label: 'real', score: [], consistency: '0.9', aggregated_score: '0.9' },
      created_at: new Date(DAY - at * 60_000).toISOString(),
    }));

  /** The pages that were kept and the short looks at the head: by their rims, they are a closed chain. */
  function toChain(record: Extraction): void {
    const windows = record.windows.filter(({ file, size }) => file !== null || size === 10);
    const items = windows.reduce((sum, window) => sum + window.items, 0);
    const { certificate } = record;
    record.windows = windows.map((window, arrival) => ({ ...window, arrival, pass: 1 }));
    Object.assign(certificate, {
      verdict: 'proven',
      reason: CHAIN,
      orderObserved: 'created_at descending',
      openPlaces: [],
      vanished: null,
      passes: 1,
      requests: windows.length,
      windows: windows.length,
      received: items,
      duplicates: items - (certificate['unique'] as number),
      changed: 0,
      pageSizes: [...new Set(windows.map(({ size }) => size))].sort((a, b) => a - b),
    });
  }

  test('is refused where two kept pages share nothing, though their rims touch', async () => {
    const [head, others] = [listOf(1000), listOf(5000)];
    const answer = (page: number, size: number) => ({
      total_count: 150,
      items: (page === 1 ? head : others).slice((page - 1) * size, page * size),
    });
    const run = await sealedAnswers(answer, 40, await workshop.newFolder());
    expect(run.certificate.verdict).not.toBe('proven');
    const forged = forgedReplay(run.folder, toChain);
    await expect(forged).rejects.toThrow(/says proven, but no window links what ends with 0+1039 to what begins with/);
    await expect(forged).rejects.toMatchObject({ kind: 'source' });
  });
});

describe('a list in no order, read twice', () => {
  test('says the same in its first report and in a replay, to the byte', async () => {
    const sandbox = await startOddList({ detections: 330, orderBy: 'random', key: 'key' });
    const flags = { source: 'api', 'base-url': sandbox.url, 'page-size': '100', format: 'csv,html', all: true };
    const first = await exportRun(
      { ...flags, out: join(await workshop.newFolder(), 'out') },
      { RESEMBLE_API_KEY: 'key' },
    );
    await sandbox.close();
    expect(first.certificate).toMatchObject({ verdict: 'proven', reason: PASSES });
    const again = await forgedReplay(first.folder, () => undefined);
    expect(again.reportId).toBe(first.reportId);
    expect(again.files).toEqual(first.files);
    expect(await findingsOf(first.folder)).toEqual([]);
  });
});

describe('a figure of the certificate that its own windows contradict', () => {
  let sealed: string;
  beforeAll(async () => {
    sealed = await workshop.run({ detections: '120', 'page-size': '20', all: true });
  });

  test.each([
    ['totalCountFirst', 121, /its first total is 121, the first answer counts 120/],
    ['totalCountLast', 119, /its last total is 119, the last answer counts 120/],
    ['requests', 3, /it counts 3 requests, but \d+ windows were answered/],
    ['passes', 2, /it counts 2 passes, the windows are of 1/],
    ['orderObserved', 'created_at ascending', /the order is created_at ascending, which page \d+ does not keep/],
    ['orderObserved', 'none', /reason that proves nothing/],
    ['orderObserved', 'trivial', /the order is trivial, with several items on a page/],
    ['reason', 'All is well.', /gives a reason that proves nothing: All is well\./],
    ['reason', PASSES, /the list was read once/],
    ['changed', 9_999, /it counts 9999 changed/],
    ['vanished', 9_999, /it counts 9999 of 120 that moved/],
    ['startedAt', '2099-01-01T00:00:00.000Z', /the reading lasted from 2099/],
    ['endedAt', '2000-01-01T00:00:00.000Z', /the reading lasted from .* to 2000/],
    ['pageSizes', [7], /it names the page sizes 7/],
    ['received', 1, /1 received are not/],
    ['openPlaces', [{ afterUuid: null, beforeUuid: null, why: 'x' }], /it says proven, but names 1 open places/],
  ])('%s %j is found, and not rendered', async (figure, value, problem) => {
    const forged = forgedReplay(sealed, (record) => Object.assign(record.certificate, { [figure]: value }));
    await expect(forged).rejects.toThrow(problem);
  });

  test('nor are rims, a root or a record that are not those of the pages', async () => {
    const rim = forgedReplay(sealed, ({ windows }) => {
      const window = windows.find(({ file }) => file !== null);
      if (window !== undefined) window.first.uuid = 'f'.repeat(32);
    });
    await expect(rim).rejects.toThrow(/the record names another first item/);
    const root = forgedReplay(sealed, (record) => {
      record.merkleRoot = '0'.repeat(64);
    });
    await expect(root).rejects.toThrow(/the records give the Merkle root [0-9a-f]{64}, extraction\.json says 0{64}/);
  });

  test('the control: untouched, it is rendered', async () => {
    expect((await forgedReplay(sealed, () => undefined)).certificate.verdict).toBe('proven');
  });
});
