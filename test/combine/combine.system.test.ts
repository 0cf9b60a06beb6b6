import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../cli/run-cli.ts';
import { listen } from '../deliveries/http-server.ts';
import { findingsOf, readArchive, reseal, verify, writeArchive } from '../evidence/sealed-run.ts';
import { ENV, Office } from '../job-runs/office.ts';
import { exportItems, exportRun } from '../run/run-sandbox.ts';

const MONTHS = ['2023-10', '2023-11', '2023-12'];
const TABLES = ['detections', 'metric_nodes', 'audio_scores'];
const FLAGS = { source: 'sandbox', months: '4', detections: '120', format: 'csv' };

let folder: string;
/** The months, each read by itself, and the quarter that was combined of them. */
let months: string[];
let quarter: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detect-report-combine-'));
  months = [];
  for (const month of MONTHS) months.push((await exportRun({ ...FLAGS, month, out: join(folder, 'out') })).folder);
  // In no order: the periods decide it.
  const { stdout } = await combine([months[1], months[2], months[0]], '--out', 'out', '--quiet');
  quarter = join(folder, stdout.trimEnd());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Json = Record<string, unknown>;

async function combine(runs: readonly (string | undefined)[], ...words: string[]) {
  return await runHere(['combine', ...runs.map(String), '--format', 'csv', ...words], { cwd: folder });
}
const json = async (run: string, name: string): Promise<Json> =>
  JSON.parse(await readFile(join(run, name), 'utf8')) as Json;
const text = (run: string, table: string): Promise<string> => readFile(join(run, `${table}.csv`), 'utf8');
const rows = async (run: string): Promise<string[]> => (await text(run, 'detections')).split('\r\n').slice(1, -1);

