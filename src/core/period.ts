/**
 * The calendar days of a zone as instants: a run seals them, so that a system with another time zone table finds the same
 * days. From `day` on, each day begins 24 hours after the one before it, until the day of the next entry.
 */
export interface DayStart {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Its first instant, epoch milliseconds. */
  readonly startMs: number;
}

/**
 * The half-open span of `created_at` that a report covers. Null bounds are open (`--all`). The calendar days are what a
 * person asked for; the milliseconds are the first instants of those days in `timezone`.
 */
export interface Period {
  /** First day, `YYYY-MM-DD`, null for an open start. */
  readonly from: string | null;
  /** End date (not included), `YYYY-MM-DD`, null for an open end. */
  readonly to: string | null;
  /** IANA name of the zone of the days. */
  readonly timezone: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** As in the run folder's name: `2024-01`, `2024-01-01_2024-01-15`, `all`. */
  readonly label: string;
  /** The sealed days of the zone; absent if the system's time zone table decides. */
  readonly dayStarts?: readonly DayStart[];
}

export type PeriodPosition = 'inside' | 'outside' | 'undated';

/** Compares an instant (epoch milliseconds) with the period. An open period holds every dated detection. */
export function positionIn(period: Period, instantMs: number | null): PeriodPosition {
  if (instantMs === null) return 'undated';
  if (period.fromMs !== null && instantMs < period.fromMs) return 'outside';
  if (period.toMs !== null && instantMs >= period.toMs) return 'outside';
  return 'inside';
}

/** A period that was not over when the reading of the list began: its report lacks what came later. */
export interface Unfinished {
  /** End date (not included), `YYYY-MM-DD`. */
  readonly to: string;
  /** Days of 24 hours from the first request to the end of the period, rounded up; at least 1. */
  readonly daysToGo: number;
}

const DAY_MS = 86_400_000;

/** Null if the period was over, or has no end. `startedAt` is the certificate's (ISO 8601 UTC), never a clock. */
export function unfinished(period: Period, startedAt: string): Unfinished | null {
  const { to, toMs } = period;
  const startedMs = Date.parse(startedAt);
  if (to === null || toMs === null || toMs <= startedMs) return null;
  return { to, daysToGo: Math.ceil((toMs - startedMs) / DAY_MS) };
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `January 2024`, `Q1 2024` or `2024`; any other label as it is. English. */
export function periodName(label: string): string {
  const [, year, quarter, month] = /^(\d{4})-(?:(Q[1-4])|(\d{2}))$/.exec(label) ?? [];
  if (year === undefined) return label.replace('_', ' to ');
  return `${quarter ?? MONTHS[Number(month) - 1]} ${year}`;
}
