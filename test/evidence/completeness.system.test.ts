import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportReport, type SandboxOptions } from '../../src/index.ts';
import { jsonLines } from '../library/own.ts';
import { PART_LIMITS } from '../../src/render/render-parts.ts';
import { runCli } from '../cli/run-cli.ts';
import { exportRun } from '../run/run-sandbox.ts';
import { type Oddity, startOddList } from '../sandbox/odd-list.ts';
import { type Extraction, rootOf } from './extraction.ts';
import { findingsOf, readArchive, sha256, verify, Workshop, writeArchive } from './sealed-run.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.remove());

describe('whatever the list did while it was read, its run verifies', () => {
  const LISTS: Record<string, SandboxOptions & Oddity> = {
    'at rest': {},
    empty: { detections: 0 },
    'of one page': { detections: 15 },
    'of exactly whole pages': { detections: 60 },
    'that grows at its head': { drift: { inserts: 5, deletes: 0, updates: 0 } },
    'that loses items': { drift: { inserts: 0, deletes: 1, updates: 0 } },
    'that does everything': { drift: { inserts: 3, deletes: 1, updates: 2 } },
    'oldest first': { ascending: true },
    'by the time of change': { orderBy: 'updated_at', drift: { inserts: 1, deletes: 0, updates: 1 } },
    'in no order': { orderBy: 'random' },
    'in another order each time': { orderBy: 'reshuffled' },
    'with groups of equal times': { tiesOf: 7 },
    'clamped to small pages': { clamp: { size: 15, echoes: 'asked' } },
  };
  test.each(Object.entries(LISTS))('%s', async (_, options) => {
    const sandbox = await startOddList({ detections: 66, ...options });
    try {
      const flags = { source: 'api', 'base-url': sandbox.url, 'page-size': '20', format: 'csv', all: true };
      const out = join(await workshop.newFolder(), 'out');
      const run = await exportRun({ ...flags, out }, { RESEMBLE_API_KEY: 'key' });
      const { findings, notices, checked } = await verify(run.folder);
      expect(findings).toEqual([]);
      const { verdict, passes } = run.certificate;
      const untold = verdict === 'proven' && passes > 1;
      expect(notices).toEqual(untold ? [expect.stringContaining(`by reading the list ${passes} times`)] : []);
      expect(checked.records).toBe(run.certificate.unique);
    } finally {
      await sandbox.close();
    }
  });
});

