import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTemplate } from '../../src/config/template.ts';
import { resolvePeriod } from '../../src/core/calendar.ts';
import {
  DetectReportError,
  InterruptedError,
  InvariantError,
  OutputError,
  SourceError,
} from '../../src/core/errors.ts';
import type { PageRange } from '../../src/core/snapshot.ts';
import type { Template } from '../../src/core/template.ts';
import { type PartSetup, receivedFailure, sentFailure } from '../../src/render/parts/messages.ts';
import { type Assembler, inThreads } from '../../src/render/parts/runners.ts';
import type { PartRenderer } from '../../src/render/parts/renderer.ts';
import { type Part, planParts } from '../../src/render/render-parts.ts';
import { detectionGenerator } from '../../src/sandbox/items/generate.ts';
import { type KeptWindow, pageOf, writeSnapshot } from '../snapshot/snapshots.ts';
import { TABLES } from '../../src/render/transform/tables/tables.ts';
import { write } from '../transform/json-text.ts';
import { anyItem } from '../transform/random-items.ts';
import { rendered, type Rendering } from './rendering.ts';

const ALL = resolvePeriod({ kind: 'all' }, 'Europe/Berlin', 0);
const JANUARY = resolvePeriod({ kind: 'named', name: '2024-01' }, 'Asia/Kathmandu', 0);
const SEED = 20240210;
const NO_LIMIT = Number.POSITIVE_INFINITY;
/** Parts of some pages: as many as there are pages would hide what a part of several gets wrong. */
const SMALL = { detections: 25, bytes: NO_LIMIT };

/** Pages of ten, as a walk keeps them: the second item of each stands on another page too. */
function windowsOf(items: readonly string[]): KeptWindow[] {
  return Array.from({ length: Math.ceil(items.length / 10) }, (_, index) => {
    const some = items.slice(10 * index, 10 * index + 10);
    const accepted =
      some.length > 2
        ? ([
            [0, 0],
            [2, some.length - 1],
          ] as const)
        : ([[0, 0]] as const);
    return { page: pageOf(some, index + 1), accepted };
  });
}

/** Generated detections, and between them items as no API should send them, each with a uuid of its own. */
function mixedItems(): string[] {
  const generator = detectionGenerator({ detections: 80, seed: 7, months: 2 });
  const strange = fc.sample(anyItem, { numRuns: 60, seed: SEED }).map((item, index) => {
    const { json } = write(item);
    const members = json.trim().slice(1, -1).trim();
    return `{${members}${members === '' ? '' : ','}"uuid":"strange-${index}"}`;
  });
  return strange.flatMap((item, index) => [JSON.stringify(generator.detectionAt(index)), item]);
}

let place: string;
let whole: Template;
let withheld: Template;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'parts-'));
  const context = { tables: Object.values(TABLES), baseDir: '' };
  whole = await loadTemplate('spreadsheet-analysis', context);
  withheld = await loadTemplate('monthly-compliance', context);
});
afterAll(() => rm(place, { recursive: true, force: true }));

let archives = 0;
async function archiveOf(windows: readonly KeptWindow[]): Promise<string> {
  const path = join(place, `${++archives}.zip`);
  await writeSnapshot(path, windows);
  return path;
}

function settingsOf(template: Template, more: Partial<Rendering['settings']> = {}): Rendering['settings'] {
  return {
    template,
    formats: ['csv', 'parquet', 'xlsx', 'html'],
    sinks: { csvSafety: 'strict', csvBom: false },
    keepSnapshot: true,
    sourceDateEpochMs: null,
    previous: null,
    amendment: null,
    signingKey: null,
    ...more,
  };
}

