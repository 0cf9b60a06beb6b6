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
import type { PeriodRule, RepeatedPeriod } from './job.ts';

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

/** The previous period of the same rule, or null if the rule has none. */
export function periodBefore(rule: PeriodRule, { from, timezone }: Period): Period | null {
  if (from === null || !isRepeated(rule)) return null;
  return periodOf(daysBefore(rule.kind, from), timezone);
}

/** True if the rule asks for one whole period after the other. */
export function isRepeated(rule: PeriodRule): rule is { readonly kind: RepeatedPeriod } {
  return rule.kind !== 'fixed' && rule.kind !== 'month-to-date';
}

/** The whole day, week, month, quarter or year before the one that contains the day. */
function daysBefore(kind: RepeatedPeriod, day: string): DaySpan {
  switch (kind) {
    case 'last-day':
      return { from: addDays(day, -1), to: day };
    case 'last-week': {
      const monday = mondayOf(day);
      return { from: addDays(monday, -7), to: monday };
    }
    case 'last-month':
      return unitAround('month', day, -1);
    case 'last-quarter':
      return unitAround('quarter', day, -1);
    case 'last-year':
      return unitAround('year', day, -1);
  }
}

/** The period of a run folder's label, or null if a rule never gives that label. */
export function periodOfLabel(rule: PeriodRule, label: string, timezone: string): Period | null {
  const period = periodNamed(label, timezone);
  if (period === null) return null;
  const asked = rule.kind === 'month-to-date' ? monthToDate(period) : periodAt(rule, period.toMs ?? 0, timezone);
  return asked?.label === label ? asked : null;
}

/** The period of a run folder's label, or null if it is not one. */
export function periodNamed(label: string, timezone: string): Period | null {
  const [from = '', to = '', ...rest] = label.split('_');
  const isRange = rest.length === 0 && isDay(from) && isDay(to) && from < to;
  const days = isRange ? { from, to } : daysOfName(label);
  return days === null ? null : periodOf(days, timezone);
}

function monthToDate(period: Period): Period | null {
  const { from, to } = period;
  return from !== null && to !== null && from === `${to.slice(0, 7)}-01` ? period : null;
}

function periodOf({ from, to }: DaySpan, timezone: string): Period {
  return resolvePeriod({ kind: 'range', from, to }, timezone, 0);
}
