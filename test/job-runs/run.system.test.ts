import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Statistics } from '../../src/core/statistics.ts';
import { ConfigError, SourceError, TryLaterError } from '../../src/core/errors.ts';
import { parseFaults } from '../../src/sandbox/faults/faults.ts';
import { exportRun } from '../run/run-sandbox.ts';
import { Office } from './office.ts';

describe('what is due', () => {
  test('is sealed once; the same time again does nothing, and asks nobody', async () => {
    const office = await Office.open({});
    const first = await office.run('2023-12-01T06:00:00Z');
    expect(first.errors).toEqual([]);
    expect(await office.runs()).toEqual(['monthly-compliance_2023-11']);
    const asked = office.sandbox.counters.listRequests;
    expect(asked).toBeGreaterThan(0);
    expect(await office.run('2023-12-31T23:59:59Z')).toMatchObject({ idle: true, runs: [], errors: [] });
    expect(office.sandbox.counters.listRequests).toBe(asked);
    expect(await office.verified()).toEqual([]);
  });

  test('several periods are made of one reading, each with its own request in its snapshot', async () => {
    const office = await Office.open({}, 'since: 2023-11-01');
    await office.run('2023-12-01T06:00:00Z');
    const once = office.sandbox.counters.listRequests;
    const late = await Office.open({}, 'since: 2023-11-01');
    const outcome = await late.run('2024-02-01T06:00:00Z');
    expect(outcome.runs.map(({ summary }) => summary.period.label)).toEqual(['2023-11', '2023-12', '2024-01']);
    expect(late.sandbox.counters.listRequests).toBe(once);
    expect(await late.verified()).toEqual([]);
    for (const { folder, summary } of outcome.runs) {
      expect(summary.population.in_period).toBe((await late.uuidsOf(summary.run)).length);
      expect(folder).toBe(join(late.out, summary.run));
    }
    expect(await late.names()).not.toContainEqual(expect.stringMatching(/\.lock$|\.work$/));
  });

  test('a period is read alone where the list is ordered: its requests and its pages', async () => {
    // Five years: about 98 detections a month, 300 pages in all.
    const office = await Office.open({ detections: 6000, months: 60 });
    const { errors, runs } = await office.run('2021-06-01T06:00:00Z', { DETECT_REPORT_PAGE_SIZE: '20' });
    expect([errors, runs.length]).toEqual([[], 1]);
    expect(office.sandbox.counters.listRequests).toBeLessThan(300 / 5);
    expect(runs[0]?.summary.completeness).toMatchObject({ verdict: 'proven', claim: 'period' });
    expect(runs[0]?.summary.population.unique).toBeLessThan(1_000);
  });

  test('a run that stands already, whoever made it, is not made again', async () => {
    const office = await Office.open({}, 'since: 2023-11-01');
    await office.run('2023-12-01T06:00:00Z');
    const hash = await office.hashOf('monthly-compliance_2023-11');
    await office.run('2024-01-01T06:00:00Z');
    expect(await office.runs()).toEqual(['monthly-compliance_2023-11', 'monthly-compliance_2023-12']);
    expect(await office.hashOf('monthly-compliance_2023-11')).toBe(hash);
  });

  test('a month to date stands beside the month', async () => {
    const office = await Office.open({});
    await office.run('2024-01-01T06:00:00Z');
    await office.write('period: month-to-date');
    expect((await office.run('2024-01-15T06:00:00Z')).runs).toEqual([]);
    await office.writeJob('schedule: "0 6 * * *"', 'period: month-to-date');
    await office.run('2024-01-15T06:00:00Z');
    expect(await office.runs()).toEqual(['monthly-compliance_2023-12', 'monthly-compliance_2024-01-01_2024-01-15']);
  });
});

