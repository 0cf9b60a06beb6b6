import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DSA_PARTS, type DsaPart, dsaProblems, rowsOf } from '../../src/app/export/dsa-rules.ts';
import { runHere } from '../cli/run-cli.ts';
import { findingsOf, Workshop } from '../evidence/sealed-run.ts';
import { Office } from '../job-runs/office.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');
const official = async (part: DsaPart): Promise<string> =>
  await readFile(join(TEMPLATES, 'dsa', DSA_PARTS[part]), 'utf8');
const PARTS = [1, 7, 8, 11] as const;

let workshop: Workshop;
let blank: string;
let filled: string;
const part = async (run: string, number: DsaPart): Promise<string> =>
  await readFile(join(run, DSA_PARTS[number]), 'utf8');
/** The value of a row by indicator and scope. */
const valueIn = (text: string, indicator: string, scope: string): string | undefined => {
  const [header = [], ...rows] = rowsOf(text);
  const cell = (row: readonly string[], name: string) => row[header.indexOf(name)]?.trim();
  const row = rows.find((one) => cell(one, 'Indicator') === indicator && (cell(one, 'Scope') ?? '') === scope);
  return row === undefined ? undefined : cell(row, 'Value');
};

beforeAll(async () => {
  workshop = await Workshop.open();
  const words = { template: 'dsa-transparency', format: 'csv', detections: '200' };
  blank = await workshop.run(words);
  const [, ...rows] = rowsOf(await readFile(join(blank, 'detections.csv'), 'utf8'));
  const reviewed = rows.slice(0, 60).map(([uuid = ''], index) => {
    const notice = index % 2 === 0 ? '2024-01-10' : '';
    const appeal = index < 4 ? `2024-01-20,${index < 3 ? 'upheld' : 'reversed'},2024-01-21T12:00Z` : ',,';
    return `${uuid},${index % 3 === 0 ? 'authentic' : 'ai_generated'},${notice},${index % 4 === 0 ? 'full' : 'no'},${appeal}`;
  });
  const reviews = join(workshop.folder, 'reviews.csv');
  const header = 'uuid,truth,notice_at,automated,appeal_at,appeal_outcome,appeal_decided_at';
  await writeFile(reviews, [header, ...reviewed, ''].join('\n'));
  filled = await workshop.run({ ...words, source: join(blank, 'records.zip'), reviews });
});
afterAll(() => workshop.remove());

describe('the parts of a transparency report', () => {
  test.each(PARTS)('part %d has the official header and rows, in their order, to the byte', async (number) => {
    const template = (await official(number)).split('\n').filter((line) => line !== '');
    for (const run of [blank, filled]) {
      const text = await part(run, number);
      const lines = text.split('\r\n');
      expect(lines[0]).toBe(template[0]);
      expect(text.endsWith('\r\n')).toBe(true);
      const labels = (csv: string): string[][] =>
        rowsOf(csv).map((row) =>
          row.filter((_, at) => /^(Applicability|Section|Indicator|Scope)$/.test(rowsOf(csv)[0]?.[at] ?? '')),
        );
      expect(labels(text).slice(0, template.length)).toEqual(labels(template.join('\n')));
      expect(dsaProblems(number, rowsOf(await official(number)), text)).toEqual([]);
    }
  });

  test('leave blank what nobody recorded, and write 0 for what could have been', async () => {
    const complaints = 'Number of complaints submitted to the internal-complaints mechanism';
    const [none, some] = [await part(blank, 7), await part(filled, 7)];
    expect(valueIn(none, complaints, 'Total number')).toBe('');
    expect(valueIn(some, complaints, 'Total number')).toBe('4');
    expect(valueIn(some, complaints, 'Decisions upheld')).toBe('3');
    expect(valueIn(some, complaints, 'Decisions reversed')).toBe('1');
    expect(valueIn(some, complaints, 'Decisions partially reversed')).toBe('0');
    expect(valueIn(some, complaints, 'Median time')).toBe('36');
  });

  test('give accuracy as a share with its interval, for all and again for each medium', async () => {
    const text = await part(filled, 8);
    const rows = rowsOf(text).slice(1);
    const accuracy = rows.filter((row) => row[4] === 'Accuracy of the automated means - Accuracy' && row[6] !== '');
    expect(accuracy.length).toBeGreaterThan(1);
    for (const row of accuracy) {
      expect(Number(row[6])).toBeLessThanOrEqual(1);
      expect(row[7]).toMatch(
        /Estimated from \d+ detections that people reviewed, unweighted; 95% interval 0\.\d{4} to/,
      );
    }
    expect(valueIn(text, 'Number of measures solely taken by automated means', 'Total number')).toBe('15');
    expect(valueIn(text, 'Number of notices solely processed by automated means', 'NAM Total')).toBe('15');
    expect(valueIn(text, 'Number of measures solely taken by automated means', 'Own-initiative')).toBe('0');
  });

  test('are sealed: a strict verification makes them again', async () => {
    expect(await findingsOf(filled, { strict: true })).toEqual([]);
  });
});

