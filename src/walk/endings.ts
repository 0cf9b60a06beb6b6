import type { Page } from '../core/page.ts';
import type { Window } from './ledger.ts';

/** A page to ask for, only to see that nothing stands there. */
export interface Probe {
  readonly page: number;
  readonly size: number;
}

/**
 * Where the list ends, and whether the source's page arithmetic can be trusted at all. The end is a page with fewer
 * items than asked for; where the same answer does not confirm it by its count, the page behind it must be empty.
 */
export class Endings {
  readonly #ends = new Set<number>();
  readonly #probed = new Map<string, Window>();
  #length: number | null = null;
  #distrust: string | null = null;
  #servedSize: number | null = null;

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

  /** Checks the answer against what was asked. Returns a page to ask for where the answer alone does not tell. */
  answered(window: Window, page: Page): Probe | null {
    if (page.echoedSize !== null && page.echoedSize !== page.size) {
      this.suspect(`it was asked for pages of ${page.size} and answered with pages of ${page.echoedSize}`);
    }
    if (page.echoedNumber !== null && page.echoedNumber !== page.number) {
      this.suspect(`it was asked for page ${page.number} and answered with page ${page.echoedNumber}`);
    }
    if (window.items > page.size) {
      this.suspect(`a page of ${page.size} held ${window.items} items`);
    }
    const before = this.#probed.get(nameOf(page));
    if (before !== undefined) {
      this.#probed.delete(nameOf(page));
      if (window.items === 0) this.#endsWith(before);
      else this.#servesLess(before);
    }
    if (window.items >= page.size) return null;
    const confirmed = window.totalCount !== null && window.totalCount <= window.offset + window.items;
    if (window.items === 0) {
      // An empty first page is an empty list, unless the same answer counts items.
      if (window.offset === 0 && (window.totalCount ?? 0) === 0) this.#endsWith(window);
      else if (window.offset === 0) this.suspect(`its first page is empty though it counts ${window.totalCount} items`);
      return null;
    }
    if (confirmed) {
      this.#endsWith(window);
      return null;
    }
    const probe = { page: page.number + 1, size: page.size };
    // Where pages are not what was asked for anyway, there is nothing left to find out.
    if (this.#distrust !== null) return null;
    if (this.#probed.has(nameOf({ number: probe.page, size: probe.size }))) return null;
    this.#probed.set(nameOf({ number: probe.page, size: probe.size }), window);
    return probe;
  }

  /** The page was refused as one that does not exist. True where that was to be seen: the one before it was the last. */
  beyondEnd({ page, size }: Probe): boolean {
    const name = nameOf({ number: page, size });
    const before = this.#probed.get(name);
    if (before === undefined) return false;
    this.#probed.delete(name);
    this.#endsWith(before);
    return true;
  }

  #servesLess({ size, items }: Window): void {
    this.#servedSize = items;
    this.suspect(`a page of ${size} held ${items} items though more follow`);
  }

  #endsWith(window: Window): void {
    this.#ends.add(window.index);
    this.#length = window.offset + window.items;
  }
}

function nameOf({ number, size }: { number: number; size: number }): string {
  return `${number}/${size}`;
}
