import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult, Statistics } from '../../src/index.ts';
import { readJson, readPdfText, readWorkbook } from './read-back.ts';
import { exportRun } from './run-sandbox.ts';

describe('the main job on the sandbox', () => {
  let folder: string;
  let run: RunResult;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'detect-report-'));
    run = await exportRun({ source: 'sandbox', out: folder });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('every checksum holds, and the manifest names every other file', async () => {
    execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: run.folder });
    const manifest = await readJson<{ files: { name: string }[]; report_id: string }>(run.folder, 'manifest.json');
    expect(manifest.report_id).toBe(run.reportId);
    const others = (await readdir(run.folder)).filter((name) => name !== 'manifest.json' && name !== 'SHA256SUMS');
    expect(manifest.files.map(({ name }) => name).sort()).toEqual(others.sort());
  });

  test('the workbook prints the same numbers', async () => {
    const { population, verdicts } = await readJson<Statistics>(run.folder, 'statistics.json');
    const book = readWorkbook(join(run.folder, 'report.xlsx'));
    const summary = (book['Summary'] ?? []).flat();
    for (const number of [population.in_period, population.failed, verdicts.fake, verdicts.real]) {
      expect(summary).toContain(number);
    }
    expect(book['Detections']?.length).toBe(population.in_period + 1);
  });

  test('the PDF is sound and prints the same numbers', async () => {
    const { population, verdicts, fake_rate } = await readJson<Statistics>(run.folder, 'statistics.json');
    const text = readPdfText(join(run.folder, 'report.pdf'));
    for (const number of [population.in_period, verdicts.fake, verdicts.real, verdicts.indeterminate]) {
      expect(text).toContain(String(number));
    }
    expect(text).toContain(((fake_rate.value ?? 0) * 100).toFixed(1));
    expect(text).toContain(run.reportId);
    expect(text).toContain('END OF REPORT');
    expect(text).not.toMatch(/NaN|undefined|\[object/);
    execFileSync('qpdf', ['--check', join(run.folder, 'report.pdf')], { stdio: 'ignore' });
  });
});
