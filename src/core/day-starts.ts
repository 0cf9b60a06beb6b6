/*
 * The calendar days of a zone as instants. A run seals them, so that a system with another time zone table, or without
 * the zone, finds the same days.
 */

/** From `day` on, each day begins 24 hours after the one before it, until the day of the next entry. */
export interface DayStart {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Its first instant, epoch milliseconds. */
  readonly startMs: number;
}

const DAY_MS = 86_400_000;
/** No zone moves its clocks forward and back within a week. */
const STRIDE_DAYS = 7;

/** The days from `first` to `last`; `startOf` returns a day's first instant. */
export function dayStarts(first: string, last: string, startOf: (day: string) => number): DayStart[] {
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
export function sealedStartMs(starts: readonly DayStart[], day: string): number {
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
