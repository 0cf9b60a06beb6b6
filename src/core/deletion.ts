import type { Detection } from './detection.ts';

/** Allowed difference between the service's clock and ours: a time up to this much after the reading is accepted. */
const CLOCK_SKEW_MS = 300_000;
/** A time on the first day of 1970 is a missing time written as a number. */
const FIRST_DAY_MS = 86_400_000;

/**
 * What a detection shows of the deletion of its file under zero retention, when the list was read:
 *
 * | state | deletion time | status | from creation to deletion, or to the reading |
 * |---|---|---|---|
 * | `deleted` | stated | any | up to the limit, or no limit is set |
 * | `late` | stated | any | over the limit |
 * | `waiting` | none | completed, failed | up to the limit, or no limit is set |
 * | `overdue` | none | completed, failed | over the limit |
 * | `processing` | none | processing | up to the limit, or no limit is set |
 * | `stuck` | none | processing | over the limit: nothing says whether its file should be gone |
 * | `not_measured` | impossible or unreadable | any | not known |
 *
 * A deletion time is impossible before the creation, after the reading (plus five minutes), and on the first day of
 * 1970; a creation time after the reading and on that day. `seconds` is null only for `not_measured`.
 */
export type Deletion =
  | { readonly state: Exclude<DeletionState, 'not_measured'>; readonly seconds: number }
  | { readonly state: 'not_measured'; readonly seconds: null };

export type DeletionState = 'deleted' | 'late' | 'waiting' | 'overdue' | 'processing' | 'stuck' | 'not_measured';

/** When the list was read (epoch milliseconds), and the limit in seconds, null for none. */
export interface DeletionRule {
  readonly limitSeconds: number | null;
  readonly readUntilMs: number;
}

/** Returns null for a detection that is not under zero retention. */
export function deletionOf(
  { zeroRetentionMode, status, createdAtMs, fileDeletedAtMs, fileDeletedAtUnread }: Detection,
  { limitSeconds, readUntilMs }: DeletionRule,
): Deletion | null {
  if (zeroRetentionMode !== true) return null;
  const untilMs = fileDeletedAtMs ?? readUntilMs;
  const isKnown = fileDeletedAtUnread === null && createdAtMs !== null && createdAtMs <= untilMs;
  if (!isKnown || !isPossible(createdAtMs, readUntilMs) || !isPossible(untilMs, readUntilMs)) {
    return { state: 'not_measured', seconds: null };
  }
  const seconds = (untilMs - createdAtMs) / 1000;
  const isOver = limitSeconds !== null && seconds > limitSeconds;
  if (fileDeletedAtMs !== null) return { state: isOver ? 'late' : 'deleted', seconds };
  if (status === 'processing') return { state: isOver ? 'stuck' : 'processing', seconds };
  return { state: isOver ? 'overdue' : 'waiting', seconds };
}

/** False for an instant that cannot have passed when the list was read. */
export function isPossible(ms: number, readUntilMs: number): boolean {
  return ms >= FIRST_DAY_MS && ms <= readUntilMs + CLOCK_SKEW_MS;
}
