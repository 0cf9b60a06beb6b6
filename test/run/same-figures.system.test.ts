import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainRecord, verifyRun } from '../../src/index.ts';
import { evaluate, readThreshold } from '../../src/app/jobs/thresholds.ts';
import { DuckDb } from '../sinks/parquet/duckdb.ts';
import { readTable } from './read-back.ts';
import { exportItems, exportRun, withFolder } from './run-sandbox.ts';
import { DELETIONS, made, NOTATIONS, ON_TIME, quiet, told } from './told-figures.ts';

test('matrix, summary, mail, terminal and thresholds of one run say the same', async () => {
  await withFolder(async (folder) => {
    const one = await told(
      DELETIONS.map((changes, index) => made(index, changes)),
      folder,
    );
    const { retention, compliance } = one.statistics;
    expect(retention).toMatchObject({
      zero_retention: 5,
      deleted: 2,
      late: 1,
      not_deleted: 1,
      overdue: 2,
      not_measured: 2,
    });
    expect(compliance).toMatchObject({ not_met: 1 });
    expect(compliance.obligations.find(({ status }) => status === 'not_met')).toMatchObject({
      obligation: 'Own policy, zero retention',
      indicator: 'overdue',
      value: 2,
      open: 2,
    });
    const unmet = '1 of 6 not met (Own policy, zero retention)';
    const deletions = '5 under zero retention: 2 overdue (1 late, 1 never), 2 not measured';
    expect(one.terminal).toContain(`compliance     ${unmet}`);
    expect(one.terminal).toContain(`retention      ${deletions}`);
    expect(one.mail.text).toContain(`Compliance: ${unmet}`);
    expect(one.mail.text).toContain(`Zero retention: ${deletions}.`);
    expect(one.html.match(/▲ Not met/g)).toHaveLength(1);
    expect(one.html).toMatch(
      /Own policy, zero retention Media [^▲●]* 2 Deleted after the limit, or not at all; 2 not counted could change it at most 0 ▲ Not met/,
    );
    expect(one.html).toContain('2 detections were not deleted within 24 h: 1 later, 1 not at all.');
    expect(one.html).toContain('1 of 5 under zero retention; 2 missed the limit, 1 deleted late');
    expect(one.html).toMatch(/clip-3\.wav[^|]*1970-01-01 00:00:00/);
    expect(one.html).toMatch(/clip-4\.wav[^|]*9999-12-31 00:00:00/);
    for (const condition of ['retention.overdue > 1', 'retention.not_measured >= 2', 'compliance.not_met > 0']) {
      expect(evaluate(readThreshold(condition), one.statistics, 'proven').crossed).toBe(true);
    }
  });
});

test('five that were never deleted are five overdue, and not met', async () => {
  await withFolder(async (folder) => {
    const five = [0, 1, 2, 3, 4].map((index) => made(index, {}));
    const { statistics, html, terminal } = await told(five, folder);
    expect(statistics.retention).toMatchObject({ deleted: 0, not_deleted: 5, overdue: 5 });
    expect(html).toMatch(/ 5 Deleted after the limit, or not at all at most 0 ▲ Not met/);
    expect(terminal).toContain('5 overdue (0 late, 5 never)');
  });
});

describe('times in any notation', () => {
  test('are in the period; the unreadable one is named by everybody', async () => {
    await withFolder(async (folder) => {
      const items = NOTATIONS.map((created_at, index) => made(index, { created_at, ...ON_TIME }));
      const { statistics, html, terminal, mail } = await told(items, folder);
      expect(statistics.population).toMatchObject({ in_period: 4, undated: 1 });
      expect(statistics.verdicts.fake).toBe(4);
      const named = `c${String(4).padStart(31, '0')} ("15/01/2024")`;
      for (const text of [terminal, mail.text]) expect(text).toContain(named);
      expect(html).toContain(named.replaceAll('"', '&quot;'));
      expect(mail.subject).toContain('1 UNDATED');
    });
  });

  test('a month of twenty undated fakes is nowhere a proven nothing', async () => {
    await withFolder(async (folder) => {
      const items = Array.from({ length: 20 }, (_, index) => made(index, { created_at: `${index + 1}/01/2024` }));
      const { statistics, html, terminal, mail, run } = await told(items, folder);
      expect(statistics.population).toMatchObject({ in_period: 0, undated: 20 });
      // That the list was read completely is all that is shown.
      expect(statistics.compliance.obligations.filter(({ status }) => status === 'met')).toMatchObject([
        { indicator: 'completeness' },
      ]);
      expect(run.certificate.verdict).toBe('proven');
      expect(mail.subject).toContain('20 UNDATED');
      for (const text of [html, terminal, mail.text]) {
        expect(text).toMatch(/20 detections (?:of the list )?have no readable creation time/);
        expect(text).not.toMatch(/nothing to report|held no detection\.|No detection was flagged as fake\./i);
      }
      expect(terminal).toContain('no detections with a readable creation time in 2024-01');
      for (const { uuid, created_at: time } of statistics.undated)
        expect(html).toContain(`${uuid} (&quot;${time}&quot;)`);
      expect(html).toContain('10 more, named in the snapshot alone.');
    });
  });

  test('of numbers are read by the walk, the tables, the proof and explain alike', async () => {
    await withFolder(async (folder) => {
      const items = Array.from({ length: 30 }, (_, index) =>
        made(index, { created_at: 1_705_311_000 - index * 60, updated_at: 1_705_311_000_000 - index * 60_000 }),
      );
      const { run, statistics } = await told(items, folder, { 'page-size': '10' });
      expect(statistics.population).toMatchObject({ in_period: 30, undated: 0 });
      expect(run.certificate).toMatchObject({ verdict: 'proven', orderObserved: 'created_at descending' });
      const explained = await explainRecord(run.folder, `c${String(7).padStart(31, '0')}`, quiet.signal);
      expect(explained).toMatchObject({ position: 'inside', row: 8 });
    });
  });
});

