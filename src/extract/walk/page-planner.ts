/**
 * The list has page numbers only, yet a window may have to begin at (almost) any offset. Every whole-number pair of
 * page and size is a window `[(page - 1) * size, page * size)`, and with sizes free between half the wished one and
 * the wished one, some pair begins just before any offset: overlapping windows cost next to nothing.
 */

/** The smallest and largest page size that may be asked for. */
export interface SizeLimits {
  readonly min: number;
  readonly max: number;
}

/** A page to ask for, and the offsets `[start, end)` of the list that it covers. */
export interface PlannedWindow {
  readonly page: number;
  readonly size: number;
  readonly start: number;
  readonly end: number;
}

/** A page that is asked for; `step` orders it among requests and answers. */
export interface PageRequest extends PlannedWindow {
  readonly id: number;
  readonly step: number;
  /** True for the windows of a pass's plan; false for repairs and second looks. */
  readonly planned: boolean;
}

/** A page, and the offsets that it should hold. */
export function windowOf(page: number, size: number): PlannedWindow {
  return { page, size, start: (page - 1) * size, end: page * size };
}

/** The window that covers `offset` (from 0) and reaches farthest; of equals, the one that begins latest. */
export function windowCovering(offset: number, limits: SizeLimits): PlannedWindow {
  const smallest = Math.max(1, limits.min, Math.ceil(limits.max / 2));
  let best: PlannedWindow | null = null;
  for (let size = Math.max(smallest, limits.max); size >= smallest; size--) {
    const page = Math.floor(offset / size) + 1;
    const end = page * size;
    if (best === null || end > best.end || (end === best.end && size < best.size)) {
      best = windowOf(page, size);
    }
  }
  if (best === null) throw new RangeError(`No page size between ${limits.min} and ${limits.max}`);
  return best;
}

/**
 * The window that reaches farthest beyond `frontier` while it begins at least `overlap` items before it. If no
 * size allows that (limits too narrow), the overlap shrinks until some window goes on: progress comes first, and a
 * link that is missing then shows in the chain.
 */
export function windowAfter(frontier: number, overlap: number, limits: SizeLimits): PlannedWindow {
  for (let back = Math.min(overlap, frontier); back > 0; back = Math.floor(back / 2)) {
    const window = windowCovering(frontier - back, limits);
    if (window.end > frontier) return window;
  }
  return windowCovering(frontier, limits);
}

/**
 * The window that lies best across the offsets `[from, to]`: as many items as possible on either side, and at least
 * `margin`. Null if no size allows that.
 */
export function windowAcross(from: number, to: number, margin: number, limits: SizeLimits): PlannedWindow | null {
  let best: PlannedWindow | null = null;
  let bestMargin = margin - 1;
  for (let size = limits.max; size >= Math.max(1, limits.min, Math.ceil(limits.max / 2)); size--) {
    for (let page = Math.max(1, Math.floor((from - size) / size) + 1); (page - 1) * size <= from; page++) {
      const start = (page - 1) * size;
      // Nothing lies before the head, so a window that starts there has all the margin it can have.
      const before = start === 0 ? Number.POSITIVE_INFINITY : from - start;
      const smaller = Math.min(before, start + size - to);
      if (smaller > bestMargin) {
        bestMargin = smaller;
        best = windowOf(page, size);
      }
    }
  }
  return best;
}

/**
 * The window that shares the last items of a short page and has room behind them: `shared` or a little more, but fewer
 * than the page has, so that a page cut at that many items would show itself. If there is not one, the one that
 * begins nearest after the page; null if that would be the next page of the same size.
 */
