import type { Page } from '../../core/page.ts';
import { type PlannedWindow, type SizeLimits, windowAtEnd } from './page-planner.ts';
import { identityOf, type Window } from './window-log.ts';

/** A page to ask for, only to see whether anything is there. */
export type Probe = Pick<PlannedWindow, 'page' | 'size'>;

/**
 * What a short page that looks like the last one waits for. `behind`: the next page, which must be empty. `across`: one
 * that begins inside and must end with the same item, or if there is not one, one that begins after it and must be empty.
 * `again`: the page itself, which must be the same.
 */
type State = 'behind' | 'across' | 'again';

type Shown =
  /** Nothing, at or after the end of the page. */
  | 'nothing'
  /** Nothing, at an offset that the page covers. */
  | 'less'
  /** Items after the last one of the page. */
  | 'more'
  /** The same end. */
  | 'same'
  /** The same items at the end, and a count that says more. */
  | 'cut'
  /** The list has moved: the answer shows its own end at most. */
  | 'moved';

/** `end`: the page is the last one. `short`: pages hold less than asked for. `judge`: the answer may be an end itself. */
type Next = 'across' | 'again' | 'end' | 'short' | 'judge';

/**
 * A short page whose counts do not confirm it:
 *
 *     short page ──▶ behind ──nothing──▶ across ──same──▶ end
 *                       │                │  ▲ └─nothing─▶ again ──same──▶ end
 *                       └──more──▶ short ◀┘  └─less, cut (another shared length, while there is one)
 */
const NEXT: Readonly<Record<State, Readonly<Record<Shown, Next>>>> = {
  behind: { nothing: 'across', less: 'across', more: 'short', same: 'short', cut: 'short', moved: 'short' },
  across: { nothing: 'again', less: 'across', more: 'short', same: 'end', cut: 'across', moved: 'judge' },
  again: { nothing: 'judge', less: 'judge', more: 'judge', same: 'end', cut: 'judge', moved: 'judge' },
};

interface Candidate {
  readonly window: Window;
  readonly state: State;
  /** Probes across its end so far. */
  readonly tries: number;
}

/** How many items a probe across an end shares with the page, at least: more with every try, for lists that move. */
const SHARED_ITEMS = [2, 16, 128] as const;

/**
 * Where the list ends, and whether the source's page arithmetic can be trusted at all. The end is a page with fewer
 * items than asked for. If the same answer does not confirm it by its counts, it may have been cut, because a server
 * gives out at most that many items or bytes: then the table above decides. An answer that counts more than it shows is
 * never the end.
 */
export class EndDetector {
  readonly #probed = new Map<string, Candidate>();
  readonly #due: Probe[] = [];
  /** The last item when the end was last seen. */
  #lastUuid: string | null = null;
  /** Where the list ends by the count of a page that was full. */
  #countedEnd = Number.POSITIVE_INFINITY;
  #countsHold = true;
  /** Windows, by index, that reach the end of the list. */
  readonly ends = new Set<number>();
  /** How many items the list had when its end was last seen, null before. */
  lengthAtEnd: number | null = null;
  /** Why the source's pages are not what was asked for, null while they are. */
  distrust: string | null = null;
  /** How many items a page holds at most, if a short one turned out not to be the last; else null. */
  servedSize: number | null = null;

  /** A page to ask for because the answers so far do not tell where the list ends; null for none. */
  takeProbe(): Probe | null {
    return this.#due.shift() ?? null;
  }

  /** Checks the answer against what was asked. `fresh` of its items were never seen before. */
  answered(window: Window, page: Page, fresh: number, limits: SizeLimits): void {
    if (page.echoedSize !== null && page.echoedSize !== page.size) {
      this.#suspect(`it was asked for pages of ${page.size} and answered with pages of ${page.echoedSize}`);
    }
    if (page.echoedNumber !== null && page.echoedNumber !== page.number) {
      this.#suspect(`it was asked for page ${page.number} and answered with page ${page.echoedNumber}`);
    }
    if (window.items > page.size) this.#suspect(`a page of ${page.size} held ${window.items} items`);
    this.#weighCount(window);
    const candidate = this.#take(page);
    if (candidate !== null) {
      const next = NEXT[candidate.state][shownBy(candidate, window, page, fresh)];
      this.#move(candidate, next, limits);
      if (next === 'end' && candidate.state === 'across') this.#endsWith(window);
      if (next !== 'short' && next !== 'judge') return;
    }
    if (window.items >= page.size) return;
    if (window.items === 0) {
      // An empty first page is an empty list, unless the same answer counts items.
      if (window.offset === 0 && (window.totalCount ?? 0) === 0) this.#endsWith(window);
      else if (window.offset === 0)
        this.#suspect(`its first page is empty though it counts ${window.totalCount} items`);
    } else if (this.#isConfirmed(window, page) || this.#endsAsBefore(window)) {
      this.#endsWith(window);
    } else if (this.distrust === null) {
      // One that was itself a probe across: what is after it is known by then.
      if (candidate !== null && candidate.state !== 'behind') this.#probeAcrossEnd(window, candidate.tries + 1, limits);
      else this.#ask({ page: page.number + 1, size: page.size }, { window, state: 'behind', tries: -1 });
    }
  }

