import type { Page } from '../../core/page.ts';
import type { Evidence } from './chain-check.ts';
import { Contradictions } from './contradictions.ts';
import { EndDetector, type Probe } from './end-detector.ts';
import { ListLength, AddedItems } from './list-estimate.ts';
import { type ListOrder, OrderWatch } from './list-order.ts';
import type { SizeLimits } from './page-planner.ts';
import { type Entry, WindowLog, type Window } from './window-log.ts';

/** What the walk needs to know of a request to make sense of its answer. */
export interface Asked {
  readonly id: number;
  readonly page: number;
  readonly size: number;
  readonly step: number;
  readonly planned: boolean;
}

/** What is known of an answer beside the page. */
export interface Arrived {
  readonly step: number;
  readonly pass: number;
  readonly assumedDrift: number;
  /** The sizes that may be asked for. */
  readonly limits: SizeLimits;
}

/** An answer taken in. */
export interface Taken {
  readonly entry: Entry;
  /** Set once, where the source was found to hand out smaller pages than it is asked for: their size. */
  readonly clampedTo: number | null;
}

/** Everything that was read so far, and what it says about the list. */
export class Observations {
  readonly ledger = new WindowLog();
  readonly watch = new OrderWatch();
  readonly length = new ListLength();
  readonly endings = new EndDetector();
  readonly newcomers = new AddedItems();
  readonly contradictions = new Contradictions();
  /** True while every answer had the same count, or none had. */
  #stoodStill = true;

  /** Takes an answer in; `step` orders it among requests and answers, `assumedDrift` is as for `Arrival`. */
  take(asked: Asked, page: Page, arrival: Arrived): Taken {
    const size = page.echoedSize ?? asked.size;
    const entry = this.ledger.enter(page, {
      id: asked.id,
      offset: (asked.page - 1) * size,
      askedStep: asked.step,
      answeredStep: arrival.step,
      pass: arrival.pass,
      planned: asked.planned,
      assumedDrift: arrival.assumedDrift,
    });
    const { window } = entry;
    this.watch.observe(entry.keys, entry.fresh.length);
    if (entry.recreated) this.watch.refute('created', 'items changed their time of creation');
    if (entry.reordered) this.watch.refute('created', 'items changed their places');
    this.newcomers.answered(entry);
    this.length.answered({ ...window, size });
    const trusted = this.endings.distrust === null;
    this.endings.answered(window, page, entry.fresh.length, arrival.limits);
    this.contradictions.answered(entry, this.endings.ends, this.ledger);
    this.#stoodStill &&= window.totalCount === this.ledger.windows[0]?.totalCount;
    const served = this.endings.servedSize ?? Math.min(asked.size, page.echoedSize ?? asked.size);
    const isCut = this.endings.servedSize !== null || served < asked.size;
    const clamped = trusted && this.endings.distrust !== null && isCut && served < arrival.limits.max;
    return { entry, clampedTo: clamped ? served : null };
  }

  /**
   * Takes in that a page does not exist. True where that can be so: behind a page that looked like the last one, or
   * behind the length that the list is known to have. No proof by itself: the end of the list is a short page still.
   */
  beyondEnd({ page, size }: Probe, limits: SizeLimits): boolean {
    const offset = (page - 1) * size;
    if (page === 1 || this.ledger.windows.length === 0) return false;
    const isBehind = this.length.known && offset >= this.length.estimate;
    if (!this.endings.beyondEnd({ page, size }, limits) && !isBehind) return false;
    this.length.nothingAt(offset);
    return true;
  }

  /** A window from the head to the end is the whole list at one moment, whatever its order: so the newest one is. */
  get isOneAnswer(): boolean {
    const newest = this.ledger.windows.findLast(({ offset }) => offset === 0);
    return newest !== undefined && this.endings.distrust === null && this.isWhole(newest);
  }

  /**
   * True if the answer shows the whole list, where one that reaches the end does: by itself, as another one of the same
   * items in whatever order, or as a full page that counts no more than it shows.
   */
  isWhole({ set, size, items, totalCount }: Window): boolean {
    const whole = this.ledger.windows.filter(({ offset, index }) => offset === 0 && this.endings.ends.has(index));
    return whole.length > 0 && ((items === size && totalCount === items) || whole.some((window) => window.set === set));
  }

  /** True where nothing was seen to move: the same count in every answer, and no item in two versions. */
  get atRest(): boolean {
    return this.#stoodStill && this.ledger.changed === 0;
  }

  /**
   * Items that a list at rest has by its own count, or had when its end was seen, beyond those ever received: none,
   * unless it is no list that keeps its order, or one that does not give out all that it counts. 0 where the counts
   * moved, for then items may have gone unseen.
   */
  get deficit(): number {
    if (!this.#stoodStill) return 0;
    const counted = this.ledger.windows[0]?.totalCount ?? 0;
    // Where pages are not what was asked for, their offsets tell of no length.
    const atEnd = this.endings.distrust === null ? (this.endings.lengthAtEnd ?? 0) : 0;
    return Math.max(0, Math.max(atEnd, counted) - this.ledger.unique);
  }

  /** What a chain can be judged by; `bounds` are those of the period that is to be proved. */
  evidence(bounds: Evidence['bounds']): Evidence {
    const { ledger, watch, endings } = this;
    const { lateMs } = this.contradictions;
    const mayBeStale = (['head', 'end'] as const).some((edge) => this.contradictions.fresherAt(edge) !== null);
    const toleranceMs = (order: ListOrder): number => watch.toleranceMs(order);
    const { ends } = endings;
    return { ledger, orders: watch.left, toleranceMs, lateMs, mayBeStale, ends, voided: watch.voided, bounds };
  }
}

/** A page to ask for, and the offsets `[start, end)` of the list that it should hold. */
export interface Ask extends Asked {
  readonly start: number;
  readonly end: number;
}

/** A page that is to be asked for. */
export type Queued = Pick<Ask, 'page' | 'size' | 'start' | 'end' | 'planned'>;

export function askOf(page: number, size: number, planned: boolean): Queued {
  return { page, size, start: (page - 1) * size, end: page * size, planned };
}

export type Step =
  | { readonly kind: 'ask'; readonly ask: Ask }
  /** Nothing to ask before an outstanding answer. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' };
