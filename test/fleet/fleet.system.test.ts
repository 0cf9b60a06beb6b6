import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { enqueueJobs } from '../../src/app/fleet/enqueue.ts';
import { runHere, startCli } from '../cli/run-cli.ts';
import { Fleet, KEY, NOW, pageFiles, PASSWORD } from './fleet.ts';

const LONG_PAGES = { DETECT_REPORT_PAGE_SIZE: '20' };

describe('a fleet on a real Redis', { timeout: 300_000 }, () => {
  test('two workers write the bytes of one process; Redis never holds a row, a key or a password', async () => {
    // Two parts for each of two months.
    const pagesDir = await pageFiles(200, { bytes: 60_000, apartMs: 6 * 3_600_000 });
    const fleet = await Fleet.open({ pagesDir, key: KEY }, 1, 'formats: [csv]', 'since: 2023-12-01');
    expect(await fleet.enqueue()).toMatchObject([{ state: 'queued', periods: ['2023-12', '2024-01'] }]);
    expect(await fleet.enqueue()).toMatchObject([{ state: 'waiting' }]);
    for (let index = 0; index < 2; index++) fleet.startWorker(1, LONG_PAGES);
    const seen = new Set<string>();
    const held: string[] = [];
    await fleet.until('two runs', async () => {
      for (const stage of await fleet.stages()) seen.add(stage);
      held.push(await fleet.content());
      return (await fleet.stages()).length === 0 && (await fleet.runs()).length === 2;
    });
    expect([...seen].sort()).toEqual(['deliver', 'part', 'prove', 'read', 'seal']);
    expect(fleet.said).not.toContain('rendering it again');
    expect(await fleet.findings()).toEqual([]);
    expect(await fleet.leftovers()).toEqual([]);
    const text = held.join('\n');
    expect(text).toContain('2024-01');
    for (const secret of [KEY, PASSWORD, ...fleet.sandbox.uuids()]) expect(text.includes(secret)).toBe(false);
    expect(await fleet.enqueue()).toMatchObject([{ state: 'idle', periods: [] }]);
  });

  test('one reading at a time for each key; kill -9 of workers, of Redis and of its data costs time alone', async () => {
    const list = { detections: 300, key: KEY, latencyMs: 30 };
    const fleet = await Fleet.open(list, 4, 'formats: [csv]', 'amend: 0');
    const { counters } = fleet.sandbox;
    const limit = { DETECT_REPORT_PAGE_SIZE: '10', DETECT_REPORT_RATE: '15', DETECT_REPORT_CONCURRENCY: '1' };
    const workers = [fleet.startWorker(2, limit), fleet.startWorker(2, limit)];
    await fleet.enqueue(2);
    await fleet.untilDone(2);
    expect(counters.maxPerSecond).toBeLessThanOrEqual(16);
    expect(counters.maxInFlight).toBe(1);
    const calmly = counters.listRequests;

    await fleet.enqueue();
    await fleet.until('a reading', async () => counters.listRequests > calmly + 10);
    for (const worker of workers) await fleet.killWorker(worker);
    await fleet.redis.kill();
    await fleet.redis.start();
    fleet.startWorker(2, limit);
    await fleet.until('a run', async () => (await fleet.runs()).length > 2);
    await fleet.client.flushall();
    await fleet.until('four runs', async () => {
      await fleet.enqueue();
      return (await fleet.stages()).length === 0 && (await fleet.runs()).length === 4;
    });
    expect(await fleet.findings()).toEqual([]);
    expect(await fleet.leftovers()).toEqual([]);
    // No kept page is read twice; a killed worker's last answer may be lost before it is kept.
    expect(counters.listRequests).toBeLessThanOrEqual(2 * calmly + 1);
  });

  test('a month is compared when the next one is made, and not when it was just read', async () => {
    const fleet = await Fleet.open({ detections: 60, key: KEY }, 1, 'formats: [csv]');
    fleet.startWorker();
    const { counters } = fleet.sandbox;
    await fleet.enqueue(1, '2024-01-01T06:00:00Z');
    await fleet.untilDone(1);
    const reading = counters.listRequests;
    const [december = ''] = await fleet.runs();
    const [, row = ''] = (await readFile(join(december, 'detections.csv'), 'utf8')).split('\r\n');
    const [gone = ''] = row.split(',');
    const headers = { authorization: `Bearer ${KEY}` };
    await fetch(`${fleet.sandbox.url}/api/v2/detect/${gone}`, { method: 'DELETE', headers });
    await fleet.enqueue();
    await fleet.untilDone(3);
    expect((await fleet.runs()).map((run) => basename(run).replace('monthly-compliance_', ''))).toEqual([
      '2023-12',
      '2023-12.amendment-1',
      '2024-01',
    ]);
    // January, then the list that December is compared with.
    expect(counters.listRequests).toBe(3 * reading);
    expect(await fleet.findings()).toEqual([]);
  });

  test('a part that fails fails the run loudly; the next enqueue starts it again', async () => {
    const pagesDir = await pageFiles(200, { bytes: 60_000 });
    const fleet = await Fleet.open({ pagesDir, key: KEY }, 1, 'formats: [csv]', 'amend: 0');
    await fleet.enqueue();
    const worker = fleet.startWorker(1, LONG_PAGES);
    await fleet.until('parts', async () => (await fleet.stages()).includes('part'));
    await fleet.killWorker(worker);
    // Without its archive a part reads the list again, which another key may not.
    await rm(join(fleet.store, 'team-0', '.monthly-compliance_2024-01.work', 'parts', 'records.zip'));
    const wrong = fleet.startWorker(1, { ...LONG_PAGES, RESEMBLE_API_KEY: 'another-key-0123456789' });
    const root = 'bull:detect-report:failed';
    await fleet.until('the failure', async () =>
      (await fleet.client.zrange(root, '0', '-1')).some((id) => id.includes('/deliver/')),
    );
    expect(fleet.said).toMatch(/failed part: .*401/s);
    await fleet.until('the note', async () =>
      (await readdir(join(fleet.store, 'team-0'))).includes('.job-team-0.error'),
    );
    expect(await readFile(join(fleet.store, 'team-0', '.job-team-0.error'), 'utf8')).toContain('401');
    expect((await fleet.stages()).filter((stage) => stage === 'read')).toEqual([]);
    await fleet.killWorker(wrong);
    await fleet.until('the right key', async () => {
      await fleet.enqueue();
      return (await fleet.stages()).includes('read');
    });
    fleet.startWorker(1, LONG_PAGES);
    await fleet.untilDone(1);
    expect(await fleet.findings()).toEqual([]);
    expect(await readdir(join(fleet.store, 'team-0'))).not.toContain('.job-team-0.error');
  });

  test('a job that was changed, or is gone, holds nothing up: the next enqueue queues what the file asks for', async () => {
    const fleet = await Fleet.open({ detections: 100, key: KEY }, 2, 'formats: [csv]', 'since: 2023-12-01', 'amend: 0');
    const failed = async () => await fleet.client.zrange('bull:detect-report:failed', '0', '-1');
    await fleet.enqueue(1, '2024-01-01T06:00:00Z');
    expect(await fleet.enqueue(1)).toEqual([{ job: 'team-0', state: 'waiting', periods: ['2023-12'] }]);
    await fleet.enqueue();
    const file = join(fleet.store, 'jobs.yaml');
    const jobs = await readFile(file, 'utf8');
    const changed = jobs.replace('since: 2023-12-01', 'since: 2024-01-22\n    period: last-week');
    await writeFile(file, changed.replace('team-1:', 'team-2:'));
    const worker = fleet.startWorker();
    for (const team of ['team-0', 'team-1']) {
      await fleet.until('the failure', async () => (await failed()).some((id) => id.includes(`${team}/deliver`)));
    }
    expect(fleet.said).toContain('failed read: The job team-0 asks for other periods than 2023-12');
    expect(await readFile(join(fleet.store, 'team-0', '.job-team-0.error'), 'utf8')).toContain('other periods');
    expect(await fleet.enqueue()).toMatchObject([
      { job: 'team-0', state: 'queued', periods: ['2024-01-22_2024-01-29'] },
      { job: 'team-2', state: 'queued', periods: ['2023-12', '2024-01'] },
    ]);
    expect(await failed()).toEqual([]);
    // The worker whose stage failed holds no lock of the job.
    await fleet.untilDone(3, 60_000);
    expect(fleet.workers).toEqual([worker]);
    expect(await fleet.findings()).toEqual([]);
  });

  test('stages that were queued a day ago wait for the key, too', async () => {
    const list = { detections: 200, key: KEY, latencyMs: 50 };
    const fleet = await Fleet.open(list, 2, 'formats: [csv]', 'amend: 0');
    await fleet.enqueue();
    const jobs = (await fleet.client.keys('bull:detect-report:jobs.yaml/*')).filter((key) => /\/[\d.]+$/.test(key));
    const before = String(Date.now() - 25 * 3_600_000);
    for (const key of jobs) await fleet.client.hset(key, 'timestamp', before);
    fleet.startWorker(2, { DETECT_REPORT_PAGE_SIZE: '10' });
    await fleet.until('a wait', async () => {
      const waits = await Promise.all(jobs.map((key) => fleet.client.hget(key, 'progress')));
      return waits.some((progress) => Number(progress) > 0);
    });
    await fleet.untilDone(2);
    expect(fleet.said).not.toContain('failed');
  });

  test('SIGTERM: an idle worker ends with 0, another hands back its stage and ends with 143', async () => {
    const fleet = await Fleet.open({ detections: 2_000, key: KEY, latencyMs: 200 }, 1, 'formats: [csv]');
    const words = ['worker', '--store', fleet.store, '--slots', '1', '--metrics', fleet.store];
    const env = { RESEMBLE_API_KEY: KEY, DETECT_REPORT_QUEUE: fleet.redis.address, DETECT_REPORT_PAGE_SIZE: '10' };
    const metrics = async () => await readFile(join(fleet.store, 'detect_report_queue.prom'), 'utf8').catch(() => '');
    const idle = startCli(words, { env });
    await fleet.until('metrics', async () => (await metrics()).includes('detect_report_queue_workers'));
    expect(await metrics()).toContain('detect_report_queue_stages{state="wait"} 0\n');
    idle.kill('SIGTERM');
    expect(await once(idle, 'exit')).toEqual([0, null]);
    await fleet.enqueue();
    const busy = startCli(words, { env });
    await fleet.until('a reading', async () => fleet.sandbox.counters.listRequests > 2);
    busy.kill('SIGTERM');
    expect(await once(busy, 'exit')).toEqual([143, null]);
    expect((await fleet.client.keys('*:lock')).length).toBe(0);
    expect(await readdir(join(fleet.store, 'team-0', '.job-team-0.work'))).toEqual(['spool']);
  });

  test('what is wrong with the queue is told without its password', async () => {
    const fleet = await Fleet.open({ detections: 10, key: KEY }, 1);
    const words = ['enqueue', join(fleet.store, 'jobs.yaml'), '--now', NOW, '--queue'];
    const told = async (address: string) => await runHere([...words, address], { cwd: fleet.store });
    const wrong = await told(`redis://:wrong-${PASSWORD}@127.0.0.1:${fleet.redis.port}`);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('refuses the login') });
    await fleet.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const evicting = await told(fleet.redis.address);
    expect(evicting).toMatchObject({ code: 2, stderr: expect.stringContaining('maxmemory-policy is allkeys-lru') });
    await fleet.client.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await told(fleet.redis.address)).toMatchObject({ code: 0, stdout: 'team-0: queued 2024-01\n' });
    await fleet.redis.kill();
    const gone = await told(fleet.redis.address);
    expect(gone).toMatchObject({ code: 7, stderr: expect.stringContaining('ECONNREFUSED') });
    const other = await told(`http://:${PASSWORD}@127.0.0.1`);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('redis://HOST:PORT') });
    for (const { stderr, stdout } of [wrong, evicting, gone, other]) expect(stderr + stdout).not.toContain(PASSWORD);
    await fleet.redis.start();
    for (const [path, why, code] of [
      ['/99', 'has no database 99', 2],
      ['/abc', 'is not the address of a Redis server', 2],
      ['/1/2', 'is not the address of a Redis server', 2],
    ] as const) {
      expect(await told(fleet.redis.address + path)).toMatchObject({ code, stderr: expect.stringContaining(why) });
    }
    const undecoded = await told('redis://:%zz@127.0.0.1');
    expect(undecoded).toMatchObject({ code: 2, stderr: expect.stringContaining('%25') });
    fleet.redis.pause(true);
    expect(await told(fleet.redis.address)).toMatchObject({ code: 7, stderr: expect.stringContaining('ETIMEDOUT') });
    fleet.redis.pause(false);
    await expect(
      enqueueJobs({ path: '', baseDir: '', jobs: [] }, [], {
        address: fleet.redis.address,
        nowMs: 0,
        emit: () => undefined,
      }),
    ).resolves.toEqual([]);
  });
});
