import type { CompletenessVerdict } from '../core/certificate.ts';
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/progress.ts';
import type { ApiSettings } from '../core/run-config.ts';
import type { ReadSecret } from '../core/secret-reference.ts';
import type { VerdictCounts } from '../core/statistics.ts';

/** One attempt of one job, from start to end. */
export interface WatchedRun {
  /** A UUID (RFC 9562), new for each attempt: it joins the pings, the metrics and the log lines. */
  readonly runId: string;
  readonly job: string;
  /** Label of the period, e.g. `2024-01`. */
  readonly period: string;
}

/** What the metrics tell of a run that was sealed. */
export interface RunFigures {
  /** Detections in the period. */
  readonly detections: number;
  readonly verdicts: VerdictCounts;
  readonly completeness: CompletenessVerdict;
  readonly requests: number;
  readonly deliveriesMade: number;
  readonly deliveriesFailed: number;
  readonly thresholdsCrossed: number;
}

export interface RunEnding {
  /** As the process would end with it; see docs/command-line.md. */
  readonly exitCode: number;
  /**
   * `success` resets the alarm · `failure` raises it · `later` does neither: the job was told to come back (exit code 6),
   * and nobody is called for a 429.
   */
  readonly outcome: 'success' | 'failure' | 'later';
  readonly durationSeconds: number;
  /** Attempts at requests that were repeated. */
  readonly retries: number;
  /** Lines for people, without secrets: the summary, or what failed and what to do. */
  readonly message: string;
  /** Null where no run was sealed. */
  readonly figures: RunFigures | null;
}

/** Tells others of a job's runs. Neither call ever rejects, and each returns within seconds: see `WatchDependencies`. */
export interface Watcher {
  started(run: WatchedRun): Promise<void>;
  ended(run: WatchedRun, ending: RunEnding): Promise<void>;
}

export interface WatchDependencies {
  readonly readSecret: ReadSecret;
  /** Folder that relative paths of the job file start from. */
  readonly baseDir: string;
  readonly proxies: ApiSettings['proxies'];
  readonly clock: Clock;
  /** Of this program, for `User-Agent`. */
  readonly version: string;
  /** Gets one warning for each thing that could not be told. */
  readonly emit: Emit;
  /** Longest that one message may take; by default 10 seconds. */
  readonly timeoutMs?: number;
}
