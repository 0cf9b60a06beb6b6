import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ageLocks, inPairs, litter, readRun, spread, Workplace } from './exports.ts';
import { killAndGoOn } from './kill-and-go-on.ts';

const LIST = { detections: 60, months: 1 };
const WORDS = ['--page-size', '10', '--format', 'csv', '--quiet'];
const CONCURRENCY = 4;

describe('kill -9', () => {
  test('at 4 points of a run: nothing is torn, and the next run goes on where it stopped', async () => {
    const place = await Workplace.open(LIST, WORDS);
    try {
      const { operations, files, requests: cleanly } = await place.clean();
      // The harness bites: the run does enough to be killed at so many points.
      expect(operations.length).toBeGreaterThan(60);
      const ends = { resumed: 0, anew: 0, published: 0 };
      await inPairs(spread(4, operations.length), async (at) => {
        const end = await killAndGoOn(LIST, WORDS, at, files);
        const most = end.kind === 'published' ? 2 * cleanly : cleanly + CONCURRENCY;
        expect(end.requests, `requests when killed at ${operations[at - 1]}`).toBeLessThanOrEqual(most);
        ends[end.kind]++;
      });
      expect(ends.resumed).toBeGreaterThan(1);
    } finally {
      await place.close();
    }
  });

  test('between the two renames of --overwrite: the old run is there, or comes back with the next run', async () => {
    const place = await Workplace.open(LIST, WORDS);
    try {
      const standing = await place.outDir();
      expect((await place.run(standing)).code).toBe(0);
      const [name = ''] = await readdir(standing);
      const old = await readRun(standing);
      const words = ['--overwrite', '--csv-bom'];
      // The second rename, and the sync of the parent folder after it: the heartbeat of a slow run shifts any other count.
      const points = [
        { at: 2, only: 'rename-run', isBetween: true },
        { at: 2, only: 'sync-folder', isBetween: false },
      ] as const;
      await inPairs(points, async ({ at, only, isBetween }) => {
        const out = await place.outDir();
        await cp(join(standing, name), join(out, name), { recursive: true });
        await place.run(out, { words, fault: { at, only, kind: 'kill' } });
        const left = await readRun(out);
        expect(left === null).toBe(isBetween);
        await ageLocks(out);
        // Without --overwrite nothing is replaced: whichever complete run there was stays, or is put back.
        expect((await place.run(out)).code).toBe(2);
        expect(await readRun(out)).toEqual(left ?? old);
        expect((await place.run(out, { words })).code).toBe(0);
        expect((await readRun(out))?.get('detections.csv')).toBe(`\ufeff${old?.get('detections.csv')}`);
        expect(await litter(out)).toEqual([]);
      });
    } finally {
      await place.close();
    }
  });
});
