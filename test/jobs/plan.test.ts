import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type JobPlan,
  type JobState,
  periodAt,
  periodOfLabel,
  planJob,
  readSchedule,
} from '../../src/app/jobs/plan.ts';
import { jobOf } from './jobs.ts';

const at = (text: string): number => Date.parse(text);
const nothing: JobState = { sealed: new Set(), checks: null };
const sealed = (...labels: string[]): JobState => ({ sealed: new Set(labels), checks: null });
const labels = (periods: JobPlan['due']): string[] => periods.map(({ label }) => label);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

describe('the times of a schedule', () => {
  test.each([
    // In Berlin the clock goes from 02:00 to 03:00 on 31 March 2024: what is skipped comes an hour later.
    ['30 2 * * *', 'Europe/Berlin', '2024-03-30T12:00:00Z', '2024-03-30T01:30:00.000Z', '2024-03-31T01:00:00.000Z'],
    // On 27 October the hour from 02:00 comes twice: once is enough.
    ['30 2 * * *', 'Europe/Berlin', '2024-10-27T00:45:00Z', '2024-10-27T00:30:00.000Z', '2024-10-28T01:30:00.000Z'],
    ['30 2 * * *', 'Europe/Berlin', '2024-10-27T01:45:00Z', '2024-10-27T00:30:00.000Z', '2024-10-28T01:30:00.000Z'],
    ['0 6 31 * *', 'UTC', '2024-04-15T00:00:00Z', '2024-03-31T06:00:00.000Z', '2024-05-31T06:00:00.000Z'],
    ['0 6 L * *', 'UTC', '2024-02-28T00:00:00Z', '2024-01-31T06:00:00.000Z', '2024-02-29T06:00:00.000Z'],
    ['@monthly', 'America/New_York', '2024-03-15T00:00:00Z', '2024-03-01T05:00:00.000Z', '2024-04-01T04:00:00.000Z'],
    // The moment itself has come.
    ['0 6 1 * *', 'UTC', '2024-02-01T06:00:00Z', '2024-02-01T06:00:00.000Z', '2024-03-01T06:00:00.000Z'],
    ['0 6 1 * *', 'UTC', '2024-02-01T05:59:59.999Z', '2024-01-01T06:00:00.000Z', '2024-02-01T06:00:00.000Z'],
  ])('%s in %s at %s: last %s, next %s', (cron, zone, now, last, next) => {
    const schedule = readSchedule(cron, zone);
    expect([iso(schedule.lastMs(at(now))), iso(schedule.nextMs(at(now)))]).toEqual([last, next]);
  });

  test('last and next always stand around now, with no time of the schedule between', () => {
    const crons = ['0 6 1 * *', '30 2 * * *', '*/15 * * * 1-5', '0 0 L 2 *', '15 3 29 2 *'];
    const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia'];
    fc.assert(
      fc.property(
        fc.constantFrom(...crons),
        fc.constantFrom(...zones),
        fc.integer({ min: at('2009-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        (cron, zone, nowMs) => {
          const schedule = readSchedule(cron, zone);
          const [last, next] = [schedule.lastMs(nowMs), schedule.nextMs(nowMs)];
          expect(last).toBeLessThanOrEqual(nowMs);
          expect(next).toBeGreaterThan(nowMs);
          if (last !== null) expect(schedule.nextMs(last)).toBe(next);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('the period that a time asks for', () => {
  test.each([
    ['last-month', 'Europe/Berlin', '2024-03-31T01:00:00Z', '2024-02'],
    // 23:30 on 31 January in UTC is February in Berlin.
    ['last-month', 'Europe/Berlin', '2024-01-31T23:30:00Z', '2024-01'],
    ['last-month', 'UTC', '2024-01-31T23:30:00Z', '2023-12'],
    ['last-quarter', 'UTC', '2024-04-01T06:00:00Z', '2024-Q1'],
    ['last-quarter', 'Europe/Berlin', '2024-03-31T22:30:00Z', '2024-Q1'],
    ['last-year', 'UTC', '2024-12-31T06:00:00Z', '2023'],
    ['last-week', 'UTC', '2024-01-01T00:00:00Z', '2023-12-25_2024-01-01'],
    ['last-week', 'UTC', '2024-01-07T23:59:59Z', '2023-12-25_2024-01-01'],
    ['last-day', 'Europe/Berlin', '2024-03-31T22:30:00Z', '2024-03-31_2024-04-01'],
    ['last-day', 'America/New_York', '2024-03-10T04:59:59Z', '2024-03-08_2024-03-09'],
    ['month-to-date', 'UTC', '2024-01-15T06:00:00Z', '2024-01-01_2024-01-15'],
  ] as const)('%s in %s at %s is %s', (kind, zone, now, label) => {
    expect(periodAt({ kind }, at(now), zone)?.label).toBe(label);
  });

  test('a month to date is never called like the whole month, and is none on the first', () => {
    expect(periodAt({ kind: 'month-to-date' }, at('2024-02-01T06:00:00Z'), 'UTC')).toBeNull();
    expect(periodAt({ kind: 'month-to-date' }, at('2024-01-31T06:00:00Z'), 'UTC')?.label).toBe('2024-01-01_2024-01-31');
  });

  test('quarters and years are caught up one after the other, and known by their folders', async () => {
    const nowMs = at('2025-01-05T06:00:00Z');
    const plan = async (word: string, ...done: string[]): Promise<string[]> => {
      const job = await jobOf('schedule: "0 6 2 * *"', `period: ${word}`, 'since: 2023-08-01');
      return labels(planJob(job, sealed(...done), nowMs).due);
    };
    expect(await plan('last-quarter', '2024-Q1')).toEqual(['2023-Q3', '2023-Q4', '2024-Q2', '2024-Q3', '2024-Q4']);
    expect(await plan('last-year', '2023')).toEqual(['2024']);
    expect(periodOfLabel({ kind: 'last-quarter' }, '2024-Q1', 'UTC')?.to).toBe('2024-04-01');
    expect(periodOfLabel({ kind: 'last-quarter' }, '2024-01', 'UTC')).toBeNull();
    expect(periodOfLabel({ kind: 'last-year' }, '2024', 'UTC')?.from).toBe('2024-01-01');
  });

  test('a day of 23 hours has 23', () => {
    const period = periodAt({ kind: 'last-day' }, at('2024-04-01T10:00:00Z'), 'Europe/Berlin');
    expect((period?.toMs ?? 0) - (period?.fromMs ?? 0)).toBe(23 * 3_600_000);
  });
});

describe('what is due', () => {
  test('the first time, the newest period alone; from `since` on, every one', async () => {
    const job = await jobOf('schedule: "0 6 1 * *"');
    expect(labels(planJob(job, nothing, at('2024-03-01T06:00:00Z')).due)).toEqual(['2024-02']);
    const since = await jobOf('schedule: "0 6 1 * *"', 'since: 2023-12-15');
    expect(labels(planJob(since, nothing, at('2024-03-01T06:00:00Z')).due)).toEqual(['2023-12', '2024-01', '2024-02']);
  });

  test('not before its time', async () => {
    const job = await jobOf('schedule: "0 6 1 * *"');
    const { due } = planJob(job, sealed('2023-12'), at('2024-02-01T05:59:59Z'));
    expect(due).toEqual([]);
  });

  test('what was missed is caught up, the oldest first, and nothing twice', async () => {
    const job = await jobOf('schedule: "0 6 1 * *"');
    const plan = planJob(job, sealed('2023-09', '2023-11'), at('2024-02-15T00:00:00Z'));
    expect(labels(plan.due)).toEqual(['2023-10', '2023-12', '2024-01']);
  });

  test('what is older than catch_up reaches is left, and told of', async () => {
    const job = await jobOf('schedule: "0 6 1 * *"', 'catch_up: 2');
    const plan = planJob(job, sealed('2023-08'), at('2024-02-15T00:00:00Z'));
    expect(labels(plan.due)).toEqual(['2023-11', '2023-12', '2024-01']);
    expect(labels(plan.outOfReach)).toEqual(['2023-09', '2023-10']);
  });

  test('a clock that is put back makes nothing twice; one that is put forward makes what is missing', async () => {
    const job = await jobOf('schedule: "0 6 1 * *"');
    const state = sealed('2023-12', '2024-01');
    expect(planJob(job, state, at('2024-01-20T00:00:00Z')).due).toEqual([]);
    expect(labels(planJob(job, state, at('2024-05-20T00:00:00Z')).due)).toEqual(['2024-02', '2024-03', '2024-04']);
  });

  test('the hour that comes twice does not make a day twice, the one that is skipped loses none', async () => {
    const job = await jobOf('schedule: "30 2 * * *"', 'timezone: Europe/Berlin', 'period: previous-day');
    const days = sealed('2024-10-25_2024-10-26');
    const first = planJob(job, days, at('2024-10-27T00:30:00Z'));
    expect(labels(first.due)).toEqual(['2024-10-26_2024-10-27']);
    const after = sealed('2024-10-25_2024-10-26', '2024-10-26_2024-10-27');
    expect(planJob(job, after, at('2024-10-27T01:30:00Z')).due).toEqual([]);
    const spring = sealed('2024-03-29_2024-03-30');
    expect(labels(planJob(job, spring, at('2024-03-31T01:00:00Z')).due)).toEqual(['2024-03-30_2024-03-31']);
  });

  test('a fixed period once, when it is over', async () => {
    const job = await jobOf('schedule: "0 6 * * *"', 'period: 2024-01');
    expect(planJob(job, nothing, at('2024-01-31T12:00:00Z')).due).toEqual([]);
    expect(labels(planJob(job, nothing, at('2024-02-01T06:00:00Z')).due)).toEqual(['2024-01']);
    expect(planJob(job, sealed('2024-01'), at('2024-02-02T06:00:00Z')).due).toEqual([]);
  });

  test('a month to date that was missed is not made later', async () => {
    const job = await jobOf('schedule: "0 6 * * *"', 'period: month-to-date');
    const plan = planJob(job, sealed('2024-01-01_2024-01-10'), at('2024-01-15T07:00:00Z'));
    expect(labels(plan.due)).toEqual(['2024-01-01_2024-01-15']);
    expect(plan.check).toEqual([]);
  });

  test('folders of other periods in the same place are nobody’s', async () => {
    const job = await jobOf('schedule: "0 6 * * 1"', 'period: previous-week');
    const plan = planJob(job, sealed('2020-01', 'all', '2020-01-01_2020-01-09'), at('2024-01-08T06:00:00Z'));
    expect(labels(plan.due)).toEqual(['2024-01-01_2024-01-08']);
  });
});

describe('what is compared with the list', () => {
  test('the newest sealed periods, once for each time of the schedule', async () => {
    const job = await jobOf('schedule: "0 6 1 * *"', 'amend: 2');
    const state = sealed('2023-11', '2023-12', '2024-01');
    const nowMs = at('2024-03-01T06:00:00Z');
    expect(labels(planJob(job, state, nowMs).check)).toEqual(['2023-12', '2024-01']);
    const done = { ...state, checks: { occurrenceMs: nowMs, labels: [] } };
    expect(planJob(job, done, at('2024-03-09T00:00:00Z')).check).toEqual([]);
    expect(labels(planJob(job, done, at('2024-04-01T06:00:00Z')).check)).toEqual(['2023-12', '2024-01']);
  });

  test('what an attempt left, although the newest period was sealed meanwhile', async () => {
    const job = await jobOf('schedule: "0 6 1 * *"');
    const occurrenceMs = at('2024-03-01T06:00:00Z');
    const left = { ...sealed('2024-01', '2024-02'), checks: { occurrenceMs, labels: ['2024-01'] } };
    expect(labels(planJob(job, left, at('2024-03-01T07:00:00Z')).check)).toEqual(['2024-01']);
  });

  test('nothing while the clock is behind the last comparison', async () => {
    const job = await jobOf('schedule: "0 6 1 * *"');
    const state = { ...sealed('2023-12', '2024-01'), checks: { occurrenceMs: at('2024-03-01T06:00:00Z'), labels: [] } };
    expect(planJob(job, state, at('2024-02-10T00:00:00Z')).check).toEqual([]);
  });
});
