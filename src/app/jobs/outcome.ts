import type { CompletenessVerdict } from '../../core/certificate.ts';
import type { ChangeCounts } from '../../core/change.ts';
import type { RunSummary } from '../../deliver/delivery.ts';
import type { DeliveryOutcome } from './deliver-all.ts';

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
  /** The schedule's next time (epoch milliseconds), or null. */
  readonly nextMs: number | null;
}

/** Conditions crossed by this outcome's runs, with the run's name. */
export function crossingsOf({ runs }: JobOutcome): { readonly run: string; readonly text: string }[] {
  return runs.flatMap(({ summary }) =>
    summary.thresholds
      .filter(({ crossed }) => crossed)
      .map(({ condition, value }) => ({ run: summary.run, text: `${condition} (${String(value)})` })),
  );
}
