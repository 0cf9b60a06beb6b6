import axe from 'axe-core';
import { expect, test } from 'vitest';
import { trendCharts } from '../../src/render/report/sections/trend-charts.ts';
import { left, table } from '../../src/render/report/sections/parts.ts';
import { EN } from '../../src/render/report/text/en/index.ts';
import { type ArchivedRun, archivePage } from '../../src/render/sinks/registry.ts';
import { browserPages } from '../sinks/html/browser/browser.ts';

const pages = browserPages();

const STATES = ['current', 'amended', 'amendment', 'combined'] as const;

function pageOf(count: number): Promise<string> {
  const runs = Array.from({ length: count }, (_, index): ArchivedRun => {
    const template = `team-${index % 40}`;
    const period = `20${10 + (index % 12)}-0${1 + (index % 9)}`;
    return {
      link: `${template}_${period}/report.html`,
      folder: `${template}_${period}`,
      period,
      template,
      completeness: 'proven',
      state: STATES[index % STATES.length] ?? 'current',
      detections: (index * 37) % 1000,
      fake: index % 50,
      fakeRate: { value: index / count, text: `${index}` },
      obligations: '5 met, 1 not met',
    };
  });
  const rate = { value: 0.2, low: 0.1, high: 0.3 };
  const months = Array.from({ length: 24 }, (_, index) => ({
    period: `20${22 + Math.floor(index / 12)}-${String(1 + (index % 12)).padStart(2, '0')}`,
    fake: index,
    indeterminate: 3,
    real: 40,
    fake_rate: rate,
  }));
  return archivePage({
    title: 'Archive of reports',
    periodText: '2022 to 2023',
    organisation: 'Team <b>',
    brand: { logo: null, primaryColour: '#1f3a5f', accentColour: '#2e7d9a' },
    tool: { name: 'detect-report', version: '0.0.0' },
    phrases: EN.phrases,
    status: { level: 'good', stamp: 'READABLE', text: `${count} runs found.` },
    trend: trendCharts(months, EN, 'monthly-compliance: '),
    amendments: [table('Amendments and their reasons', [left('Period', 1)], [[{ text: '2024-01', sub: 'x' }]])],
    runs,
  });
}

test('1,000 runs are there to sort and filter, without a request', async () => {
  const html = await pageOf(1000);
  const { page, requests, complaints } = await pages().open(html);
  const loadedMs = Number(await page.evaluate('performance.getEntriesByType("navigation")[0].domComplete'));
  process.stdout.write(`1,000 runs, ${html.length} characters: loaded in ${Math.round(loadedMs)} ms\n`);
  expect(await page.locator('#register-shown').textContent()).toBe('1,000 of 1,000, rows 1 to 100');
  await page.selectOption('#register-result', 'team-7');
  await page.selectOption('#register-medium', 'combined');
  expect(await page.locator('#register-shown').textContent()).toBe('25 of 1,000, rows 1 to 25');
  await page.getByRole('button', { name: 'Detections' }).click();
  const counts = await page.locator('#register-table tbody tr td:nth-of-type(5) data').allTextContents();
  expect(counts).toEqual(counts.toSorted((a, b) => Number(b) - Number(a)));
  expect(new Set(counts).size).toBeGreaterThan(1);
  expect(new Set(requests).size).toBe(1);
  expect(complaints).toEqual([]);
});

test.each(['light', 'dark'] as const)('axe-core finds nothing: %s', async (colorScheme) => {
  const { page } = await pages().open(await pageOf(8), { bypassCSP: true });
  await page.evaluate(axe.source);
  await page.emulateMedia({ colorScheme });
  const result = (await page.evaluate("axe.run({ resultTypes: ['violations'], preload: false })")) as axe.AxeResults;
  expect(result.passes.length).toBeGreaterThan(20);
  expect(result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
});
