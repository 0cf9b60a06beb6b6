import { standsOnRecord } from '../../core/certificate.ts';
import {
  type ClassificationPolicy,
  foldLabel,
  type Indicator,
  MODALITIES,
  type Modality,
  type Obligation,
  type Verdict,
} from '../../core/policy.ts';
import { unfinished } from '../../core/period.ts';
import type { SectionId } from '../../core/report.ts';
import type { ComplianceSummary, ObligationStatus, Statistics } from '../../core/statistics.ts';
import type { ReportInput } from './report-input.ts';

interface LabelCount {
  readonly modality: Modality;
  readonly label: string;
  readonly count: number;
  /** The policy's verdict for it; null if the label is on none of its lists. */
  readonly verdict: Verdict | null;
}

/** Every label as received, by modality, the most frequent first. */
export function labelCounts(statistics: Statistics, policy: ClassificationPolicy): LabelCount[] {
  const reading = new Map<string, Verdict>();
  for (const verdict of ['real', 'indeterminate', 'fake'] as const) {
    for (const label of policy[verdict]) reading.set(foldLabel(label), verdict);
  }
  return MODALITIES.flatMap((modality) =>
    Object.entries(statistics.labels[modality])
      .map(([label, times]) => ({ modality, label, count: times, verdict: reading.get(foldLabel(label)) ?? null }))
      .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1)),
  );
}

export function unknownLabels(statistics: Statistics, policy: ClassificationPolicy): LabelCount[] {
  return labelCounts(statistics, policy).filter(({ verdict }) => verdict === null);
}

type MeasuredInput = Pick<ReportInput, 'statistics' | 'certificate' | 'period'> & {
  readonly template: Pick<ReportInput['template'], 'obligations' | 'policy'>;
};

export interface Measured {
  readonly duty: Obligation;
  /** A number in the indicator's unit, or a verdict; null if nothing was measured. */
  readonly value: number | string | null;
  readonly status: ObligationStatus;
  /** Detections that the value does not count and that could change it: undated, unfinished, not measured. */
  readonly open: number;
}

export const SECTION_OF: Readonly<Record<Indicator, SectionId>> = {
  completeness: 'completeness',
  detections: 'verdicts',
  completed_share: 'failed',
  failed: 'failed',
  failed_share: 'failed',
  processing: 'failed',
  fake: 'flagged',
  fake_rate: 'flagged',
  indeterminate: 'indeterminate',
  indeterminate_share: 'indeterminate',
  unknown_labels: 'quality',
  adjusted_values: 'quality',
  zero_retention: 'retention',
  not_deleted: 'retention',
  overdue: 'retention',
  deleted_late: 'retention',
  longest_deletion: 'retention',
  latency_p95: 'quality',
  accuracy: 'reviews',
};

export function measured(input: MeasuredInput): Measured[] {
  return (input.template.obligations ?? []).map((duty) => {
    if (duty.indicator === null) return { duty, value: null, status: 'not_applicable', open: 0 };
    const figure = figureOf(duty.indicator, input);
    return { duty, value: figure?.value ?? null, status: statusOf(duty, figure, input), open: figure?.open ?? 0 };
  });
}

/** The matrix as `statistics.json` holds it: everything said about compliance comes from there. */
export function complianceOf(input: MeasuredInput): ComplianceSummary {
  const all = measured(input);
  const having = (status: ObligationStatus): number => all.filter((one) => one.status === status).length;
  return {
    met: having('met'),
    not_met: having('not_met'),
    not_shown: having('not_shown'),
    no_case: having('no_case'),
    not_measured: having('not_measured'),
    stated: having('stated'),
    not_applicable: having('not_applicable'),
    obligations: all.map(({ duty, value, status, open }) => ({
      obligation: duty.obligation,
      indicator: duty.indicator,
      value,
      at_most: duty.atMost,
      at_least: duty.atLeast,
      status,
      open,
    })),
  };
}

interface Figure {
  readonly value: number | string | null;
  /** Number of detections, labels or spans that it covers: if 0, nothing is met. */
  readonly cases: number;
  readonly open: number;
  /** The value is between these two, whatever happens to the open cases. */
  readonly low: number;
  readonly high: number;
}

/**
 * - `not_measured` nothing gives the value, or all cases could not be measured
 * - `no_case` nothing to judge: the value covers no detection
 * - `stated` the template sets no target
 * - `not_met` the value misses the target, whatever happens to the open cases
 * - `not_shown` the open cases, a reading that may have missed some, or the rest of the period could turn it
 * - `met` none of these
 */
