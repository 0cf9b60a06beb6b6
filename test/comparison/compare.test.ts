import { setImmediate } from 'node:timers/promises';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMPARED_COLUMNS, type ComparedDetection } from '../../src/app/compare/change.ts';
import { compareSides, type ComparedSide } from '../../src/app/compare/merge-join.ts';
import { csvRows } from '../../src/render/sinks/csv-rows.ts';
import { readDifferences, writeDifferences } from '../../src/app/run/differences-file.ts';
import type { Change } from '../../src/core/previous-run.ts';
import { FileOutput } from '../../src/platform/files/file-output.ts';
import { amount } from '../amount.ts';

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'detect-report-compare-'));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const signal = new AbortController().signal;

function sideOf(detections: readonly ComparedDetection[], columns: readonly string[] = COMPARED_COLUMNS): ComparedSide {
  return {
    columns: new Set(columns),
    async *detections() {
      yield* detections;
    },
  };
}

async function changes(before: ComparedSide, after: ComparedSide): Promise<Change[]> {
  const found: Change[] = [];
  for await (const change of compareSides(before, after, scratch, signal)) found.push(change);
  return found;
}

const detection = (uuid: string, cells: Record<string, string>): ComparedDetection => ({
  uuid,
  cells: { created_at: '2024-01-01T00:00:00.000Z', status: 'completed', ...cells },
});

describe('each difference is of one kind', () => {
  test.each([
    ['finished', { status: 'processing' }, { verdict: 'fake', verdict_score: '0.9' }],
    ['finished', { status: 'processing' }, { status: 'failed', error_message: 'no face' }],
    ['relabelled', { verdict: 'fake', verdict_score: '0.9' }, { verdict: 'real', verdict_score: '0.1' }],
    ['relabelled', { audio_label: 'fake' }, { audio_label: 'Likely fake' }],
    ['relabelled', { 'metric_nodes.label': 'a' }, { 'metric_nodes.label': 'b' }],
    ['relabelled', { verdict: 'real' }, { status: 'failed' }],
    ['rescored', { verdict: 'fake', verdict_score: '0.9' }, { verdict: 'fake', verdict_score: '0.8' }],
    ['rescored', { 'audio_scores.score': 'a' }, { 'audio_scores.score': 'b' }],
    ['other', {}, { file_deleted_at: '2024-02-01T00:00:00.000Z' }],
    ['other', { filename: 'a.wav' }, {}],
  ])('%s', async (kind, before, after) => {
    const [change, ...others] = await changes(sideOf([detection('a', before)]), sideOf([detection('a', after)]));
    expect(others).toEqual([]);
    expect(change?.kind).toBe(kind);
    const [was, is] = [before, after] as Record<string, string>[];
    const keys = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
    const differs = keys.filter((key) => (was?.[key] ?? 'completed') !== (is?.[key] ?? 'completed'));
    expect(new Set(change?.columns)).toEqual(new Set(differs));
  });

  test('what says nothing of the detection is none', async () => {
    const before = detection('a', { updated_at: '2024-01-01', url: 'https://a/?sig=1', record_sha256: 'aa' });
    const after = detection('a', { updated_at: '2024-02-01', url: 'https://a/?sig=2', record_sha256: 'bb' });
    expect(await changes(sideOf([before]), sideOf([after]))).toEqual([]);
  });

  test('a list of changes shows no name and no text', async () => {
    const before = detection('a', { filename: 'Alice.wav', verdict: 'fake', intelligence: '{"who":"Alice"}' });
    const after = detection('a', { filename: 'Bob.wav', verdict: 'real', intelligence: '{"who":"Bob"}' });
    const [change] = await changes(sideOf([before]), sideOf([after]));
    expect(change?.columns).toEqual(['filename', 'verdict', 'intelligence']);
    expect(JSON.stringify(change)).not.toMatch(/Alice|Bob/);
  });

  test('only what both sides know is compared', async () => {
    const before = detection('a', { verdict: 'fake' });
    const after = detection('a', { verdict: 'fake', filename: 'a.wav' });
    const table = sideOf([before], ['created_at', 'status', 'verdict']);
    expect(await changes(table, sideOf([after]))).toEqual([]);
  });
});

