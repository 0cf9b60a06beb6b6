import type { CompletenessVerdict } from '../../core/certificate.ts';
import type { Emit } from '../../core/progress.ts';
import type { VerdictCounts } from '../../core/statistics.ts';
import type { DeliveryDependencies } from '../destination.ts';

/** One attempt of one job, from start to end. */
export interface NotifiedRun {
  /** A UUID (RFC 9562), new for each attempt: connects pings, metrics and log lines. */
  readonly runId: string;
  readonly job: string;
  /** Label of the period, e.g. `2024-01`. */
  readonly period: string;
}

/** What the metrics show of a sealed run. */
export interface RunFigures {
  readonly detections: number;
  readonly verdicts: VerdictCounts;
  readonly completeness: CompletenessVerdict;
  readonly requests: number;
  readonly deliveriesMade: number;
  readonly deliveriesFailed: number;
  readonly thresholdsCrossed: number;
}

export interface RunEnding {
  /** The exit code that the process would have; see docs/command-line.md. */
  readonly exitCode: number;
  /**
   * `success` resets the alarm · `failure` raises it · `later` does neither: the job must run later (exit code 6), and
   * no one is called for a 429.
   */
  readonly outcome: 'success' | 'failure' | 'later';
  readonly durationSeconds: number;
  /** Attempts at requests that were repeated. */
  readonly retries: number;
  /** Lines for people, without secrets: the summary, or what failed and what to do. */
  readonly message: string;
  /** Null if no run was sealed. */
  readonly figures: RunFigures | null;
}

/** Notifies others of a job's runs. Calls never reject, and return within seconds: see `NotifyDependencies`. */
export interface Notifier {
  started?(run: NotifiedRun): Promise<void>;
  ended(run: NotifiedRun, ending: RunEnding): Promise<void>;
}

export interface NotifyDependencies extends DeliveryDependencies {
  /** Gets one warning for each failed notification. */
  readonly emit: Emit;
  /** Longest that one message may take; by default 10 seconds. */
  readonly timeoutMs?: number;
}
