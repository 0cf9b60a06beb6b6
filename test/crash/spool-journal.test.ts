import { appendFile, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InterruptedError, InvariantError } from '../../src/core/errors.ts';
import type { Page, Source } from '../../src/core/page.ts';
import { Secret } from '../../src/core/secret.ts';
import { FileSpool } from '../../src/extract/snapshot/page-spool.ts';
import { type JournalSettings, openJournal, type SpoolJournal } from '../../src/extract/snapshot/journal.ts';
import { walkList } from '../../src/extract/walk/driver.ts';
import { ListModel } from '../walk/list-model.ts';

const LIST = {
  items: 200,
  seed: 1,
  inserts: 0,
  deletes: 0,
  updates: 0,
  tie: 1,
  order: 'created desc',
  aged: false,
} as const;
const SETTINGS = { pageSize: 20, concurrency: 1, pageByteBudget: 16 * 1024 * 1024 };
const NOW_MS = Date.UTC(2024, 0, 10, 12);
const HOUR_MS = 3_600_000;
const KEY = 'secret-key-0123456789';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Attempt {
  readonly journal: SpoolJournal;
  /** uuids that count, null where the attempt was interrupted. */
  readonly unique: number | null;
  readonly requests: number;
  readonly resumed: number;
  /** Why the finished walk proves what it does; empty if it was interrupted. */
  readonly reason: string;
}

/** One attempt at the list, interrupted after so many answers; the `cachedAt`-th one, from 0, names a cache. */
async function attempt(
  answers: number,
  settings: Partial<JournalSettings> = {},
  cachedAt: number | null = null,
): Promise<Attempt> {
  const model = new ListModel(LIST);
  const spool = new FileSpool(folder);
  const asked = { source: 'model', pageSize: 20 };
  const journal = await openJournal({
    folder,
    spool,
    asked,
    secret: new Secret(KEY),
    nowMs: NOW_MS,
    ...settings,
  });
  const stop = new AbortController();
  let requests = 0;
  const page = async (number: number, size: number, signal: AbortSignal): Promise<Page> => {
    if (requests++ >= answers) stop.abort(new InterruptedError('SIGTERM'));
    if (signal.aborted) throw new InterruptedError();
    const answer = model.answer(number, size);
    return requests - 1 === cachedAt ? { ...answer, cached: 'age: 45' } : answer;
  };
  const source: Source = { description: { kind: 'custom', location: 'model' }, page, close: async () => undefined };
  const clock = { nowMs: () => NOW_MS + 1, monotonicMs: () => 0, sleep: async () => undefined };
  try {
    const { certificate } = await walkList(
      source,
      SETTINGS,
      { keeper: spool, journal, clock, emit: () => undefined },
      stop.signal,
    );
    const { reason, unique, resumedRequests: resumed = 0 } = certificate;
    return { journal, unique, requests, resumed, reason };
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return { journal, unique: null, requests, resumed: 0, reason: '' };
  } finally {
    await journal.sync();
    await journal.close();
  }
}

const journalPath = (): string => join(folder, 'journal');

async function cutJournal(where: (text: string) => number): Promise<void> {
  await truncate(journalPath(), where(await readFile(journalPath(), 'latin1')));
}

