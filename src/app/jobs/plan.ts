import { Cron } from 'croner';
import {
  addDays,
  DayFinder,
  daysOfName,
  type DaySpan,
  isDay,
  mondayOf,
  resolvePeriod,
  unitAround,
} from '../../core/calendar.ts';
import type { Period } from '../../core/period.ts';

/** Whole periods that follow one another, by their end before an occurrence. */
export const REPEATED_PERIODS = ['last-month', 'last-quarter', 'last-year', 'last-week', 'last-day'] as const;
type RepeatedPeriod = (typeof REPEATED_PERIODS)[number];

/** The period for an occurrence of the schedule; a fixed one is due once it is over, and without `to` ends with yesterday. */
export type PeriodRule =
  | { readonly kind: RepeatedPeriod | 'month-to-date' }
  | { readonly kind: 'fixed'; readonly from: string; readonly to?: string | undefined };

/** The keys of a job that decide what is due. */
interface Rhythm {
  readonly schedule: string;
  readonly timezone: string;
  readonly period: PeriodRule;
  readonly since: string | null;
  readonly catchUp: number;
  readonly amend: number;
}

/**
 * Reads five fields of cron, or a nickname such as `@monthly`. The schedule gives the latest occurrence at or before a
 * time (epoch milliseconds), and the first one after it, or null. If a zone's clock moves forward, a skipped time comes
 * an hour later. Throws `RangeError` that says what is wrong.
 */
export function readSchedule(text: string, timezone: string) {
  const cron = parse(text, timezone);
  const schedule = {
    lastMs: (nowMs: number): number | null =>
      // croner searches before a whole second.
      cron.previousRuns(1, new Date(Math.floor(nowMs / 1000) * 1000 + 1000))[0]?.getTime() ?? null,
    nextMs: (nowMs: number): number | null => cron.nextRun(new Date(nowMs))?.getTime() ?? null,
  };
  if (schedule.nextMs(0) === null) throw new RangeError('names a time that never comes');
  return schedule;
}

const RANGES: ReadonlyMap<string, string> = new Map([
  ['minute', '0 to 59'],
  ['hour', '0 to 23'],
  ['day', '1 to 31'],
  ['month', '1 to 12'],
  ['dayOfWeek', '0 to 7'],
]);

function parse(text: string, timezone: string): Cron {
  try {
    return new Cron(text, { timezone, mode: '5-part', paused: true });
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'cannot be read';
    // The library counts days and months from 0.
    const field = /^Invalid value for (\w+)/.exec(said)?.[1] ?? '';
    throw new RangeError(RANGES.has(field) ? `the ${field} is not within ${RANGES.get(field)}` : said);
  }
}

/**
 * The period of a rule at an instant (epoch milliseconds): whole days of the zone, all over. Null for `month-to-date`
 * on the first of a month, and for a fixed period that is not over.
 */
export function periodAt(rule: PeriodRule, atMs: number, timezone: string): Period | null {
  const today = new DayFinder({ timezone }).dayOf(atMs);
  if (rule.kind === 'fixed') {
    const { from, to = today } = rule;
    return from < to && to <= today ? periodOf({ from, to }, timezone) : null;
  }
  if (rule.kind !== 'month-to-date') return periodOf(daysBefore(rule.kind, today), timezone);
  const { from } = unitAround('month', today);
  return from === today ? null : periodOf({ from, to: today }, timezone);
}

function periodBefore(rule: PeriodRule, { from, timezone }: Period): Period | null {
  if (from === null || !isRepeated(rule)) return null;
  return periodOf(daysBefore(rule.kind, from), timezone);
}

/** True if the rule asks for one whole period after the other. */
export function isRepeated(rule: PeriodRule): rule is { readonly kind: RepeatedPeriod } {
  return rule.kind !== 'fixed' && rule.kind !== 'month-to-date';
}

/** The whole day, week, month, quarter or year before the one that contains the day. */
function daysBefore(kind: RepeatedPeriod, day: string): DaySpan {
  if (kind === 'last-day') return { from: addDays(day, -1), to: day };
  if (kind === 'last-week') return { from: addDays(mondayOf(day), -7), to: mondayOf(day) };
  return unitAround(
    ({ 'last-month': 'month', 'last-quarter': 'quarter', 'last-year': 'year' } as const)[kind],
    day,
    -1,
  );
}

/** The period of a run folder's label, or null if a rule never gives that label. */
export function periodOfLabel(rule: PeriodRule, label: string, timezone: string): Period | null {
  const period = periodNamed(label, timezone);
  if (period === null) return null;
  const { from, to } = period;
  if (rule.kind === 'month-to-date') return to !== null && from === `${to.slice(0, 7)}-01` ? period : null;
  const asked = periodAt(rule, period.toMs ?? 0, timezone);
  return asked?.label === label ? asked : null;
}

export function periodNamed(label: string, timezone: string): Period | null {
  const [from = '', to = '', ...rest] = label.split('_');
  const isRange = rest.length === 0 && isDay(from) && isDay(to) && from < to;
  const days = isRange ? { from, to } : daysOfName(label);
  return days === null ? null : periodOf(days, timezone);
}

function periodOf({ from, to }: DaySpan, timezone: string): Period {
  return resolvePeriod({ kind: 'range', from, to }, timezone, 0);
}

/** Largest number of periods that a plan looks back: ten years of days. */
const FARTHEST_PERIODS = 3_660;

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
  readonly nextMs: number | null;
}

/**
 * Plans a job at `nowMs` (epoch milliseconds). The newest period is that of the latest occurrence. Older ones count as
 * missing from the oldest sealed run on, or from `since`. A clock that was put back leads to an older period, which is
 * sealed already: nothing is made twice.
 */
export function planJob(job: Rhythm, state: JobState, nowMs: number): JobPlan {
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
function checksOf(job: Rhythm, state: JobState, occurrenceMs: number, periods: readonly Period[]): Period[] {
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

function periodsBackFrom(newest: Period, first: string, job: Rhythm): Period[] {
  const periods: Period[] = [];
  let period: Period | null = newest;
  while (period !== null && periods.length < FARTHEST_PERIODS && (period === newest || (period.to ?? '') > first)) {
    periods.push(period);
    period = periodBefore(job.period, period);
  }
  return periods;
}

/** The day from which on the job owns the periods. */
function firstDay(job: Rhythm, state: JobState, newest: Period): string {
  if (job.since !== null) return job.since;
  const starts = [...state.sealed].flatMap((label) => periodOfLabel(job.period, label, job.timezone)?.from ?? []);
  return starts.reduce((oldest, day) => (day < oldest ? day : oldest), newest.from ?? '');
}
