import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTemplate } from '../../src/config/template.ts';
import { resolvePeriod } from '../../src/core/calendar.ts';
import {
  DetectReportError,
  InterruptedError,
  InvariantError,
  OutputError,
  SourceError,
} from '../../src/core/errors.ts';
import type { Snapshot, SnapshotPage } from '../../src/core/snapshot.ts';
import type { Template } from '../../src/core/template.ts';
import { receivedFailure, sentFailure } from '../../src/render/threads/failure.ts';
import { runReport } from '../../src/app/export/export-run.ts';
import type { ProgressEvent } from '../../src/core/progress.ts';
import { configOf } from '../run/run-sandbox.ts';
import { TABLES } from '../../src/render/transform/tables/tables.ts';
import { inFolder } from '../cli/run-cli.ts';
import { DetectionGenerator } from '../../src/sandbox/items/generate.ts';
import { CERTIFICATE, FACTS, pageOf } from '../snapshot/snapshots.ts';
import { write } from '../transform/json-text.ts';
import { anyItem } from '../transform/random-items.ts';
import { rendered } from './rendering.ts';

const ALL = resolvePeriod({ kind: 'all' }, 'Europe/Berlin', 0);
const SEED = 20240210;

/** Pages as a walk leaves them, each read anew: a rendering takes their bodies away. */
function snapshotOf(items: readonly string[], onPage: (index: number) => void = () => undefined): Snapshot {
  const pages = Array.from({ length: Math.ceil(items.length / 10) }, (_, index) =>
    items.slice(10 * index, 10 * index + 10),
  );
  const count = items.length - pages.length;
  return {
    record: {
      format: 'detect-report/extraction/1',
      ...FACTS,
      packed: { bytes: 0, sha256: '0'.repeat(64) },
      merkleRoot: '0'.repeat(64),
      windows: [],
      certificate: { ...CERTIFICATE, received: count, unique: count },
    },
    recordSha256: '0'.repeat(64),
    pages: async function* (): AsyncGenerator<SnapshotPage> {
      for (const [index, some] of pages.entries()) {
        onPage(index);
        const page = pageOf(some, index + 1);
        // The second item of each page stands on another page too.
        const accepted =
          some.length > 2
            ? ([
                [0, 0],
                [2, some.length - 1],
              ] as const)
            : ([[0, 0]] as const);
        yield { file: `pages/${index}.json`, page, accepted: some.length === 1 ? [] : accepted };
      }
    },
    close: async () => undefined,
  };
}

/** Generated detections, and between them items as no API should send them, each with a uuid of its own. */
function mixedItems(): string[] {
  const generator = new DetectionGenerator({ detections: 130, seed: 7, months: 2 });
  const strange = fc.sample(anyItem, { numRuns: 90, seed: SEED }).map((item, index) => {
    const { json } = write(item);
    const members = json.trim().slice(1, -1).trim();
    return `{${members}${members === '' ? '' : ','}"uuid":"strange-${index}"}`;
  });
  return strange.flatMap((item, index) => [JSON.stringify(generator.detectionAt(index)), item]);
}

