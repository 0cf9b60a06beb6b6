import type { EarlierPlace, Answer, WindowLog, Window } from './window-log.ts';
import type { ItemKeys } from './list-order.ts';

/** Times may be stamped this long before the item shows; what shows later than that was left out before. */
export const LATE_MS = 60_000;

export type Edge = 'head' | 'end';

/** An item at the head or at the end of the list, and when it was known to be there. */
interface Anchor {
  readonly uuid: string;
  readonly ms: number;
  readonly window: Window;
}

/**
 * What no list could answer, however it moves: then a cache, a replica that lags or a fault of the server answers in
 * its place, and nothing that was read proves anything. Three things are looked for:
 *
 * - one answer holds a uuid twice, two hold it with different times of creation, or the headers of one name a cache;
 * - an item was seen, is missing in an answer that shows its neighbours, and is there again in a later one (a uuid that
 *   is deleted never comes back), or one of long ago shows between neighbours that were seen without it;
 * - the first or last item of the list is gone, and nothing in the answer is newer than it: it was deleted, or the answer
 *   is older than the one before. Only an answer with something newer tells.
 */
export class Contradictions {
  /** The first contradiction that was found; null for none. */
  found: string | null = null;
  /** How long before they show items are stamped, as a proof must allow for: 0 while none was seen to be late. */
  lateMs = 0;
  readonly #anchors: Record<Edge, Anchor | null> = { head: null, end: null };
  /** Windows whose first, or last, item the newest answer over its place lacks. */
  readonly #gone: Record<Edge, Window | null> = { head: null, end: null };
  /** The newest time seen by each step of the walk. */
  readonly #newest: { readonly step: number; readonly ms: number }[] = [];
  readonly #emptyHeads: Window[] = [];
  /** Where the first and the last item of a window were seen before it: of other items, only the newest place is known. */
  readonly #rims = new Map<Window, readonly (EarlierPlace | null)[]>();

  /**
   * The window that showed what the newest answer over an edge of the list lacks, though nothing in that is newer: so the
   * newest answer may be older than the window. Null if that is not so.
   */
  fresherAt(edge: Edge): Window | null {
    return this.#gone[edge];
  }

  /** True if the newest answer over an edge of the list may be older than one before it. */
  get mayBeStale(): boolean {
    return this.#gone.head !== null || this.#gone.end !== null;
  }

  answered(answer: Answer, ends: ReadonlySet<number>, log: WindowLog): void {
    const { window, keys, recreated, twice } = answer;
    if (twice) this.#find(`page ${window.page} of ${window.size} holds a uuid twice`);
    if (recreated) this.#find('a uuid came with two times of creation');
    if (window.cached !== null) this.#find(`a cache gave page ${window.page} of ${window.size} (${window.cached})`);
    const earlier = answer.places.map((place) => this.#placesUpTo(place));
    for (const run of runsMissing(answer.keys, earlier, ends)) this.#weigh(answer, run);
    this.#rims.set(window, [answer.places[0] ?? null, answer.places.at(-1) ?? null]);
    for (const empty of this.#emptyHeads) {
      this.#weigh(answer, { before: empty, from: 0, to: keys.length, neighbours: [] });
    }
    const ms = keys.reduce((most, item) => Math.max(most, timeOf(item)), Number.NEGATIVE_INFINITY);
    if (window.offset === 0) this.#compare('head', answer, ms, log);
    if (ends.has(window.index) && window.offset > 0) this.#compare('end', answer, ms, log);
    if (window.offset === 0 && window.items === 0) this.#emptyHeads.push(window);
    if (ms > (this.#newest.at(-1)?.ms ?? Number.NEGATIVE_INFINITY))
      this.#newest.push({ step: window.answeredStep, ms });
  }

  /** The places of an item in earlier windows, the newest one first, as long as its bytes were the same. */
  #placesUpTo(place: EarlierPlace | null): readonly EarlierPlace[] {
    const places: EarlierPlace[] = [];
    for (let at = place; at?.sameBytes === true; ) {
      places.push(at);
      const [first = null, last = null] = this.#rims.get(at.window) ?? [];
      if (at.at === 0) at = first;
      else at = at.at === at.window.items - 1 ? last : null;
    }
    return places;
  }

  #find(what: string): void {
    this.found ??= what;
  }

  /** Items of an answer that an answer before it lacked at this place: were they there then? */
  #weigh({ window, keys, places }: Answer, { before, from, to, neighbours }: MissingRun): void {
    if (window.askedStep <= before.answeredStep) return;
    const known = this.#newestBefore(before);
    for (let at = from; at < to; at++) {
      const item = keys[at] as ItemKeys;
      // Equal ones may have been in another order.
      if (neighbours.some((other) => other.created === item.created || other.updated === item.updated)) continue;
      const place = places[at] ?? null;
      const was = `page ${before.page} of ${before.size}`;
      if (place !== null && place.sameBytes && place.window.answeredStep < before.askedStep) {
        this.#find(`a detection was missing in ${was} and came back`);
      }
      const lateMs = place === null || !place.sameBytes ? known - timeOf(item) : 0;
      if (lateMs > LATE_MS) this.#find(`${was} left out a detection that was there`);
      else if (lateMs > 0) this.lateMs = LATE_MS;
    }
  }

