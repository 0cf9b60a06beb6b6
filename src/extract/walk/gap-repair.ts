import type { Gap } from './chain.ts';
import type { Placed } from './chain-check.ts';
import type { Window } from './window-log.ts';
import { type ListOrder, positionOf } from './list-order.ts';
import { type PlannedWindow, type SizeLimits, windowAcross, windowsOver } from './page-planner.ts';

/** After that many attempts that did not link, a gap counts as beyond repair. */
const MAX_ATTEMPTS = 10;
/** A list at rest gives the same answer to the same request: there is little to learn from it. */
const MAX_ATTEMPTS_AT_REST = 2;
/** Windows asked for at once to fill one wide gap. */
const MAX_WINDOWS = 64;
/** A link needs two items: the next window must begin strictly before the last one. */
const LINK_ITEMS = 2;

export interface RepairContext {
  readonly order: ListOrder;
  readonly limits: SizeLimits;
  readonly overlap: number;
  /** How far items have moved away from the head since the walk began, as last seen. */
  readonly drift: number;
  /** How many items the list probably has. */
  readonly length: number;
  /** True if nothing was seen to move. */
  readonly atRest: boolean;
  /** Every window so far, by answer. */
  readonly windows: readonly Window[];
}

interface Attempts {
  count: number;
  /** Doublings of the step back: the last window began after the frontier. */
  back: number;
  /** Half pages to go forward: the last window ended before the frontier, no one knows how far. */
  forward: number;
  /** The window that the last attempt asked for first, to be found among those answered since. */
  asked: PlannedWindow | null;
  since: number;
}

/**
 * Chooses the windows that may close the gaps of a chain, learning from every attempt that did not link:
 *
 *     across the gap ──began after it──▶ farther back (twice as far each time)
 *           └──ended before it──▶ half a page forward ⟲        after MAX_ATTEMPTS: beyond repair
 */
export class Repairs {
  /** By the index of the window before the gap. */
  readonly #attempts: Attempts[] = [];

  /** The windows to ask for. Null where some gap is beyond repair: then the chain cannot be closed. */
  windowsFor(gaps: readonly Gap<Placed>[], context: RepairContext): readonly PlannedWindow[] | null {
    const planned: PlannedWindow[] = [];
    for (const gap of gaps) {
      const none: Attempts = { count: 0, back: 0, forward: 0, asked: null, since: 0 };
      const attempts = (this.#attempts[gap.after.window.index] ??= none);
      const limit = context.atRest ? MAX_ATTEMPTS_AT_REST : MAX_ATTEMPTS;
      if (!learn(attempts, gap.after, context) || attempts.count >= limit) return null;
      const fill = fillOf(gap, attempts, context);
      if (fill.length === 0) return null;
      attempts.count++;
      attempts.asked = fill[0] ?? null;
      attempts.since = context.windows.length;
      planned.push(...fill);
    }
    return planned;
  }
}

/** Draws the lesson of the last attempt. False if nothing can come of another one. */
function learn(attempts: Attempts, after: Placed, { order, windows }: RepairContext): boolean {
  const { asked, since } = attempts;
  if (asked === null) return true;
  const answer = windows.slice(since).find(({ page, size }) => page === asked.page && size === asked.size);
  if (answer === undefined) return true;
  const first = positionOf(answer.firstKeys, order);
  const last = positionOf(answer.lastKeys, order);
  // A whole page of one key: no overlap can span such a group.
  if (answer.items > 0 && first === last && last === after.last) return false;
  if (answer.items > 0 && last <= after.last) {
    attempts.back = 0;
    // If it shares items with known windows, the drift is known by now, and the next attempt aims right.
    if (answer.drift === after.window.drift) attempts.forward++;
  } else {
    attempts.back++;
  }
  return true;
}

/** Windows over the gap; none if the sizes allow no overlap at all. */
function fillOf(gap: Gap<Placed>, attempts: Attempts, context: RepairContext): PlannedWindow[] {
  const { limits, overlap, drift, length } = context;
  const after = gap.after.window;
  const before = gap.before?.window ?? null;
  const from = Math.max(0, after.offset + after.items - after.drift + drift);
  const to = before === null ? length : Math.max(from, before.offset - before.drift + drift);
  const half = Math.ceil(limits.max / 2);
  if (before !== null && attempts.back === 0 && attempts.forward === 0) {
    const across = windowAcross(from, to, LINK_ITEMS, limits);
    if (across !== null) return [across];
  }
  const step = attempts.back === 0 ? overlap : Math.max(overlap, half) * 2 ** (attempts.back - 1);
  const start = Math.max(0, from - step + attempts.forward * half);
  const windows = windowsOver(start, Math.max(to, from) + overlap, overlap, limits, MAX_WINDOWS);
  const links = windows.some((window) => window.start <= from - LINK_ITEMS && window.end > from);
  const onlyOffsetsMatter = context.atRest || attempts.back === 0;
  return links || !onlyOffsetsMatter ? windows : [];
}
