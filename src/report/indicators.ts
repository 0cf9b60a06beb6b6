import { standsOnRecord } from '../core/certificate.ts';
import { INDICATOR_UNITS, type Indicator, type Obligation } from '../core/obligation.ts';
import { unknownLabels } from './labels.ts';
import type { ReportInput } from './report-input.ts';

/** `unshown`: the figure reaches the target, but the reading may have missed detections. */
export type ObligationStatus = 'met' | 'not met' | 'unshown' | 'unmeasured' | 'stated' | 'inapplicable';

/** An obligation with what the run shows of it. */
export interface Measured {
  readonly duty: Obligation;
  /** A number in the indicator's unit, a verdict; null where nothing was measured. */
  readonly value: number | string | null;
  readonly status: ObligationStatus;
}

/** Where `statistics.json` or the manifest holds the figure; null where nothing does. */
export const INDICATOR_SOURCES: Readonly<Record<Indicator, string | null>> = {
  completeness: 'manifest.json: completeness.verdict',
  detections: 'statistics.json: population.in_period',
  completed_share: 'statistics.json: population.completed',
  failed: 'statistics.json: population.failed',
  failed_share: 'statistics.json: population.failed',
  processing: 'statistics.json: population.processing',
  fake: 'statistics.json: verdicts.fake',
  fake_rate: 'statistics.json: fake_rate',
  indeterminate: 'statistics.json: verdicts.indeterminate',
  indeterminate_share: 'statistics.json: verdicts.indeterminate',
  unknown_labels: 'statistics.json: labels',
  adjusted_values: 'statistics.json: coercions',
  zero_retention: 'statistics.json: retention.zero_retention',
  not_deleted: 'statistics.json: retention.not_deleted',
  deleted_late: 'statistics.json: retention.late',
  longest_deletion: 'statistics.json: retention.seconds_to_deletion.max',
  latency_p95: 'statistics.json: latency_seconds.p95',
  accuracy: null,
};

/** Every obligation of the template, measured by this run. */
export function measured(input: ReportInput): Measured[] {
  return (input.template.obligations ?? []).map((duty) => {
    const value = duty.indicator === null ? null : valueOf(duty.indicator, input);
    return { duty, value, status: statusOf(duty, value, input) };
  });
}

function statusOf(duty: Obligation, value: number | string | null, { certificate }: ReportInput): ObligationStatus {
  if (duty.indicator === null) return 'inapplicable';
  if (value === null) return 'unmeasured';
  if (INDICATOR_UNITS[duty.indicator] === 'verdict') {
    if (value !== 'proven') return 'not met';
    return standsOnRecord(certificate) ? 'unshown' : 'met';
  }
  const { atMost, atLeast } = duty;
  if ((atMost === null && atLeast === null) || typeof value === 'string') return 'stated';
  const reached = (atMost === null || value <= atMost) && (atLeast === null || value >= atLeast);
  if (!reached) return 'not met';
  return certificate.verdict === 'unproven' ? 'unshown' : 'met';
}

function valueOf(indicator: Indicator, input: ReportInput): number | string | null {
  const { population, verdicts, fake_rate, coercions, retention, latency_seconds } = input.statistics;
  switch (indicator) {
    case 'completeness':
      return input.certificate.verdict;
    case 'detections':
      return population.in_period;
    case 'completed_share':
      return share(population.completed, population.in_period);
    case 'failed':
      return population.failed;
    case 'failed_share':
      return share(population.failed, population.in_period);
    case 'processing':
      return population.processing;
    case 'fake':
      return verdicts.fake;
    case 'fake_rate':
      return fake_rate.value;
    case 'indeterminate':
      return verdicts.indeterminate;
    case 'indeterminate_share':
      return share(verdicts.indeterminate, population.completed);
    case 'unknown_labels':
      return unknownLabels(input.statistics, input.template.policy).length;
    case 'adjusted_values':
      return Object.values(coercions).reduce((sum, count) => sum + count, 0);
    case 'zero_retention':
      return retention.zero_retention;
    case 'not_deleted':
      return retention.not_deleted;
    case 'deleted_late':
      return retention.late;
    case 'longest_deletion':
      return retention.seconds_to_deletion.max;
    case 'latency_p95':
      return latency_seconds.p95;
    case 'accuracy':
      return null;
  }
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
