import type { Window } from './window-log.ts';
import { type ListOrder, positionOf } from './list-order.ts';
import { type PlannedWindow, type SizeLimits, windowCovering } from './page-planner.ts';

/** A half-open span of `created_at` in epoch milliseconds; null bounds are open. */
export interface SoughtPeriod {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/**
 * A period in positions of a list ordered by `created_at`: every detection of it lies strictly between. A window that
 * begins at `before` or nearer to the head, and one that ends at `behind` or farther, hold the period between them.
 */
export interface PeriodBounds {
  readonly before: number;
  readonly behind: number;
}

export function boundsOf(period: SoughtPeriod, order: ListOrder): PeriodBounds {
  const from = period.fromMs ?? Number.NEGATIVE_INFINITY;
  const to = period.toMs ?? Number.POSITIVE_INFINITY;
  // The bounds are whole milliseconds, so the first one outside is one away where the bound itself is inside.
  return order.descending ? { before: -to, behind: -from + 1 } : { before: from - 1, behind: to };
}

/** Offsets between which a bound of the period lies. */
interface Bracket {
  readonly low: number;
  readonly high: number;
}

/** Where the bound lies, by all windows read so far; offsets as they are now, after `drift`. */
function bracketOf(
  windows: readonly Window[],
  order: ListOrder,
  isBefore: (position: number) => boolean,
  now: { readonly length: number; readonly drift: number },
): Bracket {
  let low = 0;
  let high = now.length;
  for (const window of windows) {
    const offset = window.offset - window.drift + now.drift;
    if (window.items === 0) {
      high = Math.min(high, offset);
      continue;
    }
    const firstIsBefore = isBefore(positionOf(window.firstKeys, order));
    const lastIsBefore = isBefore(positionOf(window.lastKeys, order));
    if (firstIsBefore) low = Math.max(low, lastIsBefore ? offset + window.items - 1 : offset);
    if (!lastIsBefore) high = Math.min(high, firstIsBefore ? offset + window.items : offset);
  }
  return { low, high: Math.max(low, high) };
}

/** What a search for a period knows: windows to ask for to know more, or the offsets that the period lies between. */
export type SearchStep =
  | { readonly kind: 'probe'; readonly windows: readonly PlannedWindow[] }
  | { readonly kind: 'found'; readonly start: number; readonly end: number };

/**
 * Binary search for both ends of a period, with the smallest pages, until either is known to within half a page.
 * Nothing rests on it: whether the period was read whole, the chain alone decides.
 */
export function searchPeriod(
  windows: readonly Window[],
  order: ListOrder,
  bounds: PeriodBounds,
  now: { readonly length: number; readonly drift: number; readonly limits: SizeLimits },
): SearchStep {
  const start = bracketOf(windows, order, (position) => position <= bounds.before, now);
  const end = bracketOf(windows, order, (position) => position < bounds.behind, now);
  const near = Math.max(1, Math.floor(now.limits.max / 2));
  const probes = [start, end]
    .filter(({ low, high }) => high - low > near)
    .map(({ low, high }) => windowCovering(Math.floor((low + high) / 2), { min: now.limits.min, max: now.limits.min }));
  // While both ends lie between the same offsets, one window looks for both.
  const distinct = probes.filter(({ page }, index) => index === 0 || page !== probes[0]?.page);
  if (distinct.length > 0) return { kind: 'probe', windows: distinct };
  return { kind: 'found', start: start.low, end: end.high };
}
