import type { CompletenessVerdict } from '../core/certificate.ts';
import type { ChangeCounts } from '../core/change.ts';
import type { RunSummary } from '../core/delivery.ts';
import type { DeliveryOutcome } from '../deliver-all.ts';

/** A run that a job has just sealed. */
export interface SealedJobRun {
  readonly folder: string;
  readonly verdict: CompletenessVerdict;
  /** Why the certificate says so. */
  readonly reason: string;
  readonly summary: RunSummary;
  /** What an amendment changes; null for a first run. */
  readonly changes: ChangeCounts | null;
}

/** What became of one sealed run at one destination. */
export interface JobDelivery {
  /** Name of the run folder. */
  readonly run: string;
  /** One line for people, without a secret. */
  readonly destination: string;
  readonly status: DeliveryOutcome['status'];
  /** Where it is, or why it is not there. */
  readonly text: string;
}

/** What a job did. */
export interface JobOutcome {
  readonly job: string;
  /** True where nothing was due, nothing to compare and nothing to deliver. */
  readonly idle: boolean;
  /** In the order in which they were made. */
  readonly runs: readonly SealedJobRun[];
  /** Labels of sealed periods that were compared with the list and are as they were. */
  readonly unchanged: readonly string[];
  readonly deliveries: readonly JobDelivery[];
  /** What stopped the job, or left a part of it undone; empty where all went well. */
  readonly errors: readonly unknown[];
  /** When the schedule comes next (epoch milliseconds), null where it never does. */
  readonly nextMs: number | null;
}

/** Conditions that this outcome's runs crossed, with the run's name. */
export function crossingsOf({ runs }: JobOutcome): { readonly run: string; readonly text: string }[] {
  return runs.flatMap(({ summary }) =>
    summary.thresholds
      .filter(({ crossed }) => crossed)
      .map(({ condition, value }) => ({ run: summary.run, text: `${condition} (${String(value)})` })),
  );
}
