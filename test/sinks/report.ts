import type { Certificate } from '../../src/core/certificate.ts';
import type { Cell, Report, Section } from '../../src/core/report.ts';
import type { HistoryEntry } from '../../src/core/previous-run.ts';
import { figureTables } from '../../src/render/report/figures.ts';
import { EN } from '../../src/render/report/text/en/index.ts';
import {
  NO_OBLIGATIONS,
  type OutcomeCounts,
  type ScoreStatistics,
  type Statistics,
} from '../../src/core/statistics.ts';
import { NO_PROVENANCE } from '../report/material.ts';

/** Statistics of two or four scores, each in the bin that `bins` names. */
function scores(values: readonly number[], bins: readonly number[], mean: number): ScoreStatistics {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    count: values.length,
    mean,
    min: sorted.at(0) ?? null,
    max: sorted.at(-1) ?? null,
    p50: sorted.at(values.length / 2 - 1) ?? null,
    p95: sorted.at(-1) ?? null,
    histogram: Array.from({ length: 20 }, (_, bin) => bins.filter((own) => own === bin).length),
  };
}

function outcome(fake: number, real: number, indeterminate: number, processing = 0, failed = 0): OutcomeCounts {
  return { completed: fake + real + indeterminate, processing, failed, fake, real, indeterminate };
}

/** A small month: what `month.ts` holds, counted by hand. */
export const STATISTICS: Statistics = {
  population: {
    received: 16,
    unique: 15,
    duplicates: 1,
    in_period: 12,
    outside_period: 2,
    undated: 1,
    completed: 9,
    processing: 1,
    failed: 2,
  },
  verdicts: { fake: 4, real: 3, indeterminate: 2 },
  fake_rate: { value: 4 / 7, low: 0.250458364528, high: 0.841780144749, of: 7 },
  by_media_type: { audio: outcome(2, 2, 0, 0, 1), image: outcome(1, 1, 1, 1), video: outcome(1, 0, 1, 0, 1) },
  by_day: [
    { day: '2024-01-01', ...outcome(4, 0, 0, 1, 0) },
    { day: '2024-01-02', ...outcome(0, 0, 0) },
    { day: '2024-01-03', ...outcome(0, 3, 2, 0, 2) },
  ],
  labels: {
    audio: { fake: 2, real: 2 },
    image: { fake: 1, real: 1, 'Neutral/Uncertain': 1 },
    video: { 'Likely fake': 1, '=1+1': 1 },
  },
  source_tracing: { elevenlabs: 2 },
  scores: {
    audio: scores([0.99, 0.97, 0.01, 0.03], [19, 19, 0, 0], 0.5),
    image: scores([0.9, 0.2], [18, 4], 0.55),
    video: scores([0.8, 0.5], [16, 10], 0.65),
  },
  duration_seconds: {
    audio: { count: 4, sum: 100, mean: 25, min: 10, max: 40, p50: 24, p95: 39 },
    video: { count: 0, sum: 0, mean: null, min: null, max: null, p50: null, p95: null },
  },
  latency_seconds: { count: 11, p50: 4.5, p95: 61, max: 3_700.25 },
  retention: {
    zero_retention: 3,
    deleted: 2,
    not_deleted: 1,
    processing: 0,
    not_measured: 0,
    undated: 0,
    limit_seconds: null,
    late: null,
    overdue: null,
    processing_over_limit: null,
    oldest_not_deleted: null,
    seconds_to_deletion: { count: 2, p50: 60, p95: 3600, max: 3600 },
  },
  not_assessed: 1,
  list_span: { first: null, last: null },
  undated: [],
  compliance: NO_OBLIGATIONS,
  provenance: NO_PROVENANCE,
  reviews: null,
  unknown_statuses: {},
  unknown_keys: { c2pa_manifest: 2 },
  coercions: { 'metrics.aggregated_score: text read as number': 4 },
  withheld: {},
};

export const CERTIFICATE: Certificate = {
  verdict: 'proven',
  reason: 'Every window links to the next, and the list came to its end.',
  startedAt: '2024-02-01T06:00:00.000Z',
  endedAt: '2024-02-01T06:00:09.500Z',
  requests: 3,
  windows: 3,
  repairs: 0,
  passes: 1,
  concurrency: 4,
  pageSizes: [5, 10],
  totalCountFirst: 15,
  totalCountLast: 15,
  received: 16,
  unique: 15,
  duplicates: 1,
  appeared: 0,
  vanished: 0,
  changed: 0,
  orderObserved: 'created_at descending',
  openPlaces: [],
};

const text = (value: string): Cell => ({ text: value });

