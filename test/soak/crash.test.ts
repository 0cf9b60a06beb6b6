import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyRun } from '../../src/index.ts';
import { ageLocks, inPairs, litter, readRun, resumedRequests, spread, Workplace } from '../crash/exports.ts';
import { killAndGoOn } from '../crash/kill-and-go-on.ts';
import { parseCsv } from '../run/read-back.ts';
import { presentSince } from '../sandbox/odd-list.ts';

const CONCURRENCY = 4;
const CSV = ['--page-size', '10', '--format', 'csv', '--quiet'];

describe('kill -9 with resume', () => {
  test.for([
    ['at 200 points of a run that reads and writes tables', 200, { detections: 150, months: 1 }, CSV],
    ['at 10 points of a run with all formats', 10, { detections: 60, months: 1 }, ['--page-size', '10', '--quiet']],
  ] as const)('%s', async ([, count, list, words], { annotate }) => {
    const place = await Workplace.open(list, words);
    try {
      const { operations, files, requests: cleanly } = await place.clean();
      expect(operations.length).toBeGreaterThan(count);
      const ends = { resumed: 0, anew: 0, published: 0 };
      let mostAgain = 0;
      await inPairs(spread(count, operations.length), async (at) => {
        const { kind, requests } = await killAndGoOn(list, words, at, files, 'here');
        ends[kind]++;
        if (kind !== 'published') mostAgain = Math.max(mostAgain, requests - cleanly);
      });
      await annotate(`${JSON.stringify(ends)}, at most ${mostAgain} pages read twice by ${CONCURRENCY} workers`);
      expect(mostAgain).toBeLessThanOrEqual(CONCURRENCY);
      expect(ends.resumed).toBeGreaterThan(count / 3);
    } finally {
      await place.close();
    }
  });

  test('again and again, every 40 changes of the file system: gets there, with one page per worker and kill', async () => {
    const place = await Workplace.open({ detections: 300, months: 1 }, CSV);
    try {
      const clean = await place.clean();
      const out = await place.outDir();
      const kills = 8;
      for (let n = 0; n < kills; n++) {
        expect((await place.run(out, { fault: { at: 40, kind: 'kill' } })).code).toBeNull();
        expect(await readRun(out)).toBeNull();
        await ageLocks(out);
      }
      expect((await place.run(out)).code).toBe(0);
      expect(await readRun(out)).toEqual(clean.files);
      expect(await resumedRequests(out)).toBeGreaterThan(clean.requests / 2);
      const requests = place.sandbox.counters.listRequests - clean.requests;
      expect(requests).toBeLessThanOrEqual(clean.requests + CONCURRENCY * kills);
    } finally {
      await place.close();
    }
  });

  test('while the list moves: a run that says proven holds everything that was there throughout', async () => {
    const list = { detections: 600, months: 1, drift: { inserts: 2, deletes: 1, updates: 1 } };
    // A page must be large beside what moves meanwhile, or hardly any reading could be proven.
    const words = ['--page-size', '50', '--format', 'csv', '--quiet'];
    let [resumed, proven] = [0, 0];
    await inPairs(spread(20, 180), async (at) => {
      const place = await Workplace.open(list, words);
      try {
        const out = await place.outDir();
        const before = place.sandbox.uuids();
        await place.run(out, { fault: { at, kind: 'kill' } });
        await ageLocks(out);
        await place.runHere(out, ['--overwrite']);
        const present = presentSince(before, place.sandbox);
        expect(present.length).toBeGreaterThan(0);
        const [header = [], ...rows] = parseCsv((await readRun(out))?.get('detections.csv') ?? '');
        const uuids = rows.map((row) => row[header.indexOf('uuid')]);
        expect(new Set(uuids).size).toBe(uuids.length);
        const seen = new Set(uuids);
        const folder = join(out, 'monthly-compliance_all');
        const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
          completeness: { verdict: string };
        };
        if (manifest.completeness.verdict === 'proven') {
          proven++;
          expect(present.filter((uuid) => !seen.has(uuid))).toEqual([]);
        }
        const verification = await verifyRun(folder, { emit: () => undefined, signal: new AbortController().signal });
        expect(verification.findings).toEqual([]);
        expect(await litter(out)).toEqual([]);
        if ((await resumedRequests(out)) > 0) resumed++;
      } finally {
        await place.close();
      }
    });
    expect(resumed).toBeGreaterThan(6);
    expect(proven).toBeGreaterThan(13);
  });
});

test.for([
  ['each of 60 of a run that reads and writes tables', 60, 150, CSV],
  ['each of 10 of a run with all formats', 10, 60, ['--page-size', '10', '--quiet']],
] as const)(
  'a failing operation, %s: a complete run or none, and never a success without one',
  async ([, count, detections, words]) => {
    const kinds = ['ENOSPC', 'EIO', 'EACCES', 'EDQUOT', 'EROFS', 'lost'] as const;
    const place = await Workplace.open({ detections, months: 1 }, words);
    try {
      const { operations, files: clean } = await place.clean();
      expect(operations.length).toBeGreaterThan(count);
      await inPairs(spread(count, operations.length), async (at) => {
        const out = await place.outDir();
        const kind = kinds[at % kinds.length] ?? 'EIO';
        const { code, stderr } = await place.run(out, { fault: { at, kind } });
        const left = await readRun(out);
        expect([0, kind === 'lost' ? 1 : 7], `${kind} at ${operations[at - 1]}: ${stderr}`).toContain(code);
        expect(left ?? (code === 0 ? 'nothing' : clean)).toEqual(clean);
        await ageLocks(out);
        await place.runHere(out, ['--overwrite']);
        expect(await readRun(out)).toEqual(clean);
        expect(await litter(out)).toEqual([]);
      });
    } finally {
      await place.close();
    }
  },
);

test('twenty runs of one name at once: one works, nineteen are told to try later', async () => {
  const place = await Workplace.open({ detections: 60, latencyMs: 600_000 }, CSV);
  try {
    const out = await place.outDir();
    const children = Array.from({ length: 20 }, () => place.start(out));
    const codes: (number | null)[] = [];
    await new Promise<void>((resolve) => {
      for (const child of children) {
        child.once('exit', (code) => {
          codes.push(code);
          if (codes.length === 19) resolve();
        });
      }
    });
    expect(codes).toEqual(Array.from({ length: 19 }, () => 6));
    const running = children.filter(({ exitCode }) => exitCode === null);
    expect(running).toHaveLength(1);
    const ended = new Promise((resolve) => running[0]?.once('exit', resolve));
    running[0]?.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(await litter(out)).toEqual([]);
  } finally {
    await place.close();
  }
});