export function windowAtEnd(
  page: { readonly offset: number; readonly items: number; readonly size: number },
  shared: number,
  limits: SizeLimits,
): PlannedWindow | null {
  const end = page.offset + page.items;
  let best: PlannedWindow | null = null;
  let bestRank = Number.POSITIVE_INFINITY;
  for (let size = Math.max(limits.max, 2 * limits.min); size >= Math.max(1, limits.min); size--) {
    const common = end % size;
    const isInside = common > 0 && common < page.items;
    const start = isInside || common === 0 ? end - common : end - common + size;
    if (start >= page.offset + page.size) continue;
    // As asked for if possible; else as many shared items as there can be; after the end last.
    const farOff = 2 * (limits.max + limits.min) + start - end;
    const rank = !isInside ? farOff : common >= shared ? common - shared : limits.max + limits.min - common;
    if (rank >= bestRank) continue;
    bestRank = rank;
    best = windowOf(start / size + 1, size);
  }
  return best;
}

/** Overlapping windows over the offsets `[start, end)`, at most `limit` of them. */
export function windowsOver(
  start: number,
  end: number,
  overlap: number,
  limits: SizeLimits,
  limit = Number.POSITIVE_INFINITY,
): PlannedWindow[] {
  const windows: PlannedWindow[] = [];
  let window = windowCovering(start, limits);
  while (windows.length < limit) {
    windows.push(window);
    if (window.end >= end) break;
    window = windowAfter(window.end, overlap, limits);
  }
  return windows;
}

/** A page is planned to fill this share of the byte budget: items of one page differ from the average. */
const BUDGET_SHARE = 0.8;
/** A page of fewer items says little about the next one. */
const TELLING_ITEMS = 10;
/** After that many answered pages, twice as many every time, a size that was once too large may be tried again. */
const PAGES_UNTIL_RETRY = 4;

export type PageSizer = ReturnType<typeof pageSizer>;

/**
 * Follows how many bytes an item takes, so that a page holds about as many bytes as the budget allows.
 *
 *     free ──too large──▶ capped at half the size ⟲ too large: half of that, wait twice as long
 *      ▲                    │
 *      └── cap ≥ max ◀── doubled, after PAGES_UNTIL_RETRY pages
 */
export function pageSizer({ min, max }: SizeLimits, budgetBytes: number) {
  let items = 0;
  let bytes = 0;
  let recentBytesPerItem = 0;
  /** A size that proved too large, halved; null if none did, or long ago. */
  let cap: number | null = null;
  let pagesSinceCap = 0;
  let pagesUntilRetry = PAGES_UNTIL_RETRY;
  /** The size that the server enforces, Infinity if it takes any. */
  let clamp = Number.POSITIVE_INFINITY;
  return {
    get limits(): SizeLimits {
      const bytesPerItem = Math.max(recentBytesPerItem, items === 0 ? 0 : bytes / items);
      const fitting = bytesPerItem === 0 ? max : Math.floor((budgetBytes * BUDGET_SHARE) / Math.ceil(bytesPerItem));
      const most = Math.max(min, Math.min(fitting, cap ?? max, max, clamp));
      return { min: Math.min(min, most), max: most };
    },
    answered(pageItems: number, pageBytes: number): void {
      items += pageItems;
      bytes += pageBytes;
      if (pageItems >= TELLING_ITEMS) recentBytesPerItem = pageBytes / pageItems;
      pagesSinceCap++;
      if (cap !== null && pagesSinceCap >= pagesUntilRetry) {
        cap = cap * 2 >= max ? null : cap * 2;
        pagesSinceCap = 0;
      }
    },
    /** A page of this size held more bytes than the source takes. False if no smaller size may be asked for. */
    tooLarge(size: number): boolean {
      if (size <= min) return false;
      // Pages asked for before the last halving may come back refused after it.
      if (size <= (cap ?? size)) {
        cap = Math.max(min, Math.floor(size / 2));
        pagesUntilRetry *= 2;
      }
      pagesSinceCap = 0;
      return true;
    },
    /** The server hands out at most `size` items, whatever it is asked for. */
    clampedTo(size: number): void {
      clamp = Math.max(1, Math.min(clamp, size));
    },
  };
}
