import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN, runHere } from '../cli/run-cli.ts';
import { Office } from '../job-runs/office.ts';
import { exportRun } from '../run/run-sandbox.ts';
import { DuckDb } from '../sinks/parquet/duckdb.ts';

const SQL_PAGE = new URL('../../docs/sql.md', import.meta.url);
const FLAGS = { source: 'sandbox', months: '3', detections: '90' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detect-report-archive-'));
  const out = join(folder, 'output');
  // One with Parquet files of its own, two without.
  await exportRun({ ...FLAGS, month: '2023-11', format: 'parquet', out });
  await exportRun({ ...FLAGS, month: '2023-12', format: 'csv,html', out });
  await exportRun({ ...FLAGS, month: '2023-12', format: 'csv', template: 'scheduled-export', out });
  const { code, stdout } = await runHere(['archive', 'output', '--json'], { cwd: folder });
  if (code !== 0) throw new Error(stdout);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function lakeOf(root: string): Promise<string[]> {
  const files = await readdir(join(root, 'lake'), { recursive: true });
  return files.filter((name) => name.endsWith('.parquet')).sort();
}
async function sql(query: string, ...words: string[]) {
  return await runHere(['sql', query, 'output', ...words], { cwd: folder });
}

test('a run that shows a part of its list has the rows of that part in the lake', async () => {
  await exportRun({ ...FLAGS, all: true, format: 'csv', out: join(folder, 'list') });
  const source = join(folder, 'list', 'monthly-compliance_all', 'records.zip');
  const { statistics } = await exportRun({
    source,
    month: '2023-12',
    timezone: 'Asia/Tokyo',
    out: join(folder, 'part'),
  });
  expect((await runHere(['archive', 'part'], { cwd: folder })).code).toBe(0);
  const { stdout } = await runHere(['sql', 'SELECT count(*) FROM detections', 'part', '--csv'], { cwd: folder });
  expect(stdout.split('\n')[1]).toBe(String(statistics.population.in_period));
});

describe('the page', () => {
  test('has a row and a link for each run, and the trend of those with several periods', async () => {
    const page = await readFile(join(folder, 'output', 'index.html'), 'utf8');
    const rows = [
      ...page.matchAll(/<tr data-result="([\w-]+)" data-medium="(\w+)">.*?<a href="([^"]+)">([^<]+)<\/a>/g),
    ];
    expect(rows.map(([, ...cells]) => cells.join(' '))).toEqual([
      'scheduled-export current scheduled-export_2023-12/manifest.json 2023-12',
      'monthly-compliance current monthly-compliance_2023-12/report.html 2023-12',
      'monthly-compliance current monthly-compliance_2023-11/manifest.json 2023-11',
    ]);
    expect(page).toContain('monthly-compliance: Verdicts by period');
    expect(page).not.toContain('scheduled-export: Verdicts by period');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });

  test('is written again over what is there, and says which runs cannot be read', async () => {
    const copy = join(folder, 'copy');
    await cp(join(folder, 'output'), copy, { recursive: true });
    const lake = await lakeOf(copy);
    await writeFile(join(copy, 'monthly-compliance_2023-12', 'statistics.json'), '{}');
    const { code, stderr } = await runHere(['archive', 'copy'], { cwd: folder });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/3 runs; lake: \d files, 0 of them new/)]);
    expect(await readFile(join(copy, 'index.html'), 'utf8')).toContain('data-medium="unreadable"');
    // What is no longer known to be right is not in the lake.
    expect((await lakeOf(copy)).length).toBe(lake.length - 3);
  });
});

