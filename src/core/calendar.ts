import { Temporal } from 'temporal-polyfill';
import { ConfigError } from './errors.ts';
import type { DayStart, Period } from './period.ts';
import type { PeriodRequest } from './template.ts';

const DAY_MS = 86_400_000;

/** Epoch milliseconds of a day's first instant in an IANA zone (not always 00:00: some zones skip it). */
export function startOfDayMs(day: string, timezone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: timezone }).epochMilliseconds;
}

/** First instant of a day in or next to the period (epoch milliseconds): the sealed one, if it was sealed. */
export function dayStartMs(
  { timezone, dayStarts: sealed }: Pick<Period, 'timezone' | 'dayStarts'>,
  day: string,
): number {
  return sealed === undefined ? startOfDayMs(day, timezone) : sealedStartMs(sealed, day);
}

/** Zone days are kept for an open period from here to `LAST_OPEN_DAY`; outside, days have 24 hours. */
const FIRST_OPEN_DAY = '1970-01-01';
const LAST_OPEN_DAY = '2050-01-01';

/** The period with the days of this system's time zone table, unless it has its days already. */
export function withDayStarts(period: Period): Period {
  if (period.dayStarts !== undefined) return period;
  const { from, to, timezone } = period;
  const startOf = (day: string): number => startOfDayMs(day, timezone);
  // Days are computed only if they can differ.
  const last = timezone === 'UTC' ? (from ?? FIRST_OPEN_DAY) : (to ?? LAST_OPEN_DAY);
  return { ...period, dayStarts: dayStarts(from ?? FIRST_OPEN_DAY, last, startOf) };
}

/** A period as a run or a snapshot seals it. */
export type SealedPeriod = Required<Omit<Period, 'label'>>;

/** The period as it was sealed, whatever this system knows of its zone. */
export function periodAsSealed({ from, to, timezone, fromMs, toMs, dayStarts: sealed }: SealedPeriod): Period {
  return { from, to, timezone, fromMs, toMs, label: labelOf(from, to), dayStarts: sealed };
}

/** One period, one name, however it was asked for: `2024-01`, `2024-Q1`, `2024`, or its days. */
function labelOf(from: string | null, to: string | null): string {
  if (from === null || to === null) return 'all';
  const [year = '', month = ''] = from.split('-');
  const names = { month: `${year}-${month}`, quarter: `${year}-Q${Math.ceil(Number(month) / 3)}`, year };
  const unit = CALENDAR_UNITS.find((one) => {
    const whole = unitAround(one, from);
    return whole.from === from && whole.to === to;
  });
  return unit === undefined ? `${from}_${to}` : names[unit];
}

const MONTHS_IN = { month: 1, quarter: 3, year: 12 } as const;
export type CalendarUnit = keyof typeof MONTHS_IN;
export const CALENDAR_UNITS = Object.keys(MONTHS_IN) as readonly CalendarUnit[];

/** A half-open span of days. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

/** The unit that contains the day, or the one that is `steps` units later. */
export function unitAround(unit: CalendarUnit, day: string, steps = 0): DaySpan {
  const months = MONTHS_IN[unit];
  const date = Temporal.PlainDate.from(day);
  const month = date.month - ((date.month - 1) % months);
  const first = date.with({ month, day: 1 }).add({ months: steps * months });
  return { from: first.toString(), to: first.add({ months }).toString() };
}

/** The days of `2024-01`, `2024-Q1` or `2024`; null for any other text. */
export function daysOfName(name: string): DaySpan | null {
  const [, year, quarter, month] = /^(\d{4})(?:-(?:Q([1-4])|(\d{2})))?$/.exec(name) ?? [];
  if (year === undefined) return null;
  const first = month ?? String(Number(quarter ?? 1) * 3 - 2).padStart(2, '0');
  const unit = month !== undefined ? 'month' : quarter === undefined ? 'year' : 'quarter';
  return isDay(`${year}-${first}-01`) ? unitAround(unit, `${year}-${first}-01`) : null;
}

/** A period as a template or a manifest writes it. */
export type PeriodWord = string | { readonly from: string; readonly to?: string | undefined };

/** The request that a word makes, or null if it is not a period. */
export function readPeriodWord(word: PeriodWord): PeriodRequest | null {
  if (typeof word === 'object') return { kind: 'range', from: word.from, to: word.to ?? null };
  const kind = (['last-month', 'last-quarter', 'last-year', 'all'] as const).find((known) => known === word);
  if (kind !== undefined) return { kind };
  return daysOfName(word) === null ? null : { kind: 'named', name: word };
}

export function periodWord(request: PeriodRequest): PeriodWord {
  if (request.kind === 'range') return { from: request.from, ...(request.to === null ? {} : { to: request.to }) };
  return request.kind === 'named' ? request.name : request.kind;
}

/** True if the runtime knows the IANA zone. False for `+01:00` and `local`, which a report may not name. */
export function isTimezone(timezone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(timezone)) return false;
  try {
    startOfDayMs('2024-01-01', timezone);
    return true;
  } catch {
    return false;
  }
}

/** `2024-02-01 06:00 (Europe/Berlin)`: an instant (epoch milliseconds) for people. */
export function zonedText(atMs: number, timezone: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone);
  return `${at.toPlainDate().toString()} ${at.toPlainTime().toString({ smallestUnit: 'minute' })} (${timezone})`;
}

/** True for a real calendar day `YYYY-MM-DD` of the years 1970 to 9998. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '1970' || text >= '9999') return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/** The calendar day `days` later (or earlier). */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** Monday of the ISO 8601 week that contains the day. */
export function mondayOf(day: string): string {
  const date = Temporal.PlainDate.from(day);
  return date.subtract({ days: date.dayOfWeek - 1 }).toString();
}

