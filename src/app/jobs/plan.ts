import type { Period } from '../../core/period.ts';
import type { Job } from './job.ts';
import { readSchedule } from './cron.ts';
import { periodAt, periodBefore, periodOfLabel } from './periods.ts';

/** Largest number of periods that a plan looks back: ten years of days. */
const FARTHEST_PERIODS = 3_660;

/** What a job's earlier work left in its folder. */
export interface JobState {
  /** Labels of the periods that have a sealed run of the job's template. */
  readonly sealed: ReadonlySet<string>;
  /** What was left to compare at an occurrence (epoch milliseconds), or null if none is known. */
  readonly checks: { readonly occurrenceMs: number; readonly labels: readonly string[] } | null;
}

/** What to do now, decided only by the times and the state. */
export interface JobPlan {
  /** The latest occurrence (epoch milliseconds) at or before now; null before the first one. */
  readonly occurrenceMs: number | null;
  /** Periods to make, oldest first. */
  readonly due: readonly Period[];
  /** Missing periods that are older than `catch_up` allows: only reported. */
  readonly outOfReach: readonly Period[];
  /** Sealed periods to compare with the list, oldest first. */
  readonly check: readonly Period[];
  /** The schedule's next time, or null. */
  readonly nextMs: number | null;
}

/**
 * Plans a job at `nowMs` (epoch milliseconds). The newest period is that of the latest occurrence. Older ones count as
 * missing from the oldest sealed run on, or from `since`. A clock that was put back leads to an older period, which is
 * sealed already: nothing is made twice.
 */
export function planJob(job: Job, state: JobState, nowMs: number): JobPlan {
  const schedule = readSchedule(job.schedule, job.timezone);
  const nextMs = schedule.nextMs(nowMs);
  const occurrenceMs = schedule.lastMs(nowMs);
  const newest = occurrenceMs === null ? null : periodAt(job.period, occurrenceMs, job.timezone);
  if (occurrenceMs === null || newest === null) return { occurrenceMs, due: [], outOfReach: [], check: [], nextMs };
  const periods = periodsBackFrom(newest, firstDay(job, state, newest), job);
  const missing = periods.filter(({ label }) => !state.sealed.has(label));
  const reach = new Set(periods.slice(0, job.catchUp + 1));
  return {
    occurrenceMs,
    due: missing.filter((period) => reach.has(period)).reverse(),
    outOfReach: missing.filter((period) => !reach.has(period)).reverse(),
    check: checksOf(job, state, occurrenceMs, periods),
    nextMs,
  };
}

/** Labels to compare at an occurrence; keeps those of an unfinished attempt. */
function checksOf(job: Job, state: JobState, occurrenceMs: number, periods: readonly Period[]): Period[] {
  const { checks, sealed } = state;
  if (checks !== null && checks.occurrenceMs >= occurrenceMs) {
    const labels = checks.occurrenceMs === occurrenceMs ? checks.labels : [];
    return labels.flatMap((label) => periodOfLabel(job.period, label, job.timezone) ?? []);
  }
  return periods
    .filter(({ label }) => sealed.has(label))
    .slice(0, job.amend)
    .reverse();
}

/** From the newest period back to the one that contains `first`. */
function periodsBackFrom(newest: Period, first: string, job: Job): Period[] {
  const periods: Period[] = [];
  let period: Period | null = newest;
  while (period !== null && periods.length < FARTHEST_PERIODS && (period === newest || (period.to ?? '') > first)) {
    periods.push(period);
    period = periodBefore(job.period, period);
  }
  return periods;
}

/** The day from which on the job owns the periods. */
function firstDay(job: Job, state: JobState, newest: Period): string {
  if (job.since !== null) return job.since;
  const starts = [...state.sealed].flatMap((label) => periodOfLabel(job.period, label, job.timezone)?.from ?? []);
  return starts.reduce((oldest, day) => (day < oldest ? day : oldest), newest.from ?? '');
}
