import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult, Statistics } from '../../src/index.ts';
import { readJson, readTable } from './read-back.ts';
import { exportRun } from './run-sandbox.ts';

describe('the main job on the sandbox', () => {
  let folder: string;
  let run: RunResult;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'detect-report-'));
    run = await exportRun({ source: 'sandbox', detections: '400', out: folder });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('leaves exactly the files of the contract, and nothing beside the run folder', async () => {
    expect(await readdir(folder)).toEqual(['monthly-compliance_2024-01']);
    expect((await readdir(run.folder)).sort()).toEqual(
      [
        'SHA256SUMS',
        'audio_scores.csv',
        'datapackage.json',
        'detections.csv',
        'manifest.json',
        'metric_nodes.csv',
        'records.zip',
        'report.pdf',
        'report.xlsx',
        'statistics.json',
      ].sort(),
    );
  });

  test('proves that the list at rest is complete', () => {
    expect(run.certificate.verdict).toBe('proven');
    expect(run.certificate.unique).toBe(400);
    expect(run.certificate.openPlaces).toEqual([]);
  });

  test('the statistics equal a recount from the CSV files, and every sum holds', async () => {
    const statistics = await readJson<Statistics>(run.folder, 'statistics.json');
    const rows = await readTable(run.folder, 'detections');
    const nodes = await readTable(run.folder, 'metric_nodes');
    const chunks = await readTable(run.folder, 'audio_scores');
    const count = (column: string, value: string | null) => rows.filter((row) => row[column] === value).length;
    const { population, verdicts } = statistics;
    expect(population.received).toBe(population.unique + population.duplicates);
    expect(population.unique).toBe(population.in_period + population.outside_period + population.undated);
    expect(population.in_period).toBe(rows.length);
    expect(population.completed).toBe(count('status', 'completed'));
    expect(population.processing).toBe(count('status', 'processing'));
    expect(population.failed).toBe(count('status', 'failed'));
    expect(verdicts).toEqual({
      fake: count('verdict', 'fake'),
      real: count('verdict', 'real'),
      indeterminate: count('verdict', 'indeterminate'),
    });
    expect(population.completed).toBe(verdicts.fake + verdicts.real + verdicts.indeterminate);
    expect(verdicts.fake).toBeGreaterThan(0);
    for (const [type, counts] of Object.entries(statistics.by_media_type)) {
      expect(counts.fake).toBe(rows.filter((row) => row['media_type'] === type && row['verdict'] === 'fake').length);
    }
    expect(statistics.by_day).toHaveLength(31);
    for (const day of statistics.by_day) {
      const ofDay = rows.filter((row) => row['created_at']?.startsWith(day.day));
      expect(day.completed + day.processing + day.failed).toBe(ofDay.length);
    }
    expect(sum(rows, 'metric_nodes')).toBe(nodes.length);
    expect(sum(rows, 'audio_chunks')).toBe(chunks.length);
    expect(sum(rows, 'fake_nodes')).toBe(nodes.filter((node) => node['verdict'] === 'fake').length);
    const audio = rows.filter(
      (row) => row['status'] === 'completed' && row['audio_score'] !== null && row['audio_score'] !== '-1',
    );
    expect(statistics.scores.audio.count).toBe(audio.length);
    expect(statistics.scores.audio.mean).toBeCloseTo(sum(audio, 'audio_score') / audio.length, 10);
    expect(statistics.retention.zero_retention).toBe(count('zero_retention_mode', 'true'));
  });

  test('a replay of its snapshot is the same run, byte for byte', async () => {
    const replay = await exportRun({ source: join(run.folder, 'records.zip'), out: join(folder, 'replay') });
    expect(replay.reportId).toBe(run.reportId);
    for (const name of await readdir(run.folder)) {
      const [first, second] = await Promise.all([run.folder, replay.folder].map((path) => readFile(join(path, name))));
      expect(second?.equals(first ?? Buffer.alloc(0)), `${name} differs`).toBe(true);
    }
  });
});

function sum(rows: readonly Record<string, string | null>[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
}
