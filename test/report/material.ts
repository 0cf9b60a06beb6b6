import type { Certificate } from '../../src/core/certificate.ts';
import { BLANK_DETECTION, type Detection, type ModalityResult } from '../../src/core/detection.ts';
import { DEFAULT_POLICY, type Modality, type Status, type Verdict } from '../../src/core/policy.ts';
import { SECTION_IDS } from '../../src/core/report.ts';
import {
  NO_OBLIGATIONS,
  type MarkCounts,
  type OutcomeCounts,
  type Provenance,
  type ScoreStatistics,
  type Statistics,
} from '../../src/core/statistics.ts';
import type { Template } from '../../src/core/template.ts';
import { createRegister } from '../../src/render/report/detection-lists.ts';
import type { ReportInput } from '../../src/render/report/report-input.ts';

/** Reports to test with: statistics counted here, by hand as it were, from detections that a test makes up. */

const NO_MARKS: MarkCounts = { marked: 0, not_marked: 0, unknown: 0 };
export const NO_PROVENANCE: Provenance = {
  by_media_type: {},
  signals: { c2pa: NO_MARKS, watermark: NO_MARKS, synthid: NO_MARKS },
};

export const TEMPLATE: Template = {
  name: 'monthly-compliance',
  sha256: 'b1946ac92492d2347c6235b4d2611184a4b7a0d3c1f6bd0a3cf33c9ed7b1a2c4',
  title: 'Deepfake detection report',
  organisation: 'Example Organisation',
  classification: 'Confidential',
  period: { kind: 'last-month' },
  timezone: 'UTC',
  formats: ['csv', 'pdf'],
  tables: new Map([['detections', ['uuid', 'filename', 'verdict']]]),
  brand: { logo: null, primaryColour: '#1f4e79', accentColour: '#2e7d9a' },
  sections: SECTION_IDS,
  policy: DEFAULT_POLICY,
  retentionLimitSeconds: 86_400,
  workbook: null,
  registerLimit: 200,
};

export const CERTIFICATE: Certificate = {
  verdict: 'proven',
  reason: 'Every window links to the next, and the order held.',
  startedAt: '2024-02-01T06:00:00.000Z',
  endedAt: '2024-02-01T06:00:42.500Z',
  requests: 3,
  windows: 3,
  repairs: 0,
  passes: 1,
  concurrency: 4,
  pageSizes: [1000],
  totalCountFirst: 0,
  totalCountLast: 0,
  received: 0,
  unique: 0,
  duplicates: 0,
  appeared: 0,
  vanished: 0,
  changed: 0,
  orderObserved: 'created_at descending',
  openPlaces: [],
};

export interface MadeDetection {
  readonly day: string;
  readonly status: Status;
  readonly verdict: Verdict | null;
  readonly medium: Modality;
  readonly score?: number;
  readonly label?: string;
  readonly filename?: string | null;
  readonly errorMessage?: string | null;
  readonly uuid?: string;
  readonly sourceTracing?: string;
  /** Under zero retention: seconds to the deletion, null for none yet. */
  readonly deletedAfterSeconds?: number | null;
}

export function detectionOf(made: MadeDetection, index: number): Detection {
  const score = made.score ?? 0.5;
  const createdAtMs = Date.parse(`${made.day}T09:30:00Z`) + (index % 600) * 61_000;
  const result: ModalityResult | null =
    made.status === 'completed'
      ? { label: made.label ?? made.verdict, score, certainty: null, assessed: true, verdict: made.verdict }
      : null;
  return {
    ...BLANK_DETECTION,
    uuid:
      made.uuid ??
      `${(index * 2_654_435_761).toString(16).padStart(12, '0').slice(-12)}${String(index).padStart(20, '0')}`,
    createdAtMs,
    updatedAtMs: Date.parse(`${made.day}T10:00:00Z`),
    mediaType: made.medium,
    status: made.status,
    verdict: made.verdict,
    verdictScore: result === null ? null : score,
    verdictBasis: result === null ? null : made.medium,
    audio: made.medium === 'audio' ? result : null,
    image: made.medium === 'image' ? result : null,
    video: made.medium === 'video' ? result : null,
    sourceTracingLabel: made.sourceTracing ?? null,
    filename: made.filename === undefined ? `recording-${index}.wav` : made.filename,
    zeroRetentionMode: made.deletedAfterSeconds === undefined ? null : true,
    fileDeletedAtMs:
      typeof made.deletedAfterSeconds === 'number' ? createdAtMs + made.deletedAfterSeconds * 1000 : null,
    errorMessage: made.errorMessage ?? null,
    recordSha256: '0'.repeat(64),
  };
}

