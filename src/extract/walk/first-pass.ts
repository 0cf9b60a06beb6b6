import type { ListOrder } from './list-order.ts';
import type { Observations } from './observations.ts';
import { type PlannedWindow, type SizeLimits, windowAfter, windowCovering, windowsOver } from './page-planner.ts';
import type { PageSizer } from './page-size.ts';
import { boundsOf, type PeriodBounds, searchPeriod, type SoughtPeriod } from './period-search.ts';
import type { Window } from './window-log.ts';

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

/** Binary search over a billion detections takes thirty rounds. */
const MAX_SEARCH_ROUNDS = 40;

/**
 * The first reading: from the first look at the head to the end of the list, with the whole first page kept for
 * last; or, where a period is sought, the search for it and the windows over it.
 */
export class FirstPass {
  readonly #reading: Observations;
  readonly #sizer: PageSizer;
  readonly #plan = new Plan();
  #period: SoughtPeriod | null;
  #gaveUp: string | null = null;
  #searchRounds = 0;
  /** Where the sought period ends, as an offset; null while it is not found, or none is sought. */
  #rangeEnd: number | null = null;
  /** True while the first page, whole, is kept for last: then it also shows what moved to the head meanwhile. */
  #headDue = false;
  /** To be asked for before anything else. */
  #urgent: PlannedWindow | null = null;

  constructor(reading: Observations, sizer: PageSizer, period: SoughtPeriod | null) {
    this.#reading = reading;
    this.#sizer = sizer;
    this.#period = period;
  }

  /** Windows planned so far. */
  get count(): number {
    return this.#plan.count + this.#searchRounds * 2;
  }

  /** The period that is sought; null for the whole list. */
  get period(): SoughtPeriod | null {
    return this.#period;
  }

  /** Why the whole list is read although a period was sought; null where that is not so. */
  get gaveUp(): string | null {
    return this.#gaveUp;
  }

  /** The sought period's bounds under an order; null for the whole list. */
  get bounds(): ((order: ListOrder) => PeriodBounds) | null {
    const period = this.#period;
    return period === null ? null : (order) => boundsOf(period, order);
  }

  /** How far items have probably moved away from the head since the first answer, by the counts alone. */
  drift(totalCount: number | null): number {
    return this.#plan.drift(totalCount);
  }

  overlap(limits: SizeLimits, outstanding: number): number {
    return this.#plan.overlap(limits, this.#reading.watch.longestTie, outstanding);
  }

  /** Takes note of an answer; the first one sets the course. */
  answered(window: Window, isFirst: boolean): void {
    this.#plan.answered(window);
    if (isFirst && this.#period === null) this.#readAll(window);
  }

  /** The source hands out no more than so many items: everything is planned again in such pages. */
  clampedTo(size: number): void {
    this.#sizer.clampedTo(size);
    this.#settleForAll(`the source hands out pages of ${size}, whatever it is asked for`);
    this.#plan.startAt(0);
  }

  /** Smaller windows in place of one that was too large. */
  split(start: number, end: number, outstanding: number): PlannedWindow[] {
    const { limits } = this.#sizer;
    return this.#plan.split(start, end, this.overlap(limits, outstanding), limits);
  }

  /** The next window that can be asked for while `outstanding` answers are awaited; null for none. */
  next(outstanding: number): PlannedWindow | null {
    const urgent = this.#urgent;
    this.#urgent = null;
    if (urgent !== null) return urgent;
    const { length, ledger, newcomers, watch } = this.#reading;
    // Without a count, only an answer tells whether the list goes on.
    if (!length.known && outstanding > 0) return null;
    const { limits } = this.#sizer;
    // Newcomers are no progress: a list may grow faster than it is read.
    const found = ledger.unique - newcomers.countUnder(watch.left[0]);
    const target = Math.min(length.estimate, this.#rangeEnd ?? length.estimate);
    return this.#plan.next(target, found, this.overlap(limits, outstanding), limits);
  }

  /** What is due once every planned window was answered: the search's next windows, or the whole first page. */
  due(): readonly PlannedWindow[] {
    if (this.#period !== null && this.#rangeEnd === null) return this.#search(this.#period);
    if (!this.#headDue) return [];
    this.#headDue = false;
    return [this.#head()];
  }

  /** The whole list was read before the period was found: the verdict is about that. */
  endsInOneAnswer(): void {
    this.#settleForAll('one answer held the whole list');
  }

  /** Where the period cannot be told from the rest of the list, the whole list is read instead. */
  giveUpPeriod(why: string): void {
    this.#settleForAll(why);
    this.#rangeEnd = null;
    const first = this.#reading.ledger.windows[0];
    if (first !== undefined) this.#readAll(first);
  }

  #settleForAll(why: string): void {
    if (this.#period !== null) this.#gaveUp = why;
    this.#period = null;
  }

  #readAll(first: Window): void {
    const { max } = this.#sizer.limits;
    const { endings, length } = this.#reading;
    this.#plan.startAt(first.offset + first.size);
    if (first.size >= max || endings.ends.has(first.index)) return;
    this.#plan.startAt(max);
    // Where it is known that there is a rest, the whole first page waits for it; else it may be all there is.
    if (length.known && length.estimate >= max) this.#headDue = true;
    else this.#urgent = this.#head();
  }

  #search(period: SoughtPeriod): readonly PlannedWindow[] {
    const { ledger, length, watch } = this.#reading;
    const order = watch.left[0];
    const why = this.#whyNotSearched(order);
    if (order === undefined || why !== null) {
      this.giveUpPeriod(why ?? 'the list is in no order');
      return [];
    }
    this.#searchRounds++;
    const now = { length: length.estimate, drift: ledger.windows.at(-1)?.drift ?? 0, limits: this.#sizer.limits };
    const step = searchPeriod(ledger.windows, order, boundsOf(period, order), now);
    if (step.kind === 'probe') return step.windows;
    this.#rangeEnd = step.end;
    this.#plan.startAt(step.start);
    return [];
  }

  #whyNotSearched(order: ListOrder | undefined): string | null {
    const { length, watch } = this.#reading;
    if (order === undefined) return watch.voided ?? 'the list is in no order';
    if (order.key !== 'created') return 'the list is not ordered by created_at';
    // Where all times are equal so far, nobody knows which way the list runs.
    const isDirected = watch.left.every(({ descending }) => descending === order.descending);
    if (!isDirected) return 'the first look did not show which way the list runs';
    if (!length.known) return 'the source does not say how long the list is';
    return this.#searchRounds < MAX_SEARCH_ROUNDS ? null : 'the list moved faster than it could be searched';
  }

  #head(): PlannedWindow {
    return windowCovering(0, { min: this.#sizer.limits.max, max: this.#sizer.limits.max });
  }
}