/**
 * The period of a request in a zone. Only `last-…` and a range without an end use `nowMs`, so every other request means
 * the same on any day. Throws `ConfigError` on an impossible request.
 */
export function resolvePeriod(request: PeriodRequest, timezone: string, nowMs: number): Period {
  if (!isTimezone(timezone)) {
    throw new ConfigError(`"${timezone}" is not a time zone.`, {
      remedy: 'Name an IANA time zone such as UTC or Europe/Berlin.',
    });
  }
  if (request.kind === 'all') return { from: null, to: null, timezone, fromMs: null, toMs: null, label: 'all' };
  const { from, to } = daysOf(request, () => new DayFinder({ timezone }).dayOf(nowMs));
  return {
    from,
    to,
    timezone,
    fromMs: startOfDayMs(from, timezone),
    toMs: startOfDayMs(to, timezone),
    label: labelOf(from, to),
  };
}

const UNITS_OF_LAST = { 'last-month': 'month', 'last-quarter': 'quarter', 'last-year': 'year' } as const;

function daysOf(request: Exclude<PeriodRequest, { kind: 'all' }>, today: () => string): DaySpan {
  switch (request.kind) {
    case 'named': {
      const days = daysOfName(request.name);
      if (days !== null) return days;
      throw new ConfigError(`"${request.name}" is not a month, quarter or year.`, {
        remedy: 'Write it as 2024-01, 2024-Q1 or 2024.',
      });
    }
    case 'range':
      return rangeOf(request.from, request.to ?? today(), request.to === null);
    case 'last-month':
    case 'last-quarter':
    case 'last-year':
      return unitAround(UNITS_OF_LAST[request.kind], today(), -1);
  }
}

function rangeOf(from: string, to: string, endsToday: boolean): DaySpan {
  for (const day of [from, to]) {
    if (!isDay(day)) {
      throw new ConfigError(`"${day}" is not a day.`, { remedy: 'Write a day as YYYY-MM-DD, e.g. 2024-01-31.' });
    }
  }
  if (from >= to) {
    const end = `${to}${endsToday ? ', today' : ''}`;
    throw new ConfigError(`The period starts on ${from} but ends before ${end}: it is empty.`, {
      remedy: 'Give an end (--to) later than the start (--from); the end day itself is not part of the period.',
    });
  }
  return { from, to };
}

/**
 * Finds the calendar day of instants in one zone. Remembers each day's bounds, so a lookup needs no zone arithmetic. A
 * day lasts from its first instant to the next day's, as in periods: if a clock was put back over midnight (as in St.
 * John's until 2011), the repeated hour belongs to the new day.
 */
export class DayFinder {
  readonly #startOf: (day: string) => number;
  /** Days whose first instant falls in a UTC day: rarely more than two. */
  readonly #byUtcDay = new Map<number, { readonly day: string; readonly startMs: number }[]>();

  constructor(zone: Pick<Period, 'timezone' | 'dayStarts'>) {
    this.#startOf = (day) => dayStartMs(zone, day);
  }

  /** `YYYY-MM-DD` of an instant (epoch milliseconds). */
  dayOf(instantMs: number): string {
    const utcDay = Math.floor(instantMs / DAY_MS);
    let days = this.#byUtcDay.get(utcDay);
    if (days === undefined) {
      if (this.#byUtcDay.size > 20_000) this.#byUtcDay.clear();
      days = this.#daysAround(utcDay);
      this.#byUtcDay.set(utcDay, days);
    }
    for (const candidate of days) if (instantMs >= candidate.startMs) return candidate.day;
    throw new RangeError(`No calendar day for ${instantMs}`);
  }

  /** The days that can hold an instant of this UTC day, latest first: zone offsets are between -12 and +14 hours. */
  #daysAround(utcDay: number): { day: string; startMs: number }[] {
    const middle = Temporal.Instant.fromEpochMilliseconds(utcDay * DAY_MS)
      .toZonedDateTimeISO('UTC')
      .toPlainDate();
    return [1, 0, -1, -2].map((days) => {
      const day = middle.add({ days }).toString();
      return { day, startMs: this.#startOf(day) };
    });
  }
}

/** No zone moves its clocks forward and back within a week. */
const STRIDE_DAYS = 7;

/** The days from `first` to `last`; `startOf` returns a day's first instant. */
function dayStarts(first: string, last: string, startOf: (day: string) => number): DayStart[] {
  const [from, to] = [dayNumber(first), dayNumber(last)];
  const starts: DayStart[] = [];
  const add = (day: number): number => {
    const startMs = startOf(dayText(day));
    starts.push({ day: dayText(day), startMs });
    return startMs;
  };
  let startMs = add(from);
  for (let day = from; day < to; ) {
    const ahead = Math.min(STRIDE_DAYS, to - day);
    if (startOf(dayText(day + ahead)) === startMs + ahead * DAY_MS) {
      startMs += ahead * DAY_MS;
      day += ahead;
      continue;
    }
    day++;
    const next = startOf(dayText(day));
    startMs = next === startMs + DAY_MS ? next : add(day);
  }
  return starts;
}

/** First instant of a day, epoch milliseconds; days before and after the sealed ones have 24 hours. */
function sealedStartMs(starts: readonly DayStart[], day: string): number {
  const entry = starts.findLast((one) => one.day <= day) ?? starts[0];
  if (entry === undefined) throw new RangeError('no day was sealed');
  return entry.startMs + (dayNumber(day) - dayNumber(entry.day)) * DAY_MS;
}

function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`) / DAY_MS;
}

function dayText(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}
