import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeText, findingsOf, reseal, verify } from '../evidence/sealed-run.ts';
import { exportRun, withFolder } from './run-sandbox.ts';

const FLAGS = { source: 'sandbox', detections: '60', template: 'analyst-workbook' };

test('a run that fills a workbook is made again from its folder alone, and verified', async () => {
  await withFolder(async (folder) => {
    const run = await exportRun({ ...FLAGS, out: join(folder, 'first') });
    expect(run.files.map(({ name }) => name)).toContain('report.xlsx');

    // Every file, the workbook too, comes out of the records the same to the byte.
    const verification = await verify(run.folder);
    expect(verification.findings).toEqual([]);
    expect(verification.checked.reproduced).toBeGreaterThan(2);

    const again = await exportRun({
      source: join(run.folder, 'records.zip'),
      template: 'analyst-workbook',
      out: join(folder, 'second'),
    });
    expect(again.reportId).toBe(run.reportId);
    const [first, second] = await Promise.all([run, again].map((one) => readFile(join(one.folder, 'report.xlsx'))));
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
  });
});

test('another workbook in the manifest shows, also where all hashes were made to fit', async () => {
  await withFolder(async (folder) => {
    const { folder: run } = await exportRun({ ...FLAGS, out: folder });
    await changeText(join(run, 'manifest.json'), (text) =>
      text.replace(/("workbook": \{[^}]*"base64": ")[^"]*/, (_, before: string) => `${before}UEsDBA==`),
    );
    await reseal(run);
    expect(await findingsOf(run)).toEqual([
      expect.stringContaining('[manifest] manifest.json: template.sha256 is'),
      expect.stringContaining('the run cannot be made again from what it says: The workbook cannot be used'),
    ]);
  });
});
