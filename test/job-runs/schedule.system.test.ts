import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InterruptedError } from '../../src/index.ts';
import { type JobOutcome } from '../../src/app/jobs/outcome.ts';
import { scheduleJobs } from '../../src/app/jobs/run-jobs.ts';
import { readJobs } from '../../src/app/jobs/read-jobs.ts';
import { listen } from '../deliveries/http-server.ts';
import { ENV, Office } from './office.ts';

interface Told {
  /** When a job had ended, by the given clock. */
  readonly at: string;
  readonly outcome: JobOutcome;
}

/**
 * Schedules the office's jobs on a clock that runs as fast as it is slept on, until `end`. `moved` may set the clock to
 * another time, as a suspended machine or an administrator does.
 */
async function schedule(
  office: Office,
  start: string,
  end: string,
  moved: (nowMs: number) => number = (ms) => ms,
): Promise<Told[]> {
  const file = await readJobs(office.jobFile);
  const stop = new AbortController();
  let nowMs = Date.parse(start);
  const told: Told[] = [];
  const context = {
    baseDir: file.baseDir,
    env: ENV,
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => performance.now(),
      sleep: (ms: number) => {
        // No `expect`: two months in steps of half a minute are 170,000 of them.
        if (!(ms > 0 && ms <= 30_000)) throw new Error(`slept ${ms} ms`);
        nowMs = moved(nowMs + ms);
        if (nowMs >= Date.parse(end)) stop.abort(new InterruptedError('SIGTERM'));
        return Promise.resolve();
      },
    },
    random: () => 0,
    emit: () => undefined,
    signal: stop.signal,
    protect: () => undefined,
    exitCodeOf: () => 0,
  };
  await scheduleJobs(file.jobs, context, (outcome) => {
    told.push({ at: new Date(nowMs).toISOString(), outcome });
    return Promise.resolve();
  });
  return told;
}

const sealed = ({ outcome }: Told): string[] => outcome.runs.map(({ summary }) => summary.period.label);

describe('a scheduler', () => {
  test('runs what is due when it starts, then at each time of the schedule', async () => {
    const office = await Office.open({ detections: 120 });
    const told = await schedule(office, '2023-12-30T00:00:00Z', '2024-02-01T07:00:00Z');
    expect(told.map((one) => [one.at, sealed(one)])).toEqual([
      ['2023-12-30T00:00:00.000Z', ['2023-11']],
      ['2024-01-01T06:00:00.000Z', ['2023-12']],
      ['2024-02-01T06:00:00.000Z', ['2024-01']],
    ]);
    expect((await office.names()).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  test('catches up after the machine slept, and does nothing twice when its clock is put back', async () => {
    const office = await Office.open({ detections: 120 });
    let slept = false;
    const told = await schedule(office, '2023-11-30T23:00:00Z', '2024-02-01T08:00:00Z', (nowMs) => {
      // From 7:00 on the first of December the machine sleeps for two months, then somebody sets the clock back an hour.
      if (slept || nowMs < Date.parse('2023-12-01T07:00:00Z')) return nowMs;
      slept = true;
      return Date.parse('2024-02-01T06:30:00Z');
    });
    expect(told.map((one) => [one.at, sealed(one)])).toEqual([
      ['2023-11-30T23:00:00.000Z', ['2023-10']],
      ['2023-12-01T06:00:00.000Z', ['2023-11']],
      ['2024-02-01T06:30:00.000Z', ['2023-12', '2024-01']],
    ]);
  });

  test('tries a job that failed again after an hour', async () => {
    const office = await Office.open({ key: 'another-key' });
    const told = await schedule(office, '2023-12-15T00:00:00Z', '2023-12-15T02:30:00Z');
    expect(told.map(({ at, outcome }) => [at, outcome.errors.length])).toEqual([
      ['2023-12-15T00:00:00.000Z', 1],
      ['2023-12-15T01:00:00.000Z', 1],
      ['2023-12-15T02:00:00.000Z', 1],
    ]);
  });
});

test('whoever a job names is told of its start and its end, and of nothing when nothing is due', async () => {
  const office = await Office.open({ detections: 120 });
  const { url, received } = await listen();
  const metrics = join(office.folder, 'metrics');
  await mkdir(metrics);
  await office.write('notify:', `  healthcheck: ${url}/ping/abc`, `  prometheus: { textfile: ${metrics} }`);
  await office.run('2023-12-01T06:00:00Z');
  await office.run('2023-12-01T07:00:00Z');
  expect(received.map(({ url: path }) => path.replace(/\?.*/, ''))).toEqual(['/ping/abc/start', '/ping/abc']);
  expect(received[1]?.body).toMatch(/monthly: sealed monthly-compliance_2023-11/);
});
