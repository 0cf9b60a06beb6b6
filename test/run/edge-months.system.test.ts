import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Statistics } from '../../src/index.ts';
import { readJson, readPdfText, readTable, readWorkbook } from './read-back.ts';
import { exportItems, withFolder } from './run-sandbox.ts';

const FAKE = {
  uuid: 'a'.repeat(32),
  media_type: 'audio',
  status: 'completed',
  metrics: { label: 'fake', score: ['0.9'], consistency: '0.8', aggregated_score: '0.9' },
  filename: 'one.wav',
  duration: 3.5,
  created_at: '2024-01-15T09:30:00Z',
  updated_at: '2024-01-15T09:30:05Z',
};
const FAILED = { ...FAKE, status: 'failed', metrics: null, error_message: 'Unsupported codec' };

interface Month {
  readonly items: readonly object[];
  readonly inPeriod: number;
  readonly fake: number;
}

const MONTHS: Record<string, Month> = {
  'an empty list': { items: [], inPeriod: 0, fake: 0 },
  'a month without a detection': { items: [{ ...FAKE, created_at: '2023-06-01T00:00:00Z' }], inPeriod: 0, fake: 0 },
  'a single detection': { items: [FAKE], inPeriod: 1, fake: 1 },
  'only failed ones': {
    items: [3, 2, 1].map((n) => ({ ...FAILED, uuid: String(n).repeat(32), created_at: `2024-01-1${n}T00:00:00Z` })),
    inPeriod: 3,
    fake: 0,
  },
};

describe.each(Object.entries(MONTHS))('%s', (_name, month) => {
  test('gives well-formed files without a NaN', async () => {
    await withFolder(async (folder) => {
      const run = await exportItems(month.items, folder, { month: '2024-01' });
      expect(run.certificate.verdict).toBe('proven');
      const statistics = await readJson<Statistics>(run.folder, 'statistics.json');
      expect(statistics.population.in_period).toBe(month.inPeriod);
      expect(statistics.verdicts.fake).toBe(month.fake);
      expect(await readTable(run.folder, 'detections')).toHaveLength(month.inPeriod);
      expect(JSON.stringify(statistics)).not.toMatch(/NaN|Infinity/);
      expect(statistics.by_day).toHaveLength(31);
      const book = readWorkbook(join(run.folder, 'report.xlsx'));
      expect(book['Detections']).toHaveLength(month.inPeriod + 1);
      expect(JSON.stringify(book['Summary'])).not.toMatch(/NaN|Infinity|undefined|#DIV/);
      execFileSync('qpdf', ['--check', join(run.folder, 'report.pdf')], { stdio: 'ignore' });
      const text = readPdfText(join(run.folder, 'report.pdf'));
      expect(text).toContain('END OF REPORT');
      expect(text).not.toMatch(/NaN|undefined|Infinity|\bnull\b/);
    });
  });
});
