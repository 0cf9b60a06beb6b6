import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/progress.ts';
import type { Secret } from '../core/secret.ts';
import type { JobOutcome } from './outcome.ts';

/** What the running of jobs may use of the world. */
export interface JobContext {
  /** Folder of the job file: relative paths in it start there. */
  readonly baseDir: string;
  /** Folder that detect-report.yaml is looked for in; the process's own if it is left out. */
  readonly folder?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Joins the pings, the metrics and the log lines of an attempt; a new one for each where it is left out. */
  readonly runId?: string;
  /** When it is, for what is due (epoch milliseconds). */
  readonly nowMs: number;
  /** For waits, and for the times of whatever is done. */
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter. */
  readonly random: () => number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Told of each key before it is used, so that no message shows it. */
  readonly protect: (secret: Secret) => void;
  /** The exit code that a process would end with after this outcome: only the command line knows them. */
  readonly exitCodeOf: (outcome: JobOutcome) => number;
}
