import { sha256Of } from './sha256.ts';
import { DetectReportError, type ErrorDetails } from './errors.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { CompletenessVerdict } from './certificate.ts';
import type { Population, Rate, Statistics, VerdictCounts } from './statistics.ts';

/** A file of a sealed run, as it is handed over. */
export interface DeliverableFile {
  readonly name: string;
  /** Where it lies now. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Of RFC 2046, e.g. `application/pdf`. */
  readonly mediaType: string;
  /** It shows more than the template does (records.zip where private columns are left out): only who asks for it gets it. */
  readonly onRequestOnly?: true;
}

/** A condition of a job on its statistics, and whether this run crossed it. */
export interface ThresholdOutcome {
  /** As the job file has it, e.g. `fake_rate > 0.05`. */
  readonly condition: string;
  /** What the statistics say; null where they say nothing. */
  readonly value: number | string | null;
  readonly crossed: boolean;
}

/**
 * A run at a glance, for a machine: the body of the webhook, `run.json` of no folder. Its names follow manifest.json and
 * statistics.json and are a public contract (docs/operations.md).
 */
export interface RunSummary {
  readonly format: 'detect-report/run/1';
  /** The job's name; null for a run that no job asked for. */
  readonly job: string | null;
  /** Name of the run folder. */
  readonly run: string;
  readonly report_id: string;
  readonly title: string;
  readonly template: string;
  readonly as_of: string;
  readonly period: {
    readonly label: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly timezone: string;
  };
  /** Report id of the run that this one amends. */
  readonly amends: string | null;
  readonly completeness: { readonly verdict: CompletenessVerdict; readonly reason: string };
  readonly population: Population;
  readonly verdicts: VerdictCounts;
  readonly fake_rate: Rate;
  /** Detections that may belong to the period, the first ten of them. */
  readonly undated: Statistics['undated'];
  /** First and last creation time of the list. */
  readonly list_span: Statistics['list_span'];
  readonly retention: Statistics['retention'];
  readonly compliance: Statistics['compliance'];
  /** False where the period was not over when the list was read. */
  readonly finished: boolean;
  /** The run that this one follows; null where none is known. */
  readonly previous: { readonly report_id: string; readonly in_period: number | null } | null;
  readonly thresholds: readonly ThresholdOutcome[];
  /** Where people find the run, as the job file says. */
  readonly links: readonly string[];
  readonly manifest_sha256: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/** A sealed run with everything that a destination may want of it. Nothing in it changes any more. */
export interface DeliverableRun {
  /** Path of the run folder. */
  readonly folder: string;
  /** Its own name, e.g. `monthly-compliance_2024-01`. */
  readonly name: string;
  readonly reportId: string;
  readonly manifestSha256: string;
  /** Every file of the folder, `manifest.json` last: where it has arrived, all of them have. */
  readonly files: readonly DeliverableFile[];
  readonly summary: RunSummary;
}

/** That a run has arrived. Kept beside the runs, never in one; holds no secret. */
export interface DeliveryReceipt {
  /** `delivered` now, or found there `already` from an earlier attempt that never learnt of its success. */
  readonly outcome: 'delivered' | 'already';
  /** Where it is, for people: a path, `s3://bucket/prefix/run/`, a Message-ID, a host. No secret. */
  readonly location: string;
  readonly files: number;
  readonly bytes: number;
  /** What else the kind has to tell, e.g. which attachments were left out. */
  readonly details: JsonObject;
  /** What a person should know of it although it arrived, e.g. that one of several recipients was refused. */
  readonly notices?: readonly string[];
}

/** One place that runs are delivered to. */
export interface Destination {
  readonly kind: string;
  /** Stable over restarts and edits of secrets; derived from kind and target. A plain file name. */
  readonly id: string;
  /** One line for people, without a secret. */
  describe(): string;
  /** Whether it could deliver, as far as that shows without sending anything: secrets are there. Throws `ConfigError`. */
  check(): Promise<void>;
  /**
   * One attempt; whoever calls decides about another. The same key again for the same run never doubles what arrived,
   * as far as the receiving side can tell. Secrets are read for each attempt. Throws `DeliveryError`, `ConfigError` for a
   * secret that is not there, `InterruptedError`.
   */
  deliver(run: DeliverableRun, idempotencyKey: string, signal: AbortSignal): Promise<DeliveryReceipt>;
}

/**
 * Why a delivery failed. `refused` the other side said no and will say it again (a 403, a wrong password, another run
 * under that name) · `unreachable` no connection, or it broke · `slow` it took longer than allowed · `busy` the other side
 * asks to come later (429, 5xx, a 4xx reply of SMTP) · `full` no space at the other side · `unreadable` a file of the run
 * could not be read, or is not what was sealed.
 */
export type DeliveryFault = 'refused' | 'unreachable' | 'slow' | 'busy' | 'full' | 'unreadable';

export interface DeliveryErrorDetails extends ErrorDetails {
  /** A delay that the other side asked for. */
  readonly retryAfterMs?: number | null;
}

/** A delivery failed; the run stays sealed. The message names the destination and no secret. */
export class DeliveryError extends DetectReportError {
  readonly fault: DeliveryFault;
  /** Whether the same attempt may succeed a little later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;

  constructor(fault: DeliveryFault, message: string, details: DeliveryErrorDetails = {}) {
    super('output', message, details);
    this.fault = fault;
    this.retryable = fault === 'unreachable' || fault === 'slow' || fault === 'busy';
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** `webhook-3f1c0a9be2d4`: the kind, and 48 bits of the hash of what it aims at. Give it no secret. */
export function destinationId(kind: string, target: readonly JsonValue[]): string {
  return `${kind}-${sha256Of(JSON.stringify([kind, ...target])).slice(0, 12)}`;
}

/** One key for one run at one destination: the same for every attempt, on any day and any machine. */
export function idempotencyKeyOf(run: Pick<DeliverableRun, 'reportId'>, destination: Pick<Destination, 'id'>): string {
  return `${run.reportId}.${destination.id}`;
}
