import { cp, link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inFolder, runHere } from '../cli/run-cli.ts';
import { listen, status } from '../deliveries/http-server.ts';
import { ENV, Office } from '../job-runs/office.ts';
import { exportItems, exportRun } from '../run/run-sandbox.ts';

interface StatusJson {
  readonly runs: readonly Readonly<Record<string, unknown>>[];
  readonly jobs: readonly Readonly<Record<string, unknown>>[];
}

/** Three sealed months; the tests copy what they change. */
let sealed: string;

beforeAll(async () => {
  sealed = await mkdtemp(join(tmpdir(), 'detect-report-status-'));
  const flags = { source: 'sandbox', months: '3', detections: '300', format: 'csv', out: join(sealed, 'output') };
  for (const month of ['2023-11', '2023-12', '2024-01']) await exportRun({ ...flags, month });
});
afterAll(() => rm(sealed, { recursive: true, force: true }));

async function statusOf(cwd: string, ...words: string[]): Promise<StatusJson & { readonly code: number | null }> {
  const { code, stdout, stderr } = await runHere(['status', ...words, '--json'], { cwd });
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as StatusJson), code };
}

/** A copy of the three months, in which `change` may break something. */
async function inCopy(use: (folder: string, month: (name: string) => string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await cp(join(sealed, 'output'), join(folder, 'output'), { recursive: true });
    await use(folder, (name) => join(folder, 'output', `monthly-compliance_${name}`));
  });
}

const marked = ({ runs }: StatusJson) => runs.filter((run) => run['needs_person'] === true).map((run) => run['folder']);