test('two random lists differ in exactly what a naive comparison finds, in the order of the uuids', async () => {
  const lists = fc.uniqueArray(
    fc.record({
      uuid: fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }),
      verdict: fc.constantFrom('fake', 'real', ''),
    }),
    { selector: ({ uuid }) => uuid, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(lists, lists, async (left, right) => {
      const [before, after] = [left, right].map((list) =>
        list.map(({ uuid, verdict }) => detection(uuid, { verdict })),
      );
      const was = new Map(left.map(({ uuid, verdict }) => [uuid, verdict]));
      const is = new Map(right.map(({ uuid, verdict }) => [uuid, verdict]));
      const expected = [...new Set([...was.keys(), ...is.keys()])]
        .filter((uuid) => was.get(uuid) !== is.get(uuid))
        .sort((a, b) => (a < b ? -1 : 1))
        .map((uuid) => [uuid, was.has(uuid) ? (is.has(uuid) ? 'relabelled' : 'vanished') : 'new']);
      const found = await changes(sideOf(before ?? []), sideOf(after ?? []));
      expect(found.map(({ uuid, kind }) => [uuid, kind])).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('more detections than are sorted in memory: through files, which are gone afterwards', async () => {
  // Over 10,000 that differ are sorted in files, and over 100,000 digests.
  const count = amount({ test: 10_500, soak: 105_000 });
  const many = (verdict: string) =>
    Array.from({ length: count }, (_, i) =>
      detection(`${(i * 7919) % count}`, { verdict: i < 10_500 ? verdict : 'real' }),
    );
  const found = await changes(sideOf(many('fake')), sideOf(many('real')));
  expect(found).toHaveLength(10_500);
  expect(await readdir(scratch)).toEqual([]);
});

describe('the list of differences', () => {
  const head = {
    before: { report_id: 'DR-1', manifest_sha256: 'a'.repeat(64) },
    period: { from: '2024-01-01', to: '2024-02-01', timezone: 'UTC' },
    columns: ['status', 'verdict'],
  };

  async function written(list: readonly Change[]): Promise<string> {
    const path = join(scratch, `list-${list.length}`);
    const lines = await FileOutput.create(`${path}.lines`, 0o600);
    await writeDifferences(head, asyncOf(list), lines, await FileOutput.create(path, 0o600));
    return path;
  }

  async function* asyncOf<T>(list: readonly T[]): AsyncGenerator<T> {
    yield* list;
  }

  test.each([0, 1, 2, 50])('of %d changes is JSON, and is read back up to where one wants', async (length) => {
    const list = Array.from(
      { length },
      (_, i): Change => ({
        kind: i % 2 === 0 ? 'new' : 'relabelled',
        uuid: `"],}\n${i}`,
        created_at: '2024-01-01T00:00:00.000Z',
        columns: [],
        before: null,
        after: { status: 'completed' },
      }),
    );
    const path = await written(list);
    const parsed = JSON.parse(await readFile(path, 'utf8')) as { changes: Change[]; total: number };
    expect(parsed).toMatchObject({ ...head, total: length, changes: list });
    expect(await readDifferences(path, 1000)).toMatchObject({ ...head, total: length, changes: list });
    expect((await readDifferences(path, 1)).changes).toEqual(list.slice(0, 1));
  });
});

describe('rows of a CSV', () => {
  async function rows(text: string, cut: number): Promise<string[][]> {
    const bytes = Buffer.from(text);
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut);
    };
    const found: string[][] = [];
    for await (const row of csvRows(chunks())) found.push(row);
    return found;
  }

  test.each([1, 2, 3, 1000])('cut into chunks of %d bytes', async (cut) => {
    expect(await rows('a,b\r\n"1,""2""\r\n3",\n"","ä"\r\nlast,', cut)).toEqual([
      ['a', 'b'],
      ['1,"2"\r\n3', ''],
      ['', 'ä'],
      ['last', ''],
    ]);
  });

  test('the mark at the beginning is not a part of the first title', async () => {
    expect(await rows('\ufeff"a",b\r\n', 1)).toEqual([['a', 'b']]);
  });

  test('a quote that is never closed is refused with a remedy', async () => {
    await expect(rows('a,b\r\n"1,2\r\n', 4)).rejects.toThrow(/^The table cannot be read as CSV: /);
  });

  test('a file that cannot be read on is told as it is, and one that is left is closed', async () => {
    let isClosed = false;
    async function* endless(fails: boolean): AsyncGenerator<Uint8Array> {
      try {
        for (let row = 0; ; row++) {
          if (fails && row === 20_000) throw new TypeError('gone');
          yield Buffer.from(`${row},x\r\n`);
        }
      } finally {
        isClosed = true;
      }
    }
    const read = async (): Promise<void> => {
      for await (const row of csvRows(endless(true))) expect(row).toHaveLength(2);
    };
    await expect(read()).rejects.toThrow('gone');
    isClosed = false;
    for await (const row of csvRows(endless(false))) if (row[0] === '3') break;
    await setImmediate();
    expect(isClosed).toBe(true);
  });
});
