export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const HTTP_TIME = '\\d{2}:\\d{2}:\\d{2}';
/** An HTTP-date after the name of its day. V8's `Date.parse` reads "soon 5" as a day of 2001. */
const HTTP_DATE = new RegExp(
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]*day, (?<day>\\d{2}-[A-Z][a-z]{2}-)(?<year>\\d{2})(?<time> ${HTTP_TIME}) GMT|, (?<fixed>\\d{2} [A-Z][a-z]{2} \\d{4} ${HTTP_TIME}) GMT| (?<asctime>[A-Z][a-z]{2} [ \\d]\\d ${HTTP_TIME} \\d{4}))$`,
);

/**
 * Epoch milliseconds of an HTTP-date in any of the three forms that a recipient must read (RFC 9110 section 5.6.7),
 * null for anything else. `nowMs` decides the century of the two-digit form: at most 50 years ahead.
 */
export function readHttpDate(text: string, nowMs: number): number | null {
  const groups = HTTP_DATE.exec(text)?.groups;
  if (groups === undefined) return null;
  const { fixed, asctime, day, year, time } = groups;
  return readNotation(fixed ?? asctime ?? `${day}${fullYear(Number(year), nowMs)}${time}`)?.ms ?? null;
}

function fullYear(ofCentury: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const candidate = Math.floor(thisYear / 100) * 100 + ofCentury;
  return candidate > thisYear + 50 ? candidate - 100 : candidate;
}

/**
 * An instant (epoch milliseconds). `note` says in a few words what the reading assumed or lost (no zone, finer than a
 * millisecond); null if it assumed and lost nothing.
 */
export interface ReadInstant {
  readonly ms: number;
  readonly note: string | null;
}

const DAY_MS = 86_400_000;
/** Longer texts are not times. */
const LONGEST_TEXT = 80;

const NO_ZONE = 'without a time zone, read as UTC';
const NO_TIME = 'a day without a time, read as its start in UTC';
const LEAP_SECOND = 'a leap second, read as the last millisecond before it';
const FINE = 'finer than a millisecond, cut';

const CLOCK = '(?<hour>\\d{2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,30}))?)?';
const SHORT_CLOCK = '(?<hour>\\d{2})(?<minute>\\d{2})(?:(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,30}))?)?';
/** A number decides; an abbreviation after it, as Go and `date` write it, and the brackets of RFC 9557 add nothing. */
const ZONE =
  '(?: ?(?<zone>Z|UTC|GMT|UT|(?:UTC|GMT)?(?<sign>[+\\-\\u2212])(?<zh>[01]\\d|2[0-3])(?::?(?<zm>[0-5]\\d))?(?: [A-Z]{1,5})?)(?:\\[[\\w/+\\-=!]{1,60}\\])*)?';
const NAMED_DAY = '(?:(?<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?';
const NAMED_MONTH = '(?<name>[A-Z][a-z]{2})[a-z]{0,6}';

/** Each is unambiguous: the year comes first, or the month is a word. */
const FORMS = [
  // ISO 8601 and RFC 3339, PostgreSQL, Ruby, Python, Go; the same order with slashes.
  `(?<year>\\d{4})(?<dash>[-/])(?<month>\\d{2})\\k<dash>(?<day>\\d{2})(?:[T ]${CLOCK}${ZONE})?`,
  // ISO 8601: day of the year, day of a week.
  `(?<year>\\d{4})-(?<ordinal>\\d{3})(?:[T ]${CLOCK}${ZONE})?`,
  `(?<year>\\d{4})-W(?<week>\\d{2})-(?<weekdayNumber>[1-7])(?:[T ]${CLOCK}${ZONE})?`,
  // ISO 8601, basic format.
  `(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})(?:T${SHORT_CLOCK}${ZONE})?`,
  `(?<year>\\d{4})W(?<week>\\d{2})(?<weekdayNumber>[1-7])(?:T${SHORT_CLOCK}${ZONE})?`,
  // RFC 5322 and RFC 9110; RFC 850 with a year of four digits.
  `${NAMED_DAY}(?<day>\\d{1,2})[ -]${NAMED_MONTH}[ -](?<year>\\d{4}) ${CLOCK}${ZONE}`,
  // JavaScript: `Mon Jan 15 2024 09:30:00 GMT+0000 (Coordinated Universal Time)`.
  `${NAMED_DAY}${NAMED_MONTH} (?<day>\\d{1,2}),? (?<year>\\d{4}) ${CLOCK}${ZONE}(?: \\([\\w ]{1,40}\\))?`,
  // asctime and `date`: the year comes last.
  `${NAMED_DAY}${NAMED_MONTH} {1,2}(?<day>\\d{1,2}) ${CLOCK}${ZONE} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`, 'i'));

/** Ten digits are seconds from 2001 to 2286; thirteen are milliseconds of the same years. Other lengths are not guessed. */
const EPOCH = /^(?<seconds>\d{10})(?:\.(?<fraction>\d{1,30}))?$|^(?<millis>\d{13})$/;

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

type Groups = Readonly<Record<string, string | undefined>>;

/** Reads a notation other than the usual one (listed in `docs/output.md`). Null for everything else. */
export function readNotation(text: string): ReadInstant | null {
  if (text.length > LONGEST_TEXT) return null;
  const epoch = EPOCH.exec(text)?.groups;
  if (epoch !== undefined) return readEpoch(epoch);
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups !== undefined) return instantOf(groups);
  }
  return null;
}

function readEpoch({ seconds, millis, fraction = '' }: Groups): ReadInstant {
  if (seconds === undefined) return { ms: Number(millis), note: 'a number, read as milliseconds since 1970' };
  return { ms: Number(seconds) * 1000 + millisOf(fraction), note: 'a number, read as seconds since 1970' };
}

function instantOf(groups: Groups): ReadInstant | null {
  const dayMs = dayOf(groups);
  if (dayMs === null) return null;
  const { hour, minute, second = '0', fraction = '', weekday } = groups;
  if (weekday !== undefined && WEEKDAYS[new Date(dayMs).getUTCDay()] !== weekday.toLowerCase()) return null;
  if (hour === undefined) return { ms: dayMs, note: NO_TIME };
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  // 24:00 is the end of the day (ISO 8601-1, 4.3.8), so no later time may follow.
  if (h > 24 || (h === 24 && (m > 0 || s > 0 || /[1-9]/.test(fraction))) || m > 59 || s > 60) return null;
  // A leap second stays in order: later than every other time of its minute, and still in its day.
  const isLeap = s === 60;
  const clockMs = (h * 60 + m) * 60_000 + (isLeap ? 59_999 : s * 1000 + millisOf(fraction));
  const note =
    groups['zone'] === undefined ? NO_ZONE : isLeap ? LEAP_SECOND : /[1-9]/.test(fraction.slice(3)) ? FINE : null;
  return { ms: dayMs + clockMs - offsetMs(groups), note };
}

/** First millisecond of the day, as if its zone were UTC; null if the calendar has no such day. */
function dayOf(groups: Groups): number | null {
  const { ordinal, week, name } = groups;
  const year = Number(groups['year']);
  // Date.UTC moves years below 100 to the twentieth century.
  if (year < 100) return null;
  if (ordinal !== undefined) return within(Date.UTC(year, 0, Number(ordinal)), year);
  if (week !== undefined) return weekDay(year, Number(week), Number(groups['weekdayNumber']));
  const named = MONTHS.findIndex((one) => one.toLowerCase() === name?.toLowerCase()) + 1;
  const month = name === undefined ? Number(groups['month']) : named;
  const day = Number(groups['day']);
  const ms = Date.UTC(year, month - 1, day);
  // 31 April would roll over to May.
  return month >= 1 && month <= 12 && day >= 1 && new Date(ms).getUTCDate() === day ? ms : null;
}

function within(ms: number, year: number): number | null {
  return new Date(ms).getUTCFullYear() === year ? ms : null;
}

/** ISO 8601: week 1 is the one with 4 January, and a week belongs to the year of its Thursday. */
function weekDay(year: number, week: number, day: number): number | null {
  const fourth = Date.UTC(year, 0, 4);
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS + (week - 1) * 7 * DAY_MS;
  return within(monday + 3 * DAY_MS, year) === null ? null : monday + (day - 1) * DAY_MS;
}

/** Milliseconds of a second's decimals; the rest is cut, which keeps the order. */
function millisOf(fraction: string): number {
  return Number(fraction.slice(0, 3).padEnd(3, '0'));
}

function offsetMs({ sign, zh, zm }: Groups): number {
  if (sign === undefined) return 0;
  return (sign === '+' ? 1 : -1) * (Number(zh) * 60 + Number(zm ?? '0')) * 60_000;
}

/**
 * Reads a date and time in any usual notation (see `readNotation`); null if it is not one, or if it could mean several
 * (`03/04/2024`).
 */
export function readInstant(text: string): ReadInstant | null {
  const ms = readUsual(text);
  return ms === null ? readNotation(text) : { ms, note: null };
}

/** A JSON value as the text for `readInstant`: the walk, the proof and the tables use the same form. */
export function instantText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}

const USUAL = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** Reads `2024-01-15T09:30:00.000Z`, with or without milliseconds, several times faster; null for everything else. */
function readUsual(text: string): number | null {
  if (!USUAL.test(text)) return null;
  const day = twoDigits(text, 8);
  const dayMs = Date.UTC(100 * twoDigits(text, 0) + twoDigits(text, 2), twoDigits(text, 5) - 1, day);
  const seconds = (60 * twoDigits(text, 11) + twoDigits(text, 14)) * 60 + twoDigits(text, 17);
  // With milliseconds, the text has 24 characters.
  const ms = dayMs + 1000 * seconds + (text.length === 24 ? 10 * twoDigits(text, 20) + Number(text.charAt(22)) : 0);
  // The engine reads 31 April as a day of May.
  return day <= 28 || new Date(ms).getUTCDate() === day ? ms : null;
}

function twoDigits(text: string, at: number): number {
  return 10 * (text.charCodeAt(at) - 48) + (text.charCodeAt(at + 1) - 48);
}

/** ISO 8601 UTC with milliseconds: `2024-01-15T09:30:00.000Z`. */
export function isoInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Time as a dependency: tests supply it and never sleep. Rendering never uses it. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Monotonic milliseconds, for intervals: a change of the clock does not affect them. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with `InterruptedError` if the signal aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