describe('any number of threads gives what one gives', () => {
  const items = mixedItems();
  let whole: Template;
  let withheld: Template;
  beforeAll(async () => {
    const context = { tables: Object.values(TABLES), baseDir: '' };
    whole = await loadTemplate('spreadsheet-analysis', context);
    withheld = await loadTemplate('monthly-compliance', context);
  });

  test('every column, packed, without guards', async () => {
    const job = {
      snapshot: snapshotOf(items),
      template: whole,
      period: ALL,
      settings: { csvSafety: 'raw', csvBom: true, csvCompression: 'gzip' },
    } as const;
    const alone = await rendered(job, 0);
    expect(alone['withheldCells']).toBe(0);
    for (const name of ['detections', 'metric_nodes', 'audio_scores']) {
      expect(alone['rows']).toContainEqual([`${name}.csv.gz`, expect.toSatisfy((rows: number) => rows > 50)]);
    }
    for (const threads of [1, 3]) expect(await rendered(job, threads)).toEqual(alone);
  });

  test('private values withheld, one month, short lists, guarded cells', async () => {
    const template = { ...withheld, registerLimit: 7, retentionLimitSeconds: 60 };
    const january = resolvePeriod({ kind: 'named', name: '2024-01' }, 'Asia/Kathmandu', 0);
    for (const period of [january, ALL]) {
      const job = { snapshot: snapshotOf(items), template, period };
      const alone = await rendered(job, 0);
      expect(alone['withheldCells']).toBeGreaterThan(0);
      expect(alone['changed']).not.toEqual([]);
      expect(await rendered(job, 3)).toEqual(alone);
    }
  });

  test('an item that is none: the same error, whichever page is rendered first', async () => {
    const snapshot = snapshotOf(items);
    const broken: Snapshot = {
      ...snapshot,
      pages: async function* () {
        for await (const page of snapshot.pages()) {
          // The page behind it is bad as well, and the archive ends badly.
          if (page.file === 'pages/5.json' || page.file === 'pages/6.json') page.page.body.fill(0x20);
          yield page;
          if (page.file === 'pages/7.json') throw new SourceError('The archive ends.');
        }
      },
    };
    const job = { snapshot: broken, template: whole, period: ALL };
    const failures = await Promise.all(
      [0, 1, 3].map((threads) => rendered(job, threads).catch((error: unknown) => error)),
    );
    const [alone] = failures;
    expect(alone).toBeInstanceOf(SourceError);
    expect(String(alone)).toContain('pages/5.json');
    for (const failure of failures) {
      expect(failure).toEqual(alone);
      expect(failure).toBeInstanceOf(SourceError);
      expect(failure).toMatchObject({ remedy: (alone as SourceError).remedy, cause: expect.any(SyntaxError) });
    }
  });

  test.each([
    ['process.exit(7)', 'exit code 7'],
    ["throw new Error('out of memory')", 'out of memory'],
    [
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(9))",
      'exit code 9',
    ],
  ])('a thread that ends by itself: %s', async (script, reason) => {
    const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
    const ending = rendered({ snapshot: snapshotOf(items), template: whole, period: ALL, script: url }, 2);
    await expect(ending).rejects.toThrow(DetectReportError);
    await expect(ending).rejects.toThrow(`A worker thread ended before its work: ${reason}`);
  });

  test('threads that never answer are stopped with the run', async () => {
    const controller = new AbortController();
    const script = new URL('data:text/javascript,for(;;){}');
    // By then each thread has been given all that it is given at once: nothing else would end the wait.
    const snapshot = snapshotOf(items, (index) => index === 4 && setImmediate(() => controller.abort(interrupted)));
    const interrupted = new InterruptedError('SIGTERM');
    const sinceMs = performance.now();
    const job = { snapshot, template: whole, period: ALL, script, signal: controller.signal };
    await expect(rendered(job, 2)).rejects.toBe(interrupted);
    expect(performance.now() - sinceMs).toBeLessThan(5_000);
  });
});

test.each([
  new SourceError('a', { place: { page: 1, file: 'b' }, remedy: 'c', cause: new SyntaxError('d') }),
  new InvariantError('a'),
  new OutputError('a', { remedy: 'c' }),
  new DetectReportError('usage', 'a'),
  new RangeError('a'),
])('a failure arrives as it was: %s', (error) => {
  const arrived = receivedFailure(structuredClone(sentFailure(error)));
  expect(arrived).toEqual(error);
  expect(arrived.constructor).toBe(error.constructor);
  expect({ ...(arrived as object) }).toEqual({ ...(error as object) });
});

test('a format that cannot use workers says so, and is written all the same', async () => {
  await inFolder(async (out) => {
    const flags = { source: 'sandbox', detections: 30, 'page-size': 10, format: 'csv,parquet', workers: 2, out };
    const notes: ProgressEvent[] = [];
    const emit = (event: ProgressEvent): void => void (event.kind === 'note' && notes.push(event));
    const { files } = await runReport(await configOf(flags), { emit, signal: new AbortController().signal });
    expect(files.map(({ name }) => name)).toContain('detections.parquet');
    const text = 'Rendered without workers: only CSV can use them, not parquet.';
    expect(notes).toContainEqual({ kind: 'note', level: 'info', text });
  });
});
