import type { Window } from './window-log.ts';
import { type PlannedWindow, type SizeLimits, windowAfter, windowsOver } from './page-planner.ts';

/** Items that neighbouring windows share where nothing calls for more. */
const BASE_OVERLAP = 4;
/** A link needs two shared items; a page that is small has no room for more. */
const MIN_OVERLAP = 2;
/** A list that has grown to so many times its first count grows faster than it can be read. */
const MAX_GROWTH = 4;
/** One in so many items asked for must be new, or the source repeats itself, or moves faster than it can be read. */
const MIN_YIELD = 8;
/** Pages that no such bound counts: a list may be short, and many answers outstanding. */
const ALLOWED_PAGES = 32;
/** Weight of the newest answer in the average drift of the list from one answer to the next. */
const DRIFT_WEIGHT = 0.25;

/** The first reading of the list: overlapping windows from one frontier to the end, planned one at a time. */
export class Plan {
  #frontier: number | null = null;
  #count = 0;
  #askedItems = 0;
  #firstTotal: number | null = null;
  #lastTotal: number | null = null;
  #driftPerAnswer = 0;

  /** Windows planned so far. */
  get count(): number {
    return this.#count;
  }

  /** Windows over a stretch `[start, end)` of the plan, where the one that was planned proved too large. */
  split(start: number, end: number, overlap: number, limits: SizeLimits): PlannedWindow[] {
    const windows = windowsOver(start, end, overlap, limits);
    this.#count += windows.length;
    return windows;
  }

  /** Plans on from this offset. */
  startAt(frontier: number): void {
    this.#frontier = frontier;
  }

  /**
   * The next window; null where the list of about `length` items is covered to beyond its end, or where reading on
   * gets nowhere: of the items it began with, `found` were received so far.
   */
  next(length: number, found: number, overlap: number, limits: SizeLimits): PlannedWindow | null {
    if (this.#frontier === null || this.#frontier > length) return null;
    const allowance = ALLOWED_PAGES * limits.max;
    if (this.#frontier > MAX_GROWTH * (this.#firstTotal ?? this.#frontier) + allowance) return null;
    if (this.#askedItems > MIN_YIELD * found + allowance) return null;
    const window = windowAfter(this.#frontier, overlap, limits);
    this.#frontier = window.end;
    this.#askedItems += window.size;
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
