import type { CompletenessVerdict } from '../../core/certificate.ts';
import { zonedText } from '../../core/calendar.ts';
import { DetectReportError } from '../../core/errors.ts';
import { CHANGE_KINDS, type ChangeCounts } from '../../core/previous-run.ts';
import { remarksOf } from '../../core/run-remarks.ts';
import type { RunSummary } from '../../deliver/destination.ts';
import type { DeliveryOutcome } from './delivery.ts';

/** A run that a job has just sealed. */
export interface SealedJobRun {
  readonly folder: string;
  readonly verdict: CompletenessVerdict;
  /** The reason for the certificate's verdict. */
  readonly reason: string;
  readonly summary: RunSummary;
  /** What an amendment changes; null for a first run. */
  readonly changes: ChangeCounts | null;
}

/** The result of delivering one sealed run to one destination. */
export interface JobDelivery {
  /** Name of the run folder. */
  readonly run: string;
  /** One line for people, without a secret. */
  readonly destination: string;
  readonly status: DeliveryOutcome['status'];
  /** Its place, or why it did not arrive. */
  readonly text: string;
}

/** What a job did. */
export interface JobOutcome {
  readonly job: string;
  /** True if nothing was due, to compare or to deliver. */
  readonly idle: boolean;
  /** In the order in which they were made. */
  readonly runs: readonly SealedJobRun[];
  /** Labels of sealed periods that were compared with the list and did not change. */
  readonly unchanged: readonly string[];
  readonly deliveries: readonly JobDelivery[];
  /** What stopped the job, or left a part undone; empty if all succeeded. */
  readonly errors: readonly unknown[];
  /** IANA zone of the schedule. */
  readonly timezone: string;
  /** The schedule's next time (epoch milliseconds), or null. */
  readonly nextMs: number | null;
}

/** Conditions crossed by this outcome's runs, with the run's name. */
export function crossingsOf({ runs }: JobOutcome): { readonly run: string; readonly text: string }[] {
  return runs.flatMap(({ summary }) =>
    summary.thresholds
      .filter(({ crossed }) => crossed)
      .map(({ condition, text }) => ({ run: summary.run, text: `${condition} (${text})` })),
  );
}

/** What a job did, for people: a line for each event. */
export function outcomeLines(outcome: JobOutcome): string[] {
  const { job, runs, unchanged, deliveries, errors } = outcome;
  return [
    ...runs.map(({ summary, verdict, changes }) => {
      const what = changes === null ? `${summary.population.in_period} detections` : changesText(changes);
      return `${job}: sealed ${summary.run} (${what}; completeness ${verdict})`;
    }),
    ...runs.flatMap(({ summary }) =>
      remarksOf({
        ...summary,
        label: summary.period.label,
        previousDetections: summary.previous?.in_period ?? null,
      }).map(({ about, text }) => `${job}: ${about} in ${summary.run}: ${text}`),
    ),
    ...unchanged.map((label) => `${job}: ${label} was compared with the list and is as it was sealed`),
    ...crossingsOf(outcome).map(({ run, text }) => `${job}: threshold crossed in ${run}: ${text}`),
    ...deliveries
      .filter(({ status }) => status !== 'before')
      .map(({ run, destination, status, text }) =>
        status === 'failed'
          ? `${job}: ${run} was not delivered to ${destination}; the next run tries again`
          : `${job}: delivered ${run} to ${text}`,
      ),
    ...errors.map((error) => `${job}: ${errorText(error)}`),
    ...(outcome.idle ? [`${job}: nothing is due${nextText(outcome)}`] : []),
  ];
}

/** `2 new, 1 relabelled` */
export function changesText(counts: ChangeCounts): string {
  return CHANGE_KINDS.filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(', ');
}

function nextText({ nextMs, timezone }: JobOutcome): string {
  return nextMs === null ? '' : ` before ${zonedText(nextMs, timezone)}`;
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return 'a value that is not an Error was thrown';
  const remedy = error instanceof DetectReportError ? (error.remedy ?? '') : '';
  return [`failed: ${error.message}`, remedy].filter((part) => part !== '').join(' ');
}
