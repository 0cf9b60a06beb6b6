import { execFileSync } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../../../src/core/table.ts';
import { formulaCells, openInLibreOffice, sheetsOf } from '../../libreoffice.ts';
import { table } from '../../tables.ts';
import { TempFolder } from '../../temp-folder.ts';
import { type Batches, PYTHON, readParts, writeWorkbook } from '../workbook.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', '..', '..', 'templates');
const EXAMPLE = join(TEMPLATES, 'analyst-workbook.xlsx');

const DETECTIONS = table('detections', [
  'uuid',
  'created_at:timestamp',
  'media_type',
  'status',
  'verdict',
  'verdict_score:number',
  'duration_seconds:number',
  'filename',
]);
const NODES = table('metric_nodes', ['detection_uuid', 'node', 'label', 'score:number']);

/** 40 detections: 10 each of audio fake, audio real, video fake, image indeterminate; scores 0.025 apart. */
const ROWS: readonly Row[] = Array.from({ length: 40 }, (_, index) => [
  `u${index}`,
  Date.UTC(2024, 0, 1) + index * 3_600_000,
  ['audio', 'audio', 'video', 'image'][index % 4] ?? null,
  'completed',
  ['fake', 'real', 'fake', 'indeterminate'][index % 4] ?? null,
  index / 40,
  null,
  `=file ${index}`,
]);
const BATCHES: Batches = [
  [DETECTIONS, ROWS],
  [NODES, [['u1', 'video', 'fake', 0.9]]],
];

/** Texts that a sheet of a flat OpenDocument shows, row by row; what is empty is left out. */
function shownRows(sheet: string): string[][] {
  return sheet
    .split('<table:table-row')
    .map((row) => Array.from(row.matchAll(/<text:p>(.*?)<\/text:p>/g), ([, text = '']) => text))
    .filter((row) => row.length > 0);
}

describe('the example of a workbook', () => {
  it('is what its script makes, whatever the clock says', async () => {
    const folder = await TempFolder.make();
    try {
      execFileSync(PYTHON, [join(TEMPLATES, 'make-analyst-workbook.py'), folder.pathOf('report.xlsx')]);
      const made = await readParts(folder);
      await copyFile(EXAMPLE, folder.pathOf('copy.xlsx'));
      const kept = await readParts(folder, 'copy.xlsx');
      expect([...made.keys()]).toEqual([...kept.keys()]);
      for (const [name, content] of made) expect([name, content]).toEqual([name, kept.get(name)]);
    } finally {
      await folder.remove();
    }
  });
});

describe('filled, and opened in LibreOffice', () => {
  let folder: TempFolder;
  let sheets = new Map<string, string>();
  let again = new Map<string, string>();
  let documents: readonly string[] = [];

  beforeAll(async () => {
    folder = await TempFolder.make();
    await writeWorkbook(folder, BATCHES, { workbook: await readFile(EXAMPLE) });
    await copyFile(folder.pathOf('report.xlsx'), folder.pathOf('filled.xlsx'));
    // The same example as LibreOffice saves it: other parts, other names, other styles.
    const profile = `-env:UserInstallation=${pathToFileURL(folder.pathOf('profile')).href}`;
    const convert = ['--headless', '--convert-to', 'xlsx:Calc MS Excel 2007 XML', '--outdir', folder.pathOf('saved')];
    execFileSync('soffice', [profile, ...convert, EXAMPLE], { stdio: 'ignore' });
    const second = await TempFolder.make();
    await writeWorkbook(second, BATCHES, {
      workbook: await readFile(join(folder.path, 'saved', 'analyst-workbook.xlsx')),
    });
    await copyFile(second.pathOf('report.xlsx'), folder.pathOf('again.xlsx'));
    await second.remove();
    const files = [folder.pathOf('filled.xlsx'), folder.pathOf('again.xlsx')];
    documents = openInLibreOffice(files, folder.path, null);
    [sheets, again] = [sheetsOf(documents[0] ?? ''), sheetsOf(documents[1] ?? '')];
  }, 120_000);
  afterAll(async () => {
    await folder.remove();
  });

  it.each(['made by openpyxl', 'saved by LibreOffice'])('%s, its formulas count every row', (maker) => {
    const rows = shownRows((maker === 'made by openpyxl' ? sheets : again).get('Overview') ?? '');
    const find = (label: string): string[] | undefined => rows.find(([first]) => first === label);
    expect(find('audio')?.slice(0, 6)).toEqual(['audio', '10', '0', '10', '20', '50.0%']);
    expect(find('image')?.slice(0, 6)).toEqual(['image', '0', '10', '0', '10', '–']);
    expect(find('video')?.slice(0, 6)).toEqual(['video', '10', '0', '0', '10', '100.0%']);
    expect(find('All')?.slice(0, 6)).toEqual(['All', '20', '10', '10', '40', '66.7%']);
    // What stands beside them is over plain ranges: 0 to 39 of 40.
    expect(find('audio')?.slice(6)).toEqual(['Scores', '40']);
    expect(find('image')?.slice(6)).toEqual(['Mean', '0.488']);
    expect(find('video')?.slice(6)).toEqual(['Median', '0.488']);
    expect(find('Report')).toEqual(['Report', 'DR-0123456789ABCDEF']);
    expect(find('Status')).toEqual(['Status', 'Complete: nothing can be missing.']);
  });

  it('has every row on its sheets, and no formula among them', () => {
    for (const one of [sheets, again]) {
      const detections = shownRows(one.get('Detections') ?? '');
      expect(detections).toHaveLength(41);
      expect(detections[1]).toEqual(['2024-01-01 00:00', 'audio', 'completed', 'fake', '0.000', '=file 0', 'u0']);
      expect(shownRows(one.get('Metric nodes') ?? '')).toHaveLength(3);
      expect(formulaCells(one.get('Detections') ?? '')).toBe(0);
    }
  });

  it('draws every row in its charts', () => {
    for (const document of documents) {
      // x and y of the points.
      expect(document).toContain('"Detections.A2:Detections.A41"');
      expect(document).toContain('"Detections.E2:Detections.E41"');
    }
  });

  it('keeps what it had: title, headers, no sample left', () => {
    for (const one of [sheets, again]) {
      expect([...one.keys()]).toEqual(['Overview', 'Detections', 'Metric nodes']);
      expect(one.get('Overview')).toContain('Deepfake detections');
      for (const sheet of one.values()) expect(sheet).not.toContain('sample');
    }
  });
});
