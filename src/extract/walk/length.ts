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
