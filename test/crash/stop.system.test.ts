import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endOf } from '../cli/run-cli.ts';
import { ageLocks, litter, readRun, resumedRequests, Workplace } from './exports.ts';

const WORDS = ['--page-size', '10', '--quiet'];
const CSV = ['--format', 'csv'];
/** Ten times the grace period: a busy machine is late, and a run that does not stop never ends. */
const PATIENCE_MS = 30_000;

let place: Workplace;
let requests: EventTarget;
beforeEach(async () => {
  requests = new EventTarget();
  const onRequest = (): void => void requests.dispatchEvent(new Event('request'));
  place = await Workplace.open({ detections: 60, months: 1, latencyMs: 50, onRequest }, WORDS);
});
afterEach(() => place.close());

/** Resolves when the list was asked for `count` times. */
async function asked(count: number): Promise<void> {
  while (place.sandbox.counters.listRequests < count) await once(requests, 'request');
}

async function stopped(child: ChildProcess, stop: () => void) {
  const end = endOf(child);
  const sinceMs = performance.now();
  stop();
  const { code, stdout } = await end;
  return { code, stdout, inTime: performance.now() - sinceMs < PATIENCE_MS };
}

describe('a run that is asked to stop', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('by %s while it reads: keeps its pages, and leaves nothing else', async (signal, code) => {
    const out = await place.outDir();
    const child = place.start(out, { words: CSV });
    await asked(6);
    expect(await stopped(child, () => child.kill(signal))).toEqual({ code, stdout: '', inTime: true });
    expect(await readRun(out)).toBeNull();
    expect(await litter(out)).toEqual(['.monthly-compliance_all.work']);
  });

  test('but cannot: it is ended after its grace period, and the next run goes on all the same', async () => {
    const out = await place.outDir();
    const child = place.start(out, { words: CSV, fault: { at: 40, kind: 'slow' } });
    await once(child.stderr ?? child, 'data');
    expect(await stopped(child, () => child.kill('SIGTERM'))).toMatchObject({ code: 143, inTime: true });
    expect(await readRun(out)).toBeNull();
    await ageLocks(out);
    expect((await place.run(out, { words: CSV })).code).toBe(0);
    expect(await resumedRequests(out)).toBeGreaterThan(0);
    expect(await litter(out)).toEqual([]);
  });

  test('as process 1 of a container', async () => {
    const out = await place.outDir();
    const child = place.start(out, { words: CSV, under: ['unshare', '--pid', '--fork', '--'] });
    await asked(6);
    const inner = Number(await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'));
    expect(await readFile(`/proc/${inner}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t1$/m);
    const stop = (): void => void process.kill(inner, 'SIGTERM');
    expect(await stopped(child, stop)).toEqual({ code: 143, stdout: '', inTime: true });
    expect(await litter(out)).toEqual(['.monthly-compliance_all.work']);
  });
});

describe('many runs of the same name at once', () => {
  test('one does the work, the others are told to try later and have touched nothing', async () => {
    await place.close();
    place = await Workplace.open({ detections: 60, latencyMs: 60_000 }, WORDS);
    const out = await place.outDir();
    const children = Array.from({ length: 3 }, () => place.start(out, { words: CSV }));
    const ends = children.map(async (child) => ({ child, ...(await endOf(child)) }));
    const lost: Awaited<(typeof ends)[number]>[] = [];
    const waiting = new Set(ends);
    while (waiting.size > 1) {
      const [ended, end] = await Promise.race([...waiting].map(async (one) => [one, await one] as const));
      waiting.delete(ended);
      lost.push(end);
    }
    expect(lost.map(({ code }) => code)).toEqual([6, 6]);
    expect(new Set(lost.map(({ stderr }) => stderr)).size).toBe(1);
    expect(lost[0]?.stderr).toMatch(/^error: Another run is writing the same run folder: .*\n {2}try: Wait until/);
    // The one that is left still waits for the very first answer.
    expect(place.sandbox.counters.byStatus.get(200)).toBeUndefined();
    const running = children.find(({ exitCode }) => exitCode === null);
    running?.kill('SIGTERM');
    expect(await Promise.all([...waiting].map(async (one) => (await one).code))).toEqual([143]);
    expect(await litter(out)).toEqual([]);
  });
});