function statusOf(duty: Obligation, figure: Figure | null, { certificate, period }: MeasuredInput): ObligationStatus {
  if (figure === null) return 'not_measured';
  const { value, cases, open, low, high } = figure;
  if (value === 'proven') return standsOnRecord(certificate) ? 'not_shown' : 'met';
  if (typeof value === 'string') return 'not_met';
  const isWhole = certificate.verdict !== 'unproven' && unfinished(period, certificate.startedAt) === null;
  const { atMost, atLeast } = duty;
  const hasTarget = atMost !== null || atLeast !== null;
  if (cases === 0 && (hasTarget || value === null)) {
    if (open > 0) return 'not_measured';
    return isWhole ? 'no_case' : 'not_shown';
  }
  if (value === null) return 'not_measured';
  if (!hasTarget) return 'stated';
  const reaches = (number: number): boolean =>
    (atMost === null || number <= atMost) && (atLeast === null || number >= atLeast);
  if (!reaches(value)) return (atMost !== null ? reaches(low) : reaches(high)) ? 'not_shown' : 'not_met';
  return isWhole && reaches(low) && reaches(high) ? 'met' : 'not_shown';
}

/** The only definition of each indicator. Null if nothing can give it. */
function figureOf(indicator: Indicator, input: MeasuredInput): Figure | null {
  const { population, verdicts, fake_rate, coercions, retention, latency_seconds: latency } = input.statistics;
  const { in_period: inPeriod, completed, processing, failed, undated } = population;
  const { not_measured: notMeasured, undated: undatedZero } = retention;
  // An unfinished detection may get any verdict; one without a time may belong to the period.
  const undecided = processing + undated;
  const figures: Readonly<Record<Indicator, () => Figure | null>> = {
    completeness: () => ({ value: input.certificate.verdict, cases: 1, open: 0, low: 0, high: 0 }),
    detections: () => count(inPeriod, inPeriod, undated),
    completed_share: () => share(completed, inPeriod, 0, undated),
    failed: () => count(failed, completed + failed, undecided),
    failed_share: () => share(failed, inPeriod, processing, undated, completed + failed),
    processing: () => count(processing, inPeriod, undated),
    fake: () => count(verdicts.fake, completed, undecided),
    fake_rate: () => share(verdicts.fake, fake_rate.of, 0, undecided),
    indeterminate: () => count(verdicts.indeterminate, completed, undecided),
    indeterminate_share: () => share(verdicts.indeterminate, completed, 0, undecided),
    unknown_labels: () => {
      const labels = Object.values(input.statistics.labels).flatMap((byLabel) => Object.values(byLabel));
      const unknown = unknownLabels(input.statistics, input.template.policy).length;
      return count(unknown, sum(labels), undecided);
    },
    // The number of coerced values in undated detections is not counted.
    adjusted_values: () => ({ ...count(sum(Object.values(coercions)), inPeriod, undated), ...endless(undated) }),
    zero_retention: () => count(retention.zero_retention, inPeriod, undatedZero),
    not_deleted: () =>
      count(retention.not_deleted, retention.deleted + retention.not_deleted, notMeasured + undatedZero),
    overdue: () => overdue(retention),
    deleted_late: () => overdue(retention),
    longest_deletion: () => {
      const oldest = retention.oldest_not_deleted;
      const waitSeconds = oldest === null ? null : (Date.parse(input.certificate.endedAt) - Date.parse(oldest)) / 1000;
      const spans = [retention.seconds_to_deletion.max, waitSeconds].filter((each) => each !== null);
      const open = retention.processing + notMeasured + undatedZero;
      return longest(spans.length === 0 ? null : Math.max(...spans), retention.deleted + retention.not_deleted, open);
    },
    latency_p95: () => {
      const open = undecided + completed + failed - latency.count;
      return { ...longest(latency.p95, latency.count, open), low: open > 0 ? 0 : (latency.p95 ?? 0) };
    },
    // The target must hold for the whole interval: a review covers a sample.
    accuracy: () => {
      const { value = null, low, high, of = 0 } = input.statistics.reviews?.accuracy ?? {};
      return value === null ? null : { value, cases: of, open: 0, low: low ?? 0, high: high ?? 1 };
    },
  };
  return figures[indicator]();
}

/** Judges deleted detections and those older than the limit; younger ones are not due and so not cases. */
function overdue(retention: MeasuredInput['statistics']['retention']): Figure | null {
  const { overdue: value, late, deleted, not_measured, undated, processing_over_limit: stuck } = retention;
  if (value === null) return null;
  return count(value, deleted + value - (late ?? 0), not_measured + undated + (stuck ?? 0));
}

function count(value: number, cases: number, open: number): Figure {
  return { value, cases, open, low: value, high: value + open };
}

/** `inside` of the whole may still become part of it; `outside` may still join both, or only the whole. */
function share(part: number, whole: number, inside: number, outside: number, cases = whole): Figure {
  const open = inside + outside;
  if (whole === 0) return { value: null, cases, open, low: 0, high: 1 };
  const [low, high] = [part / (whole + outside), (part + open) / (whole + outside)];
  return { value: part / whole, cases, open, low, high };
}

function longest(value: number | null, cases: number, open: number): Figure {
  return { value, cases, open, low: value ?? 0, high: open > 0 ? Number.POSITIVE_INFINITY : (value ?? 0) };
}

function endless(open: number): { high?: number } {
  return open > 0 ? { high: Number.POSITIVE_INFINITY } : {};
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
