import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/core/errors.ts';
import { explainRecord, openRun } from '../../src/index.ts';
import type { CellValue } from '../../src/core/table.ts';
import type { Statistics } from '../../src/core/statistics.ts';
import { readReviews } from '../../src/app/run/reviews-file.ts';
import { allocate, drawSample } from '../../src/app/reviews/draw-sample.ts';
import { evaluate, readThreshold, THRESHOLD_PATHS } from '../../src/app/jobs/thresholds.ts';
import { runHere } from '../cli/run-cli.ts';
import { changeText, findingsOf, Workshop } from '../evidence/sealed-run.ts';
import { parseCsv } from '../run/read-back.ts';

let workshop: Workshop;
let plain: string;
beforeAll(async () => {
  workshop = await Workshop.open();
  plain = await workshop.run({ detections: '400', template: 'spreadsheet-analysis', format: 'csv' });
});
afterAll(() => workshop.remove());

const shown = (value: CellValue | undefined): string => String(value ?? '');
const FORMATS = 'csv,xlsx,pdf,html,jsonl,parquet';
const signal = new AbortController().signal;
const statisticsOf = async (run: string): Promise<Statistics> =>
  JSON.parse(await readFile(join(run, 'statistics.json'), 'utf8')) as Statistics;
const file = async (name: string, lines: readonly string[]): Promise<string> => {
  const path = join(workshop.folder, name);
  await writeFile(path, `${lines.join('\r\n')}\r\n`);
  return path;
};
/** Every detection of a table as an object by column. */
const rowsOf = async (path: string): Promise<Record<string, string>[]> => {
  const [head = [], ...rows] = parseCsv(await readFile(path, 'utf8'));
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name ?? '', row[index] ?? ''])));
};

describe('a sample', () => {
  test('holds n detections by strata, is the same again, and another with another seed', async () => {
    const draw = async (out: string, seed = '') => {
      const options = { n: 60, by: ['verdict', 'media_type'], seed, out: join(workshop.folder, out), signal };
      return { ...(await drawSample(plain, options)), rows: await rowsOf(join(workshop.folder, out)) };
    };
    const [one, again, other] = [await draw('one.csv'), await draw('again.csv'), await draw('other.csv', 'x')];
    expect(one.rows).toHaveLength(60);
    expect(again.rows).toEqual(one.rows);
    expect(other.rows.map(({ uuid }) => uuid)).not.toEqual(one.rows.map(({ uuid }) => uuid));
    const detections = (await rowsOf(join(plain, 'detections.csv'))).filter(({ status }) => status === 'completed');
    for (const { stratum, size, drawn } of one.strata) {
      const members = detections.filter(({ verdict, media_type: medium }) => `${verdict}|${medium}` === stratum);
      expect(size).toBe(members.length);
      const uuids = one.rows.filter((row) => row['stratum'] === stratum).map(({ uuid }) => uuid);
      expect(uuids).toHaveLength(drawn);
      expect(members.map(({ uuid }) => uuid)).toEqual(expect.arrayContaining(uuids));
    }
    await expect(draw('one.csv')).rejects.toThrow(/one\.csv exists, and may hold reviews/);
    await rm(join(workshop.folder, 'one.csv'));
    await expect(draw('one.csv')).rejects.toThrow(/one\.xlsx exists, and may hold reviews/);
    expect(await readdir(workshop.folder)).not.toContain('one.csv');
    expect((await draw('samples/2024/one.csv')).rows).toEqual(one.rows);
    await expect(drawSample(plain, { n: 5, by: ['verdicts'], seed: '', out: 'x', signal })).rejects.toMatchObject({
      remedy: expect.stringContaining('Did you mean verdict?') as string,
    });
  });

  test.each([
    [[90, 10], 10, [5, 5]],
    [[900, 90, 10], 100, [80, 10, 10]],
    [[3, 1000], 50, [3, 47]],
    [[3, 4], 50, [3, 4]],
  ])('of %j strata and %d gives each %j', (sizes, n, shares) => {
    expect(allocate(sizes, n)).toEqual(shares);
  });
});

