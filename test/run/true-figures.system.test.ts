import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPdfText, readWorkbook } from './read-back.ts';
import { withFolder } from './run-sandbox.ts';
import { DELETIONS, made, NOTATIONS, ON_TIME, told } from './told-figures.ts';

test('the summary of the workbook says the same as the statistics', async () => {
  await withFolder(async (folder) => {
    const items = DELETIONS.map((changes, index) => made(index, changes));
    const { run, statistics } = await told(items, folder);
    expect(statistics.retention.overdue).toBe(2);
    expect(statistics.compliance.not_met).toBe(1);
    const summary = JSON.stringify(readWorkbook(join(run.folder, 'report.xlsx'))['Summary']);
    expect(summary).toMatch(/"Overdue: [^"]*",2\b/);
    expect(summary).toMatch(/"Own policy, zero retention",(?:null,)*"?2"?,(?:null,)*"at most 0",(?:null,)*"▲ Not met"/);
    expect(summary.match(/"▲ Not met"/g)).toHaveLength(1);
  });
});

test('the cover of the PDF counts what has no readable creation time', async () => {
  await withFolder(async (folder) => {
    const items = NOTATIONS.map((created_at, index) => made(index, { created_at, ...ON_TIME }));
    const { run } = await told(items, folder, { format: 'csv,html,xlsx,pdf' });
    const [cover = ''] = readPdfText(join(run.folder, 'report.pdf')).split('\f');
    expect(cover).toContain('1 detection has no readable creation time');
    const action = cover.slice(cover.indexOf('What needs action'));
    expect(action).toContain('1 detection has no readable creation time');
  });
});
