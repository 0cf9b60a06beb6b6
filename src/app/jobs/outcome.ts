import { zonedText } from '../../core/calendar.ts';
import { DetectReportError } from '../../core/errors.ts';
import type { Clock } from '../../core/instant.ts';
import { CHANGE_KINDS, type ChangeCounts } from '../../core/previous-run.ts';
import type { Emit } from '../../core/progress.ts';
import { remarksOf } from '../../core/run-remarks.ts';
import type { Secret } from '../../core/secret.ts';
import type { RunSummary } from '../../deliver/destination.ts';
import type { DeliveryOutcome } from './delivery.ts';

export interface JobContext {
  /** Folder of the job file; its relative paths start here. */
  readonly baseDir: string;
  /** Folder in which detect-report.yaml is searched; the process's own if absent. */
  readonly folder?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Connects the pings, metrics and log lines of an attempt; a new one for each if absent. */
  readonly runId?: string;
  readonly nowMs: number;
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter. */
  readonly random: () => number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Gets each key before it is used, so that no message shows it. */
  readonly protect: (secret: Secret) => void;
  /** The process's exit code after this outcome: only the command line knows the codes. */
  readonly exitCodeOf: (outcome: JobOutcome) => number;
  /** If the caller tries again at once: people are notified of the first start and of the last end. */
  readonly retried?: { readonly isFirst: boolean; readonly willRetry: (outcome: JobOutcome) => boolean };
}

export interface SealedJobRun {
  readonly folder: string;
  readonly summary: RunSummary;
  /** What an amendment changes; null for a first run. */
  readonly changes: ChangeCounts | null;
}

export interface JobDelivery {
  readonly run: string;
  readonly destination: string;
  readonly status: DeliveryOutcome['status'];
  /** Its place, or why it did not arrive. */
  readonly text: string;
}

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
  const { job, runs, unchanged, deliveries, errors, nextMs, timezone } = outcome;
  const next = nextMs === null ? '' : ` before ${zonedText(nextMs, timezone)}`;
  return [
    ...runs.map(({ summary, changes }) => {
      const what = changes === null ? `${summary.population.in_period} detections` : changesText(changes);
      return `${job}: sealed ${summary.run} (${what}; completeness ${summary.completeness.verdict})`;
    }),
    ...runs.flatMap(({ summary }) => {
      const { run, period, previous } = summary;
      const remarks = remarksOf({ ...summary, label: period.label, previousDetections: previous?.in_period ?? null });
      return remarks.map(({ about, text }) => `${job}: ${about} in ${run}: ${text}`);
    }),
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
    ...(outcome.idle ? [`${job}: nothing is due${next}`] : []),
  ];
}

/** `2 new, 1 relabelled` */
export function changesText(counts: ChangeCounts): string {
  return CHANGE_KINDS.filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(', ');
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return 'a value that is not an Error was thrown';
  const remedy = error instanceof DetectReportError ? (error.remedy ?? '') : '';
  return [`failed: ${error.message}`, remedy].filter((part) => part !== '').join(' ');
}