describe('a walk that was interrupted', () => {
  test('still knows which of its kept pages a cache gave', async () => {
    for (const cachedAt of [0, 3]) {
      await attempt(5, {}, cachedAt);
      const { resumed, reason } = await attempt(1000);
      expect(resumed).toBe(5);
      expect(reason).toMatch(/a cache gave page \d+ of \d+ \(age: 45\)/);
      await rm(journalPath());
    }
  });

  test('goes on from its files: no page that was kept is asked for again', async () => {
    const clean = await attempt(1000);
    await rm(journalPath());
    const interrupted = await attempt(5);
    expect(interrupted).toMatchObject({ unique: null });
    expect(interrupted.journal.pages).toBe(5);
    const next = await attempt(1000, { nowMs: NOW_MS + HOUR_MS });
    expect(next).toMatchObject({ unique: 200, resumed: 5, requests: clean.requests - 5 });
    expect(next.journal).toMatchObject({ discarded: null, startedAt: '2024-01-10T12:00:00.000Z' });
  });

  test('may be interrupted again and again, and still gets there', async () => {
    const clean = await attempt(1000);
    await rm(journalPath());
    let attempts = 0;
    for (let last = await attempt(1); last.unique === null; last = await attempt(1)) attempts++;
    expect(attempts).toBeGreaterThanOrEqual(clean.requests / 2 - 1);
    expect(await attempt(0)).toMatchObject({ unique: 200, resumed: clean.requests, requests: 0 });
  });

  test.each<[string, () => Promise<void>, number]>([
    ['a torn last line', async () => await cutJournal((text) => text.length - 3), 0],
    ['a torn last answer', async () => await cutJournal((text) => text.lastIndexOf('"answered"')), 1],
    ['half a line more', async () => await appendFile(journalPath(), '12345678 {"kind":"asked","windowId":99,'), 0],
    ['a line that is not its own', async () => await appendFile(journalPath(), '00000000 {"kind":"answered"}\n'), 0],
    ['a page that is gone', async () => await unlink(join(folder, '4.page')), 1],
    ['a page that is cut off', async () => await truncate(join(folder, '4.page'), 100), 1],
    [
      'a page that is another one',
      async () => await writeFile(join(folder, '4.page'), await readFile(join(folder, '3.page'))),
      1,
    ],
    [
      'leaves of another page',
      async () => await writeFile(join(folder, '4.leaves'), await readFile(join(folder, '3.leaves'))),
      1,
    ],
    ['a new account that was not finished', async () => await writeFile(join(folder, 'journal.next'), 'torn'), 0],
  ])('counts %s as not read', async (_, damage, lost) => {
    await attempt(7);
    await damage();
    const next = await attempt(1000);
    expect(next).toMatchObject({ unique: 200, resumed: 7 - lost });
    expect(await readdir(folder)).not.toContain('journal.next');
  });

  test.each<[string, Partial<JournalSettings>, RegExp]>([
    ['another list', { asked: { source: 'other', pageSize: 20 } }, /another list/],
    ['other pages', { asked: { source: 'model', pageSize: 10 } }, /other settings/],
    ['another key', { secret: new Secret('another-key') }, /another key/],
    ['no key', { secret: null }, /another key/],
    ['yesterday', { nowMs: NOW_MS + 24 * HOUR_MS + 1 }, /more than 24 hours ago/],
    ['tomorrow', { nowMs: NOW_MS - 1 }, /in the future/],
  ])('is of no use for %s: it is thrown away, and the reason is told', async (_, settings, why) => {
    await attempt(5);
    const next = await attempt(1000, settings);
    expect(next.journal.discarded).toMatch(why);
    expect(next).toMatchObject({ unique: 200, resumed: 0 });
    expect(await attempt(0, settings)).toMatchObject({ unique: 200, requests: 0 });
  });

  test('is of no use where its first line cannot be read', async () => {
    await attempt(5);
    await writeFile(journalPath(), `x${await readFile(journalPath(), 'utf8')}`);
    const next = await attempt(1000);
    expect(next).toMatchObject({ unique: 200, resumed: 0 });
  });

  test('leaves no key in any file', async () => {
    await attempt(5);
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'latin1');
      expect(text).not.toContain(KEY);
      expect(text).not.toContain(Buffer.from(KEY).toString('base64'));
    }
    expect(await readdir(folder)).toContain('journal');
  });
});

test('a journal names no page that was not kept', async () => {
  const spool = new FileSpool(folder);
  const journal = await openJournal({ folder, spool, asked: {}, secret: null, nowMs: NOW_MS });
  await expect(journal.note({ kind: 'asked', windowId: 0, page: 1, size: 10 })).rejects.toThrow(/begin/);
  await journal.begin([]);
  await expect(journal.note({ kind: 'answered', windowId: 0 })).rejects.toThrow(InvariantError);
  await journal.close();
});