describe('a file of reviews', () => {
  test.each([
    ['uuid,truth\r\na,ai_generated\r\nb,fake', 3, 'truth: "fake" is not one of ai_generated, authentic, ambiguous'],
    ['uuid,note,reviewed_at\r\na,"two\r\nlines",\r\nb,,yesterday', 4, 'reviewed_at: "yesterday" is not a time in ISO'],
    ['uuid,action_at\r\na,03/04/2024', 2, 'action_at: "03/04/2024" is not a time'],
    ['uuid,truth\r\n,authentic', 2, 'uuid: "" is empty'],
    ['id,truth\r\na,authentic', 1, 'no column is called uuid'],
    ['uuid,Truth\r\na,authentic', 1, 'the column "Truth" must be called truth'],
    ['uuid,stratum,stratum_size\r\na,s,4\r\nb,s,5', 3, 'stratum_size: 5 is not the size'],
    ['uuid,stratum_size\r\na,4', 2, 'stratum and stratum_size: one of the two is empty'],
    ['uuid,a\r\nx,1,2', 2, 'the line cannot be read'],
  ])('%j is refused at line %d', async (text, line, problem) => {
    const path = await file('wrong.csv', [text]);
    const error = await readReviews(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ place: { file: path, line } });
    expect(String(error)).toContain(`wrong.csv:${line}: ${problem}`);
  });

  test('may have semicolons, a byte order mark, and columns of its own', async () => {
    const path = await file('other.csv', ['\ufeffuuid;truth;ticket;appeal_at', 'a;authentic;T-1;2024-02-01', ';;;']);
    const { reviews } = await readReviews(path);
    expect(reviews).toHaveLength(1);
    expect(reviews[0]).toMatchObject({
      uuid: 'a',
      truth: 'authentic',
      appeal_at: Date.UTC(2024, 1, 1),
      review_extra: '{"ticket":"T-1"}',
      note: null,
    });
  });

  test('is refused before anything is asked of the list', async () => {
    const reviews = await file('bad.csv', ['uuid,truth', 'a,perhaps']);
    const words = ['export', '--base-url', 'http://127.0.0.1:1', '--month', '2024-01', '--reviews', reviews];
    const { code, stderr } = await runHere(words, { cwd: workshop.folder, env: { RESEMBLE_API_KEY: 'key' } });
    expect(code).toBe(2);
    expect(stderr).toContain('bad.csv:2: truth: "perhaps" is not one of');
  });
});

