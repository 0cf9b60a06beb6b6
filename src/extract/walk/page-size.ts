import type { SizeLimits } from './page-planner.ts';

/** A page is planned to fill this share of the byte budget: items of one page differ from the average. */
const BUDGET_SHARE = 0.8;
/** A page of fewer items says little about the next one. */
const TELLING_ITEMS = 10;
/** After so many answered pages, twice as many every time, a size that was once too large may be tried again. */
const PAGES_UNTIL_RETRY = 4;

/** Follows how many bytes an item takes, so that a page holds about as many bytes as the budget allows. */
export class PageSizer {
  readonly #min: number;
  readonly #max: number;
  readonly #budgetBytes: number;
  #items = 0;
  #bytes = 0;
  #recentBytesPerItem = 0;
  /** A size that proved too large, halved; null where none did, or long ago. */
  #cap: number | null = null;
  #pagesSinceCap = 0;
  #pagesUntilRetry = PAGES_UNTIL_RETRY;
  /** The size that the server enforces, Infinity where it takes any. */
  #clamp = Number.POSITIVE_INFINITY;

  constructor(limits: SizeLimits, budgetBytes: number) {
    this.#min = limits.min;
    this.#max = limits.max;
    this.#budgetBytes = budgetBytes;
  }

  /** The sizes that fit now. */
  get limits(): SizeLimits {
    const bytesPerItem = Math.max(this.#recentBytesPerItem, this.#items === 0 ? 0 : this.#bytes / this.#items);
    const fitting =
      bytesPerItem === 0 ? this.#max : Math.floor((this.#budgetBytes * BUDGET_SHARE) / Math.ceil(bytesPerItem));
    const max = Math.max(this.#min, Math.min(fitting, this.#cap ?? this.#max, this.#max, this.#clamp));
    return { min: Math.min(this.#min, max), max };
  }

  answered(items: number, bytes: number): void {
    this.#items += items;
    this.#bytes += bytes;
    if (items >= TELLING_ITEMS) this.#recentBytesPerItem = bytes / items;
    this.#pagesSinceCap++;
    if (this.#cap !== null && this.#pagesSinceCap >= this.#pagesUntilRetry) {
      this.#cap = this.#cap * 2 >= this.#max ? null : this.#cap * 2;
      this.#pagesSinceCap = 0;
    }
  }

  /** A page of this size held more bytes than the source takes. False where no smaller size may be asked for. */
  tooLarge(size: number): boolean {
    if (size <= this.#min) return false;
    // Pages asked for before the last halving may come back refused after it.
    if (size <= (this.#cap ?? size)) {
      this.#cap = Math.max(this.#min, Math.floor(size / 2));
      this.#pagesUntilRetry *= 2;
    }
    this.#pagesSinceCap = 0;
    return true;
  }

  /** The server hands out at most `size` items, whatever it is asked for. */
  clampedTo(size: number): void {
    this.#clamp = Math.max(1, Math.min(this.#clamp, size));
  }
}
