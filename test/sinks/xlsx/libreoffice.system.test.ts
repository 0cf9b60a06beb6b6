import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filledRows, formulaCells, openInLibreOffice, sheetsOf } from '../libreoffice.ts';
import { AUDIO_ROWS, AUDIO_SCORES, DETECTION_ROWS, DETECTIONS, METRIC_NODES, NODE_ROWS } from '../month.ts';
import { report, STATISTICS } from '../report.ts';
import { TempFolder } from '../temp-folder.ts';
import { type Batches, writeWorkbook } from './workbook.ts';

const MONTH: Batches = [
  [DETECTIONS, DETECTION_ROWS],
  [METRIC_NODES, NODE_ROWS],
  [AUDIO_SCORES, AUDIO_ROWS],
];

/** Cells of a sheet that show exactly this text. */
function shown(sheet: string, text: string): number {
  return sheet.split(`<text:p>${text}</text:p>`).length - 1;
}

describe('a workbook opened in LibreOffice, every formula calculated anew', () => {
  let folder: TempFolder;
  let sound = new Map<string, string>();
  let forged = new Map<string, string>();

  beforeAll(async () => {
    folder = await TempFolder.make();
    await writeWorkbook(folder, MONTH, { sheetRows: 5 });
    await rename(folder.pathOf('report.xlsx'), folder.pathOf('sound.xlsx'));
    // The same rows under a summary that counts one fake as real, in the total and on one day.
    const statistics = {
      ...STATISTICS,
      verdicts: { fake: 3, real: 4, indeterminate: 2 },
      by_day: STATISTICS.by_day.map((day, index) => (index === 0 ? { ...day, fake: 3, real: 1 } : day)),
    };
    await writeWorkbook(folder, MONTH, { sheetRows: 5, report: report({ statistics }) });
    await rename(folder.pathOf('report.xlsx'), folder.pathOf('forged.xlsx'));
    const [first = '', second = ''] = openInLibreOffice(
      [folder.pathOf('sound.xlsx'), folder.pathOf('forged.xlsx')],
      folder.path,
      null,
    );
    sound = sheetsOf(first);
    forged = sheetsOf(second);
  });
  afterAll(async () => {
    await folder.remove();
  });

  it('has every row, in as many sheets as it takes, and no formula among them', () => {
    const rows = [...sound].map(([name, sheet]) => [name, filledRows(sheet), formulaCells(sheet) > 0]);
    expect(rows.filter(([name]) => name !== 'Summary' && name !== 'Extraction')).toEqual([
      ['Compliance', 5, false],
      ['Flagged', 3, false],
      ['Detections', 5, false],
      ['Detections (2)', 5, false],
      ['Detections (3)', 5, false],
      ['Metric nodes', 5, false],
      ['Audio scores', 3, false],
      ['Data dictionary', 25, false],
    ]);
  });

  it('decodes what XML cannot hold', () => {
    const detections = sound.get('Detections') ?? '';
    expect(shown(detections, '_x0041_')).toBe(1);
    expect(detections).not.toContain('_x000D_');
  });

  it('finds every printed number again in the data sheets', () => {
    const summary = sound.get('Summary') ?? '';
    expect(formulaCells(summary)).toBeGreaterThan(150);
    expect(shown(summary, 'OK')).toBeGreaterThan(50);
    expect(shown(summary, 'DIFFERS')).toBe(0);
    expect(summary).not.toMatch(/#(?:REF|NAME|VALUE|DIV|N\/A)|Err:/);
  });

  it('says so where the summary is not what the data sheets hold', () => {
    const summary = forged.get('Summary') ?? '';
    // The verdicts and the day, and the sums of both outcome tables.
    expect(shown(summary, 'DIFFERS')).toBe(5);
    expect(shown(summary, 'OK')).toBe(shown(sound.get('Summary') ?? '', 'OK') - 5);
  });
});
