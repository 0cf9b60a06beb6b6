import type { Page } from '../../core/page.ts';
import { identityOf, type Window } from './window-log.ts';
import { type PlannedWindow, type SizeLimits, windowAtEnd } from './page-planner.ts';

/** A page to ask for, only to see whether anything stands there. */
export type Probe = Pick<PlannedWindow, 'page' | 'size'>;

/** A short page that looks like the last one, and the page that was asked for to see whether it is. */
interface Candidate {
  readonly window: Window;
  /**
   * `behind`: the next page, which must be empty. `across`: one that begins inside and must end with the same item, or
   * where there is none, one that begins behind it and must be empty. `again`: the page itself, which must be the same.
   */
  readonly look: 'behind' | 'across' | 'again';
  readonly tries: number;
}

/** How many items the look across an end shares with the page, at least: more with every try, for lists that move. */
const SHARED_ITEMS = [2, 16, 128] as const;

/**
 * Where the list ends, and whether the source's page arithmetic can be trusted at all. The end is a page with fewer
 * items than asked for. Where the same answer does not confirm it by its counts, it may as well have been cut, because a
 * server gives out so many items or bytes at the most: then the page behind it must be empty, and a shorter one across
 * the end must end with the same item. An answer that counts more than it shows is never the end.
 */
export class EndDetector {
  readonly #ends = new Set<number>();
  readonly #probed = new Map<string, Candidate>();
  readonly #due: Probe[] = [];
  #length: number | null = null;
  /** The last item when the end was last seen. */
  #lastUuid: string | null = null;
  #distrust: string | null = null;
  #servedSize: number | null = null;
  /** Where the list ends by the count of a page that was full. */
  #countedEnd = Number.POSITIVE_INFINITY;
  #countsHold = true;

  /** Windows, by index, that reach the end of the list. */
  get ends(): ReadonlySet<number> {
    return this.#ends;
  }

  /** How many items the list had when its end was last seen, null before. */
  get lengthAtEnd(): number | null {
    return this.#length;
  }

  /** Why the source's pages are not what was asked for, null while they are. */
  get distrust(): string | null {
    return this.#distrust;
  }

  /** How many items a page holds at the most, where a short one turned out not to be the last; else null. */
  get servedSize(): number | null {
    return this.#servedSize;
  }

  suspect(why: string): void {
    this.#distrust ??= why;
  }

  /** A page to ask for because the answers so far do not tell where the list ends; null for none. */
  takeProbe(): Probe | null {
    return this.#due.shift() ?? null;
  }

  /** Checks the answer against what was asked. `fresh` of its items were never seen before. */
  answered(window: Window, page: Page, fresh: number, limits: SizeLimits): void {
    if (page.echoedSize !== null && page.echoedSize !== page.size) {
      this.suspect(`it was asked for pages of ${page.size} and answered with pages of ${page.echoedSize}`);
    }
    if (page.echoedNumber !== null && page.echoedNumber !== page.number) {
      this.suspect(`it was asked for page ${page.number} and answered with page ${page.echoedNumber}`);
    }
    if (window.items > page.size) {
      this.suspect(`a page of ${page.size} held ${window.items} items`);
    }
    this.#weighCount(window);
    const candidate = this.#take(page);
    if (candidate?.look === 'behind') {
      if (window.items === 0) this.#lookAcross(candidate.window, 0, limits);
      else this.#servesLess(candidate.window);
    } else if (candidate?.look === 'across') {
      if (this.#sawAcross(candidate, window, page, fresh, limits)) return;
    } else if (candidate?.look === 'again' && candidate.window.sequence === window.sequence) {
      this.#confirm(candidate.window);
      return;
    }
    if (window.items >= page.size) return;
    if (window.items === 0) {
      // An empty first page is an empty list, unless the same answer counts items.
      if (window.offset === 0 && (window.totalCount ?? 0) === 0) this.#endsWith(window);
      else if (window.offset === 0) this.suspect(`its first page is empty though it counts ${window.totalCount} items`);
      return;
    }
    if (this.#isConfirmed(window, page) || this.#endsAsBefore(window)) {
      this.#endsWith(window);
      return;
    }
    // Where pages are not what was asked for anyway, there is nothing left to find out.
    if (this.#distrust !== null) return;
    // One that was itself a look across: what lies behind is known by then.
    if (candidate !== null && candidate.look !== 'behind') this.#lookAcross(window, candidate.tries + 1, limits);
    else this.#ask({ page: page.number + 1, size: page.size }, { window, look: 'behind', tries: 0 });
  }

  /** The page was refused as one that does not exist. True where that was to be seen: the one before it was the last. */
  beyondEnd({ page, size }: Probe, limits: SizeLimits): boolean {
    const candidate = this.#take({ number: page, size });
    if (candidate === null) return false;
    if (candidate.look === 'behind') this.#lookAcross(candidate.window, 0, limits);
    else if (candidate.look === 'across') this.#sawNothing(candidate, { page, size }, limits);
    return true;
  }

  /** A full page that counts no further than itself is the last one; where another goes further, the counts tell little. */
  #weighCount({ offset, items, size, totalCount }: Window): void {
    const end = offset + items;
    if (items > 0 && end > this.#countedEnd) this.#countsHold = false;
    if (items >= size && totalCount !== null && totalCount <= end) this.#countedEnd = Math.min(this.#countedEnd, end);
  }

  /** The answer itself says that nothing follows, by its count and its number of pages. */
  #isConfirmed({ offset, items, totalCount }: Window, { number, numPages }: Page): boolean {
    return this.#countsHold && totalCount === offset + items && (numPages ?? number) <= number;
  }

  /** It ends with the item that was shown to be the last one, at the same place: what is behind that came later. */
  #endsAsBefore(window: Window): boolean {
    const { offset, items, last } = window;
    return last !== null && last.uuid === this.#lastUuid && offset + items === this.#length && !countsMore(window);
  }