describe('three months', () => {
  test('give the rows and figures of the quarter as one reading gives them', async () => {
    const whole = await exportRun({ ...FLAGS, quarter: '2023-Q4', out: join(folder, 'whole') });
    expect(quarter).toBe(join(folder, 'out', 'monthly-compliance_2023-Q4.combined'));
    for (const table of TABLES) expect(await text(quarter, table)).toBe(await text(whole.folder, table));
    const { by_part: byPart, population, list_span: _, ...figures } = await json(quarter, 'statistics.json');
    const { population: wholePopulation, list_span: __, ...wanted } = await json(whole.folder, 'statistics.json');
    expect(figures).toEqual(wanted);
    const { received, unique, duplicates, outside_period: outside, ...counts } = population as Record<string, number>;
    expect(wholePopulation).toMatchObject(counts);
    expect({ received, unique, duplicates, outside }).toEqual({
      received: counts['in_period'],
      unique: counts['in_period'],
      duplicates: 0,
      outside: 0,
    });
    // Each part is the sealed run's own figures, the newest first as in the list.
    const parts = byPart as Record<string, unknown>[];
    expect(parts.map(({ part }) => part)).toEqual(MONTHS.toReversed());
    for (const [at, run] of months.toReversed().entries()) {
      const own = await json(run, 'statistics.json');
      const { in_period, undated, completed, failed, processing } = own['population'] as Json;
      const own_counts = { in_period, undated, completed, failed, processing, ...(own['verdicts'] as object) };
      expect(parts[at]).toMatchObject({ ...own_counts, fake_rate: own['fake_rate'] });
    }
  });

  test('are parts of a certificate that is the sum of theirs', async () => {
    const { completeness, parts } = await json(quarter, 'manifest.json');
    const own = await Promise.all(months.map((run) => json(run, 'manifest.json')));
    const requests = own.map((one) => (one['completeness'] as { requests: number }).requests);
    expect(completeness).toMatchObject({
      verdict: 'proven',
      claim: 'parts',
      requests: requests.reduce((a, b) => a + b),
      reason: 'Each of the 3 parts is proven complete by its own certificate.',
    });
    expect((parts as Json[]).map((part) => part['report_id'])).toEqual(own.map((one) => one['report_id']).toReversed());
  });

  test('carry their reviews along, each stratum that of its own month, as one file for the quarter counts them', async () => {
    const made: string[] = [];
    for (const [at, run] of months.entries()) {
      const uuids = (await rows(run)).slice(0, 12).map((row) => row.split(',')[0] ?? '');
      const lines = uuids.map(
        (uuid, index) => `${uuid},s,${40 + at},${index % 3 === at ? 'authentic' : 'ai_generated'}`,
      );
      const reviews = join(folder, `reviews-${at}.csv`);
      await writeFile(reviews, ['uuid,stratum,stratum_size,truth', ...lines, ''].join('\n'));
      const source = join(run, 'records.zip');
      made.push((await exportRun({ source, reviews, format: 'csv', out: join(folder, `reviewed-${at}`) })).folder);
    }
    const { stdout } = await combine(made, '--out', 'reviewed', '--quiet');
    const reviewed = join(folder, stdout.trimEnd());
    const joined = await readFile(join(reviewed, 'reviews.csv'), 'utf8');
    expect(joined.split('\n')).toHaveLength(1 + 3 * 12 + 1);
    expect(joined).toContain(',2023-10: s,40,');
    expect((await json(reviewed, 'statistics.json'))['reviews']).toMatchObject({
      matched: 36,
      weighting: 'strata',
      strata: MONTHS.map((month, at) => ({ stratum: `${month}: s`, size: 40 + at, sampled: 12, reviewed: 12 })),
    });
    expect(await findingsOf(reviewed, { strict: true, parts: made })).toEqual([]);
    // Reviews that were finished later, for the quarter as a whole, replace those of the months.
    const own = join(folder, 'quarter.csv');
    await writeFile(own, joined.split('\n').slice(0, 5).join('\n'));
    const again = await combine(made, '--out', 'again', '--quiet', '--reviews', own);
    const { reviews } = await json(join(folder, again.stdout.trimEnd()), 'statistics.json');
    expect(reviews).toMatchObject({ rows: 4, matched: 4 });
  });

  test('refuse reviews that are larger together than one file may be, as no verification could read them', async () => {
    const reviews = join(folder, 'large.csv');
    const rest = 'x'.repeat(9_990);
    const lines = Array.from({ length: 1_800 }, (_, index) => `unknown-${index},${rest}`);
    await writeFile(reviews, ['uuid,note', ...lines, ''].join('\n'));
    const made: string[] = [];
    for (const [at, run] of months.slice(1).entries()) {
      const words = { source: join(run, 'records.zip'), reviews, format: 'csv', out: join(folder, `large-${at}`) };
      made.push((await exportRun(words)).folder);
    }
    const { code, stderr } = await combine(made, '--out', 'too-large');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/larger than 32 MiB[^]*--reviews FILE/)]);
  });

  test('verify as a whole and by their parts, and replay to the same bytes', async () => {
    const { findings, notices } = await verify(quarter);
    expect([findings, notices]).toEqual([[], []]);
    const source = join(quarter, 'records.zip');
    const again = await exportRun({ ...FLAGS, source, out: join(folder, 'again') });
    for (const name of ['detections.csv', 'statistics.json', 'manifest.json']) {
      expect(await readFile(join(again.folder, name))).toEqual(await readFile(join(quarter, name)));
    }
    // A month of the quarter is in it as it was sealed.
    const month = await exportRun({ ...FLAGS, source, month: '2023-11', out: join(folder, 'again') });
    expect(await text(month.folder, 'metric_nodes')).toBe(await text(months[1] ?? '', 'metric_nodes'));
  });

  test('are delivered as any run is: names, modes, and no private values', async () => {
    const { url, received } = await listen();
    const share = join(folder, 'share');
    await mkdir(share);
    const lines = ['jobs:', '  monthly:', '    schedule: "0 6 1 * *"', '    source: sandbox', '    out: out'];
    const hook = ['      - kind: webhook', `        url: ${url}`, '        secret: { env: HOOK_SECRET }'];
    const deliver = ['    deliver:', '      - kind: directory', '        path: share', ...hook];
    await writeFile(join(folder, 'jobs.yaml'), [...lines, ...deliver, ''].join('\n'));
    const told = await runHere(['deliver', quarter], { cwd: folder, env: ENV });
    expect([told.code, told.stderr]).toEqual([0, '']);
    const name = 'monthly-compliance_2023-Q4.combined';
    expect(told.stdout).toContain(`delivered  share/${name}`);
    expect(await readdir(share)).toEqual([name]);
    const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
    const files = (await readdir(join(share, name))).sort();
    expect(files).toEqual((await readdir(quarter)).filter((file) => file !== 'records.zip').sort());
    expect(await mode(join(share, name))).toBe('750');
    for (const file of files) {
      expect([file, await mode(join(share, name, file))]).toEqual([file, '640']);
      expect(await readFile(join(share, name, file))).toEqual(await readFile(join(quarter, file)));
    }
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      run: name,
      period: { label: '2023-Q4' },
      completeness: { claim: 'parts' },
    });
  });

  test('a part elsewhere is a notice, a changed one a finding', async () => {
    const moved = join(folder, 'moved', 'run');
    await cp(quarter, moved, { recursive: true });
    expect((await verify(moved, { checksumsOnly: true })).notices).toHaveLength(4);
    expect((await verify(moved, { parts: [join(folder, 'out')] })).notices).toEqual([]);
    const part = join(folder, 'changed', 'run');
    await cp(months[0] ?? '', part, { recursive: true });
    const manifest = await readFile(join(part, 'manifest.json'), 'utf8');
    await writeFile(join(part, 'manifest.json'), manifest.replace('"template"', '"template" '));
    const found = await findingsOf(moved, { parts: [part], checksumsOnly: true });
    expect(found).toEqual([expect.stringMatching(/^\[parts\] manifest\.json: combines DR-.* but .*changed\/run has/)]);
  });

  test('a forged count, certificate or page is a finding', async () => {
    const forge = async (change: (record: Json & { parts: Json[] }) => void): Promise<string> => {
      const copy = join(await mkdtemp(join(folder, 'forged-')), 'run');
      await cp(quarter, copy, { recursive: true });
      const archive = await readArchive(join(copy, 'records.zip'));
      const record = JSON.parse(String(archive.get('extraction.json'))) as Json & { parts: Json[] };
      change(record);
      archive.set('extraction.json', Buffer.from(`${JSON.stringify(record, null, 1)}\n`));
      await writeArchive(join(copy, 'records.zip'), archive);
      await reseal(copy);
      return (await findingsOf(copy, { parts: [join(folder, 'out')] })).join('\n');
    };
    expect(await forge(({ parts: [first] }) => void Object.assign(first ?? {}, { records: 1 }))).toMatch(
      /\[parts\] records\.zip: 2023-12 has \d+ detections here, its record says 1/,
    );
    const other = { fake: 0, real: 0 };
    expect(await forge(({ parts: [first] }) => void Object.assign(first?.['counts'] ?? {}, other))).toMatch(
      /says of 2023-12 \(DR-.*\) other counts than/,
    );
    expect(await forge(({ certificate }) => void Object.assign(certificate as object, { requests: 1 }))).toContain(
      'the certificate is not the sum of those of its parts',
    );
  });

  test.each([
    ['a gap', [0, 2], /No run covers the days from 2023-11-01 up to, not including, 2023-12-01.*--from 2023-11-01/s],
    ['the same run twice', [1, 1], /They are one run, or amendments of one/],
  ])('%s is refused with a remedy', async (_, chosen, message) => {
    const { code, stderr } = await combine(
      chosen.map((at) => months[at]),
      '--out',
      'refused',
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test('an overlap is refused with a remedy', async () => {
    const { code, stderr } = await combine([quarter, months[2]], '--out', 'refused');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/overlap: the day 2023-12-01 is in both.*each team first/s),
    ]);
  });
});

