import type { Clock } from '../../core/instant.ts';
import type { Emit } from '../../core/progress.ts';
import type { Secret } from '../../core/secret.ts';
import type { JobOutcome } from './outcome.ts';

/** What running jobs may use from outside. */
export interface JobContext {
  /** Folder of the job file; its relative paths start here. */
  readonly baseDir: string;
  /** Folder in which detect-report.yaml is searched; the process's own if absent. */
  readonly folder?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Connects the pings, metrics and log lines of an attempt; a new one for each if absent. */
  readonly runId?: string;
  /** The current time that decides what is due (epoch milliseconds). */
  readonly nowMs: number;
  /** For waits, and for the times of events. */
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter. */
  readonly random: () => number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Gets each key before it is used, so that no message shows it. */
  readonly protect: (secret: Secret) => void;
  /** The process's exit code after this outcome: only the command line knows the codes. */
  readonly exitCodeOf: (outcome: JobOutcome) => number;
}
