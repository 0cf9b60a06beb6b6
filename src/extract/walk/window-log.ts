import { crc32 } from 'node:zlib';
import type { IndexRange, WindowRim } from '../../core/certificate.ts';
import { uuidOf } from '../../core/envelope.ts';
import { instantText } from '../../core/instant.ts';
import { field } from '../../core/json.ts';
import type { Page, PageItem } from '../../core/page.ts';
import { OverlapGroups } from './chain.ts';
import { type ItemKeys, keysOf } from './list-order.ts';
import type { PageRequest } from './page-planner.ts';
import { digestOf, sha256Of } from '../../core/merkle.ts';
import { type Sighting, UuidTable } from '../../core/uuid-table.ts';

/** One answered window, as much of it as stays in memory. */
export interface Window {
  readonly id: number;
  readonly page: number;
  readonly size: number;
  /** Offset in the list, from 0, at the moment of the answer. */
  readonly offset: number;
  readonly items: number;
  readonly receivedAt: string;
  readonly totalCount: number | null;
  readonly first: WindowRim | null;
  readonly last: WindowRim | null;
  readonly firstKeys: ItemKeys;
  readonly lastKeys: ItemKeys;
  /** When it was asked for and answered, in steps of the walk: two windows are ordered if the spans are apart. */
  readonly askedStep: number;
  readonly answeredStep: number;
  readonly pass: number;
  /** True for the windows of a pass's plan; false for repairs and second looks. */
  readonly planned: boolean;
  /** Number of its first item among all received ones. */
  readonly base: number;
  /** SHA-256 (hex) over its uuids in order. */
  readonly sequence: string;
  /** SHA-256 (hex) over its uuids, whatever their order; null if it does not start at the head. */
  readonly set: string | null;
  /** How far its items have moved away from the head since the walk began, by what is known. */
  readonly drift: number;
  /** What its headers say of a cache; null if they say nothing. */
  readonly cached: string | null;
  /** Position among all windows, by answer: the key to its group. */
  readonly index: number;
}

/** The last place of an item before this answer; null for one never seen, or seen only in this very answer. */
export interface EarlierPlace {
  readonly window: Window;
  /** Place in that window, from 0. */
  readonly at: number;
  readonly sameBytes: boolean;
}

/** What the caller knows of an answer beyond the page itself. */
export interface WindowFacts {
  /** Orders it among requests and answers. */
  readonly step: number;
  readonly pass: number;
  /** Drift to assume if it shares no item with an earlier window. */
  readonly assumedDrift: number;
}

export interface Answer extends Readonly<Comparison> {
  readonly window: Window;
  readonly keys: readonly ItemKeys[];
  /** For each item, its place in earlier answers. */
  readonly places: readonly (EarlierPlace | null)[];
  /** Items never seen before. */
  readonly fresh: readonly ItemKeys[];
}

/** Everything received: the windows, which uuid was seen where last, and which windows share items. */
export class WindowLog {
  readonly #table = new UuidTable();
  readonly #groups = new OverlapGroups();
  readonly windows: Window[] = [];
  received = 0;
  /** Items received more than once with different bytes. */
  changed = 0;

  get unique(): number {
    return this.#table.size;
  }

  groupOf(window: Window): number {
    return this.#groups.rootOf(window.index);
  }

  /** Takes an answer in. Items of the newest answer win over earlier sightings of the same uuid. */
  record(request: PageRequest, page: Page, facts: WindowFacts): Answer {
    const index = this.#groups.add();
    const base = this.received;
    const offset = (request.page - 1) * (page.echoedSize ?? request.size);
    const digests: string[] = [];
    const comparison = newComparison();
    const met = comparer(comparison, offset, facts.pass);
    const keys: ItemKeys[] = [];
    const places: (EarlierPlace | null)[] = [];
    const fresh: ItemKeys[] = [];
    for (const [at, item] of page.items.entries()) {
      const itemKeys = keysOf(item.value);
      keys.push(itemKeys);
      const sighting = sightingOf(page, item, itemKeys, base + at);
      digests.push(sighting.digest);
      const earlier = this.#table.record(sighting);
      if (earlier === null) {
        fresh.push(itemKeys);
        places.push(null);
        continue;
      }
      const { ordinal, sameBytes } = earlier;
      if (!sameBytes && !earlier.knownChanged) this.changed++;
      if (!earlier.sameCreated) comparison.recreated = true;
      const window = ordinal >= base ? null : this.#windowAt(ordinal);
      if (window !== null) this.#groups.join(index, window.index);
      places.push(window === null ? null : { window, at: ordinal - window.base, sameBytes });
      met(itemKeys, at, window, ordinal);
    }
    this.received += page.items.length;
    const none: ItemKeys = { created: null, updated: null };
    const window: Window = {
      id: request.id,
      page: page.number,
      size: page.size,
      offset,
      items: page.items.length,
      receivedAt: page.receivedAt,
      totalCount: page.totalCount,
      first: rimOf(page, page.items[0]),
      last: rimOf(page, page.items.at(-1)),
      firstKeys: keys[0] ?? none,
      lastKeys: keys.at(-1) ?? none,
      askedStep: request.step,
      answeredStep: facts.step,
      pass: facts.pass,
      planned: request.planned,
      base,
      sequence: sequenceOf(digests),
      set: offset > 0 ? null : sequenceOf(digests.toSorted()),
      drift: comparison.drift ?? facts.assumedDrift,
      cached: page.cached ?? null,
      index,
    };
    this.windows.push(window);
    return { window, keys, places, fresh, ...comparison };
  }

