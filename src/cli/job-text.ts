import { exitCodeOfError, exitCodeOfOutcome } from './exit-codes.ts';
import { failureFields, failureLines } from './failure.ts';
import {
  type DetectReportError,
  type JobOutcome,
  type MessageSettings,
  outcomeLines,
  type PlannedJob,
  zonedText,
} from './library.ts';
import type { Terminal } from './terminal.ts';

/** Prints a job's end to stderr: what it did, then each failure with its remedy. */
export function tellOutcome(outcome: JobOutcome, messages: MessageSettings, terminal: Terminal): void {
  const { errors } = outcome;
  const isJson = messages.logFormat === 'json';
  const isBad = exitCodeOfOutcome(outcome) !== 0;
  for (const text of outcomeLines({ ...outcome, errors: [] })) {
    if (isJson) terminal.log('job', { level: 'info', job: outcome.job, text });
    else if (!messages.quiet || isBad) terminal.note(text);
  }
  const told = new Set<string>();
  for (const error of errors) {
    // Several deliveries may fail for one reason.
    const reason = error instanceof Error ? error.message : '';
    if (told.has(reason)) continue;
    told.add(reason);
    const code = exitCodeOfError(error);
    if (isJson) terminal.log('failed', { job: outcome.job, ...failureFields(error, code) });
    else for (const line of failureLines(error, messages.debug)) terminal.note(`${outcome.job}: ${line}`);
  }
}

/** A job's end for programs: one element of the output of `run --json`. */
export function outcomeJson(outcome: JobOutcome): object {
  return {
    job: outcome.job,
    exit_code: exitCodeOfOutcome(outcome),
    idle: outcome.idle,
    runs: outcome.runs.map(({ folder, summary, changes }) => ({ folder, ...summary, changes })),
    unchanged: outcome.unchanged,
    deliveries: outcome.deliveries,
    errors: outcome.errors.map((error) => {
      const { message, remedy } = error as Partial<DetectReportError>;
      return { message: message ?? 'no error', remedy: remedy ?? null, exit_code: exitCodeOfError(error) };
    }),
    next: timeText(outcome.nextMs),
  };
}

/** Lines of `run --dry-run` for one job. */
export function planLines({ job, plan, pending }: PlannedJob): string[] {
  const { occurrenceMs, due, check, outOfReach, nextMs } = plan;
  const name = (label: string): string => `${job.outDir}/${job.template.name}_${label}`;
  return [
    `${job.name}: ${occurrenceMs === null ? 'not due yet' : `due since ${zonedText(occurrenceMs, job.timezone)}`}`,
    ...due.map(({ label }) => `  make     ${name(label)}`),
    ...outOfReach.map(
      ({ label }) => `  leave    ${name(label)} (missing, older than catch_up: ${job.catchUp} reaches)`,
    ),
    ...check.map(({ label }) => `  compare  ${name(label)}`),
    ...pending.map((folder) => `  deliver  ${folder}`),
    ...(due.length + check.length + pending.length === 0 ? ['  nothing to do'] : []),
    `  next     ${nextMs === null ? 'never' : zonedText(nextMs, job.timezone)}`,
  ];
}

/** A planned job for programs. */
export function planJson({ job, plan, pending }: PlannedJob): object {
  const labels = (periods: PlannedJob['plan']['due']): string[] => periods.map(({ label }) => label);
  return {
    job: job.name,
    occurrence: timeText(plan.occurrenceMs),
    make: labels(plan.due),
    leave: labels(plan.outOfReach),
    compare: labels(plan.check),
    deliver: pending,
    next: timeText(plan.nextMs),
  };
}

/** ISO 8601 UTC, in whole seconds. */
export function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
