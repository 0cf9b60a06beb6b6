import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolvePeriod } from '../../src/core/calendar.ts';
import { remarksOf } from '../../src/core/run-remarks.ts';
import { createStatistics } from '../../src/render/statistics/statistics.ts';
import { outcomeLines } from '../../src/app/jobs/outcome.ts';
import { Office } from './office.ts';

const made = (uuid: string, createdAt: string): object => ({
  uuid: uuid.repeat(32),
  media_type: 'audio',
  status: 'completed',
  metrics: { label: 'fake', score: ['0.9'], consistency: '0.9', aggregated_score: '0.9' },
  created_at: createdAt,
  updated_at: createdAt,
});

test('a month without a detection after one that had some says so in the report, the summary and the log', async () => {
  const pagesDir = await mkdtemp(join(tmpdir(), 'detect-report-pages-'));
  onTestFinished(() => rm(pagesDir, { recursive: true, force: true }));
  const items = [made('b', '2023-12-20T09:30:00Z'), made('a', '2023-12-10T09:30:00Z')];
  await writeFile(join(pagesDir, '000001.json'), JSON.stringify({ success: true, items }));
  const office = await Office.open({ pagesDir }, 'since: 2023-12-01');
  const outcome = await office.run('2024-03-01T06:00:00Z');
  expect(outcome.errors).toEqual([]);
  expect(outcome.runs.map(({ summary: { period, previous } }) => [period.label, previous?.in_period ?? null])).toEqual([
    ['2023-12', null],
    ['2024-01', 2],
    ['2024-02', 0],
  ]);
  const lines = outcomeLines(outcome);
  const where = 'monthly: empty in monthly-compliance_2024-01';
  expect(lines).toContain(`${where}: no detections in 2024-01; the list spans 10 Dec 2023 - 20 Dec 2023`);
  expect(lines.find((line) => line.startsWith(`${where}: the report before had 2 detections`))).toBeDefined();
  expect(await office.json('monthly-compliance_2024-01', 'manifest.json')).toMatchObject({
    previous: { report_id: outcome.runs[0]?.summary.report_id, figures: { in_period: 2 } },
  });
  expect(await office.verified()).toEqual([]);
  // The next time nothing is made again.
  expect(await office.run('2024-03-01T07:00:00Z')).toMatchObject({ idle: true });
});

test.each([
  ['en', 'no detections in 2024-01; the list is empty'],
  ['de', 'keine Prüfungen in 2024-01; die Liste ist leer'],
] as const)('an empty list is called empty (%s)', (language, text) => {
  const period = resolvePeriod({ kind: 'named', name: '2024-01' }, 'UTC', 0);
  const statistics = createStatistics({ period }).result(0);
  const run = { ...statistics, label: period.label, previousDetections: null };
  expect(remarksOf(run, language)).toEqual([{ about: 'empty', text, isWarning: true }]);
});