  /** True if the item with this identity was seen last in that window, or in a later answer. */
  isSeenSince(identity: string, window: Window): boolean {
    return (this.#table.ordinalOf(digestOf(identity)) ?? -1) >= window.base;
  }

  /** For each window, by its place in `windows`: the items that count. Each uuid counts in its newest place. */
  accepted(): readonly (readonly IndexRange[])[] {
    // One bit for each received item: 5 MB for forty million.
    const counts = new Uint8Array(Math.floor(this.received / 8) + 1);
    this.#table.forEachOrdinal((ordinal) => {
      counts[ordinal >>> 3] = (counts[ordinal >>> 3] as number) | (1 << (ordinal & 7));
    });
    return this.windows.map(({ base, items }) => {
      const ranges: IndexRange[] = [];
      let first = -1;
      for (let at = 0; at <= items; at++) {
        const ordinal = base + at;
        const counted = at < items && (((counts[ordinal >>> 3] as number) >> (ordinal & 7)) & 1) === 1;
        if (counted && first < 0) first = at;
        if (!counted && first >= 0) {
          ranges.push([first, at - 1]);
          first = -1;
        }
      }
      return ranges;
    });
  }

  /** Gives the memory of the uuids back; nothing can be entered any more. */
  release(): void {
    this.#table.release();
  }

  /** The window that an item belongs to: the last one whose first item is not behind it. */
  #windowAt(ordinal: number): Window {
    let low = 0;
    let high = this.windows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.windows[middle] as Window).base <= ordinal) low = middle;
      else high = middle - 1;
    }
    return this.windows[low] as Window;
  }
}

type Comparison = ReturnType<typeof newComparison>;

/** What the items of one answer show beside their earlier sightings. */
function newComparison() {
  return {
    /** Distinct items whose newest earlier sighting was in the pass before this one. */
    again: 0,
    /** Items already seen in this very pass. */
    repeated: 0,
    /** True if an item was already among those of the same answer. */
    twice: false,
    /** True if an item of this very pass came back at another offset. */
    shifted: false,
    /** True if an item came back with another time of creation. */
    recreated: false,
    /** True if items shared with one earlier window are in another order, though their keys differ. */
    reordered: false,
    /** The drift that most shared items agree on: single ones may have moved on their own. */
    drift: null as number | null,
  };
}

/** Item `at` of the answer was seen before: in `window`, or in this very answer where that is null. */
type Met = (keys: ItemKeys, at: number, window: Window | null, ordinal: number) => void;

function comparer(seen: Comparison, offset: number, pass: number): Met {
  let votes = 0;
  let before: { readonly ordinal: number; readonly window: Window; readonly created: number | null } | null = null;
  return ({ created }, at, window, ordinal) => {
    if (window === null) {
      seen.twice = true;
      seen.repeated++;
      return;
    }
    const moved = offset + at - (window.offset + ordinal - window.base);
    if (window.pass === pass) {
      seen.repeated++;
      seen.shifted ||= moved !== 0;
    } else if (window.pass === pass - 1) seen.again++;
    // Boyer and Moore's majority vote: the winner is the majority's value if there is a majority.
    const drift = window.drift + moved;
    if (votes === 0) seen.drift = drift;
    votes += drift === seen.drift ? 1 : -1;
    if (before?.window === window && ordinal < before.ordinal && before.created !== created) seen.reordered = true;
    before = { ordinal, window, created };
  };
}

/** What identifies an item: its uuid, or the hash of its bytes if it has none. */
export function identityOf(page: Page, item: PageItem): string {
  return uuidOf(item.value) ?? `sha256:${sha256Of(sliceOf(page, item))}`;
}

function sightingOf(page: Page, item: PageItem, keys: ItemKeys, ordinal: number): Sighting {
  return {
    digest: digestOf(identityOf(page, item)),
    created: mixed(keys.created),
    crc: crc32(sliceOf(page, item)),
    ordinal,
  };
}

/** Hash of the items' digests, one after the other. */
function sequenceOf(digests: readonly string[]): string {
  return sha256Of(Buffer.from(digests.join(''), 'latin1'));
}

/** Mixes an instant into 32 bits (the golden ratio's multiplicative hash). */
function mixed(ms: number | null): number {
  return ms === null ? 1 : Math.imul(ms % 4_294_967_291, 0x9e3779b1) >>> 16;
}

function sliceOf(page: Page, item: PageItem): Uint8Array {
  return page.body.subarray(item.start, item.end);
}

function rimOf(page: Page, item: PageItem | undefined): WindowRim | null {
  if (item === undefined) return null;
  return {
    uuid: identityOf(page, item),
    createdAt: instantText(field(item.value, 'created_at')),
    updatedAt: instantText(field(item.value, 'updated_at')),
  };
}