test('an empty month names what the list spans, and a full month before it', async () => {
  await withFolder(async (folder) => {
    const items = [made(0, { created_at: '2024-02-10T00:00:00Z' }), made(1, { created_at: '2023-12-10T00:00:00Z' })];
    const before = await exportItems(items, folder, { month: '2023-12', format: 'csv' });
    const { terminal, html, mail, statistics } = await told(items, folder, { previous: before.folder });
    expect(statistics.list_span).toEqual({ first: '2023-12-10T00:00:00.000Z', last: '2024-02-10T00:00:00.000Z' });
    const spans = 'no detections in 2024-01; the list spans 10 Dec 2023 - 10 Feb 2024';
    const loud = 'the report before had 1 detection, this one has none';
    for (const text of [terminal, mail.text]) {
      expect(text).toContain(spans);
      expect(text).toContain(loud);
    }
    expect(mail.subject).toContain('EMPTY PERIOD');
    expect(html).toContain('The period has no detection; the one before had 1.');
    expect(statistics.compliance).toMatchObject({ not_met: 0 });
    expect(statistics.compliance.no_case).toBeGreaterThan(1);
  });
});

test('a score of nothing to assess is in no table and no average', async () => {
  await withFolder(async (folder) => {
    const nothing = { label: 'real', score: ['-1.0'], consistency: '0.0', aggregated_score: '-1.0' };
    const items = [made(0, { metrics: nothing }), made(1, {})];
    const run = await exportItems(items, folder, {
      month: '2024-01',
      template: 'spreadsheet-analysis',
      format: 'csv,xlsx,parquet',
    });
    const rows = await readTable(run.folder, 'detections');
    expect(rows.map(({ audio_score: score, not_assessed: which }) => [score, which])).toEqual([
      [null, 'audio'],
      ['0.9', null],
    ]);
    for (const table of ['metric_nodes', 'audio_scores']) {
      const scores = (await readTable(run.folder, table)).map(({ score }) => score);
      expect(scores).not.toContain('-1');
      expect(scores).toContain(null);
    }
    const columns = Object.keys(rows[0] ?? {});
    expect(columns[columns.indexOf('verdict_basis') + 1]).toBe('not_assessed');
    const duckDb = await DuckDb.open();
    const [average] = await duckDb.all(
      `SELECT avg(audio_score) AS mean FROM '${join(run.folder, 'detections')}.parquet'`,
    );
    duckDb.close();
    expect(average).toEqual([0.9]);
    expect(run.statistics.scores.audio).toMatchObject({ count: 1, mean: 0.9 });
    const { cells } = await explainRecord(run.folder, `c${'0'.repeat(31)}`, quiet.signal);
    const cell = cells.find(({ column }) => column === 'audio_score');
    expect(cell).toMatchObject({
      value: null,
      inputs: [{ pointer: '/items/0/metrics/aggregated_score', raw: '"-1.0"' }],
    });
    expect(cell?.how).toContain('nothing to assess');
    expect((await verifyRun(run.folder, quiet)).findings).toEqual([]);
  });
});

test('the sandbox month has no obligation met that its figures do not show', async () => {
  await withFolder(async (out) => {
    const { statistics, folder } = await exportRun({ source: 'sandbox', detections: '400', out });
    expect(basename(folder)).toBe('monthly-compliance_2024-01');
    const zero = statistics.compliance.obligations.find(({ indicator }) => indicator === 'overdue');
    expect(zero?.value).toBe(statistics.retention.overdue);
    expect(statistics.retention.overdue).toBeGreaterThanOrEqual(statistics.retention.late ?? 0);
  });
});