test('what a process left that was killed right after it had sealed a run is removed by the next one', async () => {
  const office = await Office.open({});
  await office.run('2023-12-01T06:00:00Z');
  const left = join(office.out, '.monthly-compliance_2023-11');
  await mkdir(join(`${left}.work`, 'token', 'spool'), { recursive: true });
  await writeFile(`${left}.lock`, '{}');
  await utimes(`${left}.lock`, 0, 0);
  // Killed between the two steps of a release; the job's own lock has the same steps.
  const token = '53697dc06f31de2adb6db8958aa5d3fa';
  for (const name of ['.monthly-compliance_2023-10', '.job-monthly']) {
    await writeFile(join(office.out, `${name}.lock.${token}`), '{}');
  }
  await mkdir(join(office.out, 'monthly-compliance_2023-10'));
  await writeFile(join(office.out, 'monthly-compliance_2023-10', 'manifest.json'), '{}');
  expect(await office.run('2023-12-02T06:00:00Z')).toMatchObject({ idle: true, errors: [] });
  expect((await office.names()).filter((name) => name !== '.job-monthly.state')).toEqual([
    'monthly-compliance_2023-10',
    'monthly-compliance_2023-11',
  ]);
});

describe('amendments', () => {
  const LINES = ['since: 2023-11-01', 'amend: 3'];

  test('show what changed since, link what they amend, and leave it as it was sealed', async () => {
    const office = await Office.open({}, ...LINES);
    await office.run('2024-01-01T06:00:00Z');
    const hash = await office.hashOf('monthly-compliance_2023-11');
    const [gone = '', goneLater = ''] = await office.uuidsOf('monthly-compliance_2023-11');
    await office.delete(gone);
    const outcome = await office.run('2024-02-01T06:00:00Z');
    expect(outcome.errors).toEqual([]);
    expect(outcome.unchanged).toEqual(['2023-12']);
    expect(outcome.runs.map(({ summary, changes }) => [summary.run, changes?.vanished ?? null])).toEqual([
      ['monthly-compliance_2024-01', null],
      ['monthly-compliance_2023-11.amendment-1', 1],
    ]);
    const base = (await office.json('monthly-compliance_2023-11', 'manifest.json')) as { report_id: string };
    const first = (await office.json('monthly-compliance_2023-11.amendment-1', 'manifest.json')) as {
      report_id: string;
    };
    expect(first).toMatchObject({ amends: { report_id: base.report_id } });
    expect(await office.json('monthly-compliance_2023-11.amendment-1', 'differences.json')).toMatchObject({
      before: { report_id: base.report_id },
      total: 1,
      changes: [{ kind: 'vanished', uuid: gone, after: null }],
    });
    // The next one amends the amendment, and tells what is new.
    await office.delete(goneLater);
    await office.run('2024-02-29T12:00:00Z');
    expect(await office.runs()).not.toContain('monthly-compliance_2023-11.amendment-2');
    await office.run('2024-03-01T06:00:00Z');
    expect(await office.json('monthly-compliance_2023-11.amendment-2', 'manifest.json')).toMatchObject({
      amends: { report_id: first.report_id },
    });
    expect(await office.json('monthly-compliance_2023-11.amendment-2', 'differences.json')).toMatchObject({
      total: 1,
      changes: [{ kind: 'vanished', uuid: goneLater }],
    });
    expect(await office.hashOf('monthly-compliance_2023-11')).toBe(hash);
    expect(await office.verified()).toEqual([]);
    // Nothing changed since.
    const quiet = await office.run('2024-04-01T06:00:00Z');
    expect(quiet.unchanged).toEqual(['2023-12', '2024-01', '2024-02']);
  });

  test('of a run without a snapshot are found by its table', async () => {
    const office = await Office.open({}, ...LINES);
    await office.run('2023-12-01T06:00:00Z', { DETECT_REPORT_NO_SNAPSHOT: 'true' });
    const [gone = ''] = await office.uuidsOf('monthly-compliance_2023-11');
    const same = await office.run('2024-01-01T06:00:00Z');
    expect(same.errors).toEqual([]);
    expect(same.unchanged).toEqual(['2023-11']);
    await office.delete(gone);
    await office.run('2024-02-01T06:00:00Z');
    expect(await office.json('monthly-compliance_2023-11.amendment-1', 'differences.json')).toMatchObject({
      total: 1,
      changes: [{ kind: 'vanished', uuid: gone }],
    });
    expect((await office.verified()).filter((text) => !text.includes('without its snapshot'))).toEqual([]);
  });

  test('tell a forged list of differences from the one that the two runs give', async () => {
    const office = await Office.open({}, ...LINES);
    await office.run('2023-12-01T06:00:00Z');
    const [gone = ''] = await office.uuidsOf('monthly-compliance_2023-11');
    await office.delete(gone);
    await office.run('2024-01-01T06:00:00Z');
    const path = join(office.out, 'monthly-compliance_2023-11.amendment-1', 'differences.json');
    await writeFile(path, JSON.stringify({}));
    expect((await office.verified()).join('\n')).toMatch(/amendment-1: changed/);
  });

  test('are not made where nothing but addresses and times of touching differ', async () => {
    // Every answer of the list touches ten detections: their updated_at changes.
    const office = await Office.open({ drift: { inserts: 0, deletes: 0, updates: 10 } }, ...LINES);
    await office.run('2024-01-01T06:00:00Z');
    await office.run('2024-02-01T06:00:00Z');
    const amended = (await office.runs()).filter((name) => name.includes('amendment'));
    for (const run of amended) {
      const { changes } = (await office.json(run, 'differences.json')) as { changes: { columns: string[] }[] };
      for (const { columns } of changes) expect(columns).not.toEqual(['updated_at']);
    }
  });
});

