import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, startCli } from '../cli/run-cli.ts';
import { countCommands } from '../fleet/count-commands.ts';
import { Fleet, KEY, NOW, pageFiles, temporaryFolder } from '../fleet/fleet.ts';

async function hashes(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const all = names.map(async (name) => [
    name,
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex'),
  ]);
  return Object.fromEntries(await Promise.all(all)) as Record<string, string>;
}

describe('the bytes of a run', () => {
  test.each([
    [0, [2]],
    [1, [2]],
    [24_999, [2]],
    [25_000, [2]],
    [25_001, [2]],
    [30_000, [1, 2, 4]],
  ])('of %i detections are the same from threads and from %j queue workers', async (count, fleets) => {
    const pagesDir = await pageFiles(count);
    for (const workers of fleets) {
      const formats = 'formats: [csv, xlsx, parquet]';
      const fleet = await Fleet.open({ pagesDir, key: KEY }, 1, formats, 'amend: 0');
      await fleet.enqueue();
      for (let index = 0; index < workers; index++) fleet.startWorker();
      const stages = new Set<string>();
      await fleet.until('the run', async () => {
        for (const stage of await fleet.stages()) stages.add(stage);
        return (await fleet.stages()).length === 0 && (await fleet.runs()).length === 1;
      });
      // The page that reaches 25,000 ends a part, and may hold the last detection too.
      expect(stages.has('part')).toBe(count === 30_000);
      const [run = ''] = await fleet.runs();
      const expected = await hashes(run);
      for (const threads of workers === 4 ? [0, 1, 2, 4] : [0]) {
        const out = await temporaryFolder('out');
        const words = ['export', '--source', join(run, 'records.zip'), '--format', 'csv,xlsx,parquet', '--out', out];
        const ended = await runCli([...words, '--workers', String(threads), '--quiet']);
        if (ended.code !== 0) throw new Error(ended.stderr);
        expect(await hashes(join(out, basename(run)))).toEqual(expected);
      }
    }
  });
});

describe('what dies costs time alone', () => {
  test('50 workers and 10 Redis servers, killed at any moment', async () => {
    const fleet = await Fleet.open(
      { detections: 600, months: 6, key: KEY, latencyMs: 20 },
      4,
      'formats: [csv]',
      'since: 2023-09-01',
    );
    const env = { DETECT_REPORT_PAGE_SIZE: '20' };
    const runs = 4 * 5;
    await fleet.enqueue();
    for (let index = 0; index < 4; index++) fleet.startWorker(2, env);
    for (let kill = 1; kill <= 50; kill++) {
      // Not in step with anything that a worker does.
      await new Promise((resolve) => setTimeout(resolve, 400 + ((kill * 7919) % 1_300)));
      const victim = fleet.workers[kill % fleet.workers.length];
      if (victim !== undefined) await fleet.killWorker(victim);
      fleet.startWorker(2, env);
      if (kill % 5 !== 0) continue;
      await fleet.redis.kill();
      await fleet.redis.start();
      await fleet.enqueue();
    }
    await fleet.until(
      'every run',
      async () => {
        await fleet.enqueue();
        return (await fleet.stages()).length === 0 && (await fleet.runs()).length === runs;
      },
      400_000,
    );
    expect(await fleet.findings()).toEqual([]);
    expect(new Set(await fleet.runs()).size).toBe(runs);
    expect(await fleet.leftovers()).toEqual([]);
  });

  test('the enqueuer, before every third of its commands: what it added is whole, and the next one adds the rest', async () => {
    const fleet = await Fleet.open({ detections: 40, months: 1, key: KEY }, 3, 'formats: [csv]', 'amend: 0');
    const enqueue = (killAt: number) =>
      countCommands(fleet.redis, killAt, (address) =>
        startCli(['enqueue', 'jobs.yaml', '--now', NOW, '--queue', address], { cwd: fleet.store }),
      );
    const commands = await enqueue(Infinity);
    const whole = (await fleet.stages()).sort();
    expect(whole.length).toBe(3 * 4);
    const left = new Set<number>();
    for (let killAt = 1; killAt <= commands; killAt += 3) {
      await fleet.client.flushall();
      expect(await enqueue(killAt)).toBe(killAt);
      left.add((await fleet.stages()).length);
      await fleet.enqueue();
      expect([killAt, (await fleet.stages()).sort()]).toEqual([killAt, whole]);
    }
    // Nothing, one job, two: no job in part.
    expect([...left]).toEqual(expect.arrayContaining([0, 4, 8]));
    for (const stages of left) expect(stages % 4).toBe(0);
    fleet.startWorker(2);
    await fleet.untilDone(3);
    expect(await fleet.findings()).toEqual([]);
    expect(await fleet.leftovers()).toEqual([]);
  });

  test('all of Redis, while it reads, renders and seals: the same bytes, and no page is read twice', async () => {
    const requests: number[] = [];
    const pagesDir = await pageFiles(200, { bytes: 60_000 });
    for (const stage of ['none', 'read', 'part', 'seal']) {
      const fleet = await Fleet.open({ pagesDir, key: KEY, latencyMs: 100 }, 1, 'formats: [csv]');
      await fleet.enqueue();
      for (let index = 0; index < 2; index++) fleet.startWorker(1, { DETECT_REPORT_PAGE_SIZE: '20' });
      if (stage !== 'none') {
        await fleet.until(`the stage ${stage}`, async () => {
          const active = await fleet.client.lrange('bull:detect-report:active', 0, -1);
          return active.some((id) => id.includes(`/${stage}/`));
        });
        await fleet.client.flushall();
      }
      await fleet.until('the run', async () => {
        await fleet.enqueue();
        return (await fleet.stages()).length === 0 && (await fleet.runs()).length === 1;
      });
      expect(await fleet.findings()).toEqual([]);
      requests.push(fleet.sandbox.counters.listRequests);
    }
    // As many as the fleet that nothing happened to.
    expect(new Set(requests).size).toBe(1);
  });

  test('50 workers on one key stay below its limit', async () => {
    const fleet = await Fleet.open({ detections: 200, key: KEY, latencyMs: 50 }, 10, 'formats: [csv]', 'amend: 0');
    await fleet.enqueue();
    const limit = { DETECT_REPORT_PAGE_SIZE: '20', DETECT_REPORT_RATE: '20', DETECT_REPORT_CONCURRENCY: '2' };
    // 50 stages at a time, in five processes.
    for (let index = 0; index < 5; index++) fleet.startWorker(10, limit);
    await fleet.untilDone(10, 400_000);
    expect(fleet.sandbox.counters.maxPerSecond).toBeLessThanOrEqual(21);
    expect(fleet.sandbox.counters.maxInFlight).toBeLessThanOrEqual(2);
  });
});
