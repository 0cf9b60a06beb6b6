import { DetectReportError, type ErrorKind, InterruptedError } from '../config/command-line.ts';
import type { JobOutcome } from '../app/jobs/outcome.ts';
import type { Check } from '../app/setup/checks.ts';
import type { FolderStatus } from '../app/status/folder-status.ts';
import type { CompletenessVerdict } from '../index.ts';

/** The exit codes of docs/output.md: a public contract, known only to this file. */
const CODE_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  internal: 1,
  usage: 2,
  source: 3,
  verification: 5,
  'try-later': 6,
  output: 7,
  interrupted: 130,
};

const TERMINATED = 143;
const UNPROVEN = 4;
const NEEDS_PERSON = 8;

/** The gravest first: what stopped something, what is done but not good, what will be retried by itself. */
const BY_GRAVITY = [130, TERMINATED, 1, 2, 7, 3, 5, UNPROVEN, NEEDS_PERSON, 6, 0];

/** Until the last rename is done, every exit is a failure. */
export const NOT_FINISHED = 1;

export function exitCodeOfError(error: unknown): number {
  if (!(error instanceof DetectReportError)) return NOT_FINISHED;
  if (error instanceof InterruptedError) return exitCodeOfSignal(error.signal ?? 'SIGINT');
  return CODE_OF_KIND[error.kind];
}

export function exitCodeOfSignal(signal: 'SIGINT' | 'SIGTERM'): number {
  return signal === 'SIGTERM' ? TERMINATED : CODE_OF_KIND.interrupted;
}

/** Both have a report: `converged` is done, `unproven` is done with a warning that a script can see. */
export function exitCodeOfVerdict(verdict: CompletenessVerdict): number {
  return verdict === 'unproven' ? UNPROVEN : 0;
}

/** Exit code of `doctor`: an API refusal (of a key) is a source failure, something missing here is configuration. */
export function exitCodeOfChecks(checks: readonly Check[]): number {
  const problems = checks.filter(({ state }) => state === 'problem');
  if (problems.length === 0) return 0;
  return problems.every(({ blame }) => blame === 'source') ? CODE_OF_KIND.source : CODE_OF_KIND.usage;
}

export function exitCodeOfStatus({ runs, jobs }: FolderStatus): number {
  return [...runs, ...jobs].some(({ needs }) => needs.length > 0) ? NEEDS_PERSON : 0;
}

/** One job's exit code: that of its failure, or of its result. */
export function exitCodeOfOutcome(outcome: JobOutcome): number {
  return gravest([
    ...outcome.errors.map(exitCodeOfError),
    ...outcome.runs.map(({ summary }) => exitCodeOfVerdict(summary.completeness.verdict)),
    ...outcome.runs.map(({ summary }) => (summary.thresholds.some(({ crossed }) => crossed) ? NEEDS_PERSON : 0)),
  ]);
}

export function exitCodeOfOutcomes(outcomes: readonly JobOutcome[]): number {
  return gravest(outcomes.map(exitCodeOfOutcome));
}

/** The one that decides where several things ended in different ways; 0 of none. */
export function gravest(codes: readonly number[]): number {
  const unknown = codes.some((code) => !BY_GRAVITY.includes(code));
  return unknown ? NOT_FINISHED : (BY_GRAVITY.find((code) => codes.includes(code)) ?? 0);
}