describe('a record that is not JSON', () => {
  let run: string;
  beforeAll(async () => {
    run = await workshop.run({ detections: '30', all: true });
  });

  test.each<[string, RegExp, string]>([
    ['a word', /"face_only":(?:true|false|null)/, '"face_only":nule'],
    ['a control character', /"filename":"/, '"filename":"\u0001'],
    ['a number', /"duration":/, '"duration":01'],
    ['within a metric tree', /"image_metrics":\{/, '"image_metrics":{"x":[1,,2],'],
  ])('%s: no report is made of it', async (_, from, to) => {
    const path = join(await workshop.copyOf(run), 'records.zip');
    const entries = await readArchive(path);
    const record = JSON.parse((entries.get('extraction.json') ?? '').toString()) as Extraction;
    const window = record.windows.find(({ file }) => file !== null);
    const before = entries.get(window?.file ?? '')?.toString() ?? '';
    const page = Buffer.from(before.replace(from, to));
    expect(page.toString()).not.toBe(before);
    entries.set(window?.file ?? '', page);
    Object.assign(window ?? {}, { bytes: page.length, sha256: sha256(page) });
    entries.set('extraction.json', Buffer.from(JSON.stringify(record)));
    await writeArchive(path, entries);
    const out = await workshop.newFolder();
    await expect(exportRun({ source: path, format: 'csv', all: true, out })).rejects.toThrow(
      /cannot be used: pages\/000001\.json: at byte \d+ it holds no item\.$/,
    );
    expect(await readdir(out)).toEqual([]);
    expect(await findingsOf(dirname(path))).toContainEqual(
      expect.stringMatching(/^\[records\] records\.zip: pages\/000001\.json: .*at byte \d+ it holds no item$/),
    );
  });
});

test('a forged page is found whoever renders it', async () => {
  const run = await workshop.run({ detections: '2500', all: true });
  const path = join(await workshop.copyOf(run), 'records.zip');
  const replay = async (workers: string): Promise<readonly [number | null, string]> => {
    const words = ['export', '--source', path, '--all', '--format', 'csv', '--workers', workers, '--quiet', '--out'];
    const { code, stderr } = await runCli([...words, await workshop.newFolder()]);
    return [code, stderr];
  };
  // Of two parts at least: a list of one is rendered without threads.
  expect(await replay('2')).toEqual([0, '']);
  const entries = await readArchive(path);
  const record = JSON.parse((entries.get('extraction.json') ?? '').toString()) as Extraction;
  expect(record.windows.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(1.1 * PART_LIMITS.bytes);
  const last = record.windows.findLast(({ file }) => file !== null);
  const page = (entries.get(last?.file ?? '') ?? Buffer.of()).toString();
  // The last character of a uuid in the middle of the page.
  const forged = Buffer.from(
    page.replaceAll(/("uuid":"[^"]*)[^"](")/g, (text, head: string, tail: string, at: number) =>
      at > page.length / 2 && at < page.length / 2 + 20_000 ? `${head}!${tail}` : text,
    ),
  );
  expect(forged.toString()).not.toBe(page);
  entries.set(last?.file ?? '', forged);
  Object.assign(last ?? {}, { bytes: forged.length, sha256: sha256(forged) });
  entries.set('extraction.json', Buffer.from(JSON.stringify(record)));
  await writeArchive(path, entries);
  const alone = await replay('0');
  expect(alone).toEqual([
    3,
    expect.stringMatching(/contradicts itself: the records give the Merkle root [0-9a-f]{64}, /),
  ]);
  expect(await replay('2')).toEqual(alone);
  let rows = 0;
  const open = async () => ({ write: async (_: string, some: readonly unknown[]) => void (rows += some.length) });
  const sink = { ...jsonLines, open: open as never };
  const out = await workshop.newFolder();
  await expect(exportReport({ source: path, period: 'all', formats: ['csv'], out, sinks: [sink] })).rejects.toThrow(
    /contradicts itself: the records give the Merkle root/,
  );
  expect([rows, await readdir(out)]).toEqual([0, []]);
});

describe('a page that was taken out, and everything made anew', () => {
  /** Windows that only close a chain together: pages of 20 of a list of 300. */
  let long: string;
  beforeAll(async () => {
    long = await workshop.run({ detections: '300', 'page-size': '20', all: true });
  });

  /** Takes a window and its page out, with every sum and hash made to fit, and renders the run anew. */
  async function without(
    choose: (windows: Extraction['windows']) => Extraction['windows'][number] | undefined,
    counted = true,
  ): Promise<string> {
    const copy = await workshop.copyOf(long);
    const path = join(copy, 'records.zip');
    const entries = await readArchive(path);
    const record = JSON.parse((entries.get('extraction.json') ?? '').toString()) as Extraction;
    const taken = choose(record.windows);
    if (taken === undefined) throw new Error('no such window');
    record.windows.splice(record.windows.indexOf(taken), 1);
    for (const window of counted ? [] : record.windows) {
      window.totalCount = null;
      const page = entries
        .get(window.file ?? '')
        ?.toString()
        .replace(/"total_count":\s*\d+/, '"total_count":null');
      if (page === undefined || window.file === null) continue;
      entries.set(window.file, Buffer.from(page));
      Object.assign(window, { bytes: Buffer.byteLength(page), sha256: sha256(Buffer.from(page)) });
    }
    const answered = record.windows.toSorted((a, b) => a.arrival - b.arrival);
    for (const [index, window] of answered.entries()) window.arrival = index;
    if (taken.file !== null) entries.delete(taken.file);
    const lost = taken.accepted.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    const { certificate } = record;
    for (const [name, by] of Object.entries({
      windows: 1,
      requests: 1,
      received: taken.items,
      unique: lost,
      duplicates: taken.items - lost,
    })) {
      certificate[name] = (certificate[name] as number) - by;
    }
    entries.set('extraction.json', Buffer.from(JSON.stringify(record)));
    await writeArchive(path, entries);
    certificate['totalCountFirst'] = answered.at(0)?.totalCount ?? null;
    certificate['totalCountLast'] = answered.at(-1)?.totalCount ?? null;
    certificate['pageSizes'] = [...new Set(record.windows.map(({ size }) => size))].toSorted((x, y) => x - y);
    record.merkleRoot = await rootOf(path);
    entries.set('extraction.json', Buffer.from(`${JSON.stringify(record, null, 1)}\n`));
    await writeArchive(path, entries);
    const { folder } = await exportRun({ source: path, format: 'csv', all: true, out: join(copy, 'out') });
    return folder;
  }

  test('the control: the run itself closes its chain', async () => {
    expect(await findingsOf(long)).toEqual([]);
  });

  test('in the middle leaves an open chain: the archive is not rendered again', async () => {
    const middle = (windows: Extraction['windows']) => windows[Math.floor(windows.length / 2)];
    await expect(without(middle)).rejects.toThrow(/contradicts itself: .* the list counted 300 all the time, and /);
    await expect(without(middle, false)).rejects.toThrow(
      /contradicts itself: the certificate says proven, but no window links what ends with \S+ to what begins with \S+\.$/,
    );
  });

  test('at the end is found too', async () => {
    const end = (windows: Extraction['windows']) => windows.findLast(({ items, size }) => items > 0 && items < size);
    await expect(without(end)).rejects.toThrow(/contradicts itself: .* and 297 were received\.$/);
    await expect(without(end, false)).rejects.toThrow(
      /but no window links what ends with \S+ to the end of the list\.$/,
    );
  });
});
