import type { CLAIMS, CompletenessVerdict } from '../core/certificate.ts';
import { DetectReportError, type ErrorDetails } from '../core/errors.ts';
import type { Clock } from '../core/instant.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { sha256Of } from '../core/merkle.ts';
import type { ApiSettings } from '../core/run-config.ts';
import type { Statistics } from '../core/statistics.ts';
import type { Language } from '../core/template.ts';
import type { ReadSecret } from '../platform/addresses.ts';

/** A file of a sealed run, as it is delivered. */
export interface DeliverableFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Media type (RFC 2046), e.g. `application/pdf`. */
  readonly mediaType: string;
  /** It shows more than the template allows (records.zip and reviews.csv if private columns are left out): sent only on request. */
  readonly onRequestOnly?: true;
}

/** A condition of a job on its statistics, and whether this run crossed it. */
export interface ThresholdOutcome {
  /** As in the job file, e.g. `fake_rate > 0.05`. */
  readonly condition: string;
  readonly value: number | string | null;
  /** The value for people, e.g. `38.4 %`. */
  readonly text: string;
  readonly crossed: boolean;
}

/**
 * A run at a glance, for programs: the body of the webhook. Its names follow manifest.json and statistics.json and are
 * a public contract (docs/operations.md).
 */
export interface RunSummary
  extends Pick<
    Statistics,
    'population' | 'verdicts' | 'fake_rate' | 'undated' | 'list_span' | 'retention' | 'compliance'
  > {
  readonly format: 'detect-report/run/1';
  /** The job's name; null for a run without a job. */
  readonly job: string | null;
  readonly run: string;
  readonly report_id: string;
  readonly title: string;
  readonly organisation: string | null;
  /** True if the detections are those of the sandbox. */
  readonly generated: boolean;
  readonly template: string;
  /** Language of the report, and of messages to people. */
  readonly language: Language;
  readonly as_of: string;
  readonly period: {
    readonly label: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly timezone: string;
  };
  readonly amends: string | null;
  readonly completeness: {
    readonly verdict: CompletenessVerdict;
    readonly reason: string;
    /** What was read: the whole list, the period alone, or the parts of a combined run. */
    readonly claim: (typeof CLAIMS)[number];
  };
  /** False if the period was not over when the list was read. */
  readonly finished: boolean;
  /** The run that this one follows; null if none is known. */
  readonly previous: {
    readonly report_id: string;
    readonly in_period: number | null;
    readonly fake_rate: number | null;
    readonly indeterminate: number | null;
  } | null;
  readonly thresholds: readonly ThresholdOutcome[];
  /** Links for people to find the run, from the job file. */
  readonly links: readonly string[];
  readonly manifest_sha256: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/** A sealed run with everything that a destination may need. It never changes. */
export interface DeliverableRun {
  readonly folder: string;
  /** Its own name, e.g. `monthly-compliance_2024-01`. */
  readonly name: string;
  readonly reportId: string;
  readonly manifestSha256: string;
  /** Every file of the folder, `manifest.json` last: once it has arrived, all of them have. */
  readonly files: readonly DeliverableFile[];
  readonly summary: RunSummary;
}

/** Proof that a run arrived. Kept next to the runs, never in one; holds no secret. */
export interface DeliveryReceipt {
  /** `delivered` now, or found there `already`, from an earlier attempt that did not learn of its success. */
  readonly outcome: 'delivered' | 'already';
  /** Its place, for people: a path, `s3://bucket/prefix/run/`, a Message-ID, a host. No secret. */
  readonly location: string;
  readonly files: number;
  readonly bytes: number;
  /** Further facts of the destination's kind, e.g. which attachments were left out. */
  readonly details: JsonObject;
  /** Warnings for a person although the run arrived, e.g. that one of several recipients was refused. */
  readonly notices?: readonly string[];
}

export interface Destination {
  readonly kind: string;
  /** Stays the same over restarts and edits of secrets; derived from kind and target. A plain file name. */
  readonly id: string;
  /** One line for people, without a secret. */
  describe(): string;
  /** Checks what can be checked without sending, e.g. that secrets exist. Throws `ConfigError`. */
  check(): Promise<void>;
  /** Tries the place without delivering a run: writes, logs in, connects. Throws as `deliver` does. Absent: cannot be tried. */
  checkLive?(signal: AbortSignal): Promise<void>;
  /**
   * One attempt; the caller decides about retries. The same key for the same run never delivers twice, if the receiver
   * can detect it. Reads secrets for each attempt. Throws `DeliveryError`, `ConfigError` for a missing secret,
   * `InterruptedError`.
   */
  deliver(run: DeliverableRun, idempotencyKey: string, signal: AbortSignal): Promise<DeliveryReceipt>;
}

/**
 * Why a delivery failed. `refused` the receiver refused and will refuse again (a 403, a wrong password, another run
 * under that name) · `unreachable` no connection, or it broke · `slow` it took longer than allowed · `busy` the
 * receiver asks to try later (429, 5xx, a 4xx reply of SMTP) · `full` the receiver has no space · `unreadable` a file
 * of the run could not be read, or is not what was sealed.
 */
export type DeliveryFault = 'refused' | 'unreachable' | 'slow' | 'busy' | 'full' | 'unreadable';

export interface DeliveryErrorDetails extends ErrorDetails {
  readonly retryAfterMs?: number | null;
}

/** A delivery failed; the run stays sealed. The message names the destination and no secret. */
export class DeliveryError extends DetectReportError {
  readonly fault: DeliveryFault;
  /** True if the same attempt may succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;

  constructor(fault: DeliveryFault, message: string, details: DeliveryErrorDetails = {}) {
    super('output', message, details);
    this.fault = fault;
    this.retryable = fault === 'unreachable' || fault === 'slow' || fault === 'busy';
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** `webhook-3f1c0a9be2d4`: the kind, and 48 bits of the hash of its target. Never pass a secret. */
export function destinationId(kind: string, target: readonly JsonValue[]): string {
  return `${kind}-${sha256Of(JSON.stringify([kind, ...target])).slice(0, 12)}`;
}

/** Key for one run at one destination: the same for every attempt, on any day and any machine. */
export function idempotencyKeyOf(run: Pick<DeliverableRun, 'reportId'>, destination: Pick<Destination, 'id'>): string {
  return `${run.reportId}.${destination.id}`;
}

/** What a destination or notification may use from outside. */
export interface DeliveryDependencies {
  readonly readSecret: ReadSecret;
  /** A variable of the environment that holds no secret; null if it is not set or empty. */
  readonly variable: (name: string) => string | null;
  /** Folder that relative paths of the job file start from. */
  readonly baseDir: string;
  readonly proxies: ApiSettings['proxies'];
  readonly clock: Clock;
  /** This program's version, for `User-Agent`. */
  readonly version: string;
}