export const READ_UNTIL_MS = Date.parse(CERTIFICATE.endedAt);

const NO_SCORES: ScoreStatistics = {
  count: 0,
  mean: null,
  min: null,
  max: null,
  p50: null,
  p95: null,
  histogram: Array<number>(20).fill(0),
};
const NO_DURATION = { count: 0, sum: 0, mean: null, min: null, max: null, p50: null, p95: null };

export function statisticsOf(
  all: readonly MadeDetection[],
  days: readonly string[],
  changes: Partial<Statistics> = {},
): Statistics {
  const counts = (those: readonly MadeDetection[]): OutcomeCounts => ({
    completed: those.filter(({ status }) => status === 'completed').length,
    processing: those.filter(({ status }) => status === 'processing').length,
    failed: those.filter(({ status }) => status === 'failed').length,
    fake: those.filter(({ verdict }) => verdict === 'fake').length,
    real: those.filter(({ verdict }) => verdict === 'real').length,
    indeterminate: those.filter(({ verdict }) => verdict === 'indeterminate').length,
  });
  const { completed, processing, failed, fake, real, indeterminate } = counts(all);
  const media = [...new Set(all.map(({ medium }) => medium))];
  return {
    population: {
      received: all.length + 12,
      unique: all.length + 7,
      duplicates: 5,
      in_period: all.length,
      outside_period: 7,
      undated: 0,
      completed,
      processing,
      failed,
    },
    verdicts: { fake, real, indeterminate },
    fake_rate: rateOf(fake, fake + real),
    by_media_type: Object.fromEntries(
      media.map((medium) => [medium, counts(all.filter((each) => each.medium === medium))]),
    ),
    by_day: days.map((day) => ({ day, ...counts(all.filter((each) => each.day === day)) })),
    labels: { audio: labelsOf(all, 'audio'), image: labelsOf(all, 'image'), video: labelsOf(all, 'video') },
    source_tracing: {},
    scores: { audio: scoresOf(all, 'audio'), image: scoresOf(all, 'image'), video: scoresOf(all, 'video') },
    duration_seconds: { audio: NO_DURATION, video: NO_DURATION },
    latency_seconds: { count: 0, p50: null, p95: null, max: null },
    retention: retentionOf(all),
    not_assessed: 0,
    unknown_statuses: {},
    unknown_keys: {},
    coercions: {},
    withheld: {},
    list_span: { first: null, last: null },
    undated: [],
    compliance: NO_OBLIGATIONS,
    provenance: NO_PROVENANCE,
    reviews: null,
    ...changes,
  };
}

function retentionOf(all: readonly MadeDetection[]): Statistics['retention'] {
  const limitSeconds = TEMPLATE.retentionLimitSeconds;
  const zero = all.filter(({ deletedAfterSeconds }) => deletedAfterSeconds !== undefined);
  // Deleted after the reading, with five minutes for a clock: nobody can have said so.
  const isPossible = (made: MadeDetection): boolean =>
    (detectionOf(made, all.indexOf(made)).fileDeletedAtMs ?? 0) <= READ_UNTIL_MS + 300_000;
  const seconds = zero.flatMap((made) =>
    typeof made.deletedAfterSeconds === 'number' && isPossible(made) ? [made.deletedAfterSeconds] : [],
  );
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number): number | null => sorted[Math.ceil(sorted.length * share) - 1] ?? null;
  const late = sorted.filter((after) => after > (limitSeconds ?? Number.POSITIVE_INFINITY)).length;
  const waits = all.flatMap((made, index) => {
    const { createdAtMs, zeroRetentionMode, fileDeletedAtMs, status } = detectionOf(made, index);
    const isWaiting = zeroRetentionMode === true && fileDeletedAtMs === null && status !== 'processing';
    return isWaiting ? [(READ_UNTIL_MS - (createdAtMs ?? 0)) / 1000] : [];
  });
  return {
    zero_retention: zero.length,
    deleted: sorted.length,
    not_deleted: zero.filter(({ status, deletedAfterSeconds: after }) => after === null && status !== 'processing')
      .length,
    processing: zero.filter(({ status, deletedAfterSeconds: after }) => after === null && status === 'processing')
      .length,
    not_measured: zero.filter((made) => !isPossible(made)).length,
    undated: 0,
    limit_seconds: limitSeconds,
    late: limitSeconds === null ? null : late,
    overdue: limitSeconds === null ? null : late + waits.filter((wait) => wait > limitSeconds).length,
    processing_over_limit: limitSeconds === null ? null : 0,
    oldest_not_deleted: waits.length === 0 ? null : new Date(READ_UNTIL_MS - Math.max(...waits) * 1000).toISOString(),
    seconds_to_deletion: { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) },
  };
}