/** Sections of the report as the workbook shows them, with every kind of block and of cell. */
const SHEETS: readonly Section[] = [
  {
    id: 'summary',
    title: 'Summary',
    blocks: [
      {
        kind: 'figures',
        items: [
          { label: 'Flagged as fake', value: '4', note: '44.4% of 9 completed', tone: 'fake' },
          { label: 'Fake rate', value: '57.1%', note: '95% interval 25.0% to 84.2%', tone: 'fake' },
        ],
      },
    ],
  },
  {
    id: 'compliance',
    title: 'Compliance matrix',
    blocks: [
      { kind: 'paragraph', text: 'Two obligations of the template: one is met and one is not met.' },
      {
        kind: 'table',
        caption: 'Obligations',
        columns: [
          { title: 'Obligation', align: 'left', weight: 3 },
          { title: 'Value', align: 'left', weight: 1 },
          { title: 'Status', align: 'left', weight: 2 },
        ],
        rows: [
          [
            { text: 'Completeness', sub: 'The list is read completely.' },
            text('proven'),
            { text: '● Met', tone: 'good' },
          ],
          [
            text('Deletion'),
            { text: '3', figure: { value: 3, form: 'count' } },
            { text: '▲ Not met', tone: 'critical' },
          ],
        ],
      },
    ],
  },
  {
    id: 'flagged',
    title: 'Flagged',
    blocks: [
      {
        kind: 'table',
        caption: 'Flagged detections',
        columns: [
          { title: 'No.', align: 'right', weight: 0.5 },
          { title: 'Created (UTC)', align: 'left', weight: 1.5 },
          { title: 'File', sub: 'Detection', align: 'left', weight: 3 },
          { title: 'Score', align: 'right', weight: 1 },
        ],
        rows: [
          [
            { text: '1', figure: { value: 1, form: 'count' } },
            { text: '2024-01-01 10:00:00', figure: { value: Date.UTC(2024, 0, 1, 10), form: 'instant' } },
            { text: '=1+1.mp3', sub: 'u1', subMono: true },
            { text: '0.990', figure: { value: 0.99, form: 'score' } },
          ],
        ],
      },
    ],
  },
  {
    id: 'extraction',
    title: 'Extraction',
    blocks: [
      { kind: 'heading', text: 'Where the list was read' },
      {
        kind: 'definitions',
        items: [
          { term: 'Source', cell: { text: 'https://app.resemble.ai/api/v2/detect', sub: 'the service' } },
          { term: 'Merkle root of the records', cell: { text: 'cd'.repeat(32), mono: true } },
        ],
      },
      { kind: 'commands', lines: ['detect-report verify .'] },
    ],
  },
];

/** The two months before. */
export const HISTORY: readonly HistoryEntry[] = ['2023-11', '2023-12'].map((period, index) => ({
  report_id: `DR-${period}`,
  period,
  start: null,
  end: null,
  completeness: 'proven',
  in_period: 40,
  completed: 36,
  processing: 1,
  failed: 3,
  fake: 6 + index,
  real: 26,
  indeterminate: 4,
  fake_rate: index === 0 ? { value: null, low: null, high: null } : { value: 0.25, low: 0.125, high: 0.4375 },
  not_deleted: 0,
  compliance: { met: 1, not_met: 0 },
  policy_sha256: 'c'.repeat(64),
  amended: false,
}));

/** A report over that month; `changes` replaces what a test is about. */
export function report(changes: Partial<Report> = {}, history: readonly HistoryEntry[] = []): Report {
  const certificate = changes.certificate ?? CERTIFICATE;
  const period = changes.period ?? {
    from: '2024-01-01',
    to: '2024-02-01',
    timezone: 'UTC',
    fromMs: Date.UTC(2024, 0, 1),
    toMs: Date.UTC(2024, 1, 1),
    label: '2024-01',
  };
  const tool = { name: 'detect-report', version: '0.1.0' };
  return {
    id: 'DR-0123456789ABCDEF',
    title: 'Deepfake detections',
    organisation: 'Example & Sons <Ltd>',
    classification: 'Confidential',
    template: 'monthly-compliance',
    tool,
    period,
    periodText: 'January 2024',
    periodDays: '1 January 2024 to 31 January 2024 (UTC)',
    asOf: '2024-02-01T06:00:09.500Z',
    status: { level: 'good', stamp: 'COMPLETE', text: 'Complete: nothing can be missing.' },
    stamps: [{ text: 'COMPLETE', level: 'good' }],
    brand: { logo: null, primaryColour: '#0b3954', accentColour: '#bf1a2f' },
    phrases: { ...EN.phrases, end: 'END OF REPORT' },
    sections: [],
    sheets: SHEETS,
    figures: figureTables({ statistics: changes.statistics ?? STATISTICS, period, history }, EN),
    statistics: STATISTICS,
    certificate,
    extraction: {
      format: 'detect-report/extraction/1',
      tool,
      source: { kind: 'api', location: 'https://app.resemble.ai/api/v2/detect' },
      requested: {
        template: 'monthly-compliance',
        templateSha256: 'ab'.repeat(32),
        from: '2024-01-01',
        to: '2024-02-01',
        timezone: 'UTC',
        fromUtc: '2024-01-01T00:00:00.000Z',
        toUtc: '2024-02-01T00:00:00.000Z',
        dayStarts: [{ day: '2024-01-01', startsUtc: '2024-01-01T00:00:00.000Z' }],
      },
      certificate,
      merkleRoot: 'cd'.repeat(32),
      windows: [],
      runtime: { zlib: '1.3.1', tz: '2025c', unicode: '17.0', icu: '78.1' },
      packed: { bytes: 0, sha256: '0'.repeat(64) },
    },
    files: [],
    everyDetection: null,
    ...changes,
  };
}