describe('the lake', () => {
  test('holds as many rows as the statistics of its runs say, whoever reads it', async () => {
    const db = await DuckDb.open();
    const files = join(folder, 'output', 'lake', 'detections', '*', '*', '*.parquet');
    const query = `SELECT period, template, count(*)::INT FROM read_parquet('${files}', hive_partitioning = true, union_by_name = true) GROUP BY ALL ORDER BY ALL`;
    const read = await db.all(query);
    db.close();
    const counted = async (run: string): Promise<number> => {
      const text = await readFile(join(folder, 'output', run, 'statistics.json'), 'utf8');
      return (JSON.parse(text) as { population: { in_period: number } }).population.in_period;
    };
    expect(read).toEqual([
      ['2023-11', 'monthly-compliance', await counted('monthly-compliance_2023-11')],
      ['2023-12', 'monthly-compliance', await counted('monthly-compliance_2023-12')],
      ['2023-12', 'scheduled-export', await counted('scheduled-export_2023-12')],
    ]);
  });

  test('has the columns of the reviews that a run keeps', async () => {
    const table = await readFile(join(folder, 'output', 'monthly-compliance_2023-12', 'detections.csv'), 'utf8');
    const uuids = table.split('\r\n').flatMap((row) => /^[0-9a-f]{32}(?=,)/.exec(row) ?? []);
    const reviews = join(folder, 'reviews.csv');
    await writeFile(reviews, ['uuid,truth', ...uuids.map((uuid) => `${uuid},authentic`), ''].join('\n'));
    const out = join(folder, 'reviewed');
    await exportRun({ ...FLAGS, month: '2023-12', format: 'csv', reviews, out });
    await runHere(['archive', 'reviewed'], { cwd: folder });
    const query = 'SELECT truth, count(*) AS n FROM detections GROUP BY ALL';
    const { stdout } = await runHere(['sql', query, 'reviewed', '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual([{ truth: 'authentic', n: uuids.length }]);
  });

  test('of a job is written after each sealed run, and an amendment replaces what it amends', async () => {
    const office = await Office.open({ detections: 60 }, 'since: 2023-11-01', 'amend: 3', 'archive: true');
    await office.run('2023-12-01T06:00:00Z');
    const before = await lakeOf(office.out);
    const [gone = ''] = await office.uuidsOf('monthly-compliance_2023-11');
    await office.delete(gone);
    await office.run('2024-01-01T06:00:00Z');
    const { report_id: id } = (await office.json('monthly-compliance_2023-11.amendment-1', 'manifest.json')) as {
      report_id: string;
    };
    const after = await lakeOf(office.out);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect(after).toContain(join('detections', 'period=2023-11', 'template=monthly-compliance', `${id}.parquet`));
    expect(after.length).toBe(2 * before.length);
    const { stdout } = await runHere(['sql', 'SELECT uuid FROM detections', office.out, '--csv'], { cwd: folder });
    expect(stdout.trimEnd().split('\n')).toHaveLength(
      1 +
        (await office.uuidsOf('monthly-compliance_2023-11')).length -
        1 +
        (await office.uuidsOf('monthly-compliance_2023-12')).length,
    );
    expect(stdout).not.toContain(gone);
    const page = await readFile(join(office.out, 'index.html'), 'utf8');
    expect(page).toContain('Amendments and their reasons');
    expect(page).toContain('1 vanished');
  });
});

describe('sql', () => {
  test('prints a table, CSV or JSON', async () => {
    const query = `SELECT 'a,"b"' AS text, 7 AS number, NULL AS nothing, true AS flag`;
    expect((await sql(query)).stdout).toBe('text   number  nothing  flag\na,"b"       7           true\n');
    expect((await sql(query, '--csv')).stdout).toBe('text,number,nothing,flag\n"a,""b""",7,,true\n');
    expect((await sql(query, '--json')).stdout).toBe('[{"text":"a,\\"b\\"","number":7,"nothing":null,"flag":true}]\n');
  });

  test('changes no character of a cell that goes to a pipe or a file', async () => {
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
    const query = `SELECT '${family}' AS text, 'a\u202eb\nc' AS turned`;
    expect((await sql(query, '--csv')).stdout).toBe(`text,turned\n${family},"a\u202eb\nc"\n`);
  });

  test('every query of the page runs', async () => {
    const text = await readFile(SQL_PAGE, 'utf8');
    const queries = [...text.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(([, query = '']) => query);
    expect(queries.length).toBeGreaterThan(4);
    for (const query of queries) {
      const { code, stderr, stdout } = await sql(query, '--json');
      expect([query, code, stderr]).toEqual([query, 0, '']);
      expect([query, (JSON.parse(stdout) as unknown[]).length > 0]).toEqual([query, true]);
    }
  });

  test.each([
    ['SELECT * FROM nothing', /Table with name nothing does not exist/],
    ["SELECT * FROM read_csv('/etc/passwd')", /Cannot access file "\/etc\/passwd"/],
  ])('refuses %s', async (query, why) => {
    const { code, stderr } = await sql(query);
    expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
  });

  test('a folder without a lake is told how to get one', async () => {
    const { code, stderr } = await runHere(['sql', 'SELECT 1', '.'], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining('detect-report archive')]);
  });
});

describe('archive, killed', () => {
  test('before it renames a file of the lake, or the page: the next one an hour later leaves nothing of it', async () => {
    const operations = join(folder, 'operations.log');
    const archive = async (name: string, env: Readonly<Record<string, string>>) => {
      const run = 'monthly-compliance_2023-11';
      await cp(join(folder, 'output', run), join(folder, name, run), { recursive: true });
      const words = ['--import', join(import.meta.dirname, '..', 'crash', 'file-faults.mjs'), MAIN, 'archive', name];
      await once(spawn(process.execPath, words, { cwd: folder, env, stdio: 'ignore' }), 'exit');
      return await readdir(join(folder, name), { recursive: true });
    };
    const whole = (await archive('whole', { FAULT_LOG: operations })).sort();
    const lines = (await readFile(operations, 'utf8')).split('\n');
    const renames = lines.flatMap((line) => /^(\d+) rename /.exec(line)?.[1] ?? []);
    expect(renames.length).toBe(4);
    for (const at of [renames[1] ?? '', renames[3] ?? '']) {
      const name = `killed-${at}`;
      const left = (await archive(name, { FAULT_AT: at })).filter((path) => /(?:^|\/)\.[^/]*$/.test(path));
      expect([at, left.length]).toEqual([at, 1]);
      const young = await runHere(['archive', name], { cwd: folder });
      expect([young.code, await readdir(join(folder, name), { recursive: true })]).toEqual([
        0,
        expect.arrayContaining(left),
      ]);
      for (const path of left) await utimes(join(folder, name, path), new Date(0), new Date(0));
      expect((await runHere(['archive', name], { cwd: folder })).code).toBe(0);
      expect((await readdir(join(folder, name), { recursive: true })).sort()).toEqual(whole);
    }
  });
});