describe('a run with reviews', () => {
  let run: string;
  let reviews: string;
  let drawn: Record<string, string>[];
  beforeAll(async () => {
    const out = join(workshop.folder, 'sample.csv');
    await drawSample(plain, { n: 120, by: ['verdict', 'media_type'], seed: '', out, signal });
    drawn = await rowsOf(out);
    const lines = drawn.map(({ uuid, stratum, stratum_size: size }, index) => {
      const isFake = stratum?.startsWith('fake') !== (index % 10 === 0);
      const truth = index % 25 === 7 ? 'ambiguous' : isFake ? 'ai_generated' : 'authentic';
      const notice = index % 3 === 0 ? '2024-01-10T00:00:00Z,2024-01-11T00:00:00Z' : ',';
      return [uuid, stratum, size, truth, index % 2 === 0 ? 'Ann' : 'Bob', notice, 'ticket'].join(',');
    });
    const header = 'uuid,stratum,stratum_size,truth,reviewer,notice_at,action_at,case';
    reviews = await file('reviews-in.csv', [header, ...lines, 'unknown-uuid,,,,,,,']);
    const words = { source: join(plain, 'records.zip'), template: 'spreadsheet-analysis', reviews };
    run = await workshop.run({ ...words, format: FORMATS, workers: '2' });
  });

  test('keeps the file, names what it lacks, and verifies strictly', async () => {
    expect(await readFile(join(run, 'reviews.csv'), 'utf8')).toBe(await readFile(reviews, 'utf8'));
    expect((await statisticsOf(run)).reviews).toMatchObject({
      rows: 121,
      matched: 120,
      unmatched: { count: 1, uuids: ['unknown-uuid'] },
      reviewed: 120,
      truth: { ambiguous: 5 },
      weighting: 'strata',
    });
    expect(await findingsOf(run, { strict: true })).toEqual([]);
    const copy = await workshop.copyOf(run);
    await changeText(join(copy, 'reviews.csv'), (text) => text.replace('ai_generated', 'authentic'));
    expect((await findingsOf(copy)).join('\n')).toMatch(/reviews\.csv: changed/);
  });

  test('has every number that a threshold may look at', async () => {
    const all = (await statisticsOf(run)) as unknown as Record<string, unknown>;
    const missing = THRESHOLD_PATHS.filter((path) => path.startsWith('reviews.') && !path.includes('agreement')).filter(
      (path) => path.split('.').reduce<unknown>((value, key) => Object(value)[key], all) === undefined,
    );
    expect(missing).toEqual([]);
    const { crossed, text } = evaluate(readThreshold('reviews.accuracy.value < 99%'), all as never, 'proven');
    expect([crossed, text]).toEqual([true, expect.stringMatching(/ %$/)]);
  });

  test('is the same again from its own folder', async () => {
    const words = { source: join(run, 'records.zip'), reviews: join(run, 'reviews.csv') };
    const again = await workshop.run({
      ...words,
      template: join(run, 'manifest.json'),
      format: FORMATS,
      workers: '0',
    });
    const sums = async (folder: string) => await readFile(join(folder, 'SHA256SUMS'), 'utf8');
    expect(await sums(again)).toBe(await sums(run));
  });

  test('has their columns behind its own, and else the rows of a run without', async () => {
    const [before, after] = [await rowsOf(join(plain, 'detections.csv')), await rowsOf(join(run, 'detections.csv'))];
    const own = Object.keys(before[0] ?? {});
    expect(Object.keys(after[0] ?? {}).slice(0, own.length)).toEqual(own);
    expect(Object.keys(after[0] ?? {}).slice(own.length)).toEqual(
      'truth reviewer reviewed_at notice_at action action_at automated ground appeal_at appeal_outcome appeal_decided_at note review_extra'.split(
        ' ',
      ),
    );
    for (const [index, row] of after.entries()) expect(row).toMatchObject(before[index] ?? {});
    const reviewed = after.filter((row) => row['reviewer'] !== '');
    expect(reviewed).toHaveLength(120);
    expect(reviewed[0]?.['review_extra']).toBe('{"case":"ticket"}');
  });

  test('gives the rows of its tables to a program, and tells where the cells of a review come from', async () => {
    const opened = await openRun(run);
    const rows: string[][] = [];
    for await (const cells of opened.rows('detections')) {
      const { verdict, truth, reviewer, action_at: acted } = cells;
      rows.push([verdict, truth, reviewer, acted === null ? null : new Date(Number(acted)).toISOString()].map(shown));
    }
    const written = await rowsOf(join(run, 'detections.csv'));
    const names = ['verdict', 'truth', 'reviewer', 'action_at'];
    const utc = (text = ''): string => (text === '' ? '' : new Date(text).toISOString());
    expect(rows).toEqual(
      written.map((row) => names.map((name) => (name === 'action_at' ? utc(row[name]) : row[name]))),
    );
    const reviewed = written.find((row) => row['action_at'] !== '') ?? {};
    const { cells } = await explainRecord(run, reviewed['uuid'] ?? '', signal);
    expect(cells.map(({ column }) => column)).toEqual(Object.keys(reviewed));
    expect(cells.find(({ column }) => column === 'truth')).toMatchObject({
      value: reviewed['truth'],
      how: 'reviews.csv',
      inputs: [],
    });
    const copy = await workshop.copyOf(run);
    await changeText(join(copy, 'reviews.csv'), (text) => text.replace('ai_generated', 'authentic'));
    await expect(openRun(copy)).rejects.toThrow(/reviews\.csv is not the one that its manifest lists/);
  });

  test('weighs by the strata where every review has one, and says so in the report', async () => {
    const header = 'uuid,stratum,stratum_size,truth';
    const lines = drawn.map(({ uuid, stratum, stratum_size: size }, index) =>
      [uuid, stratum, size, stratum?.startsWith('fake') !== (index % 10 === 0) ? 'ai_generated' : 'authentic'].join(
        ',',
      ),
    );
    const strata = await workshop.run({
      source: join(plain, 'records.zip'),
      template: 'monthly-compliance',
      format: 'html',
      reviews: await file('strata.csv', [header, ...lines]),
    });
    const { reviews: found, by_media_type: media } = await statisticsOf(strata);
    expect(found?.weighting).toBe('strata');
    expect(found?.accuracy).toMatchObject({ why: null });
    expect(found?.recall.value).not.toBeNull();
    expect(Object.keys(found?.by_media_type ?? {})).toEqual(Object.keys(media));
    const page = await readFile(join(strata, 'report.html'), 'utf8');
    expect(page).toContain('Kott and Carr 1997');
    expect(page).toContain('Strata of the sample');
  });

  test('says "not measured" without any review, and counts marks of origin', async () => {
    const source = join(plain, 'records.zip');
    const bare = await workshop.run({ source, template: 'monthly-compliance', format: 'html' });
    const { reviews: none, provenance, population } = await statisticsOf(bare);
    expect(none).toBeNull();
    const marks = Object.values(provenance.by_media_type).flatMap((each) => Object.values(each));
    const sum = marks.reduce((all, { marked, not_marked, unknown }) => all + marked + not_marked + unknown, 0);
    expect(sum).toBe(population.in_period);
    const signals = Object.values(provenance.signals);
    for (const one of signals) expect(one.marked + one.not_marked + one.unknown).toBe(population.in_period);
    const page = await readFile(join(bare, 'report.html'), 'utf8');
    expect(page).toContain('the accuracy of the detector was not measured');
    expect(page).toContain('Marks of origin');
  });
});