  /** The newest time seen before that window was asked for; for an empty list, the time of its answer. */
  #newestBefore({ askedStep, items, receivedAt }: Window): number {
    const known = this.#newest.findLast(({ step }) => step < askedStep)?.ms ?? Number.NEGATIVE_INFINITY;
    return items === 0 ? Math.max(known, Date.parse(receivedAt) - LATE_MS) : known;
  }

  #compare(edge: Edge, { window, keys }: Answer, newestMs: number, log: WindowLog): void {
    const rim = edge === 'head' ? window.first : window.last;
    const rimKeys = edge === 'head' ? keys[0] : keys.at(-1);
    const anchor = this.#anchors[edge];
    if (anchor !== null && window.askedStep <= anchor.window.answeredStep) return;
    const isThere = anchor === null || log.isSeenSince(anchor.uuid, window) || newestMs > anchor.ms;
    this.#gone[edge] = isThere ? null : anchor.window;
    if (!isThere || rim === null || rimKeys === undefined) return;
    this.#anchors[edge] = { uuid: rim.uuid, ms: timeOf(rimKeys), window };
  }
}

/** Items `[from, to)` of an answer that an earlier window lacked, though it showed what stands around them. */
interface MissingRun {
  readonly before: Window;
  readonly from: number;
  readonly to: number;
  readonly neighbours: readonly ItemKeys[];
}

/**
 * The runs of items between two that stood side by side in a window before, before its head, or after its end. What
 * changed since may have moved, and tells nothing of its neighbours.
 */
function* runsMissing(
  keys: readonly ItemKeys[],
  places: readonly (readonly EarlierPlace[])[],
  ends: ReadonlySet<number>,
): Generator<MissingRun> {
  const last = new Map<Window, { readonly at: number; readonly place: EarlierPlace }>();
  for (const [at, earlier] of places.entries()) {
    for (const place of earlier) {
      const { window } = place;
      const item = keys[at] as ItemKeys;
      const left = last.get(window);
      last.set(window, { at, place });
      if (place.at === 0 && window.offset === 0 && left === undefined) {
        yield { before: window, from: 0, to: at, neighbours: [item] };
      } else if (left !== undefined && place.at === left.place.at + 1 && at > left.at + 1) {
        yield { before: window, from: left.at + 1, to: at, neighbours: [keys[left.at] as ItemKeys, item] };
      }
    }
  }
  for (const [window, { at, place }] of last) {
    if (place.at !== window.items - 1 || !ends.has(window.index)) continue;
    yield { before: window, from: at + 1, to: keys.length, neighbours: [keys[at] as ItemKeys] };
  }
}

/** When an item last changed its place, at the latest; -Infinity if no time says so. */
function timeOf({ created, updated }: ItemKeys): number {
  return Math.max(created ?? Number.NEGATIVE_INFINITY, updated ?? Number.NEGATIVE_INFINITY);
}
