import { randomUUID } from 'node:crypto';
import { DetectReportError, TryLaterError } from '../../core/errors.ts';
import type { Emit } from '../../core/progress.ts';
import { openNotifier } from '../../deliver/notify/notifier.ts';
import type { RunEnding, RunFigures, NotifiedRun } from '../../deliver/notify/watcher.ts';
import { dependenciesOf } from './destinations.ts';
import { crossingsOf, type JobContext, type JobOutcome, outcomeLines } from './outcome.ts';
import type { Job } from './job.ts';

/**
 * Notifies the job's targets of one attempt, whose `context` must be used: its events are counted. `label` is that of the
 * newest period in question. No failure here can fail the job.
 */
export function openJobNotifier(job: Job, label: string, context: JobContext) {
  const run: NotifiedRun = { runId: context.runId ?? randomUUID(), job: job.name, period: label };
  const startedMs = context.clock.monotonicMs();
  const counts = { retries: 0, requests: 0 };
  const emit: Emit = (event) => {
    if (event.kind === 'retry') counts.retries++;
    // Each is one answered request; what it says of the reading may repeat when several are open.
    if (event.kind === 'page') counts.requests++;
    context.emit(event);
  };
  const watcher = openWatcher(job, context);
  return {
    context: { ...context, emit },
    async started() {
      if (context.retried?.isFirst !== false) await watcher?.started(run);
    },
    async ended(outcome: JobOutcome) {
      if (watcher === null || context.retried?.willRetry(outcome) === true) return;
      const durationSeconds = (context.clock.monotonicMs() - startedMs) / 1000;
      await watcher.ended(run, endingOf(outcome, durationSeconds, counts, context));
    },
  };
}

/** Null without `notify:`, or with a warning if no one can be notified. */
function openWatcher({ name, notify }: Job, context: JobContext) {
  if (notify === null) return null;
  try {
    return openNotifier(notify, { ...dependenciesOf(context), emit: context.emit });
  } catch (error) {
    if (!(error instanceof DetectReportError)) throw error;
    context.emit({ kind: 'note', level: 'warning', text: `${name} notifies no one: ${error.message}` });
    return null;
  }
}

function endingOf(
  outcome: JobOutcome,
  durationSeconds: number,
  { retries, requests }: { readonly retries: number; readonly requests: number },
  { exitCodeOf }: JobContext,
): RunEnding {
  const exitCode = exitCodeOf(outcome);
  const waits = outcome.errors.filter((error) => error instanceof TryLaterError);
  // What else went wrong decides the exit code, and needs a person.
  const isLater = waits.length > 0 && exitCode === exitCodeOf({ ...outcome, runs: [], errors: waits });
  return {
    exitCode,
    outcome: exitCode === 0 ? 'success' : isLater ? 'later' : 'failure',
    durationSeconds,
    retries,
    message: outcomeLines(outcome).join('\n'),
    figures: figuresOf(outcome, requests),
  };
}

function figuresOf(outcome: JobOutcome, requests: number): RunFigures | null {
  const run = outcome.runs.findLast(({ changes }) => changes === null) ?? outcome.runs.at(-1);
  if (run === undefined) return null;
  const { population, verdicts, completeness } = run.summary;
  return {
    detections: population.in_period,
    verdicts,
    completeness: completeness.verdict,
    requests,
    deliveriesMade: outcome.deliveries.filter(({ status }) => status === 'delivered').length,
    deliveriesFailed: outcome.deliveries.filter(({ status }) => status === 'failed').length,
    thresholdsCrossed: crossingsOf(outcome).length,
  };
}
