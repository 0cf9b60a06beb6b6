/**
 * The half-open span of `created_at` that a report covers. Null bounds are open (`--all`). The calendar days are
 * what a person asked for; the milliseconds are those days' midnights in `timezone`.
 */
export interface Period {
  /** First day, `YYYY-MM-DD`, null for an open start. */
  readonly from: string | null;
  /** The day behind the last one, `YYYY-MM-DD`, null for an open end. */
  readonly to: string | null;
  /** IANA name of the zone whose days are meant. */
  readonly timezone: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** As in the run folder's name: `2024-01`, `2024-01-01_2024-01-15`, `all`. */
  readonly label: string;
}

export type PeriodPosition = 'inside' | 'outside' | 'undated';

/** Where an instant (epoch milliseconds) stands to the period. An open period holds every dated detection. */
export function positionIn(period: Period, instantMs: number | null): PeriodPosition {
  if (instantMs === null) return 'undated';
  if (period.fromMs !== null && instantMs < period.fromMs) return 'outside';
  if (period.toMs !== null && instantMs >= period.toMs) return 'outside';
  return 'inside';
}