describe('any number of threads gives what none gives', () => {
  test('every column, packed, without guards', async () => {
    const settings = settingsOf(whole, {
      formats: ['csv'],
      sinks: { csvSafety: 'raw', csvBom: true, csvCompression: 'gzip' },
    });
    const job = { archive: await archiveOf(windowsOf(mixedItems())), settings, period: ALL, partLimits: SMALL };
    const alone = await rendered({ ...job, workers: 0 });
    const some = expect.toSatisfy((rows: number) => rows > 50);
    for (const name of ['detections', 'metric_nodes', 'audio_scores']) {
      expect(alone['hashes']).toContainEqual([`${name}.csv.gz`, expect.any(String), some]);
    }
    for (const workers of [1, 3]) expect(await rendered({ ...job, workers })).toEqual(alone);
  });

  test('private values withheld, one month, short lists, guarded cells, every format', async () => {
    const settings = settingsOf({ ...withheld, registerLimit: 7, retentionLimitSeconds: 60 });
    const archive = await archiveOf(windowsOf(mixedItems()));
    for (const period of [JANUARY, ALL]) {
      const job = { archive, settings, period, partLimits: SMALL };
      const alone = await rendered({ ...job, workers: 0 });
      expect(alone['changedCells']).toHaveProperty('csv');
      expect(await rendered({ ...job, workers: 2 })).toEqual(alone);
    }
  });

  test.each([0, 1, 19, 20, 21])('lists that end about the border of a part: %s', async (count) => {
    const generator = detectionGenerator({ detections: 30, seed: 7, months: 1 });
    const items = Array.from({ length: count }, (_, index) => JSON.stringify(generator.detectionAt(index)));
    const windows = Array.from({ length: Math.ceil(count / 5) }, (_, index): KeptWindow => {
      const some = items.slice(5 * index, 5 * index + 5);
      return { page: pageOf(some, index + 1), accepted: [[0, some.length - 1]] };
    });
    const partLimits = { detections: 20, bytes: NO_LIMIT };
    const job = { archive: await archiveOf(windows), settings: settingsOf(whole), period: ALL, partLimits };
    const alone = await rendered({ ...job, workers: 0 });
    expect(alone['hashes']).toContainEqual(['detections.csv', expect.any(String), count]);
    for (const workers of count === 21 ? [1, 2] : [2]) expect(await rendered({ ...job, workers })).toEqual(alone);
  });

  test('an item that is none: the same error, whichever part is rendered first', async () => {
    const windows = windowsOf(mixedItems());
    // A page in the third part, and one behind it.
    for (const index of [7, 10]) {
      const { page, ...kept } = windows[index] ?? expect.fail('too few pages');
      const body = Buffer.from(page.body);
      // After its first brace, which is all that opening the page looks at.
      for (const { start, end } of page.items) body.fill(0x20, start + 1, end - 1).fill(0x7b, start + 1, start + 2);
      windows[index] = { ...kept, page: { ...page, body } };
    }
    const job = { archive: await archiveOf(windows), settings: settingsOf(whole), period: ALL, partLimits: SMALL };
    const failures = await Promise.all(
      [0, 1, 3].map((workers) => rendered({ ...job, workers }).catch((error: unknown) => error)),
    );
    const [alone] = failures;
    expect(alone).toMatchObject({ kind: 'source', remedy: expect.any(String) });
    expect(String(alone)).toContain('pages/000008.json');
    for (const failure of failures) expect(failure).toEqual(alone);
  });
});

describe('a plan of parts', () => {
  const window = (items: number, bytes: number, file: string | null = 'a') =>
    ({ file, bytes, accepted: items === 0 ? [] : [[0, items - 1]] }) as never;
  const plan = (windows: readonly never[], limits = { detections: 10, bytes: 100 }): readonly Part[] =>
    planParts({ windows }, limits);

  test('ends a part with the page that reaches a limit', () => {
    expect(plan([window(9, 1), window(1, 1), window(10, 1), window(3, 99), window(3, 1), window(1, 1)])).toEqual([
      { first: 0, end: 2, detections: 10 },
      { first: 2, end: 3, detections: 10 },
      { first: 3, end: 5, detections: 6 },
      { first: 5, end: 6, detections: 1 },
    ]);
  });

  test('counts the pages that were kept alone, and gives an empty list one part', () => {
    expect(plan([window(9, 1), window(5, 200, null), window(1, 1)])).toEqual([{ first: 0, end: 2, detections: 10 }]);
    expect(plan([])).toEqual([{ first: 0, end: 0, detections: 0 }]);
  });
});

