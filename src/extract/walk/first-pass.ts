import type { ListOrder } from './list-order.ts';
import type { Observations } from './observations.ts';
import {
  type PageSizer,
  type PlannedWindow,
  type SizeLimits,
  windowAfter,
  windowOf,
  windowsOver,
} from './page-planner.ts';
import { boundsOf, type PeriodBounds, searchPeriod, type SoughtPeriod } from './period-search.ts';
import type { Window } from './window-log.ts';

/** Items that neighbouring windows share if nothing calls for more. */
const BASE_OVERLAP = 4;
/** A link needs two shared items; a page that is small has no room for more. */
const MIN_OVERLAP = 2;
/** A list that has grown to that many times its first count grows faster than it can be read. */
const MAX_GROWTH = 4;
/** One in that many items asked for must be new, or the source repeats itself, or moves faster than it can be read. */
const MIN_YIELD = 8;
/** Pages that no such bound counts: a list may be short, and many answers outstanding. */
const ALLOWED_PAGES = 32;
/** Requests, as a multiple of the planned ones, after which a walk gives up the chain; the rest is for reading again. */
const CHAIN_FACTOR = 3;
/** The same for all requests of a walk. */
const WHOLE_FACTOR = 4;
/** A short list may cost as many requests as one of that many planned windows. */
const MIN_PLANNED = 4;
/** Weight of the newest answer in the average drift of the list from one answer to the next. */
const DRIFT_WEIGHT = 0.25;

/** Binary search over a billion detections takes thirty rounds. */
const MAX_SEARCH_ROUNDS = 40;
/** Why a period of a short list is not sought: there is nothing to seek. */
export const WHOLE_IN_ONE = 'one answer held the whole list';

/**
 * The first reading, in overlapping windows from a frontier to the end, planned one at a time:
 *
 *     list:    first look ──▶ windows to the end ──▶ the first page, whole, if that is still due
 *     period:  first look ──▶ search ⟲ ──▶ windows over the period
 *                               └── not possible, or given up ──▶ as for the list
 */
export class FirstPass {
  readonly #seen: Observations;
  readonly #sizer: PageSizer;
  /** Offset up to which windows are planned; null before the first answer. */
  #frontier: number | null = null;
  #planned = 0;
  #askedItems = 0;
  #firstTotal: number | null = null;
  #lastTotal: number | null = null;
  #driftPerAnswer = 0;
  #searchRounds = 0;
  /** Where the sought period ends, as an offset; null while it is not found, or none is sought. */
  #rangeEnd: number | null = null;
  /** True while the first page, whole, is kept for last: then it also shows what moved to the head meanwhile. */
  #headDue = false;
  #urgent: PlannedWindow | null = null;
  /** The period that is sought; null for the whole list. */
  period: SoughtPeriod | null;
  /** Why the whole list is read although a period was sought; null if that is not so. */
  gaveUp: string | null = null;

  constructor(seen: Observations, sizer: PageSizer, period: SoughtPeriod | null) {
    this.#seen = seen;
    this.#sizer = sizer;
    this.period = period;
  }

