import type { Detection } from '../../src/core/detection.ts';
import { MODALITIES, type Modality } from '../../src/core/policy.ts';
import type { Placed } from './detections.ts';

/** Counts a list the plain way, sharing nothing with the accumulators: filters, sorts and BigInt fractions. */
export function recount(all: readonly Placed[], timezone: string): Record<string, unknown> {
  const inside = all.filter(({ position }) => position === 'inside').map((one) => one.detection);
  const completed = inside.filter(({ status }) => status === 'completed');
  const zero = inside.filter(({ zeroRetentionMode }) => zeroRetentionMode === true);
  return {
    unique: all.length,
    in_period: inside.length,
    outside_period: all.filter(({ position }) => position === 'outside').length,
    undated: all.filter(({ position }) => position === 'undated').length,
    outcomes: outcomes(inside),
    by_day: groups(inside, (one) => dayIn(timezone, one.createdAtMs ?? 0)),
    by_media_type: groups(inside, (one) => keyName(one.mediaType ?? 'unknown')),
    labels: perModality((modality) => tally(inside.map((one) => one[modality]?.label))),
    source_tracing: tally(inside.map((one) => one.sourceTracingLabel)),
    unknown_keys: tally(inside.flatMap((one) => one.unknownKeys)),
    not_assessed: completed
      .flatMap((one) => [one.audio, one.image, one.video])
      .filter((result) => result !== null && !result.assessed).length,
    scores: perModality((modality) => summary(scoresOf(completed, modality), 12)),
    histograms: perModality((modality) => bins(scoresOf(completed, modality))),
    durations: {
      audio: summary(durationsOf(inside, 'audio'), 6),
      video: summary(durationsOf(inside, 'video'), 6),
    },
    zero_retention: zero.length,
    deleted: zero.filter((one) => (one.fileDeletedAtMs ?? 0) >= (one.createdAtMs ?? 0)).length,
    not_deleted: zero.filter((one) => one.fileDeletedAtMs === null && one.status !== 'processing').length,
    latencies: inside
      .filter((one) => one.status !== 'processing' && one.updatedAtMs !== null)
      .map((one) => ((one.updatedAtMs ?? 0) - (one.createdAtMs ?? 0)) / 1000)
      .filter((seconds) => seconds >= 0)
      .sort((a, b) => a - b),
    secondsToDeletion: zero
      .filter((one) => one.fileDeletedAtMs !== null)
      .map((one) => ((one.fileDeletedAtMs ?? 0) - (one.createdAtMs ?? 0)) / 1000)
      .filter((seconds) => seconds >= 0)
      .sort((a, b) => a - b),
  };
}

/** The number at rank ceil(n * percent / 100), computed from a sorted list. */
export function exactQuantile(sorted: readonly number[], percent: number): number | null {
  return sorted.at(Number((BigInt(sorted.length) * BigInt(percent) + 99n) / 100n) - 1) ?? null;
}

export function keyName(key: string): string {
  return key.length > 200 ? `${key.slice(0, 199)}…` : key;
}

function outcomes(list: readonly Detection[]): Record<string, number> {
  const count = (test: (one: Detection) => boolean): number => list.filter(test).length;
  return {
    completed: count((one) => one.status === 'completed'),
    processing: count((one) => one.status === 'processing'),
    failed: count((one) => one.status === 'failed'),
    fake: count((one) => one.verdict === 'fake'),
    real: count((one) => one.verdict === 'real'),
    indeterminate: count((one) => one.verdict === 'indeterminate'),
  };
}

function groups(list: readonly Detection[], keyOf: (one: Detection) => string): Map<string, Record<string, number>> {
  const keys = [...new Set(list.map(keyOf))];
  return new Map(keys.map((key) => [key, outcomes(list.filter((one) => keyOf(one) === key))]));
}

function tally(keys: readonly (string | null | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) {
    if (typeof key === 'string') counts.set(keyName(key), (counts.get(keyName(key)) ?? 0) + 1);
  }
  return counts;
}

function perModality<T>(make: (modality: Modality) => T): Record<string, T> {
  return Object.fromEntries(MODALITIES.map((modality) => [modality, make(modality)]));
}

function scoresOf(completed: readonly Detection[], modality: Modality): number[] {
  return completed
    .map((one) => one[modality])
    .filter((result) => result?.assessed === true)
    .map((result) => result?.score ?? Number.NaN)
    .filter((score) => score >= 0 && score <= 1);
}

function durationsOf(list: readonly Detection[], mediaType: string): number[] {
  return list
    .filter((one) => one.mediaType === mediaType)
    .map((one) => one.durationSeconds ?? Number.NaN)
    .filter((seconds) => seconds >= 0 && seconds <= 1e9);
}

function summary(values: readonly number[], decimals: number): Record<string, unknown> {
  const sorted = values.map((value) => value + 0).sort((a, b) => a - b);
  const units = sorted.reduce((sum, value) => sum + BigInt(Math.round(value * 10 ** decimals)), 0n);
  return {
    count: sorted.length,
    sum: Number(units) / 10 ** decimals,
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    p50: exactQuantile(sorted, 50),
    p95: exactQuantile(sorted, 95),
  };
}

function bins(values: readonly number[]): number[] {
  return Array.from({ length: 20 }, (_, bin) => {
    const isLast = bin === 19;
    return values.filter((value) => value >= bin / 20 && (isLast || value < (bin + 1) / 20)).length;
  });
}

/** The day by the runtime's own calendar, not by the one under test. */
function dayIn(timezone: string, instantMs: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' }).format(instantMs);
}
