import { addDays } from '../../core/calendar.ts';
import type { Period } from '../../core/period.ts';
import type { ReportText } from './text/en/index.ts';

/** The period for people: a name (`January 2024`) and its first and last day. */
export function periodText(period: Period, text: ReportText): { readonly name: string; readonly days: string } {
  const first = period.from === null ? null : text.format.dayText(period.from);
  const last = period.to === null ? null : text.format.dayText(addDays(period.to, -1));
  const days = daysText(first, last, text);
  return { name: nameOf(period.label, text.format.monthText) ?? days, days };
}

/** A month, quarter or year by its label; null for any other span. */
export function nameOf(label: string, month: (label: string) => string): string | null {
  if (/^\d{4}-\d{2}$/.test(label)) return month(label);
  const [, year, quarter] = /^(\d{4})(?:-(Q\d))?$/.exec(label) ?? [];
  if (year === undefined) return null;
  return quarter === undefined ? year : `${quarter} ${year}`;
}

/** First and last day of another run's period. */
export function daysOfPeriod({ from, to }: Pick<Period, 'from' | 'to'>, text: ReportText): string {
  return daysText(
    from === null ? null : text.format.dayText(from),
    to === null ? null : text.format.dayText(addDays(to, -1)),
    text,
  );
}

function daysText(first: string | null, last: string | null, text: ReportText): string {
  if (first === null) return last === null ? text.cover.allTime : text.cover.until(last);
  return last === null ? text.cover.from(first) : text.cover.days(first, last);
}