  /** Requests that may go into the chain, and that the whole walk may cost. */
  get budget(): { readonly chain: number; readonly whole: number } {
    // The first look and the whole first page come on top of the plan.
    const planned = Math.max(MIN_PLANNED, this.#planned + this.#searchRounds * 2 + 2);
    return { chain: CHAIN_FACTOR * planned, whole: WHOLE_FACTOR * planned };
  }

  /** The sought period's bounds under an order; null for the whole list. */
  get bounds(): ((order: ListOrder) => PeriodBounds) | null {
    const { period } = this;
    return period === null ? null : (order) => boundsOf(period, order);
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
  overlap(limits: SizeLimits, outstanding: number): number {
    const base = Math.max(MIN_OVERLAP, Math.min(BASE_OVERLAP, Math.floor(limits.max / 8)));
    const moved = Math.ceil(this.#driftPerAnswer * outstanding);
    const wanted = Math.max(base, this.#seen.watch.longestTie + 1) + moved;
    return Math.max(MIN_OVERLAP, Math.min(wanted, Math.floor(limits.max / 2)));
  }

  /** Takes note of an answer; the first one decides what is planned. */
  answered(window: Window, isFirst: boolean): void {
    const { totalCount } = window;
    if (totalCount !== null) {
      this.#firstTotal ??= totalCount;
      const moved = Math.abs(totalCount - (this.#lastTotal ?? totalCount));
      this.#driftPerAnswer += DRIFT_WEIGHT * (moved - this.#driftPerAnswer);
      this.#lastTotal = totalCount;
    }
    if (isFirst && this.period === null) this.#readAll(window);
  }

  /** The source hands out no more than that many items: everything is planned again in such pages. */
  clampedTo(size: number): void {
    this.#sizer.clampedTo(size);
    this.#settleForAll(`the source hands out pages of ${size}, whatever it is asked for`);
    this.#frontier = 0;
  }

  /** Smaller windows in place of one that was too large. */
  split({ start, end }: PlannedWindow, outstanding: number): PlannedWindow[] {
    const { limits } = this.#sizer;
    const windows = windowsOver(start, end, this.overlap(limits, outstanding), limits);
    this.#planned += windows.length;
    return windows;
  }

  /**
   * The next window that can be asked for while `outstanding` answers are awaited; null if the list is covered to beyond
   * its end, or if reading on gets nowhere.
   */
  next(outstanding: number): PlannedWindow | null {
    const urgent = this.#urgent;
    this.#urgent = null;
    if (urgent !== null) return urgent;
    const { length, log, added, watch } = this.#seen;
    // Without a count, only an answer tells whether the list goes on.
    if (this.#frontier === null || (!length.known && outstanding > 0)) return null;
    const { limits } = this.#sizer;
    const allowance = ALLOWED_PAGES * limits.max;
    // What was added is not progress: a list may grow faster than it is read.
    const found = log.unique - added.countUnder(watch.left[0]);
    if (this.#frontier > Math.min(length.estimate, this.#rangeEnd ?? length.estimate)) return null;
    if (this.#frontier > MAX_GROWTH * (this.#firstTotal ?? this.#frontier) + allowance) return null;
    if (this.#askedItems > MIN_YIELD * found + allowance) return null;
    const window = windowAfter(this.#frontier, this.overlap(limits, outstanding), limits);
    this.#frontier = window.end;
    this.#askedItems += window.size;
    this.#planned++;
    return window;
  }

  /** What is due once every planned window was answered: the search's next windows, or the whole first page. */
  due(): readonly PlannedWindow[] {
    if (this.period !== null && this.#rangeEnd === null) return this.#search(this.period);
    if (!this.#headDue) return [];
    this.#headDue = false;
    return [windowOf(1, this.#sizer.limits.max)];
  }

  /** The whole list was read before the period was found: the verdict is about that. */
  endsInOneAnswer(): void {
    this.#settleForAll(WHOLE_IN_ONE);
  }

  /** If the period cannot be told from the rest of the list, the whole list is read instead. */
  giveUpPeriod(why: string): void {
    this.#settleForAll(why);
    this.#rangeEnd = null;
    const first = this.#seen.log.windows[0];
    if (first !== undefined) this.#readAll(first);
  }

  #settleForAll(why: string): void {
    if (this.period !== null) this.gaveUp = why;
    this.period = null;
  }

  #readAll(first: Window): void {
    const { max } = this.#sizer.limits;
    const { ending, length } = this.#seen;
    this.#frontier = first.offset + first.size;
    if (first.size >= max || ending.ends.has(first.index)) return;
    this.#frontier = max;
    // If it is known that there is a rest, the whole first page waits for it; else it may be all there is.
    if (length.known && length.estimate >= max) this.#headDue = true;
    else this.#urgent = windowOf(1, max);
  }

  #search(period: SoughtPeriod): readonly PlannedWindow[] {
    const { log, length, watch } = this.#seen;
    const order = watch.left[0];
    const why = this.#whyNotSearched(order);
    if (order === undefined || why !== null) {
      this.giveUpPeriod(why ?? 'the list is in no order');
      return [];
    }
    this.#searchRounds++;
    const now = { length: length.estimate, drift: log.windows.at(-1)?.drift ?? 0, limits: this.#sizer.limits };
    const step = searchPeriod(log.windows, order, boundsOf(period, order), now);
    if (step.kind === 'probe') return step.windows;
    this.#rangeEnd = step.end;
    this.#frontier = step.start;
    return [];
  }

  #whyNotSearched(order: ListOrder | undefined): string | null {
    const { length, watch } = this.#seen;
    if (order === undefined) return watch.voided ?? 'the list is in no order';
    if (order.key !== 'created') return 'the list is not ordered by created_at';
    // While all times are equal so far, no one knows which way the list runs.
    const isDirected = watch.left.every(({ descending }) => descending === order.descending);
    if (!isDirected) return 'the first look did not show which way the list runs';
    if (!length.known) return 'the source does not say how long the list is';
    return this.#searchRounds < MAX_SEARCH_ROUNDS ? null : 'the list moved faster than it could be searched';
  }
}