describe('threads', () => {
  const parts: readonly PageRange[] = Array.from({ length: 6 }, (_, first) => ({ first, end: first + 1 }));
  const nothing = { take: async () => undefined, endPart: async () => undefined };
  /** `statistics` tells the part. */
  const here = async ({ first }: PageRange) => ({ statistics: first, registers: null, evidence: [] }) as never;
  const run = (
    script: string,
    signal = new AbortController().signal,
    renderer: PartRenderer = here,
    assembler: Assembler = nothing,
  ): Promise<void> => {
    const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
    return inThreads(2, url, {} as PartSetup, renderer).run(parts, assembler, signal);
  };

  test.each([
    ['process.exit(7)', 'exit code 7'],
    ["throw new Error('out of memory')", 'out of memory'],
    [
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(9))",
      'exit code 9',
    ],
  ])('one that ends by itself: %s', async (script, reason) => {
    const ending = run(script);
    await expect(ending).rejects.toThrow(DetectReportError);
    await expect(ending).rejects.toThrow(`A worker thread ended before its work: ${reason}`);
  });

  test('that never answer are stopped with the run', async () => {
    const controller = new AbortController();
    const interrupted = new InterruptedError('SIGTERM');
    const running = run('for(;;){}', controller.signal);
    setImmediate(() => controller.abort(interrupted));
    await expect(running).rejects.toBe(interrupted);
  });

  test('that never answer, while this one renders: its rendering ends before the run', async () => {
    const controller = new AbortController();
    const interrupted = new InterruptedError('SIGTERM');
    let [begun, ended] = [0, 0];
    const endless: PartRenderer = async (_part, _give, signal) => {
      begun++;
      setImmediate(() => controller.abort(interrupted));
      await once(signal, 'abort');
      await breathe();
      ended++;
      throw signal.reason;
    };
    await expect(run('for(;;){}', controller.signal, endless)).rejects.toBe(interrupted);
    expect([begun, ended]).toEqual([1, 1]);
  });

  test('one that fails while this one renders: this one is stopped, and the error is the thread’s', async () => {
    const dying = "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(9))";
    let stopped = 0;
    const slow: PartRenderer = async (part, _give, signal) => {
      if (part.first === 0) return await here(part);
      await once(signal, 'abort');
      stopped++;
      throw signal.reason;
    };
    await expect(run(dying, undefined, slow)).rejects.toThrow('exit code 9');
    expect(stopped).toBe(1);
  });

  test('that never answer: this one renders no more than one part ahead for each lane, and one', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const running = run(
      'import("node:worker_threads").then((own) => own.parentPort.ref())',
      controller.signal,
      (part) => {
        begun.push(part.first);
        return here(part);
      },
    );
    running.catch(() => undefined);
    for (let turn = 0; begun.length < 3 || turn < 50; turn++) await breathe();
    expect(begun).toEqual([0, 3, 4]);
    controller.abort(new InterruptedError('SIGTERM'));
    await expect(running).rejects.toThrow(InterruptedError);
  });

  test('an assembler that fails: nothing is begun any more', async () => {
    let [begun, late, ended] = [0, 0, 0];
    const counted: PartRenderer = async (part, _give, signal) => {
      begun++;
      if (signal.aborted) late++;
      await breathe();
      ended++;
      return await here(part);
    };
    const failing = { ...nothing, endPart: () => Promise.reject(new OutputError('full')) };
    const answering = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', (part) => {
        if (part === null) process.exit(0);
        parentPort.postMessage({ kind: 'part', blocks: [], statistics: part.first, registers: null });
      });`;
    await expect(run(answering, undefined, counted, failing)).rejects.toThrow('full');
    expect([ended, late]).toEqual([begun, 0]);
  });

  test('any reason to stop is an interruption, whichever lane renders', async () => {
    const controller = new AbortController();
    const waiting: PartRenderer = async (_part, _give, signal) => {
      controller.abort();
      signal.throwIfAborted();
      return await here({ first: 0, end: 1 });
    };
    await expect(run('for(;;){}', controller.signal, waiting)).rejects.toThrow(InterruptedError);
  });

  test('that answer out of order: assembled in list order', async () => {
    // Two of the even parts are answered late.
    const script = `
      import { parentPort } from 'node:worker_threads';
      const answer = ({ first }) => parentPort.postMessage({ kind: 'part', blocks: [], statistics: first, registers: null });
      parentPort.on('message', (part) => {
        if (part === null) process.exit(0);
        if (part.first % 2 === 0 && part.first < 4) setTimeout(answer, 50, part);
        else answer(part);
      });`;
    const order: unknown[] = [];
    const assembler = {
      ...nothing,
      endPart: async ({ statistics }: { statistics: unknown }) => void order.push(statistics),
    };
    await run(script, undefined, here, assembler);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
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
