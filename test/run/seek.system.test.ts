import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ConfigError,
  InterruptedError,
  type ProgressEvent,
  type RunResult,
  type Sandbox,
  type SandboxOptions,
} from '../../src/index.ts';
import { runReport } from '../../src/app/export/export-run.ts';
import { findingsOf, hashesOf, readArchive, Workshop, writeArchive } from '../evidence/sealed-run.ts';
import { type Oddity, presentSince, startOddList } from '../sandbox/odd-list.ts';
import { parseCsv } from './read-back.ts';
import { configOf } from './run-sandbox.ts';

const KEY = { RESEMBLE_API_KEY: 'key' };
/** Fifteen months: about 98 detections a month, which were processed so close to one another that no other order fits. */
const FIFTEEN_MONTHS: SandboxOptions = { detections: 1500, months: 15 };
const MONTH = { month: '2023-06' };

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.remove());

interface Read extends RunResult {
  readonly requests: number;
  readonly notes: readonly string[];
}

/** Exports over real HTTP, as `detect-report export --page-size 20` would. */
async function read(sandbox: Sandbox, flags: Record<string, unknown>): Promise<Read> {
  const out = join(await workshop.newFolder(), 'out');
  const words = { source: 'api', 'base-url': sandbox.url, 'page-size': '20', format: 'csv', out, ...flags };
  const before = sandbox.counters.listRequests;
  const events: ProgressEvent[] = [];
  const signal = new AbortController().signal;
  const run = await runReport(await configOf(words, KEY), { emit: (event) => events.push(event), signal });
  const notes = events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
  return { ...run, notes, requests: sandbox.counters.listRequests - before };
}

async function replay(run: RunResult, flags: Record<string, unknown>): Promise<RunResult> {
  const out = join(await workshop.newFolder(), 'out');
  const words = { source: join(run.folder, 'records.zip'), format: 'csv', out, ...flags };
  return await runReport(await configOf(words), { emit: () => undefined, signal: new AbortController().signal });
}

async function serving<T>(options: SandboxOptions & Oddity, use: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = await startOddList(options);
  try {
    return await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

async function textOf(run: RunResult, file: string): Promise<string> {
  return await readFile(join(run.folder, file), 'utf8');
}

describe('a month out of fifteen', () => {
  let month: Read;
  let whole: Read;
  beforeAll(async () => {
    await serving(FIFTEEN_MONTHS, async (sandbox) => {
      month = await read(sandbox, { ...MONTH, seek: true });
      whole = await read(sandbox, { ...MONTH, 'page-size': '1000' });
    });
  });

  test('costs requests in proportion to the month, and gives the same rows', async () => {
    expect(month.certificate).toMatchObject({
      verdict: 'proven',
      claim: 'period',
      claimedPeriod: { from: '2023-06-01T00:00:00.000Z', to: '2023-07-01T00:00:00.000Z' },
    });
    const rows = month.statistics.population.in_period;
    expect(rows).toBeGreaterThan(80);
    // The first look, two searches from 1,500 down to half a page, the pages of the month and one at each side.
    expect(month.requests).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(1500 / 10)) + 1.1 * (rows / 20) + 2);
    expect(month.requests).toBeLessThan(1500 / 20 / 3);
    expect(whole.statistics.population.unique).toBe(1500);
    for (const file of ['detections.csv', 'metric_nodes.csv', 'audio_scores.csv']) {
      const rowsOfWhole = await textOf(whole, file);
      const rowsOfMonth = await textOf(month, file);
      expect(rowsOfMonth).toBe(rowsOfWhole);
    }
  });

  test('is claimed as a month, wherever the run speaks of completeness', async () => {
    const manifest = JSON.parse(await textOf(month, 'manifest.json')) as { completeness: object };
    expect(manifest.completeness).toMatchObject({ claim: 'period' });
    const { folder } = await replay(month, { format: 'csv,html' });
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('The rest of the list was not read.');
    expect(page).toContain('different detections read');
    expect(page).not.toContain('different detections in the list');
  });

  test('verifies, and is made again to the byte from its snapshot', async () => {
    expect(await findingsOf(month.folder)).toEqual([]);
    const again = await replay(month, {});
    expect(await hashesOf(again.folder)).toEqual(await hashesOf(month.folder));
  });

  test('what lies within it can be rendered from its snapshot, what does not is refused', async () => {
    const week = { from: '2023-06-10', to: '2023-06-17' };
    const ofMonth = await replay(month, week);
    const ofWhole = await replay(whole, week);
    expect(await textOf(ofMonth, 'detections.csv')).toBe(await textOf(ofWhole, 'detections.csv'));
    expect(await findingsOf(ofMonth.folder)).toEqual([]);
    const others = [
      { all: true },
      { month: '2023-05' },
      { from: '2023-06-10', to: '2023-07-02' },
      { ...MONTH, timezone: 'Europe/Berlin' },
    ];
    for (const flags of others) {
      const error: unknown = await replay(month, flags).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConfigError);
      expect(error).toMatchObject({
        message: expect.stringContaining('from 2023-06-01T00:00:00.000Z to 2023-07-01T00:00:00.000Z alone'),
        remedy: expect.stringContaining('without --seek'),
      });
    }
    // From a snapshot of the whole list, any of these is a report like any other.
    const april = await replay(whole, { month: '2023-05' });
    expect(april.statistics.population.in_period).toBeGreaterThan(80);
    expect(await findingsOf(april.folder)).toEqual([]);
    expect((await replay(month, { template: 'scheduled-export', ...MONTH })).certificate.claim).toBe('period');
  });

  test('a claim that a forger made wider is refused', async () => {
    const entries = await readArchive(join(month.folder, 'records.zip'));
    const record = (entries.get('extraction.json') ?? '').toString();
    const copy = await workshop.copyOf(month.folder);
    const path = join(copy, 'records.zip');
    const wider = record.replace('"from": "2023-06-01T00:00:00.000Z"', '"from": "2023-04-01T00:00:00.000Z"');
    expect(wider).not.toBe(record);
    await writeArchive(path, new Map([...entries, ['extraction.json', Buffer.from(wider)]]));
    const forged = replay({ ...month, folder: copy }, { from: '2023-04-01', to: '2023-07-01' });
    await expect(forged).rejects.toThrow(
      /contradicts itself: the certificate says proven, but no window links what ends with \S+ to what begins with/,
    );
  });
});