const item = (uuid: string, more: object = {}): object => ({
  uuid,
  created_at: '2023-11-05T00:00:00Z',
  status: 'completed',
  media_type: 'audio',
  metrics: { label: 'Fake', aggregated_score: '0.9', score: ['0.9'], consistency: '1' },
  ...more,
});

describe('teams', () => {
  test('of one month are one report: each detection once, the last reading counts', async () => {
    const flags = { month: '2023-11', format: 'csv,html', template: 'scheduled-export' };
    const undated = item('u', { created_at: null });
    const lists = { a: [item('1'), item('2'), undated], b: [item('3'), item('2', { status: 'failed' }), undated] };
    const runs: string[] = [];
    for (const [team, items] of Object.entries(lists)) {
      runs.push((await exportItems(items, folder, { ...flags, out: join(folder, team) })).folder);
    }
    const { code, stdout } = await combine(runs, '--format', 'csv,html', '--out', 'teams', '--quiet');
    expect(code).toBe(0);
    const run = join(folder, stdout.trimEnd());
    const { population, by_part: parts } = await json(run, 'statistics.json');
    // Recounted by hand: 1, 2 as team b has it, 3, and the undated one.
    expect(population).toMatchObject({ received: 6, unique: 4, duplicates: 2, in_period: 3, undated: 1, failed: 1 });
    expect(parts).toMatchObject([
      { part: 'a', in_period: 2, counted: 1, fake: 2 },
      { part: 'b', in_period: 2, counted: 3, fake: 1, failed: 1 },
    ]);
    expect((await rows(run)).map((row) => row.split(',')[0])).toEqual(['1', '3', '2']);
    const page = await readFile(join(run, 'report.html'), 'utf8');
    expect(page).toContain('Parts of this report');
    expect(page).toContain('2 detections are in several parts');
    expect((await verify(run, { parts: runs })).findings).toEqual([]);
    // The same list twice is not two teams.
    const twice = await combine([
      runs[0],
      (
        await exportRun({
          ...flags,
          source: join(runs[0] ?? '', 'records.zip'),
          template: 'spreadsheet-analysis',
          out: join(folder, 'c'),
        })
      ).folder,
    ]);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('hold the same detections')]);
  });
});

