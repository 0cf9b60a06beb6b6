import type { Answer, WindowLog, Window } from './window-log.ts';
import { type PlannedWindow, type SizeLimits, windowsOver } from './page-planner.ts';

/** How often one pass may look for the end of a list that keeps moving. */
const END_ATTEMPTS = 3;

/** `same set`: the sequences differ; `same set, other pages`: no one knows whether they do. */
export type PassResult = 'identical' | 'same set' | 'same set, other pages' | 'different';

/**
 * Reading the whole list again, if no order can be relied on. Two passes prove the list like this: the second
 * one begins with the last page, whose offset and length give the list's length n at that moment t. Everything seen
 * in the first pass was seen before t, everything seen in the second one at t or after. A uuid that is deleted never
 * comes back, so whatever both passes saw was in the list at t. If that is n items, it is the whole list of t: what
 * was present throughout cannot be missing. The same sequence of uuids is asked for on top: a list whose items change
 * places is never called proven. Nor is one of which two answers of the pass speak of different moments: by their counts,
 * or by an item at two offsets. Replicas that lag answer so, by turns or by page.
 *
 *     last page ──short──▶ the rest ──▶ compare with the pass before ──▶ next pass, or a verdict
 *       ⟲ full: the list ends elsewhere by now (END_ATTEMPTS)
 */
export class Passes {
  #plan: readonly PlannedWindow[] = [];
  /** The sequence of uuids by page and size, of this pass and of the one before. */
  #sequences = new Map<string, string>();
  #earlier = new Map<string, string>();
  #distinctEarlier = 0;
  #again = 0;
  #distinct = 0;
  #twice = false;
  #shifted = false;
  #counts = new Set<number>();
  #lengthAtStart: number | null = null;
  #end: Window | null = null;
  #endAttempts = 0;
  #wasIdentical = false;
  /** The pass that is being read, from 1. */
  number = 1;
  /** True until the pass's last window was answered as such. */
  seeksEnd = false;

  /**
   * Of the items read, those that were gone when the last pass began: known if it was identical to the one before,
   * and so the whole list of that moment, or if there was but one answer. Else null.
   */
  vanishedOf({ unique, windows }: Pick<WindowLog, 'unique' | 'windows'>): number | null {
    if (this.#wasIdentical) return unique - this.#distinct;
    return windows.length === 1 ? 0 : null;
  }

  answered(answer: Answer): void {
    const { window, repeated, again, twice, shifted } = answer;
    this.#distinct += window.items - repeated;
    this.#again += again;
    this.#twice ||= twice;
    this.#shifted ||= shifted;
    if (window.totalCount !== null) this.#counts.add(window.totalCount);
    if (window.planned) this.#sequences.set(nameOf(window), window.sequence);
  }

  /** The windows of the next pass over a list of about `length` items: those of this one if they still fit. */
  planNext(windows: readonly Window[], length: number, limits: SizeLimits): readonly PlannedWindow[] {
    const readable = windows.filter(({ size }) => size <= limits.max);
    return samePlan(readable, this.number, length) ?? windowsOver(0, length + 1, 0, limits);
  }

  /** Begins the next pass; returns its last window, to be asked for alone. */
  begin(plan: readonly PlannedWindow[]): PlannedWindow {
    this.#distinctEarlier = this.#distinct;
    this.#earlier = this.#sequences;
    this.#sequences = new Map();
    this.#plan = plan;
    this.number++;
    this.#distinct = 0;
    this.#again = 0;
    this.#twice = false;
    this.#shifted = false;
    this.#counts.clear();
    this.#lengthAtStart = null;
    this.#end = null;
    this.#endAttempts = 0;
    this.seeksEnd = true;
    return this.#plan.at(-1) as PlannedWindow;
  }

  /**
   * What to ask for after the answer to the last window: the rest of the pass, or another last window where the list
   * ends elsewhere by now.
   */
  afterEnd(end: Window, length: number, limits: SizeLimits): readonly PlannedWindow[] {
    if (end.items < end.size) {
      this.seeksEnd = false;
      // An empty page bounds the length just as well: as many items as its offset, or fewer. After a page that was not
      // an end, the pass has seen something before this moment, and can only be the base of the next one.
      // One that counts more than it shows was cut.
      if (this.#endAttempts === 0) {
        this.#lengthAtStart = Math.max(end.offset + end.items, end.totalCount ?? 0);
        this.#end = end;
      }
      return this.#plan.slice(0, -1);
    }
    this.#plan = windowsOver(0, length + 1, 0, limits);
    this.seeksEnd = ++this.#endAttempts < END_ATTEMPTS;
    return this.seeksEnd ? this.#plan.slice(-1) : this.#plan;
  }

  /** Compares the finished pass with the one before. `ends` are the windows that were shown to reach the list's end. */
  finish(ends: ReadonlySet<number>): PassResult {
    const lost = this.#distinctEarlier - this.#again;
    const added = this.#distinct - this.#again;
    if (lost > 0 || added > 0) return 'different';
    const names = this.#plan.map(nameOf);
    if (!names.every((name) => this.#earlier.has(name))) return 'same set, other pages';
    const sameSequence = names.every((name) => this.#sequences.get(name) === this.#earlier.get(name));
    // A last page that was cut off shows no length.
    const isEnd = this.#end !== null && (this.#end.items === 0 || ends.has(this.#end.index));
    const isOneMoment = !this.#twice && !this.#shifted && [...this.#counts].every((count) => count === this.#again);
    this.#wasIdentical = sameSequence && isOneMoment && isEnd && this.#again === this.#lengthAtStart;
    return this.#wasIdentical ? 'identical' : 'same set';
  }
}

function nameOf({ page, size }: Pick<PlannedWindow, 'page' | 'size'>): string {
  return `${page}/${size}`;
}

/** The windows of a pass that cover the list without a hole, to be asked for again; null if they do not. */
function samePlan(windows: readonly Window[], pass: number, length: number): readonly PlannedWindow[] | null {
  const candidates = windows
    .filter((window) => window.pass === pass && window.planned && (window.items > 0 || window.offset === length))
    .sort((a, b) => a.offset - b.offset || b.items - a.items);
  const plan: PlannedWindow[] = [];
  let reach = 0;
  let listEnd = 0;
  for (const { page, size, offset, items } of candidates) {
    if (offset > reach) return null;
    if (offset + size <= reach) continue;
    plan.push({ page, size, start: offset, end: offset + size });
    reach = offset + size;
    listEnd = offset + items;
  }
  return listEnd === length && reach > length ? plan : null;
}
