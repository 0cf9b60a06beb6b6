import { CHANGE_KINDS, type ChangeCounts } from '../../core/change.ts';
import { DetectReportError } from '../../core/errors.ts';
import { remarksOf } from '../../core/run-remarks.ts';
import { crossingsOf, type JobOutcome } from './outcome.ts';

/** What a job did, for people: a line for each event. */
export function outcomeLines(outcome: JobOutcome): string[] {
  const { job, runs, unchanged, deliveries, errors } = outcome;
  return [
    ...runs.map(({ summary, verdict, changes }) => {
      const what = changes === null ? `${summary.population.in_period} detections` : changesText(changes);
      return `${job}: sealed ${summary.run} (${what}; completeness ${verdict})`;
    }),
    ...runs.flatMap(({ summary }) =>
      remarksOf({
        ...summary,
        label: summary.period.label,
        previousDetections: summary.previous?.in_period ?? null,
      }).map(({ about, text }) => `${job}: ${about} in ${summary.run}: ${text}`),
    ),
    ...unchanged.map((label) => `${job}: ${label} was compared with the list and is as it was sealed`),
    ...crossingsOf(outcome).map(({ run, text }) => `${job}: threshold crossed in ${run}: ${text}`),
    ...deliveries
      .filter(({ status }) => status !== 'before')
      .map(({ run, destination, status, text }) =>
        status === 'failed'
          ? `${job}: ${run} was not delivered to ${destination}; the next run tries again`
          : `${job}: delivered ${run} to ${text}`,
      ),
    ...errors.map((error) => `${job}: ${errorText(error)}`),
    ...(outcome.idle ? [`${job}: nothing is due${nextText(outcome.nextMs)}`] : []),
  ];
}

/** `2 new, 1 relabelled` */
export function changesText(counts: ChangeCounts): string {
  return CHANGE_KINDS.filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(', ');
}

function nextText(nextMs: number | null): string {
  return nextMs === null ? '' : ` before ${new Date(nextMs).toISOString()}`;
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return 'something failed that is no error';
  const remedy = error instanceof DetectReportError ? (error.remedy ?? '') : '';
  return [`failed: ${error.message}`, remedy].filter((part) => part !== '').join(' ');
}
