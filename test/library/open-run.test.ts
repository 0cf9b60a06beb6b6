import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ConfigError,
  DetectReportError,
  type ExportedReport,
  exportReport,
  openRun,
  SourceError,
} from '../../src/index.ts';
import { Workshop } from '../evidence/sealed-run.ts';
import { parseCsv } from '../run/read-back.ts';

let workshop: Workshop;
let run: ExportedReport;
beforeAll(async () => {
  workshop = await Workshop.open();
  const out = await workshop.newFolder();
  const options = {
    source: 'sandbox',
    detections: 80,
    template: 'scheduled-export',
    formats: ['csv'],
    env: {},
  } as const;
  run = await exportReport({ ...options, period: '2024-01', out });
});
afterAll(() => workshop.remove());

describe('openRun', () => {
  test('gives the manifest, the statistics and the certificate that the export gave', async () => {
    const opened = await openRun(run.folder);
    expect(opened).toMatchObject({ folder: run.folder, reportId: run.reportId, statistics: run.statistics });
    expect(opened.certificate).toEqual(run.certificate);
    expect(opened.period).toMatchObject({ from: '2024-01-01', to: '2024-02-01' });
    expect(opened.manifest.report_id).toBe(run.reportId);
  });

  test('gives the detections of the period with verdicts: as many of each as the statistics say', async () => {
    const opened = await openRun(run.folder);
    const verdicts: Record<string, number> = {};
    for await (const { verdict } of opened.detections())
      verdicts[verdict ?? 'none'] = (verdicts[verdict ?? 'none'] ?? 0) + 1;
    const { in_period, completed } = run.statistics.population;
    const all = { ...run.statistics.verdicts, none: in_period - completed };
    const expected = Object.entries(all).filter(([, count]) => count > 0);
    expect(verdicts).toEqual(Object.fromEntries(expected));
    expect(in_period).toBeGreaterThan(20);
  });

  test('gives the rows of each table as the CSV file has them', async () => {
    const opened = await openRun(run.folder);
    expect(opened.tables).toContain('detections');
    for (const table of opened.tables) {
      const [header = [], ...lines] = parseCsv(await readFile(join(run.folder, `${table}.csv`), 'utf8'));
      const rows: string[] = [];
      for await (const row of opened.rows(table)) {
        expect(Object.keys(row)).toEqual(header);
        rows.push(String(row['uuid'] ?? row['detection_uuid']));
      }
      const at = Math.max(header.indexOf('uuid'), header.indexOf('detection_uuid'));
      expect(rows).toEqual(lines.map((line) => line[at]));
    }
  });

  test('lets go of the archive when a reader stops early', async () => {
    const opened = await openRun(run.folder);
    for await (const row of opened.rows('detections')) {
      expect(row['uuid']).toBeTypeOf('string');
      break;
    }
  });

  test.each<[what: string, spoil: (folder: string) => Promise<void>]>([
    ['statistics that were changed', async (folder) => writeFile(join(folder, 'statistics.json'), '{}')],
    ['no statistics', async (folder) => rm(join(folder, 'statistics.json'))],
  ])('refuses a run with %s', async (_, spoil) => {
    const copy = await workshop.copyOf(run.folder);
    await spoil(copy);
    await expect(openRun(copy)).rejects.toBeInstanceOf(SourceError);
  });

  test('refuses records of another run, a changed page, and a run without records', async () => {
    const other = await workshop.run({ seed: '9' });
    const copy = await workshop.copyOf(run.folder);
    const opened = await openRun(copy);
    const path = join(copy, 'records.zip');
    const bytes = await readFile(path);
    await writeFile(path, await readFile(join(other, 'records.zip')));
    await expect(opened.detections().next()).rejects.toThrow('is not the snapshot');
    bytes[200] = (bytes[200] ?? 0) ^ 0xff;
    await writeFile(path, bytes);
    await expect(opened.rows('detections').next()).rejects.toBeInstanceOf(DetectReportError);
    await rm(path);
    await expect(opened.detections().next()).rejects.toBeInstanceOf(ConfigError);
  });

  test.each<[what: string, folder: unknown]>([
    ['nothing', undefined],
    ['an object', {}],
    ['no run', '/nowhere'],
  ])('told %s, says what to give', async (_, folder) => {
    const opening = openRun(folder as string);
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
  });

  test('names the tables for a name that is none', async () => {
    const opened = await openRun(run.folder);
    expect(() => opened.rows('rows' as 'detections')).toThrow(ConfigError);
  });
});
