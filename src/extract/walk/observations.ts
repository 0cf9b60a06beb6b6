import type { Page } from '../../core/page.ts';
import { Contradictions } from './contradictions.ts';
import { EndDetector, type Probe } from './end-detector.ts';
import { type ItemKeys, type ListOrder, OrderWatch } from './list-order.ts';
import type { PageRequest, SizeLimits } from './page-planner.ts';
import { type Answer, type Window, type WindowFacts, WindowLog } from './window-log.ts';

/** Everything that was read so far, and what it says about the list. */
export class Observations {
  readonly log = new WindowLog();
  readonly watch = new OrderWatch();
  readonly length = new ListLength();
  readonly ending = new EndDetector();
  readonly added = new AddedItems();
  readonly contradictions = new Contradictions();
  /** True while every answer had the same count, or none had. */
  #stoodStill = true;

  /**
   * Takes an answer in. `clampedTo` is set once, if the source was found to hand out smaller pages than it is asked for:
   * their size.
   */
  take(
    request: PageRequest,
    page: Page,
    facts: WindowFacts & { readonly limits: SizeLimits },
  ): { readonly answer: Answer; readonly clampedTo: number | null } {
    const answer = this.log.record(request, page, facts);
    const { window } = answer;
    this.watch.observe(answer.keys, answer.fresh.length);
    if (answer.recreated) this.watch.refute('created', 'items changed their time of creation');
    if (answer.reordered) this.watch.refute('created', 'items changed their places');
    this.added.answered(answer);
    this.length.answered({ ...window, size: page.echoedSize ?? request.size });
    const wasTrusted = this.ending.distrust === null;
    this.ending.answered(window, page, answer.fresh.length, facts.limits);
    this.contradictions.answered(answer, this.ending.ends, this.log);
    this.#stoodStill &&= window.totalCount === this.log.windows[0]?.totalCount;
    const served = this.ending.servedSize ?? Math.min(request.size, page.echoedSize ?? request.size);
    const isCut = this.ending.servedSize !== null || served < request.size;
    const isClamped = wasTrusted && this.ending.distrust !== null && isCut && served < facts.limits.max;
    return { answer, clampedTo: isClamped ? served : null };
  }

  /**
   * Takes in that a page does not exist. True if that can be so: after a page that looked like the last one, or after the
   * length that the list is known to have. No proof by itself: the end of the list is a short page still.
   */
  beyondEnd({ page, size }: Probe, limits: SizeLimits): boolean {
    const offset = (page - 1) * size;
    if (page === 1 || this.log.windows.length === 0) return false;
    const isBehind = this.length.known && offset >= this.length.estimate;
    if (!this.ending.beyondEnd({ page, size }, limits) && !isBehind) return false;
    this.length.nothingAt(offset);
    return true;
  }

  /** A window from the head to the end is the whole list at one moment, whatever its order: so the newest one is. */
  get isOneAnswer(): boolean {
    const newest = this.log.windows.findLast(({ offset }) => offset === 0);
    return newest !== undefined && this.ending.distrust === null && this.isWhole(newest);
  }

  /**
   * True if the answer shows the whole list, as one that reaches the end does: by itself, as another one of the same
   * items in whatever order, or as a full page that counts no more than it shows.
   */
  isWhole({ set, size, items, totalCount }: Window): boolean {
    const whole = this.log.windows.filter(({ offset, index }) => offset === 0 && this.ending.ends.has(index));
    return whole.length > 0 && ((items === size && totalCount === items) || whole.some((window) => window.set === set));
  }

  /** True if nothing was seen to move: the same count in every answer, and no item in two versions. */
  get atRest(): boolean {
    return this.#stoodStill && this.log.changed === 0;
  }

  /**
   * Items that a list at rest has by its own count, or had when its end was seen, beyond those ever received: none,
   * unless it is not a list that keeps its order, or one that does not give out all that it counts. 0 where the counts
   * moved, for then items may have gone unseen.
   */
  get deficit(): number {
    if (!this.#stoodStill) return 0;
    const counted = this.log.windows[0]?.totalCount ?? 0;
    // Where pages are not what was asked for, their offsets show no length.
    const atEnd = this.ending.distrust === null ? (this.ending.lengthAtEnd ?? 0) : 0;
    return Math.max(0, Math.max(atEnd, counted) - this.log.unique);
  }
}

/** What a walk believes of the list's length. It only plans with it: no count ever ends a walk. */
class ListLength {
  /** Number of items that the list probably has now. */
  estimate = 0;
  /** True once the source named a count, or showed its end. */
  known = false;
  /** Lowest offset that an empty page was seen at: a count beyond it cannot be right. */
  #emptyAt = Number.POSITIVE_INFINITY;

  nothingAt(offset: number): void {
    this.#emptyAt = Math.min(this.#emptyAt, offset);
    this.estimate = Math.min(this.estimate, offset);
    this.known = true;
  }

  answered(window: { offset: number; items: number; size: number; totalCount: number | null }): void {
    const { offset, items, size, totalCount } = window;
    const end = offset + items;
    // An empty answer was a fault of the moment, or the list has grown.
    if (end > this.#emptyAt) this.#emptyAt = Number.POSITIVE_INFINITY;
    if (totalCount !== null) this.known = true;
    if (items === 0) this.nothingAt(offset);
    else if (items < size && (totalCount === null || totalCount <= end)) {
      this.estimate = end;
      this.known = true;
    } else {
      this.estimate = Math.max(end, Math.min(totalCount ?? end, this.#emptyAt));
    }
  }
}

/** Counts the detections that were created after the walk had begun. */
class AddedItems {
  #head: ItemKeys | null = null;
  #wasEmpty = false;
  readonly #count = { created: 0, updated: 0 };

  /** Notes an answer; the first one shows the head when the walk began. */
  answered({ window, fresh }: Answer): void {
    if (this.#head === null) {
      this.#head = window.firstKeys;
      this.#wasEmpty = window.items === 0;
      return;
    }
    // What is added to a list that was empty is newer than nothing that was seen.
    if (this.#wasEmpty && window.items > 0 && this.#head.created === null) this.#head = window.firstKeys;
    for (const { created } of fresh) {
      // Whatever was in the list had been created, and updated, no later than the newest entry of its head.
      if (created !== null && created > (this.#head.created ?? created)) this.#count.created++;
      if (created !== null && created > (this.#head.updated ?? created)) this.#count.updated++;
    }
  }

  /**
   * How many were surely added while the list was read, whichever of the orders is the true one; null if none tells.
   * One answer alone leaves no time for it.
   */
  atLeast(orders: readonly ListOrder[], answers: number): number | null {
    if (answers <= 1) return 0;
    if (this.#wasEmpty && this.#head?.created !== null) return null;
    if (orders.length === 0 || orders.some(({ descending }) => !descending)) return null;
    return Math.min(...orders.map((order) => this.countUnder(order)));
  }

  /** Newcomers in a list of this order. In an ascending list they are at the end, like others. */
  countUnder(order: ListOrder | undefined): number {
    return order?.descending === true ? this.#count[order.key] : 0;
  }
}
