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
  #pass = newPass([]);
  #earlier = this.#pass;
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
    if (this.#wasIdentical) return unique - this.#pass.distinct;
    return windows.length === 1 ? 0 : null;
  }

  answered(answer: Answer): void {
    const { window, repeated, again, twice, shifted } = answer;
    const pass = this.#pass;
    pass.distinct += window.items - repeated;
    pass.again += again;
    pass.isOneMoment &&= !twice && !shifted;
    if (window.totalCount !== null) pass.counts.add(window.totalCount);
    if (window.planned) pass.sequences.set(nameOf(window), window.sequence);
  }

  /** The windows of the next pass over a list of about `length` items: those of this one if they still fit. */
  planNext(windows: readonly Window[], length: number, limits: SizeLimits): readonly PlannedWindow[] {
    const readable = windows.filter(({ size }) => size <= limits.max);
    return samePlan(readable, this.number, length) ?? windowsOver(0, length + 1, 0, limits);
  }

  /** Begins the next pass; returns its last window, to be asked for alone. */
  begin(plan: readonly PlannedWindow[]): PlannedWindow {
    this.#earlier = this.#pass;
    this.#pass = newPass(plan);
    this.number++;
    this.seeksEnd = true;
    return plan.at(-1) as PlannedWindow;
  }

  /**
   * What to ask for after the answer to the last window: the rest of the pass, or another last window where the list
   * ends elsewhere by now.
   */
  afterEnd(end: Window, length: number, limits: SizeLimits): readonly PlannedWindow[] {
    const pass = this.#pass;
    if (end.items < end.size) {
      this.seeksEnd = false;
      // An empty page bounds the length just as well: as many items as its offset, or fewer. After a page that was not
      // an end, the pass has seen something before this moment, and can only be the base of the next one.
      if (pass.endAttempts === 0) pass.end = end;
      return pass.plan.slice(0, -1);
    }
    pass.plan = windowsOver(0, length + 1, 0, limits);
    this.seeksEnd = ++pass.endAttempts < END_ATTEMPTS;
    return this.seeksEnd ? pass.plan.slice(-1) : pass.plan;
  }

  /** Compares the finished pass with the one before. `ends` are the windows that were shown to reach the list's end. */
  finish(ends: ReadonlySet<number>): PassResult {
    const { plan, sequences, again, distinct, isOneMoment, counts, end } = this.#pass;
    const earlier = this.#earlier;
    if (earlier.distinct > again || distinct > again) return 'different';
    const names = plan.map(nameOf);
    if (!names.every((name) => earlier.sequences.has(name))) return 'same set, other pages';
    const sameSequence = names.every((name) => sequences.get(name) === earlier.sequences.get(name));
    // A last page that was cut off shows no length, nor does one that counts more than it shows.
    const isEnd = end !== null && (end.items === 0 || ends.has(end.index));
    const isWhole = isEnd && again === Math.max(end.offset + end.items, end.totalCount ?? 0);
    this.#wasIdentical = sameSequence && isWhole && isOneMoment && [...counts].every((count) => count === again);
    return this.#wasIdentical ? 'identical' : 'same set';
  }
}

function newPass(plan: readonly PlannedWindow[]) {
  return {
    plan,
    /** Sequence of uuids by page and size. */
    sequences: new Map<string, string>(),
    /** Distinct items, and those of them that the pass before had seen. */
    distinct: 0,
    again: 0,
    counts: new Set<number>(),
    /** False once two answers speak of different moments, by an item at two offsets. */
    isOneMoment: true,
    /** The answer to the last window; null if it was full. */
    end: null as Window | null,
    endAttempts: 0,
  };
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