describe('a corrected edition', () => {
  test('says what it corrects, when, why and how much, and is made again by a verification', async () => {
    const office = await Office.open({ detections: 60 });
    const template = join(office.folder, 'dsa.yaml');
    const own = await readFile(join(TEMPLATES, 'dsa-transparency.yaml'), 'utf8');
    await writeFile(template, own.replace(/^dsa:$/m, 'dsa:\n  correction: A user asked for erasure.'));
    await office.write(`template: ${template}`, 'since: 2023-11-01', 'amend: 1');
    await office.run('2023-12-01T06:00:00Z');
    const [first = ''] = await office.runs();
    const [gone = ''] = await office.uuidsOf(first);
    await office.delete(gone);
    const outcome = await office.run('2024-01-01T06:00:00Z');
    expect(outcome.errors).toEqual([]);
    const amendment = (await office.runs()).find((name) => name.endsWith('.amendment-1')) ?? '';
    const { report_id: id } = (await office.json(first, 'manifest.json')) as { report_id: string };
    const { as_of: asOf } = (await office.json(amendment, 'manifest.json')) as { as_of: string };
    const described = 'Qualitative description of the automated means';
    const [before, after] = [await part(join(office.out, first), 11), await part(join(office.out, amendment), 11)];
    expect(valueIn(before, described, '')).not.toContain('Corrected');
    expect(valueIn(after, described, '')).toContain(
      `Corrected edition of report ${id}, made on ${asOf.slice(0, 10)}: 1 detection differs. A user asked for erasure.`,
    );
    expect(await office.verified()).toEqual([]);
  });
});

describe('templates check', () => {
  test('accepts the files of a run, and refuses a share of 99.25', async () => {
    const good = await runHere(['templates', 'check', filled], { cwd: workshop.folder });
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('part_8_automated_means.csv') as string });
    const copy = await workshop.copyOf(filled);
    const path = join(copy, DSA_PARTS[8]);
    const text = await readFile(path, 'utf8');
    const [row = ''] = /^All,.*Accuracy of the automated means - Accuracy,Total number,.*$/m.exec(text) ?? [];
    await writeFile(path, text.replace(row, row.replace(/Total number,[\d.]*,/, 'Total number,99.25,')));
    const bad = await runHere(['templates', 'check', path], { cwd: workshop.folder });
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('line 4: Value "99.25" is not a share of 0 to 1');
  });

  test.each([
    [7, ',Total number,,', ',Total number,1.5,', 'is not a whole number'],
    [7, 'Median time,,', 'Median time,-3,', 'is not a number of hours'],
    [11, 'Free text', 'x'.repeat(5001), 'has 5001 characters'],
    [
      1,
      'Date of the publication of the report,YYYY-MM-DD',
      'Date of the publication of the report,01/02/2027',
      'is not a date',
    ],
    [1, 'Applicability,', 'applicability,', 'the header is not the official one'],
  ] as const)('part %d refuses %j as %j', async (number, from, to, problem) => {
    const rows = rowsOf(await official(number));
    const text = (await official(number))
      .replaceAll('YYYY-MM-DD/YYYY-MM-DD', '2026-01-01/2026-12-31')
      .replace(from, to);
    expect(dsaProblems(number, rows, text).join('\n')).toContain(problem);
  });
});