  #take(page: { readonly number: number; readonly size: number }): Candidate | null {
    const candidate = this.#probed.get(nameOf(page)) ?? null;
    this.#probed.delete(nameOf(page));
    return candidate;
  }

  #ask(probe: Probe, candidate: Candidate): void {
    const name = nameOf({ number: probe.page, size: probe.size });
    if (this.#probed.has(name)) return;
    this.#probed.set(name, candidate);
    this.#due.push({ page: probe.page, size: probe.size });
  }

  /** Asks for a page that begins inside this one and has room behind its end. */
  #lookAcross(window: Window, tries: number, limits: SizeLimits): void {
    const shared = SHARED_ITEMS[tries];
    if (shared === undefined) {
      this.#denied(window);
      return;
    }
    const probe = windowAtEnd(window, shared, limits);
    // With so few items and sizes there is no other page that could tell more.
    if (probe === null) this.#confirm(window);
    else this.#ask(probe, { window, look: 'across', tries });
  }

  /** What a look across the end of a page showed; true where nothing more is to be learned of that answer. */
  #sawAcross(candidate: Candidate, seen: Window, page: Page, fresh: number, limits: SizeLimits): boolean {
    const { window, tries } = candidate;
    if (seen.items === 0) {
      this.#sawNothing(candidate, { page: page.number, size: page.size }, limits);
      return true;
    }
    const last = window.last?.uuid;
    const at = page.items.findIndex((item) => identityOf(page, item) === last);
    const isBehind = seen.offset >= window.offset + window.items;
    if (fresh > 0 && (isBehind || (at >= 0 && at < seen.items - 1))) {
      this.#servesLess(window);
      return false;
    }
    const endsAlike = !isBehind && at >= 0 && fresh === 0 && seen.items < page.size;
    // Else the list has moved, and this answer tells of its own end at the most. So it does where the page counted more
    // than it held.
    if (!endsAlike || (countsMore(window) && !countsMore(seen))) return false;
    if (countsMore(seen)) this.#lookAcross(window, tries + 1, limits);
    else {
      this.#endsWith(window);
      this.#endsWith(seen);
    }
    return true;
  }

  /** A look across found nothing: as it should be behind the last item, unless items before it were just deleted. */
  #sawNothing({ window, tries }: Candidate, { page, size }: Probe, limits: SizeLimits): void {
    const beginsBehind = (page - 1) * size >= window.offset + window.items;
    if (beginsBehind) this.#ask({ page: window.page, size: window.size }, { window, look: 'again', tries });
    else this.#lookAcross(window, tries + 1, limits);
  }

  #confirm(window: Window): void {
    if (countsMore(window)) this.#denied(window);
    else this.#endsWith(window);
  }

  /** Looked for often enough. Without a count, other windows may still show the end. */
  #denied(window: Window): void {
    const { totalCount, offset, items } = window;
    if (countsMore(window)) this.suspect(`it counts ${totalCount} items, and its pages end after ${offset + items}`);
  }

  #servesLess({ size, items }: Window): void {
    this.#servedSize = items;
    this.suspect(`a page of ${size} held ${items} items though more follow`);
  }

  #endsWith(window: Window): void {
    this.#ends.add(window.index);
    this.#length = window.offset + window.items;
    this.#lastUuid = window.last?.uuid ?? null;
  }
}

/** An answer that contradicts itself: it counts more items than it shows, and is short all the same. */
function countsMore({ totalCount, offset, items }: Window): boolean {
  return totalCount !== null && totalCount > offset + items;
}

function nameOf({ number, size }: { readonly number: number; readonly size: number }): string {
  return `${number}/${size}`;
}