describe('the runs of a folder', () => {
  test('are told with what their statistics hold; of the matrix, the newest month alone needs a person', async () => {
    const found = await statusOf(sealed);
    expect(found.jobs).toEqual([]);
    expect(found.runs.map((run) => run['period'])).toEqual(['2023-11', '2023-12', '2024-01']);
    for (const run of found.runs) {
      const folder = String(run['folder']);
      const { compliance, fake_rate: rate } = JSON.parse(
        await readFile(join(sealed, folder, 'statistics.json'), 'utf8'),
      ) as { compliance: { obligations: unknown }; fake_rate: { value: number } };
      const { obligations: _, ...counts } = compliance;
      expect(run).toEqual({
        folder,
        template: 'monthly-compliance',
        period: folder.slice(-7),
        completeness: 'proven',
        compliance: counts,
        fake_rate: rate.value,
        amendment_of: null,
        deliveries_waiting: 0,
        needs_person: folder.endsWith('2024-01'),
      });
    }
    const unmet = found.runs.map((run) => (run['compliance'] as { not_met: number }).not_met);
    expect(unmet.slice(1).every((count) => count > 0)).toBe(true);
    expect(found.code).toBe(8);
  });

  test('are a table for people, with the reason', async () => {
    const { code, stdout } = await runHere(['status', 'output'], { cwd: sealed });
    expect(code).toBe(8);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^run +completeness +obligations +fake +deliveries$/);
    expect(lines[1]).toMatch(/^output\/monthly-compliance_2023-11 +proven +\d met, \d not met of 6 +\d+\.\d %$/);
    expect(lines.slice(4)).toEqual([
      expect.stringMatching(/^needs a person: output\/monthly-compliance_2024-01: \d obligations? (?:is|are) not met$/),
      'output: 3 runs, 1 reason for a person to look',
    ]);
  });

  test('that are broken need a person; what is no run is not told of', async () => {
    await inCopy(async (folder, month) => {
      await writeFile(join(month('2023-11'), 'manifest.json'), '{ "format": ');
      await rm(join(month('2023-12'), 'manifest.json'));
      await writeFile(join(month('2024-01'), 'statistics.json'), '{}\n');
      await mkdir(join(folder, 'output', 'photos'));
      await mkdir(join(folder, 'output', 'web-app'));
      await writeFile(join(folder, 'output', 'web-app', 'manifest.json'), '{ "name": "an app" }');
      await writeFile(join(folder, 'output', 'web-app', 'SHA256SUMS'), `${'0'.repeat(64)}  index.js\n`);
      await writeFile(join(folder, 'output', 'notes.txt'), 'no run');
      const found = await statusOf(folder);
      const names = ['2024-01', '2023-11', '2023-12'].map((name) => `output/monthly-compliance_${name}`);
      expect(marked(found)).toEqual(names);
      expect(found.runs).toHaveLength(3);
      expect(found.runs[0]).toMatchObject({ completeness: 'proven', compliance: null, fake_rate: null });
      expect(found.runs[1]).toMatchObject({ template: null, period: null, completeness: null, amendment_of: null });
      expect(found.code).toBe(8);
      const { stdout } = await runHere(['status'], { cwd: folder });
      for (const why of ['manifest.json is not valid JSON', 'manifest.json cannot be read', 'is not the one that']) {
        expect(stdout).toContain(why);
      }
    });
  });

  test('that may be incomplete need a person', async () => {
    await inFolder(async (folder) => {
      const items = [{ uuid: 'a', created_at: '2024-01-03T00:00:00Z', status: 'completed' }];
      const run = await exportItems(items, folder, { month: '2024-01', format: 'csv', template: 'scheduled-export' });
      const manifest = JSON.parse(await readFile(join(run.folder, 'manifest.json'), 'utf8')) as {
        completeness: { verdict: string };
      };
      expect(await statusOf(folder, 'out')).toMatchObject({ code: 0, runs: [{ needs_person: false }] });
      manifest.completeness.verdict = 'unproven';
      await writeFile(join(run.folder, 'manifest.json'), JSON.stringify(manifest));
      const found = await statusOf(folder, 'out');
      expect(found).toMatchObject({ code: 8, runs: [{ completeness: 'unproven', needs_person: true }] });
    });
  });

  test('that are being made, or were interrupted, are named', async () => {
    await inCopy(async (folder) => {
      await mkdir(join(folder, 'output', '.monthly-compliance_2024-02.work'));
      await mkdir(join(folder, 'output', '.monthly-compliance_2024-01.work'));
      const { stdout } = await runHere(['status'], { cwd: folder });
      expect(stdout.match(/^unfinished: .*/gm)).toEqual([
        expect.stringContaining('unfinished: monthly-compliance_2024-02 is being made, or was interrupted'),
      ]);
    });
  });

  test('may be none, or one that is named itself', async () => {
    await inCopy(async (folder) => {
      await mkdir(join(folder, 'empty'));
      expect(await statusOf(folder, 'empty')).toEqual({ code: 0, runs: [], jobs: [] });
      const one = await statusOf(folder, 'output/monthly-compliance_2023-11');
      expect(one.runs.map((run) => run['folder'])).toEqual(['output/monthly-compliance_2023-11']);
      const missing = await runHere(['status', 'nowhere'], { cwd: folder });
      expect(missing.code).toBe(2);
      expect(missing.stderr).toContain('nowhere cannot be read (ENOENT)');
    });
  });

  test('are a thousand and more at once', async () => {
    await inFolder(async (folder) => {
      const from = join(sealed, 'output', 'monthly-compliance_2023-11');
      await Promise.all(
        Array.from({ length: 1000 }, async (_, run) => {
          const to = join(folder, 'output', `run-${run}`);
          await mkdir(to, { recursive: true });
          for (const name of ['manifest.json', 'statistics.json']) await link(join(from, name), join(to, name));
        }),
      );
      const before = process.cpuUsage();
      const found = await statusOf(folder);
      const { user, system } = process.cpuUsage(before);
      expect(found.runs).toHaveLength(1000);
      // Of the processor, which others on the machine do not slow down: 1 ms for each run is enough.
      expect((user + system) / 1e6).toBeLessThan(6);
    });
  });
});

