import type { Window } from './ledger.ts';
import { type PlannedWindow, type SizeLimits, windowAfter } from './planner.ts';

/** Items that neighbouring windows share where nothing calls for more. */
const BASE_OVERLAP = 4;
/** A link needs two shared items; a page that is small has no room for more. */
const MIN_OVERLAP = 2;
/** Weight of the newest answer in the average drift of the list from one answer to the next. */
const DRIFT_WEIGHT = 0.25;

/** The first reading of the list: overlapping windows from one frontier to the end, planned one at a time. */
export class Plan {
  #frontier: number | null = null;
  #count = 0;
  #firstTotal: number | null = null;
  #lastTotal: number | null = null;
  #driftPerAnswer = 0;

  /** Windows planned so far. */
  get count(): number {
    return this.#count;
  }

  /** Plans on from this offset. */
  startAt(frontier: number): void {
    this.#frontier = frontier;
  }

  stop(): void {
    this.#frontier = null;
  }

  /** The next window, null where the list of about `length` items is covered to beyond its end. */
  next(length: number, overlap: number, limits: SizeLimits): PlannedWindow | null {
    if (this.#frontier === null || this.#frontier > length) return null;
    const window = windowAfter(this.#frontier, overlap, limits);
    this.#frontier = window.end;
    this.#count++;
    return window;
  }

  /** Follows how fast the list moves. */
  answered({ totalCount }: Window): void {
    if (totalCount === null) return;
    this.#firstTotal ??= totalCount;
    const moved = Math.abs(totalCount - (this.#lastTotal ?? totalCount));
    this.#driftPerAnswer += DRIFT_WEIGHT * (moved - this.#driftPerAnswer);
    this.#lastTotal = totalCount;
  }

  /** How far items have probably moved away from the head since the first answer, by the counts alone. */
  drift(totalCount: number | null): number {
    const total = totalCount ?? this.#lastTotal;
    return total === null ? 0 : total - (this.#firstTotal ?? total);
  }

  /**
   * How many items two neighbours should share: more than any group of equal keys seen, and enough for what moves
   * while `outstanding` answers are awaited.
   */
  overlap(limits: SizeLimits, longestTie: number, outstanding: number): number {
    const base = Math.max(MIN_OVERLAP, Math.min(BASE_OVERLAP, Math.floor(limits.max / 8)));
    const wanted = Math.max(base, longestTie + 1) + Math.ceil(this.#driftPerAnswer * outstanding);
    return Math.max(MIN_OVERLAP, Math.min(wanted, Math.floor(limits.max / 2)));
  }
}