describe('months know each other', () => {
  test('each run follows the newest one of the period before, with the figures of those before it', async () => {
    const office = await Office.open({}, 'since: 2023-11-01', 'amend: 3');
    await office.run('2024-01-01T06:00:00Z');
    const [gone = ''] = await office.uuidsOf('monthly-compliance_2023-12');
    await office.delete(gone);
    await office.run('2024-02-01T06:00:00Z');
    await office.run('2024-03-01T06:00:00Z');
    const historyOf = async (run: string): Promise<string[]> => {
      const { runs } = (await office.json(run, 'history.json')) as { runs: { period: string; amended: boolean }[] };
      return runs.map(({ period, amended }) => `${period}${amended ? ' amended' : ''}`);
    };
    const idOf = async (run: string): Promise<string> =>
      ((await office.json(run, 'manifest.json')) as { report_id: string }).report_id;
    expect(await office.json('monthly-compliance_2023-11', 'manifest.json')).not.toHaveProperty('previous');
    await expect(historyOf('monthly-compliance_2023-11')).rejects.toThrow(/ENOENT/);
    expect(await historyOf('monthly-compliance_2024-01')).toEqual(['2023-11', '2023-12']);
    expect(await historyOf('monthly-compliance_2023-12.amendment-1')).toEqual(['2023-11']);
    expect(await historyOf('monthly-compliance_2024-02')).toEqual(['2023-11', '2023-12 amended', '2024-01']);
    expect(await office.json('monthly-compliance_2024-02', 'manifest.json')).toMatchObject({
      previous: { report_id: await idOf('monthly-compliance_2024-01') },
    });
    const statistics = (await office.json('monthly-compliance_2024-01', 'statistics.json')) as Statistics;
    const { runs } = (await office.json('monthly-compliance_2024-02', 'history.json')) as { runs: object[] };
    expect(runs.at(-1)).toMatchObject({
      report_id: await idOf('monthly-compliance_2024-01'),
      start: '2024-01-01T00:00:00.000Z',
      end: '2024-02-01T00:00:00.000Z',
      in_period: statistics.population.in_period,
      ...statistics.verdicts,
      not_deleted: statistics.retention.not_deleted,
    });
    expect(await office.verified()).toEqual([]);

    // The archive and the history, taken elsewhere with the manifest, give the same bytes.
    const run = join(office.out, 'monthly-compliance_2024-02');
    const again = await exportRun({
      source: join(run, 'records.zip'),
      format: 'csv',
      out: join(office.folder, 'again'),
    });
    expect(await readFile(join(again.folder, 'SHA256SUMS'), 'utf8')).toBe(
      await readFile(join(run, 'SHA256SUMS'), 'utf8'),
    );
    const without = await exportRun({
      source: join(run, 'records.zip'),
      format: 'csv',
      out: join(office.folder, 'without'),
      'no-history': true,
    });
    expect(without.files.map(({ name }) => name)).not.toContain('history.json');

    // Another figure, with every hash corrected, is found by the run beside it.
    const path = join(run, 'history.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace(/"fake": \d+/, '"fake": 99'));
    const told = (await office.verified()).join('\n');
    expect(told).toMatch(/says other figures of 2023-11/);
    expect(told).toMatch(/changed/);
  });

  test('a run by hand follows with its history; a damaged run is left out with a word', async () => {
    const office = await Office.open({}, 'since: 2023-11-01');
    await office.run('2024-01-01T06:00:00Z');
    await writeFile(join(office.out, 'monthly-compliance_2023-12', 'statistics.json'), '{}');
    await office.run('2024-02-01T06:00:00Z', { DETECT_REPORT_NO_HISTORY: 'true' });
    expect(office.notes.join('\n')).toMatch(/2023-12 cannot be followed: its statistics\.json/);
    const manifest = (await office.json('monthly-compliance_2024-01', 'manifest.json')) as {
      previous: { period: { from: string } };
      files: { name: string }[];
    };
    expect(manifest.previous.period.from).toBe('2023-11-01');
    expect(manifest.files.map(({ name }) => name)).not.toContain('history.json');
  });
});

describe('a failure', () => {
  test('that asks to come back is waited for, and the list is then read once', async () => {
    const office = await Office.open({ faults: parseFaults('429-seconds=1800@1') }, 'since: 2023-11-01');
    const outcome = await office.run('2023-12-01T06:00:00Z');
    expect(outcome.errors).toEqual([]);
    expect(office.waitsMs).toHaveLength(1);
    expect(office.waitsMs[0]).toBeGreaterThan(1_700_000);
    expect(await office.runs()).toEqual(['monthly-compliance_2023-11']);
  });

  test('that asks for more patience than an hour is left to the next run', async () => {
    const office = await Office.open({ faults: parseFaults('429-seconds=7200@1') });
    const outcome = await office.run('2023-12-01T06:00:00Z');
    expect(outcome.errors).toEqual([expect.any(TryLaterError)]);
    expect(office.waitsMs).toEqual([]);
    expect(await office.runs()).toEqual([]);
    expect((await office.run('2023-12-01T07:00:00Z')).errors).toEqual([]);
  });

  test('that will not pass is not tried again', async () => {
    const office = await Office.open({ key: 'another-key' });
    const outcome = await office.run('2023-12-01T06:00:00Z');
    expect(outcome.errors).toEqual([expect.any(SourceError)]);
    expect(office.waitsMs).toEqual([]);
    expect(office.sandbox.counters.listRequests).toBeLessThanOrEqual(1);
  });

  test('for want of a key names the variable that the job names', async () => {
    const office = await Office.open({}, 'api_key: { env: TEAM_B_KEY }');
    const outcome = await office.run('2023-12-01T06:00:00Z');
    expect(outcome.errors).toEqual([expect.any(ConfigError)]);
    expect(outcome.errors[0]).toMatchObject({ message: expect.stringContaining('TEAM_B_KEY') as string });
    expect((await office.run('2023-12-01T06:00:00Z', { TEAM_B_KEY: 'key-of-team-b-123' })).errors).toEqual([]);
  });
});