describe('amendments', () => {
  test('the newest one counts in place of the run, and the report says so', async () => {
    const office = await Office.open({ detections: 60 }, 'since: 2023-11-01', 'amend: 3');
    await office.run('2023-12-01T06:00:00Z');
    const [gone = ''] = await office.uuidsOf('monthly-compliance_2023-11');
    await office.delete(gone);
    await office.run('2024-01-01T06:00:00Z');
    const run = (name: string): string => join(office.out, `monthly-compliance_${name}`);
    const { code, stdout } = await runHere(
      ['combine', run('2023-11'), run('2023-12'), '--out', 'both', '--quiet', '--format', 'csv'],
      {
        cwd: office.folder,
      },
    );
    expect(code).toBe(0);
    const both = join(office.folder, stdout.trimEnd());
    const amended = [...(await rows(run('2023-12'))), ...(await rows(run('2023-11.amendment-1')))];
    expect(await rows(both)).toEqual(amended);
    // A forged one that amends itself has no newest one.
    const path = join(run('2023-11.amendment-1'), 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as { report_id: string; amends: { report_id: string } };
    manifest.amends.report_id = manifest.report_id;
    await writeFile(path, JSON.stringify(manifest));
    const runs = [run('2023-11.amendment-1'), run('2023-12')];
    const forged = await runHere(['combine', ...runs, '--out', 'forged', '--quiet'], { cwd: office.folder });
    expect(forged.code).toBe(0);
    expect(amended.join()).not.toContain(gone);
    const { parts } = await json(both, 'manifest.json');
    const { report_id: base } = await json(run('2023-11'), 'manifest.json');
    const { report_id: newest } = await json(run('2023-11.amendment-1'), 'manifest.json');
    expect((parts as Json[])[1]).toMatchObject({ report_id: newest, instead_of: base });
    // What was deleted since is the difference between the months as sealed and the list as it is now.
    const [later = ''] = await office.uuidsOf('monthly-compliance_2023-12');
    await office.delete(later);
    const days = { from: '2023-11-01', to: '2024-01-01', format: 'csv', out: join(office.folder, 'now') };
    const now = await exportRun({ source: 'api', 'base-url': office.sandbox.url, ...days }, ENV);
    const compared = await runHere(['diff', both, now.folder, '--json'], { cwd: office.folder });
    const told = compared.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);
    expect(told.filter(({ uuid }) => uuid !== undefined)).toMatchObject([{ kind: 'vanished', uuid: later }]);
  });
});
