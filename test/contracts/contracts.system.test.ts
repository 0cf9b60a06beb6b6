import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkDestination, checkSink, checkSource } from '../../src/app/contracts/index.ts';
import type { Destination, OwnSink, Sink, Source } from '../../src/index.ts';
import { openSource } from '../../src/app/export/open-source.ts';
import { FORMATS, SINKS } from '../../src/render/sinks/registry.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { DeliverySettings } from '../../src/deliver/registry.ts';
import { listen } from '../deliveries/http-server.ts';
import { startMail } from '../deliveries/mail-server.ts';
import { dependencies, destination } from '../deliveries/material.ts';
import { KEYS, startS3 } from '../deliveries/s3-server.ts';
import { itemsOf, jsonLines, listSource, recordingDestination } from '../library/own.ts';
import { configOf, withFolder } from '../run/run-sandbox.ts';
import { openSink } from '../sinks/open-sink.ts';

async function opened(flags: Record<string, unknown>, env: Record<string, string> = {}): Promise<Source> {
  const config = await configOf(flags, env);
  const source = await openSource(config, () => undefined);
  if (source === null) throw new Error('no source');
  return source;
}

describe('every source keeps the contract', () => {
  test('the sandbox', async () => {
    await expect(checkSource(() => opened({ source: 'sandbox', detections: 25 }))).resolves.toBeUndefined();
  });

  test('the API', async () => {
    const sandbox = await startSandbox({ detections: 25, seed: 1, months: 1, key: 'test-key' });
    try {
      const flags = { source: 'api', 'base-url': sandbox.url };
      await expect(checkSource(() => opened(flags, { RESEMBLE_API_KEY: 'test-key' }))).resolves.toBeUndefined();
    } finally {
      await sandbox.close();
    }
  });

  test('one of the caller’s own', async () => {
    await expect(checkSource(() => listSource(itemsOf(25)))).resolves.toBeUndefined();
  });

  const list = listSource(itemsOf(25));
  test.each<[problem: string, page: (number: number, size: number) => Promise<unknown>]>([
    ['did not return a page', async () => ({})],
    ['has other items the second time', shuffling()],
    ['are not the items of page(1, 20)', (number, size) => asked(1, size, number)],
    ['after the end a page is empty', (number, size) => asked(Math.min(number, 3), size, number)],
    ['needs a list of more than 10', (number, size) => listSource([]).page(number, size, new AbortController().signal)],
  ])('the control: %s', async (problem, page) => {
    await expect(checkSource(() => ({ ...list, page }) as Source)).rejects.toThrow(problem);
  });

  test('the control: an aborted signal', async () => {
    const page: Source['page'] = async (number, size, signal) => {
      if (signal.aborted) throw Object.assign(new Error('stopped'), { kind: 'interrupted' });
      return await list.page(number, size, signal);
    };
    // The error of an own source is turned into ours.
    await expect(checkSource(() => ({ ...list, page }))).resolves.toBeUndefined();
  });

  async function asked(number: number, size: number, as: number): Promise<unknown> {
    return { ...(await list.page(number, size, new AbortController().signal)), number: as };
  }

  function shuffling(): (number: number, size: number) => Promise<unknown> {
    let calls = 0;
    return async (number, size) => {
      calls += 1;
      const items = calls > 3 ? itemsOf(25).reverse() : itemsOf(25);
      return await listSource(items).page(number, size, new AbortController().signal);
    };
  }
});

