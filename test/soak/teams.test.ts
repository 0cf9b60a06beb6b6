import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults/faults.ts';
import { runHere } from '../cli/run-cli.ts';
import { Office } from '../job-runs/office.ts';

/** TEAM_MONTHS=24 makes two years, in some minutes. */
const COUNT = Number(process.env['TEAM_MONTHS'] ?? 4);
const monthStart = (back: number): string => new Date(Date.UTC(2024, 1 - back, 1)).toISOString().slice(0, 10);
/** The last of them is January 2024; each is made on the first of the next. */
const MONTHS = Array.from({ length: COUNT }, (_, at) => monthStart(COUNT - at).slice(0, 7));
const TIMES = Array.from({ length: COUNT }, (_, at) => `${monthStart(COUNT - 1 - at)}T06:00:00Z`);
/** A quarter, and a year where there is one. */
const SPANS = [3, 12].filter((months) => months < COUNT);

type Counts = Record<'detections' | 'fake' | 'real' | 'indeterminate', number>;

/** Counts rows of the newest run of each month by hand: uuid, and the text of the column verdict. */
async function recount(folders: readonly string[]): Promise<Counts> {
  const verdicts = new Map<string, string>();
  for (const folder of folders) {
    const [head = '', ...rows] = (await readFile(join(folder, 'detections.csv'), 'utf8')).trimEnd().split('\r\n');
    const at = head.split(',').indexOf('verdict');
    for (const row of rows) {
      const cells = row.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
      verdicts.set((cells[0] ?? '').replace(',', ''), (cells[at] ?? '').replace(',', ''));
    }
  }
  const count = (verdict: string): number => [...verdicts.values()].filter((one) => one === verdict).length;
  const [fake, real, indeterminate] = [count('fake'), count('real'), count('indeterminate')];
  return { detections: verdicts.size, fake, real, indeterminate };
}

async function countsOf(run: string): Promise<Counts> {
  const { population, verdicts } = JSON.parse(await readFile(join(run, 'statistics.json'), 'utf8')) as {
    population: { in_period: number };
    verdicts: Omit<Counts, 'detections'>;
  };
  return { detections: population.in_period, ...verdicts };
}

test('months of three teams: archive, a quarter and a year of each, and the three together, equal to a recount', async () => {
  const quarters: string[] = [];
  const newest: string[] = [];
  const requests: number[] = [];
  for (const seed of [11, 12, 13]) {
    const faults = parseFaults('500@4,truncated-gzip@9');
    const drift = { inserts: 1, deletes: 0.15, updates: 0.4 };
    const list = { detections: 75 * COUNT, months: COUNT + 1, seed, faults, drift };
    const office = await Office.open(list, `since: ${MONTHS[0]}-01`, 'amend: 2', 'archive: true');
    const { counters } = office.sandbox;
    for (const time of TIMES) {
      const before = counters.listRequests;
      expect((await office.run(time, { DETECT_REPORT_PAGE_SIZE: '20' })).errors).toEqual([]);
      requests.push(counters.listRequests - before);
    }
    const runs = await office.runs();
    const ofMonth = (month: string): string[] =>
      runs.filter((name) => name.startsWith(`monthly-compliance_${month}`)).map((name) => join(office.out, name));
    // The last of them in order of names is the newest amendment.
    const months = MONTHS.map((month) => ofMonth(month).at(-1) ?? '');
    const { stdout } = await runHere(['sql', 'SELECT count(*) AS n FROM detections', office.out, '--json'], {});
    expect(JSON.parse(stdout)).toEqual([{ n: (await recount(months)).detections }]);
    const status = await runHere(['status', office.out, '--json'], {});
    expect((JSON.parse(status.stdout) as { runs: unknown[] }).runs).toHaveLength(
      runs.filter((name) => name.startsWith('monthly-compliance_')).length,
    );
    for (const span of SPANS) {
      // The first runs are named: their amendments count.
      const first = MONTHS.slice(0, span).map((month) => ofMonth(month)[0] ?? '');
      const words = ['--format', 'csv', '--quiet', '--out', join(office.folder, `team-${seed}`)];
      const combined = await runHere(['combine', ...first, ...words], { cwd: '/' });
      expect([combined.code, combined.stderr]).toEqual([0, '']);
      const run = join('/', combined.stdout.trimEnd());
      expect(await countsOf(run)).toEqual(await recount(months.slice(0, span)));
      if (span === 3) quarters.push(run);
    }
    newest.push(...months.slice(0, 3));
  }
  const out = join(quarters[0] ?? '', '..', '..', 'all');
  const together = await runHere(['combine', ...quarters, '--format', 'csv', '--quiet', '--out', out], { cwd: '/' });
  const run = join('/', together.stdout.trimEnd());
  expect(await countsOf(run)).toEqual(await recount(newest));
  const parts = quarters.map((quarter) => join(quarter, '..')).join(',');
  const verified = await runHere(['verify', run, '--parts', parts, '--strict', '--quiet'], { cwd: '/' });
  expect([verified.code, verified.stderr]).toEqual([0, '']);
  if (COUNT > 12) process.stdout.write(`requests for each month, of ${(75 * COUNT) / 20} pages: ${requests.join(' ')}`);
});