describe('the runs of jobs', () => {
  test('with amendments: what was amended is history', async () => {
    const office = await Office.open({});
    await office.run('2023-12-01T06:00:00Z');
    const [uuid = ''] = await office.uuidsOf('monthly-compliance_2023-11');
    await office.delete(uuid);
    await office.run('2024-01-01T06:00:00Z');
    const at = ['jobs.yaml', '--now', '2024-01-01T07:00:00Z'] as const;
    const found = await statusOf(office.folder, ...at);
    expect(found.runs.map((run) => [run['folder'], run['amendment_of']])).toEqual([
      ['output/monthly-compliance_2023-11', null],
      ['output/monthly-compliance_2023-11.amendment-1', 'output/monthly-compliance_2023-11'],
      ['output/monthly-compliance_2023-12', null],
    ]);
    expect(found.jobs).toEqual([{ name: 'monthly', next_due: '2024-02-01T06:00:00Z', last_error: null }]);
    // The same of the folder, without the schedule.
    expect((await statusOf(office.folder)).runs).toEqual(found.runs);
  });

  test('with what waits for delivery, what failed last, and what nobody makes', async () => {
    const office = await Office.open({});
    const { url } = await listen([status(403), status(200)]);
    await office.write('deliver:', '  - kind: webhook', `    url: ${url}/hook`, '    secret: { env: HOOK_SECRET }');
    await office.run('2023-12-01T06:00:00Z');
    const at = ['jobs.yaml', '--now', '2023-12-02T07:00:00Z'] as const;
    const failed = await statusOf(office.folder, ...at);
    expect(failed.runs).toMatchObject([{ deliveries_waiting: 1, needs_person: true }]);
    expect(failed.jobs).toMatchObject([
      { next_due: '2024-01-01T06:00:00Z', last_error: expect.stringContaining('403') },
    ]);
    expect((await statusOf(office.folder)).jobs).toEqual([{ ...failed.jobs[0], next_due: null }]);
    await office.run('2023-12-02T07:00:00Z');
    const delivered = await statusOf(office.folder, ...at);
    expect(delivered.runs).toMatchObject([{ deliveries_waiting: 0 }]);
    expect(delivered.jobs).toMatchObject([{ last_error: null }]);
    // Two days after the next month was due, nothing has made it.
    const late = await runHere(['status', 'jobs.yaml', '--now', '2024-01-03T06:00:00Z'], { cwd: office.folder });
    expect(late.code).toBe(8);
    expect(late.stdout).toContain('job monthly: next due 2024-01-01T06:00:00Z');
    expect(late.stdout).toContain('needs a person: job monthly: due since 2024-01-01T06:00:00.000Z, and not made');
  });

  test('with a threshold that the newest run crosses', async () => {
    const office = await Office.open({}, 'thresholds: ["population.in_period > 0", "fake_rate >= 0"]');
    await office.run('2023-12-01T06:00:00Z');
    const { code, stdout } = await runHere(['status', 'jobs.yaml', '--now', '2023-12-01T07:00:00Z'], {
      cwd: office.folder,
    });
    expect(code).toBe(8);
    expect(stdout).toContain('threshold crossed in output/monthly-compliance_2023-11: population.in_period > 0 (');
    expect(stdout).toMatch(/fake_rate >= 0 \(\d+\.\d %\)$/m);
  });

  test('with a threshold that only the run of another job crosses', async () => {
    const office = await Office.open({}, 'thresholds: ["population.in_period > 0"]', 'period: 2023-11');
    const other = [
      '  daily:',
      '    schedule: "0 6 * * *"',
      '    period: last-day',
      `    base_url: ${office.sandbox.url}`,
    ];
    await writeFile(
      office.jobFile,
      `${await readFile(office.jobFile, 'utf8')}${other.join('\n')}\n    formats: [csv]\n`,
    );
    const run = ['run', 'jobs.yaml', '--job', 'daily', '--now', '2023-12-01T07:00:00Z', '--quiet'];
    expect((await runHere(run, { cwd: office.folder, env: ENV })).code).toBe(0);
    const { stdout } = await runHere(['status', 'jobs.yaml', '--now', '2023-12-01T07:00:00Z'], { cwd: office.folder });
    expect(stdout).toContain('monthly-compliance_2023-11-30_2023-12-01');
    expect(stdout).not.toContain('threshold crossed');
  });
});
