import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SealedFile } from '../../src/core/output.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { checksums } from '../../src/seal/evidence/checksums.ts';
import { certificateRecord } from '../../src/seal/evidence/certificate.ts';
import { templateRecord } from '../../src/seal/evidence/template-record.ts';
import { composeManifest, type SealJob } from '../../src/seal/seal.ts';
import { CERTIFICATE } from '../snapshot/snapshots.ts';
import { sealFile, shapeOf } from './sealed-files.ts';

let folder = '';
let files: SealedFile[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  files = [
    await sealFile(folder, 'report.pdf', '%PDF'),
    await sealFile(folder, 'detections.csv', 'uuid\r\n', 0),
    await sealFile(folder, 'Zusammenfassung-Größe.txt', ''),
    await sealFile(folder, 'name with blanks.txt', 'x'.repeat(100_000)),
  ];
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('SHA256SUMS', () => {
  it('is sorted by name, whatever order the files were written in', () => {
    const names = checksums(files)
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(66));
    expect(names).toEqual(['Zusammenfassung-Größe.txt', 'detections.csv', 'name with blanks.txt', 'report.pdf']);
    expect(checksums([...files].reverse())).toBe(checksums(files));
    expect(checksums([])).toBe('');
  });
});

describe('manifest.json', () => {
  const population = {
    received: 27,
    unique: 25,
    duplicates: 2,
    in_period: 20,
    outside_period: 4,
    undated: 1,
    completed: 18,
    processing: 1,
    failed: 1,
  };

  const template = {
    name: 'monthly-compliance',
    sha256: 'c'.repeat(64),
    title: 'Deepfake detections',
    organisation: null,
    classification: null,
    period: { kind: 'last-month' } as const,
    timezone: 'Europe/Berlin',
    formats: ['csv', 'pdf'],
    tables: new Map(),
    brand: { logo: null, primaryColour: '#1f3a5f', accentColour: '#2e7d9a' },
    workbook: null,
    sections: [],
    policy: DEFAULT_POLICY,
    retentionLimitSeconds: null,
    registerLimit: 200,
  };

  function manifestOf({ period = {}, settings = {} }: { period?: object; settings?: object }): object {
    const tool = { name: 'detect-report', version: '1.2.3' };
    const job = {
      settings: { template, formats: ['csv', 'pdf'], previous: null, amendment: null, ...settings },
      identity: {
        id: 'DR-01234-56789-ABCDE-F0123',
        asOf: '2024-02-01T00:00:09.000Z',
        tool,
        period: {
          from: '2024-01-01',
          to: '2024-02-01',
          timezone: 'Europe/Berlin',
          fromMs: Date.UTC(2023, 11, 31, 23),
          toMs: Date.UTC(2024, 0, 31, 23),
          label: '2024-01',
          dayStarts: [{ day: '2024-01-01', startMs: Date.UTC(2023, 11, 31, 23) }],
          ...period,
        },
        policySha256: 'd'.repeat(64),
        extractionSha256: 'e'.repeat(64),
        settings: { csv_safety: 'strict', csv_bom: false },
        settingsSha256: 'e'.repeat(64),
      },
      record: {
        runtime: { zlib: '1.3.1', tz: '2025c', unicode: '17.0', icu: '78.1' },
        source: { kind: 'api', location: 'https://app.resemble.ai/api/v2/detect' },
        certificate: CERTIFICATE,
        merkleRoot: 'a'.repeat(64),
      },
      statistics: { population },
      tables: [shapeOf('detections', ['uuid', 'verdict']), shapeOf('audio_scores')],
      changedCells: { csv: { 'guarded against formulas': 2 } },
      fonts: [],
      own: [],
    };
    return JSON.parse(JSON.stringify(composeManifest(job as unknown as SealJob, files))) as object;
  }

  it('says what the run is, what it was made from, and what is in it', () => {
    const { files: listed, ...said } = manifestOf({}) as { files: SealedFile[] };
    expect(said).toEqual({
      format: 'detect-report/manifest/1',
      report_id: 'DR-01234-56789-ABCDE-F0123',
      tool: { name: 'detect-report', version: '1.2.3' },
      as_of: '2024-02-01T00:00:09.000Z',
      template: JSON.parse(JSON.stringify(templateRecord(template))) as object,
      policy: {
        name: 'five-bands',
        fake: ['fake', 'likely fake'],
        real: ['real', 'likely real'],
        indeterminate: ['neutral/uncertain'],
        not_assessed_score: -1,
        sha256: 'd'.repeat(64),
      },
      period: {
        from: '2024-01-01',
        to: '2024-02-01',
        timezone: 'Europe/Berlin',
        from_utc: '2023-12-31T23:00:00.000Z',
        to_utc: '2024-01-31T23:00:00.000Z',
        day_starts: [{ day: '2024-01-01', starts_utc: '2023-12-31T23:00:00.000Z' }],
        finished: true,
      },
      configuration: { formats: ['csv', 'pdf'], csv_safety: 'strict', csv_bom: false, sha256: 'e'.repeat(64) },
      runtime: { zlib: '1.3.1', tz: '2025c', unicode: '17.0', icu: '78.1' },
      source: { kind: 'api', location: 'https://app.resemble.ai/api/v2/detect' },
      completeness: certificateRecord(CERTIFICATE),
      merkle_root: 'a'.repeat(64),
      extraction_sha256: 'e'.repeat(64),
      records: population,
      tables: { detections: ['uuid', 'verdict'], audio_scores: ['detection_uuid', 'chunk', 'score'] },
      changed_cells: { csv: { 'guarded against formulas': 2 } },
    });
    expect(listed.map(({ name }) => name)).toEqual([
      'Zusammenfassung-Größe.txt',
      'detections.csv',
      'name with blanks.txt',
      'report.pdf',
    ]);
    expect(new Set(listed)).toEqual(new Set(files));
  });

  it('has no bounds where the period has none', () => {
    const open = { from: null, to: null, timezone: 'UTC', fromMs: null, toMs: null, label: 'all' };
    expect(manifestOf({ period: open })).toMatchObject({
      period: { from: null, to: null, timezone: 'UTC', from_utc: null, to_utc: null },
    });
  });

  it('names the run that it follows, where there is one', () => {
    const previous = {
      report_id: 'DR-1',
      period: { from: null, to: null, timezone: 'UTC' },
      manifest_sha256: 'f'.repeat(64),
    };
    expect(manifestOf({ settings: { previous } })).toMatchObject({ previous });
    expect(manifestOf({})).not.toHaveProperty('previous');
  });
});