function rateOf(fake: number, of: number): Statistics['fake_rate'] {
  if (of === 0) return { value: null, low: null, high: null, of };
  const z = 1.959964;
  const share = fake / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const reach = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return { value: share, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach), of };
}

function labelsOf(all: readonly MadeDetection[], medium: Modality): Record<string, number> {
  const counts = new Map<string, number>();
  for (const each of all) {
    if (each.medium !== medium || each.status !== 'completed') continue;
    const label = each.label ?? String(each.verdict);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function scoresOf(all: readonly MadeDetection[], medium: Modality): ScoreStatistics {
  const scores = all
    .filter((each) => each.medium === medium && each.status === 'completed')
    .map(({ score }) => score ?? 0.5)
    .sort((a, b) => a - b);
  if (scores.length === 0) return NO_SCORES;
  const at = (share: number): number => scores[Math.min(scores.length - 1, Math.floor(share * scores.length))] ?? 0;
  const histogram = Array<number>(20).fill(0);
  for (const score of scores) {
    const bin = Math.min(19, Math.floor(score * 20));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  }
  return {
    count: scores.length,
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    min: at(0),
    max: at(1),
    p50: at(0.5),
    p95: at(0.95),
    histogram,
  };
}

export function daysOf(from: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    new Date(Date.parse(from) + at * 86_400_000).toISOString().slice(0, 10),
  );
}

/** An input over January 2024 with these detections; anything may be replaced. */
export function inputOf(all: readonly MadeDetection[], changes: Partial<ReportInput> = {}): ReportInput {
  const template = changes.template ?? TEMPLATE;
  const register = createRegister(template.registerLimit, {
    limitSeconds: template.retentionLimitSeconds,
    readUntilMs: READ_UNTIL_MS,
  });
  for (const [index, made] of all.entries()) register.add(detectionOf(made, index));
  const statistics = changes.statistics ?? statisticsOf(all, daysOf('2024-01-01', 31));
  const { received, unique, duplicates } = statistics.population;
  const certificate = changes.certificate ?? {
    ...CERTIFICATE,
    received,
    unique,
    duplicates,
    totalCountFirst: unique,
    totalCountLast: unique,
  };
  return {
    template,
    policySha256: 'c'.repeat(64),
    formats: template.formats,
    sinks: { csvSafety: 'strict', csvBom: false },
    period: {
      from: '2024-01-01',
      to: '2024-02-01',
      timezone: 'UTC',
      fromMs: Date.UTC(2024, 0, 1),
      toMs: Date.UTC(2024, 1, 1),
      label: '2024-01',
    },
    certificate,
    extraction: {
      format: 'detect-report/extraction/1',
      tool: { name: 'detect-report', version: '0.1.0' },
      source: { kind: 'api', location: 'https://app.resemble.ai/api/v2/detect' },
      requested: {
        template: template.name,
        templateSha256: template.sha256,
        from: '2024-01-01',
        to: '2024-02-01',
        timezone: 'UTC',
        fromUtc: '2024-01-01T00:00:00.000Z',
        toUtc: '2024-02-01T00:00:00.000Z',
        dayStarts: [{ day: '2024-01-01', startsUtc: '2024-01-01T00:00:00.000Z' }],
      },
      certificate,
      merkleRoot: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      windows: [],
      runtime: { zlib: '1.3.1', tz: '2025c', unicode: '17.0', icu: '78.1' },
      packed: { bytes: 0, sha256: '0'.repeat(64) },
    },
    registers: register.result(),
    listings: [
      'detections.csv',
      'detections.csv.gz',
      'detections.parquet',
      ...(template.workbook === null ? ['report.xlsx'] : []),
    ],
    files: [
      {
        name: 'detections.csv',
        bytes: 812_345,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        rows: all.length,
      },
      {
        name: 'metric_nodes.csv',
        bytes: 4_812_345,
        sha256: 'd14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f3a5b6c7d',
        rows: 10_412,
      },
      {
        name: 'audio_scores.csv',
        bytes: 345,
        sha256: 'a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447',
        rows: 0,
      },
      {
        name: 'records.zip',
        bytes: 1_204_511,
        sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
        rows: null,
      },
    ],
    changedCells: {},
    tool: { name: 'detect-report', version: '0.1.0' },
    statistics,
    id: 'DR-2024-01-7F3A9C21',
    asOf: '2024-02-01T06:00:42.500Z',
    ...changes,
  };
}
