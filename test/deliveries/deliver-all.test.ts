import { mkdir, readdir, readFile, stat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeliverableRun } from '../../src/deliver/destination.ts';
import { InterruptedError } from '../../src/core/errors.ts';
import type { ProgressEvent } from '../../src/core/progress.ts';
import { deliverAll, type DeliveryOutcome } from '../../src/app/jobs/delivery.ts';
import { readDeliverableRun } from '../../src/app/jobs/deliverable-run.ts';
import { verifyRun } from '../../src/index.ts';
import { systemClock } from '../../src/platform/machine.ts';
import { exportRun, withFolder } from '../run/run-sandbox.ts';
import { listen, type Reply, reset, silent, status } from './http-server.ts';
import { startMail } from './mail-server.ts';
import { dependencies, destination, runIn } from './material.ts';
import { KEYS, startS3 } from './s3-server.ts';

const ENV = { AWS_ACCESS_KEY_ID: KEYS.id, AWS_SECRET_ACCESS_KEY: KEYS.secret, HOOK_SECRET: 'hook-secret' };
const CONTEXT = { name: 'monthly', thresholds: [], links: [] };

interface Told {
  readonly events: ProgressEvent[];
  readonly waits: number[];
}

/** Delivers on a clock whose waits are only noted. */
async function all(run: DeliverableRun, outDir: string, entries: readonly object[], signal?: AbortSignal) {
  const told: Told = { events: [], waits: [] };
  const real = systemClock();
  let sleptMs = 0;
  const clock = {
    ...real,
    monotonicMs: () => real.monotonicMs() + sleptMs,
    sleep: (ms: number) => {
      told.waits.push(ms);
      sleptMs += ms;
      return Promise.resolve();
    },
  };
  const destinations = entries.map((entry) => destination(entry, dependencies('/', ENV)));
  const outcomes = await deliverAll(run, destinations, {
    outDir,
    clock,
    random: () => 0.5,
    emit: (event) => told.events.push(event),
    signal: signal ?? new AbortController().signal,
    budgetMs: 60_000,
  });
  return { outcomes, told };
}

const hookAt = (url: string, entry: object = {}) => ({
  kind: 'webhook',
  url,
  secret: { env: 'HOOK_SECRET' },
  ...entry,
});
const kinds = (outcomes: readonly DeliveryOutcome[]) =>
  outcomes.map(({ status: state, attempts }) => [state, attempts]);

describe('a sealed month', () => {
  test('reaches a folder, a bucket, a mailbox and a webhook once, and stays what it was', async () => {
    await withFolder(async (folder) => {
      const { folder: sealed } = await exportRun({
        source: 'sandbox',
        detections: '30',
        format: 'csv,pdf',
        out: join(folder, 'out'),
      });
      const [s3, mail, hook, share] = [await startS3(), await startMail(), await listen(), join(folder, 'share')];
      await mkdir(share);
      const entries = [
        { kind: 'directory', path: share, files: 'all' },
        { kind: 's3', bucket: 'reports', region: KEYS.region, endpoint: s3.endpoint },
        { kind: 'email', host: '127.0.0.1', port: mail.port, from: 'a@example.com', to: ['b@example.com'] },
        hookAt(hook.url),
      ];
      const run = await readDeliverableRun(sealed, CONTEXT, new AbortController().signal);
      const first = await all(run, join(folder, 'out'), entries);
      expect(kinds(first.outcomes)).toEqual(entries.map(() => ['delivered', 1]));
      const again = await all(run, join(folder, 'out'), entries);
      expect(kinds(again.outcomes)).toEqual(entries.map(() => ['before', 0]));
      // Its template leaves the private columns out, so the pages as received go to those alone who ask for them.
      expect([mail.mails.length, hook.received.length, s3.objects.size]).toEqual([1, 1, run.files.length - 1]);
      expect([...s3.objects.keys()].filter((key) => key.endsWith('records.zip'))).toEqual([]);
      const signal = new AbortController().signal;
      const options = { publicKeyPath: null, previousRun: null, checksumsOnly: true, emit: () => undefined, signal };
      for (const copy of [sealed, join(share, run.name)]) {
        expect((await verifyRun(copy, options)).findings).toEqual([]);
      }
      expect(await readdir(join(folder, 'out'))).toEqual(['.deliveries', run.name]);
      const records = await readdir(join(folder, 'out', '.deliveries', run.name));
      expect(records.sort()).toEqual(first.outcomes.map(({ destination: { id } }) => `${id}.json`).sort());
      for (const record of records) {
        const text = await readFile(join(folder, 'out', '.deliveries', run.name, record), 'utf8');
        expect(JSON.parse(text)).toMatchObject({ state: 'delivered', report_id: run.reportId, attempts: 1 });
        for (const secret of Object.values(ENV)) expect(text).not.toContain(secret);
        const path = join(folder, 'out', '.deliveries', run.name, record);
        expect((await stat(path)).mode & 0o137).toBe(0);
        expect((await stat(join(path, '..'))).mode & 0o027).toBe(0);
      }
    });
  });

  test.each([
    ['spreadsheet-analysis', true],
    ['monthly-compliance', false],
    ['scheduled-export', false],
  ])('of the template %s goes with records.zip and reviews.csv by default: %s', async (template, goes) => {
    await withFolder(async (folder) => {
      const reviews = join(folder, 'notes.csv');
      await writeFile(reviews, 'uuid,reviewer\nu,Ann Example\n');
      const { folder: sealed } = await exportRun({
        source: 'sandbox',
        detections: '10',
        format: 'csv',
        all: 'true',
        template,
        reviews,
        out: folder,
      });
      const { files } = await readDeliverableRun(sealed, CONTEXT, new AbortController().signal);
      const held = files.filter(({ onRequestOnly }) => onRequestOnly === true).map(({ name }) => name);
      expect(held).toEqual(goes ? [] : ['records.zip', 'reviews.csv']);
      expect(files.some(({ name }) => name === 'records.zip')).toBe(true);
    });
  });

  test('that was changed is not handed over', async () => {
    await withFolder(async (folder) => {
      const flags = { source: 'sandbox', detections: '20', out: folder, format: 'csv' };
      const { folder: sealed } = await exportRun(flags);
      await writeFile(join(sealed, 'detections.csv'), 'uuid\r\n');
      const reading = readDeliverableRun(sealed, CONTEXT, new AbortController().signal);
      await expect(reading).rejects.toThrow(/detections\.csv is not what was sealed/);
    });
  });
});

