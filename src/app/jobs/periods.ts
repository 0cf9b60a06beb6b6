import { addDays, DayFinder, isDay, mondayOf, monthBefore, namedByMonth, resolvePeriod } from '../../core/calendar.ts';
import type { Period } from '../../core/period.ts';
import type { PeriodRule } from './job.ts';

/**
 * The period of a rule at an instant (epoch milliseconds): whole days of the zone, all over. Null for `month-to-date`
 * on the first of a month, and for a fixed period that is not over.
 */
export function periodAt(rule: PeriodRule, atMs: number, timezone: string): Period | null {
  const today = new DayFinder({ timezone }).dayOf(atMs);
  switch (rule.kind) {
    case 'previous-day':
      return spanOf(addDays(today, -1), today, timezone);
    case 'previous-week': {
      const monday = mondayOf(today);
      return spanOf(addDays(monday, -7), monday, timezone);
    }
    case 'previous-month':
      return monthOf(monthBefore(today.slice(0, 7)), timezone);
    case 'month-to-date': {
      const first = `${today.slice(0, 7)}-01`;
      return first === today ? null : spanOf(first, today, timezone);
    }
    case 'fixed':
      return rule.to <= today ? spanOf(rule.from, rule.to, timezone) : null;
  }
}

/** The previous period of the same rule, or null if the rule has none. */
export function periodBefore(rule: PeriodRule, period: Period): Period | null {
  const { from, timezone } = period;
  if (from === null) return null;
  switch (rule.kind) {
    case 'previous-day':
      return spanOf(addDays(from, -1), from, timezone);
    case 'previous-week':
      return spanOf(addDays(from, -7), from, timezone);
    case 'previous-month':
      return monthOf(monthBefore(from.slice(0, 7)), timezone);
    case 'month-to-date':
    case 'fixed':
      return null;
  }
}

/** The period of a run folder's label, or null if a rule never gives that label. */
export function periodOfLabel(rule: PeriodRule, label: string, timezone: string): Period | null {
  const period = readLabel(label, timezone);
  if (period?.to === null || period?.to === undefined) return null;
  const asked = rule.kind === 'month-to-date' ? monthToDate(period) : periodAt(rule, period.toMs ?? 0, timezone);
  return asked?.label === label ? asked : null;
}

function monthToDate(period: Period): Period | null {
  const { from, to } = period;
  return from !== null && to !== null && from === `${to.slice(0, 7)}-01` ? period : null;
}

/** `2024-01`, or `2024-01-01_2024-01-15`. */
function readLabel(label: string, timezone: string): Period | null {
  if (isDay(`${label}-01`)) return monthOf(label, timezone);
  const [from = '', to = '', ...rest] = label.split('_');
  return rest.length === 0 && isDay(from) && isDay(to) && from < to ? spanOf(from, to, timezone) : null;
}

function monthOf(month: string, timezone: string): Period {
  return resolvePeriod({ kind: 'month', month }, timezone, 0);
}

function spanOf(from: string, to: string, timezone: string): Period {
  return namedByMonth(resolvePeriod({ kind: 'range', from, to }, timezone, 0));
}