describe('every sink keeps the contract', () => {
  test.each(FORMATS)('%s', async (format) => {
    await expect(
      checkSink({ ...SINKS[format], open: (context) => openSink(SINKS[format], context) }),
    ).resolves.toBeUndefined();
  });

  test('one of the caller’s own', async () => {
    await expect(checkSink(jsonLines)).resolves.toBeUndefined();
  });

  /** The same sink with one method changed. */
  const changed = (change: (sink: Sink) => Partial<Sink>): OwnSink => ({
    ...jsonLines,
    async open(context) {
      const sink = await jsonLines.open(context);
      return { ...sink, ...change(sink) };
    },
  });
  let runs = 0;
  test.each<[problem: string, sink: OwnSink]>([
    ['which is not a plain file name', { ...jsonLines, files: () => ['../a'] }],
    ['names a file twice', { ...jsonLines, files: () => ['a', 'a'] }],
    ['b was not created and closed', { ...jsonLines, files: () => ['rows.jsonl', 'b'] }],
    ['which files() does not name', { ...jsonLines, files: () => [] }],
    [
      'no call of the sink was rejected',
      changed((sink) => ({ write: (...given) => sink.write(...given).catch(() => {}) })),
    ],
    [
      'which files() does not name',
      changed((sink) => ({
        close: async (report) => ({ ...(await sink.close(report)), rowsByFile: new Map([['rows.csv', 1]]) }),
      })),
    ],
    [
      'has other bytes the second time',
      {
        ...jsonLines,
        async open(context) {
          const output = await context.folder.create('rows.jsonl');
          await output.append(Buffer.from(String(runs++)));
          return { write: async () => undefined, close: async () => (await output.close(), NOTHING) };
        },
      },
    ],
  ])('the control: %s', async (problem, sink) => {
    await expect(checkSink(sink)).rejects.toThrow(problem);
  });
});

const NOTHING = { rowsByFile: new Map<string, number>(), changedCells: new Map<string, number>() };

describe('every destination keeps the contract', () => {
  const makers: Record<DeliverySettings['kind'], (folder: string) => Promise<() => Destination>> = {
    async directory(folder) {
      await mkdir(join(folder, 'share'));
      return () => destination({ kind: 'directory', path: join(folder, 'share') }, dependencies('/'));
    },
    async s3(folder) {
      const { endpoint } = await startS3();
      const env = { AWS_ACCESS_KEY_ID: KEYS.id, AWS_SECRET_ACCESS_KEY: KEYS.secret };
      const entry = { kind: 's3', bucket: 'reports', prefix: 'a', region: KEYS.region, endpoint };
      return () => destination(entry, dependencies(folder, env));
    },
    async email() {
      const { port } = await startMail();
      const entry = { kind: 'email', host: '127.0.0.1', port, from: 'reports@example.com', to: ['ana@example.com'] };
      return () => destination(entry, dependencies('/'));
    },
    async webhook() {
      const { url } = await listen();
      const entry = { kind: 'webhook', url: `${url}/hook`, secret: { env: 'HOOK_SECRET' } };
      return () => destination(entry, dependencies('/', { HOOK_SECRET: 'whsec-0123456789abcdef' }));
    },
  };

  test.each(Object.entries(makers))('%s', async (_, make) => {
    await withFolder(async (folder) => {
      await expect(checkDestination(await make(folder))).resolves.toBeUndefined();
    });
  });

  test('one of the caller’s own', async () => {
    await expect(checkDestination(() => recordingDestination('memory'))).resolves.toBeUndefined();
  });

  let made = 0;
  test.each<[problem: string, make: () => Destination]>([
    ['not a plain file name', () => recordingDestination('a/b')],
    ['another one when the destination is opened again', () => recordingDestination(`memory-${made++}`)],
    ['one line', () => ({ ...recordingDestination('a'), describe: () => 'a\nb' })],
    ['gave no receipt', () => ({ ...recordingDestination('a'), deliver: async () => undefined as never })],
    [
      'not InterruptedError',
      () =>
        recordingDestination('a', async () => {
          throw new Error('oops');
        }),
    ],
    [
      'not DeliveryError',
      () => {
        const own = recordingDestination('a');
        const deliver: Destination['deliver'] = async (run, ...given) => {
          if (run.name.endsWith('-other')) throw new Error('oops');
          return await own.deliver(run, ...given);
        };
        return { ...own, deliver };
      },
    ],
  ])('the control: %s', async (problem, make) => {
    await expect(checkDestination(make)).rejects.toThrow(problem);
  });
});