test('a period that has begun and not ended, of a list that grows: what was there is in it', async () => {
  await serving(
    { detections: 1000, months: 12, drift: { inserts: 1, deletes: 0.2, updates: 0.5 } },
    async (sandbox) => {
      const before = sandbox.uuids();
      const run = await read(sandbox, { month: '2024-02', seek: true, 'page-size': '40' });
      expect(run.certificate).toMatchObject({ verdict: 'proven', claim: 'period' });
      const [header = [], ...rows] = parseCsv(await textOf(run, 'detections.csv'));
      const uuids = new Set(rows.map((row) => row[header.indexOf('uuid')]));
      const started = new Date(Date.UTC(2024, 1, 1)).toISOString();
      const dates = rows.map((row) => row[header.indexOf('created_at')] ?? '');
      expect(dates.every((date) => date >= started)).toBe(true);
      const all = await read(sandbox, { month: '2024-02', 'page-size': '40' });
      const [, ...others] = parseCsv(await textOf(all, 'detections.csv'));
      const there = new Set(presentSince(before, sandbox));
      const expected = others.map((row) => row[header.indexOf('uuid')] ?? '').filter((uuid) => there.has(uuid));
      expect(expected.length).toBeGreaterThan(20);
      expect(expected.filter((uuid) => !uuids.has(uuid))).toEqual([]);
      expect(run.requests).toBeLessThan(all.requests);
    },
  );
});

test.for([
  ['by the time of change', { orderBy: 'updated_at' }, /not ordered by created_at|may be ordered by updated_at/],
  ['in no order', { orderBy: 'random' }, /in no order/],
  ['in small pages only', { clamp: { size: 15, echoes: 'asked' } }, /pages of 15/],
] as const)('of a list %s, the whole is read, and every place says why', async ([, odd, why]) => {
  await serving({ detections: 120, months: 12, ...odd }, async (sandbox) => {
    const run = await read(sandbox, { month: '2023-05', seek: true });
    const plain = await read(sandbox, { month: '2023-05' });
    expect(run.certificate).toMatchObject({ unique: 120, seekGivenUp: expect.stringMatching(why) });
    expect(run.certificate.claim).toBeUndefined();
    expect(run.notes).toContainEqual(expect.stringMatching(/^The period could not be read alone \(/));
    expect(await textOf(run, 'detections.csv')).toBe(await textOf(plain, 'detections.csv'));
    expect(plain.notes).toEqual([]);
    expect(await findingsOf(run.folder)).toEqual([]);
    const { folder } = await replay(run, { format: 'csv,html' });
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('asked for, but not possible: ');
  });
});

test('--seek over the whole list asks for nothing else than the whole list', async () => {
  await serving({ detections: 250 }, async (sandbox) => {
    const run = await read(sandbox, { all: true, seek: true });
    expect(run.certificate).toMatchObject({ verdict: 'proven', unique: 250 });
    expect(run.certificate).not.toHaveProperty('claim');
    expect(run.certificate).not.toHaveProperty('seekGivenUp');
  });
});

test('an interrupted search goes on where it stopped; what it left is not used for another period', async () => {
  await serving(FIFTEEN_MONTHS, async (sandbox) => {
    const clean = await read(sandbox, { ...MONTH, seek: true });
    const out = join(await workshop.newFolder(), 'out');
    const words = { source: 'api', 'base-url': sandbox.url, 'page-size': '20', format: 'csv', out, seek: true };
    const interrupt = async (flags: Record<string, unknown>): Promise<number> => {
      const stop = new AbortController();
      let pages = 0;
      const emit = (event: ProgressEvent): void => {
        if (event.kind === 'page' && ++pages === 8) stop.abort(new InterruptedError('SIGTERM'));
      };
      const before = sandbox.counters.listRequests;
      const config = await configOf({ ...words, ...flags }, KEY);
      await expect(runReport(config, { emit, signal: stop.signal })).rejects.toThrow(InterruptedError);
      return sandbox.counters.listRequests - before;
    };
    const asked = await interrupt(MONTH);
    const run = await read(sandbox, { ...MONTH, seek: true, out });
    expect(run.certificate).toMatchObject({ verdict: 'proven', claim: 'period' });
    expect(run.certificate.resumedRequests).toBeGreaterThanOrEqual(8);
    expect(asked + run.requests).toBeLessThanOrEqual(clean.requests + 4);
    expect(await textOf(run, 'detections.csv')).toBe(await textOf(clean, 'detections.csv'));
    expect(await readdir(out)).toEqual(['monthly-compliance_2023-06']);
    // Under the same name, but without --seek, it is another reading.
    const stopped = await interrupt({ month: '2023-07' });
    const { notes, certificate } = await read(sandbox, { month: '2023-07', out, 'page-size': '1000', seek: false });
    expect(stopped).toBeGreaterThanOrEqual(8);
    expect(notes).toContainEqual(expect.stringContaining('is not used: it read another list'));
    expect(certificate.resumedRequests).toBeUndefined();
  });
});