describe('one that fails', () => {
  test.each<[string, Reply[], [string, number]]>([
    ['refused', [status(403)], ['failed', 1]],
    ['500 for ever', Array.from({ length: 40 }, () => status(500)), ['failed', 7]],
    ['500 twice', [status(500), status(502)], ['delivered', 3]],
    ['a broken connection', [reset], ['delivered', 2]],
    ['disk full', [status(507)], ['failed', 1]],
    ['slow', [silent], ['delivered', 2]],
    ['429 within the budget', [status(429, { 'retry-after': '30' })], ['delivered', 2]],
    ['429 beyond the budget', [status(429, { 'retry-after': '90' })], ['failed', 1]],
  ])('%s: the others are delivered, and the next run goes on', async (what, replies, expected) => {
    await withFolder(async (folder) => {
      const [bad, good] = [await listen(replies), await listen()];
      const run = await runIn(folder);
      const entries = [hookAt(`${bad.url}/a`, { timeout_seconds: 1 }), hookAt(good.url)];
      const { outcomes, told } = await all(run, folder, entries);
      expect(kinds(outcomes)).toEqual([expected, ['delivered', 1]]);
      if (what === '429 within the budget') expect(told.waits).toEqual([31_500]);
      const [first] = outcomes;
      const record = join(folder, '.deliveries', run.name, `${first?.destination.id}.json`);
      const state = expected[0] === 'failed' ? 'pending' : 'delivered';
      expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({ state });
      if (expected[0] !== 'failed' || what === '500 for ever') return;
      const later = await all(run, folder, entries);
      expect(kinds(later.outcomes)).toEqual([
        ['delivered', 1],
        ['before', 0],
      ]);
      expect(new Set(bad.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    });
  });

  test('for want of its secret: the others are delivered', async () => {
    await withFolder(async (folder) => {
      const good = await listen();
      const entries = [hookAt(good.url, { secret: { env: 'NOT_SET' } }), { ...hookAt(`${good.url}/b`) }];
      const { outcomes } = await all(await runIn(folder), folder, entries);
      expect(kinds(outcomes)).toEqual([
        ['failed', 1],
        ['delivered', 1],
      ]);
      expect(outcomes[0]?.error?.message).toContain('NOT_SET');
    });
  });
});

test('a receipt that is lost means the same key again, and a folder that says so', async () => {
  await withFolder(async (folder) => {
    const share = join(folder, 'share');
    await mkdir(share);
    const run = await runIn(folder);
    const entry = { kind: 'directory', path: share };
    const first = await all(run, folder, [entry]);
    await rm(join(folder, '.deliveries'), { recursive: true });
    const again = await all(run, folder, [entry]);
    expect(again.outcomes[0]?.receipt?.outcome).toBe('already');
    expect(again.outcomes[0]?.idempotencyKey).toBe(first.outcomes[0]?.idempotencyKey);
  });
});

test('another report under the same name is delivered anew', async () => {
  await withFolder(async (folder) => {
    const hook = await listen();
    const run = await runIn(folder);
    await all(run, folder, [hookAt(hook.url)]);
    await all({ ...run, reportId: 'DR-99999-11111-22222-33333' }, folder, [hookAt(hook.url)]);
    expect(hook.received.map(({ headers }) => headers['idempotency-key'])).toHaveLength(2);
  });
});

test('records that cannot be kept: nothing is sent', async () => {
  await withFolder(async (folder) => {
    const hook = await listen();
    const run = await runIn(folder);
    await writeFile(join(folder, '.deliveries'), 'in the way');
    await expect(all(run, folder, [hookAt(hook.url)])).rejects.toMatchObject({ kind: 'output' });
    expect(hook.received).toEqual([]);
  });
});

test('an interrupted run stops, and what had arrived is on record', async () => {
  await withFolder(async (folder) => {
    const controller = new AbortController();
    const hanging = await listen([() => controller.abort(new InterruptedError('SIGTERM'))]);
    const run = await runIn(folder);
    const delivering = all(run, folder, [hookAt(hanging.url)], controller.signal);
    await expect(delivering).rejects.toMatchObject({ kind: 'interrupted', signal: 'SIGTERM' });
    const [record = ''] = await readdir(join(folder, '.deliveries', run.name));
    const text = await readFile(join(folder, '.deliveries', run.name, record), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ state: 'pending', attempts: 0 });
  });
});