  /** The page was refused as one that does not exist. True if that was to be seen: the one before it was the last. */
  beyondEnd({ page, size }: Probe, limits: SizeLimits): boolean {
    const candidate = this.#take({ number: page, size });
    if (candidate === null) return false;
    this.#move(candidate, NEXT[candidate.state][nothingAt(candidate, (page - 1) * size)], limits);
    return true;
  }

  #move({ window, tries }: Candidate, next: Next, limits: SizeLimits): void {
    if (next === 'across') this.#probeAcrossEnd(window, tries + 1, limits);
    else if (next === 'again') this.#ask(window, { window, state: 'again', tries });
    else if (next === 'end') this.#confirm(window);
    else if (next === 'short') {
      this.servedSize = window.items;
      this.#suspect(`a page of ${window.size} held ${window.items} items though more follow`);
    }
  }

  #suspect(why: string): void {
    this.distrust ??= why;
  }

  /** A full page that counts no further than itself is the last one; if another goes further, the counts tell little. */
  #weighCount({ offset, items, size, totalCount }: Window): void {
    const end = offset + items;
    if (items > 0 && end > this.#countedEnd) this.#countsHold = false;
    if (items >= size && totalCount !== null && totalCount <= end) this.#countedEnd = Math.min(this.#countedEnd, end);
  }

  /** The answer itself says that nothing follows, by its count and its number of pages. */
  #isConfirmed({ offset, items, totalCount }: Window, { number, numPages }: Page): boolean {
    return this.#countsHold && totalCount === offset + items && (numPages ?? number) <= number;
  }

  /** It ends with the item that was shown to be the last one, at the same place: what is after that came later. */
  #endsAsBefore(window: Window): boolean {
    const { offset, items, last } = window;
    return last !== null && last.uuid === this.#lastUuid && offset + items === this.lengthAtEnd && !countsMore(window);
  }

  #take(page: { readonly number: number; readonly size: number }): Candidate | null {
    const name = `${page.number}/${page.size}`;
    const candidate = this.#probed.get(name) ?? null;
    this.#probed.delete(name);
    return candidate;
  }

  #ask({ page, size }: Probe, candidate: Candidate): void {
    const name = `${page}/${size}`;
    if (this.#probed.has(name)) return;
    this.#probed.set(name, candidate);
    this.#due.push({ page, size });
  }

  /** Asks for a page that begins inside this one and has room after its end. */
  #probeAcrossEnd(window: Window, tries: number, limits: SizeLimits): void {
    const shared = SHARED_ITEMS[tries];
    if (shared === undefined) {
      this.#denied(window);
      return;
    }
    const probe = windowAtEnd(window, shared, limits);
    // With so few items and sizes there is not another page that could tell more.
    if (probe === null) this.#confirm(window);
    else this.#ask(probe, { window, state: 'across', tries });
  }

  #confirm(window: Window): void {
    if (countsMore(window)) this.#denied(window);
    else this.#endsWith(window);
  }

  /** Looked for often enough. Without a count, other windows may still show the end. */
  #denied(window: Window): void {
    const { totalCount, offset, items } = window;
    if (countsMore(window)) this.#suspect(`it counts ${totalCount} items, and its pages end after ${offset + items}`);
  }

  #endsWith(window: Window): void {
    this.ends.add(window.index);
    this.lengthAtEnd = window.offset + window.items;
    this.#lastUuid = window.last?.uuid ?? null;
  }
}

function shownBy({ window, state }: Candidate, seen: Window, page: Page, fresh: number): Shown {
  if (state === 'again') return seen.sequence === window.sequence ? 'same' : 'moved';
  if (seen.items === 0) return nothingAt({ window }, seen.offset);
  if (state === 'behind') return 'more';
  const isAfter = seen.offset >= window.offset + window.items;
  const at = page.items.findIndex((item) => identityOf(page, item) === window.last?.uuid);
  if (fresh > 0 && (isAfter || (at >= 0 && at < seen.items - 1))) return 'more';
  const endsAlike = !isAfter && at >= 0 && fresh === 0 && seen.items < page.size;
  if (!endsAlike || (countsMore(window) && !countsMore(seen))) return 'moved';
  return countsMore(seen) ? 'cut' : 'same';
}

/** Nothing inside the page: items before it were just deleted. */
function nothingAt({ window }: Pick<Candidate, 'window'>, offset: number): Shown {
  return offset >= window.offset + window.items ? 'nothing' : 'less';
}

/** An answer that contradicts itself: it counts more items than it shows, and is short all the same. */
function countsMore({ totalCount, offset, items }: Window): boolean {
  return totalCount !== null && totalCount > offset + items;
}
