import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CliRun } from '../cli/run-cli.ts';
import { ageLocks, type Fault, inPairs, litter, readRun, spread, Workplace } from './exports.ts';

const WORDS = ['--page-size', '10', '--format', 'csv', '--quiet'];
const CODES = ['ENOSPC', 'EIO', 'EACCES', 'EDQUOT', 'EROFS'] as const satisfies readonly Fault['kind'][];

let place: Workplace;
let operations: readonly string[];
let clean: ReadonlyMap<string, string>;
beforeAll(async () => {
  place = await Workplace.open({ detections: 30, months: 1 }, WORDS);
  ({ operations, files: clean } = await place.clean());
});
afterAll(() => place.close());

/** A failure that a person can act on: which path, why, and what to do. */
function expectNamed(run: CliRun, path: string, why: RegExp | string): void {
  expect(run.stderr).toMatch(/^error: .*\n {2}try: .+\n$/m);
  expect(run.stderr).toContain(path);
  expect(run.stderr).toMatch(why);
  expect(run).toMatchObject({ code: 7, stdout: '' });
}

/** Only tidying up behind a complete run may fail without a word; any other failure leaves at most pages to go on from. */
async function expectNotTorn(run: CliRun, out: string, kind: string): Promise<void> {
  const isDone = run.code === 0;
  expect(await readRun(out)).toEqual(isDone ? clean : null);
  if (isDone) return;
  expectNamed(run, out, kind);
  const isFull = kind === 'ENOSPC' || kind === 'EDQUOT';
  expect(['', ...(isFull ? [] : ['.monthly-compliance_all.work'])]).toContain((await litter(out)).join());
}

describe('a disk that fails', () => {
  test('at any operation: exit 7 with path, reason and remedy, no torn run, and the next run is a good one', async () => {
    const points = spread(5, operations.length).map((at, index) => ({
      at,
      kind: CODES[index % CODES.length] ?? 'EIO',
    }));
    const codes: (number | null)[] = [];
    await inPairs(points, async ({ at, kind }) => {
      const out = await place.outDir();
      const failed = await place.run(out, { fault: { at, kind } });
      codes.push(failed.code);
      await expectNotTorn(failed, out, kind);
      await ageLocks(out);
      expect((await place.run(out, { words: ['--overwrite'] })).code).toBe(0);
      expect(await readRun(out)).toEqual(clean);
      expect(await litter(out)).toEqual([]);
    });
    expect(codes.filter((code) => code === 7).length).toBeGreaterThan(2);
  });

  test('for good, from the middle of a run: whatever can still be removed is removed', async () => {
    const out = await place.outDir();
    const at = Math.round(operations.length / 2);
    expectNamed(await place.run(out, { fault: { at, kind: 'ENOSPC', stays: true } }), out, 'the disk is full');
    expect(await readdir(out)).toEqual([]);
  });

  test('a file size limit (ulimit -f)', async () => {
    const out = await place.outDir();
    const under = ['bash', '-c', 'ulimit -f 20 && exec "$@"', '--'];
    expectNamed(await place.run(out, { under }), out, /largest size allowed there \(EFBIG\).*\n.*ulimit -f/);
    expect(await readRun(out)).toBeNull();
  });

  test('a folder that may not be written to', async () => {
    await chmod(place.root, 0o755);
    const out = await place.outDir();
    await chmod(out, 0o555);
    const under = process.getuid?.() === 0 ? ['setpriv', '--reuid', '65534', '--clear-groups', '--'] : [];
    expectNamed(await place.run(out, { under }), out, 'permission is denied');
    expectNamed(await place.run(join(out, 'a', 'b'), { under }), join(out, 'a'), 'permission is denied');
    expect(await readdir(out)).toEqual([]);
  });

  test('a real disk that is full', async () => {
    const out = await place.outDir();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', out]);
    try {
      await mkdir(join(out, 'theirs'));
      expectNamed(await place.run(out), out, 'the disk is full');
      expect(await readdir(out)).toEqual(['theirs']);
      execFileSync('mount', ['-o', 'remount,size=50m', out]);
      expect((await place.run(join(out, 'ours'))).code).toBe(0);
      expect(await readRun(join(out, 'ours'))).toEqual(clean);
    } finally {
      execFileSync('umount', [out]);
    }
  });
});

describe('a callback that never comes', () => {
  test('is no success: the process ends by itself, not with 0, and nothing is published', async () => {
    // Well before the last rename: a slow run has more heartbeats of its lock, and so has the one that was counted.
    await inPairs(spread(2, Math.floor(operations.length * 0.8)), async (at) => {
      const out = await place.outDir();
      const { code, stdout } = await place.run(out, { fault: { at, kind: 'lost' } });
      expect({ code, stdout }, `lost at ${at}`).toEqual({ code: 1, stdout: '' });
      expect(await readRun(out)).toBeNull();
    });
  });
});
