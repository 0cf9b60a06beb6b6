import type { ItemKeys, ListOrder } from './list-order.ts';
import type { Entry } from './window-log.ts';

/** What a walk believes of the list's length. It only plans with it: no count ever ends a walk. */
export class ListLength {
  #estimate = 0;
  #known = false;
  /** Lowest offset that an empty page was seen at: a count beyond it cannot be right. */
  #emptyAt = Number.POSITIVE_INFINITY;

  /** Number of items that the list probably has now. */
  get estimate(): number {
    return this.#estimate;
  }

  /** True once the source named a count, or showed its end. */
  get known(): boolean {
    return this.#known;
  }

  /** Nothing stands at that offset. */
  nothingAt(offset: number): void {
    this.#emptyAt = Math.min(this.#emptyAt, offset);
    this.#estimate = Math.min(this.#estimate, offset);
    this.#known = true;
  }

  answered(window: { offset: number; items: number; size: number; totalCount: number | null }): void {
    const { offset, items, size, totalCount } = window;
    const end = offset + items;
    // An empty answer was a fault of the moment, or the list has grown.
    if (end > this.#emptyAt) this.#emptyAt = Number.POSITIVE_INFINITY;
    if (totalCount !== null) this.#known = true;
    if (items === 0) this.nothingAt(offset);
    else if (items < size && (totalCount === null || totalCount <= end)) {
      this.#estimate = end;
      this.#known = true;
    } else {
      this.#estimate = Math.max(end, Math.min(totalCount ?? end, this.#emptyAt));
    }
  }
}

/** Counts the detections that were created after the walk had begun. */
export class AddedItems {
  #head: ItemKeys | null = null;
  #wasEmpty = false;
  readonly #count = { created: 0, updated: 0 };

  /** Notes an answer; the first one tells what stood at the head when the walk began. */
  answered({ window, fresh }: Entry): void {
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
   * How many were surely added while the list was read, whichever of the orders is the true one; null where none tells.
   * One answer alone leaves no time for it.
   */
  atLeast(orders: readonly ListOrder[], answers: number): number | null {
    if (answers <= 1) return 0;
    if (this.#wasEmpty && this.#head?.created !== null) return null;
    if (orders.length === 0 || orders.some(({ descending }) => !descending)) return null;
    return Math.min(...orders.map((order) => this.countUnder(order)));
  }

  /** Newcomers in a list of this order. An ascending list has them at its end, where nobody knows them from others. */
  countUnder(order: ListOrder | undefined): number {
    return order?.descending === true ? this.#count[order.key] : 0;
  }
}
