import { PASSES_REASON } from '../../core/certificate.ts';
import { InvariantError } from '../../core/errors.ts';
import type { Page } from '../../core/page.ts';
import type { WalkOutcome } from '../../core/walk.ts';
import { assessChain, type Placed, reachesBefore } from './chain-check.ts';
import type { Gap } from './chain.ts';
import { doubtOf, EdgeLooks } from './edge-looks.ts';
import { FirstPass } from './first-pass.ts';
import { Passes } from './further-passes.ts';
import { Repairs } from './gap-repair.ts';
import type { ListOrder } from './list-order.ts';
import { Observations } from './observations.ts';
import {
  chainProof,
  type Conclusion,
  converged,
  outcomeOf,
  proven,
  SINGLE_REASON,
  unproven,
  type WalkTimes,
} from './outcome.ts';
import { type PageRequest, pageSizer, type PlannedWindow, type SizeLimits, windowOf } from './page-planner.ts';
import type { SoughtPeriod } from './period-search.ts';

export interface WalkSizes {
  readonly limits: SizeLimits;
  readonly pageByteBudget: number;
}

/** Items asked for at first, to learn how long the list is and how many bytes an item takes. */
const FIRST_ITEMS = 10;

export type Step =
  | { readonly kind: 'ask'; readonly request: PageRequest }
  /** Nothing to ask before an outstanding answer. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' };

/**
 * Decides which pages to ask for and when nothing can be missing. Pure: no clock, no network. `next` names a page to
 * ask for, `accept` takes an answer (in any order), until `next` says `done`.
 *
 *     first pass ──▶ check the chain ──closed──▶ look at the edge again ──agrees──▶ proven
 *         ▲ (period      │  ▲  │                       └──contradicted──▶ unproven
 *         └──given up)◀──┤  └──┴─open: repair, stale: read the head again
 *                        └──▶ read the whole list again ⟲ ──▶ proven, converged or unproven
 */
export class Walk {
  readonly #seen = new Observations();
  readonly #passes = new Passes();
  readonly #repairs = new Repairs();
  readonly #looks = new EdgeLooks();
  readonly #sizer: ReturnType<typeof pageSizer>;
  readonly #firstPass: FirstPass;
  /** To be asked for, before what the first pass plans. */
  readonly #queue: Omit<PageRequest, 'id' | 'step'>[] = [];
  #conclusion: Conclusion | null = null;
  #step = 0;
  #asked = 0;
  #outstanding = 0;
  #repaired = 0;
  /** Why no chain proves the list; said if reading it again proves nothing either. */
  #doubts: { readonly why: string; readonly gaps: readonly Gap<Placed>[] } = { why: '', gaps: [] };

  /** With a `period`, only what was created in it is looked for, if the list's order allows that. */
  constructor(sizes: WalkSizes, period: SoughtPeriod | null = null) {
    this.#sizer = pageSizer(sizes.limits, sizes.pageByteBudget);
    this.#firstPass = new FirstPass(this.#seen, this.#sizer, period);
    const { min, max } = sizes.limits;
    this.#ask(true, [windowOf(1, Math.min(max, Math.max(min, FIRST_ITEMS)))]);
  }

  /** Distinct detections so far. */
  get unique(): number {
    return this.#seen.log.unique;
  }

  /** Why the whole list is read although a period is sought; null if that is not so. */
  get gaveUpPeriod(): string | null {
    return this.#firstPass.gaveUp;
  }

  get answered(): number {
    return this.#seen.log.windows.length;
  }

  /** The page to ask for next, if that can be known before the outstanding answers. */
  next(): Step {
    for (;;) {
      if (this.#conclusion !== null) return { kind: 'done' };
      const queued = this.#queue.shift() ?? this.#planNext();
      if (queued !== null) {
        this.#outstanding++;
        return { kind: 'ask', request: { ...queued, id: this.#asked++, step: ++this.#step } };
      }
      if (this.#outstanding > 0) return { kind: 'wait' };
      this.#decide();
    }
  }

  accept(request: PageRequest, page: Page): void {
    this.#outstanding--;
    this.#sizer.answered(page.items.length, page.body.byteLength);
    const isFirst = this.answered === 0;
    const pass = this.#passes.number;
    const { answer, clampedTo } = this.#seen.take(request, page, {
      step: ++this.#step,
      pass,
      assumedDrift: this.#firstPass.drift(page.totalCount),
      limits: this.#sizer.limits,
    });
    this.#passes.answered(answer);
    this.#looks.answered(answer, this.#seen);
    this.#firstPass.answered(answer.window, isFirst);
    // The offsets were not those that were planned.
    if (clampedTo !== null) this.#firstPass.clampedTo(clampedTo);
    this.#queueProbe();
    if (pass > 1 && this.#passes.seeksEnd) {
      this.#ask(true, this.#passes.afterEnd(answer.window, this.#seen.length.estimate, this.#sizer.limits));
    }
  }

  /**
   * The answer to `request` held more bytes than the source takes: its offsets are asked for in smaller windows. False
   * if no smaller page may be asked for.
   */
  tooLarge(request: PageRequest): boolean {
    this.#outstanding--;
    if (!this.#sizer.tooLarge(request.size)) return false;
    const { limits } = this.#sizer;
    if (this.answered === 0) this.#ask(true, [windowOf(1, limits.max)]);
    else this.#ask(request.planned, this.#firstPass.split(request, this.#outstanding));
    return true;
  }

  /** The API refuses the page of `request` as one that does not exist. False if that cannot be so. */
  beyondEnd(request: PageRequest): boolean {
    if (!this.#seen.beyondEnd(request, this.#sizer.limits)) return false;
    this.#outstanding--;
    this.#queueProbe();
    return true;
  }

  /** The finished walk. Call it once, when `next` has said `done`: it gives the memory of the uuids back. */
  outcome(times: WalkTimes): WalkOutcome {
    const conclusion = this.#conclusion;
    if (conclusion === null) throw new InvariantError('The walk is not finished.');
    const parts = { seen: this.#seen, passes: this.#passes, firstPass: this.#firstPass, repairs: this.#repaired };
    const outcome = outcomeOf({ ...times, ...parts, conclusion });
    this.#seen.log.release();
    return outcome;
  }

  #queueProbe(): void {
    const probe = this.#seen.ending.takeProbe();
    if (probe !== null) this.#ask(false, [windowOf(probe.page, probe.size)]);
  }

  #ask(planned: boolean, windows: readonly PlannedWindow[]): void {
    for (const { page, size } of windows) this.#queue.push({ ...windowOf(page, size), planned });
  }

  #planNext(): Omit<PageRequest, 'id' | 'step'> | null {
    const window = this.#firstPass.next(this.#outstanding);
    return window === null ? null : { ...window, planned: true };
  }

  /** Called when everything asked for was answered: what next, or how it ended. */
  #decide(): void {
    if (this.#passes.number > 1) this.#endPass();
    else if (this.#seen.isOneAnswer) {
      this.#confirm(() => {
        this.#firstPass.endsInOneAnswer();
        return proven(SINGLE_REASON);
      });
    } else {
      this.#ask(true, this.#firstPass.due());
      const planned = this.#queue.length > 0 ? null : this.#planNext();
      if (planned !== null) this.#queue.push(planned);
      if (this.#queue.length === 0) this.#closeChain();
    }
  }

  #closeChain(): void {
    const { log, deficit, ending } = this.#seen;
    const { bounds } = this.#firstPass;
    const check = assessChain({ seen: this.#seen, bounds }, log.changed > 0 || deficit > 0);
    switch (check.kind) {
      case 'closed':
        if (ending.distrust !== null) this.#readAgain(ending.distrust);
        else if (bounds === null && deficit > 0) this.#readAgain('the list counts more items than were ever seen');
        else if (!this.#seen.watch.isShown) this.#readAgain('too few detections were seen to tell their order');
        else this.#confirm(() => chainProof(this.#seen.watch, this.#firstPass));
        break;
      case 'stale':
        if (this.answered < this.#firstPass.budget.chain) this.#ask(false, [windowOf(1, this.#sizer.limits.max)]);
        else this.#readAgain('the head of the list moved faster than it could be read');
        break;
      case 'open':
        this.#repair(check.order, check.gaps);
        break;
      case 'unprovable':
        this.#readAgain(check.why);
        break;
    }
  }

  #repair(order: ListOrder, gaps: readonly Gap<Placed>[]): void {
    const { limits } = this.#sizer;
    const { windows } = this.#seen.log;
    const repairs = this.#repairs.windowsFor(gaps, {
      order,
      limits,
      overlap: this.#firstPass.overlap(limits, 0),
      drift: windows.at(-1)?.drift ?? 0,
      length: this.#seen.length.estimate,
      atRest: this.#seen.atRest,
      windows,
    });
    if (repairs === null || this.answered + repairs.length > this.#firstPass.budget.chain) {
      this.#readAgain('some windows could not be linked', gaps);
      return;
    }
    this.#repaired += repairs.length;
    this.#ask(false, repairs);
  }

  /** If no chain proves the period, the whole list may be proven; if none proves the list, reading it twice may. */
  #readAgain(why: string, gaps: readonly Gap<Placed>[] = []): void {
    if (this.#firstPass.period !== null) return this.#firstPass.giveUpPeriod(why);
    const { ending, deficit } = this.#seen;
    const { found } = this.#seen.contradictions;
    if (found !== null) return this.#giveUpFor(found);
    // The last look at the head is one thing, the chain another: under `created_at` it needs no look.
    const isSound = ending.distrust === null && deficit === 0 && this.#seen.watch.isShown;
    if (isSound && assessChain({ seen: this.#seen, bounds: null }, false).kind === 'closed') {
      this.#confirm(() => chainProof(this.#seen.watch, this.#firstPass));
      return;
    }
    this.#doubts = { why, gaps };
    this.#beginPass();
  }

  #beginPass(): void {
    const plan = this.#passes.planNext(this.#seen.log.windows, this.#seen.length.estimate, this.#sizer.limits);
    const budget = this.#firstPass.budget.whole;
    if (this.answered + plan.length <= budget) {
      this.#ask(true, [this.#passes.begin(plan)]);
      return;
    }
    const again = this.#passes.number > 1 ? 'reading the whole list again did not settle it' : 'it was not read again';
    this.#giveUp(`${again}: ${plan.length} more requests would go beyond the budget of ${budget}`);
  }

  #endPass(): void {
    const result = this.#passes.finish(this.#seen.ending.ends);
    const { deficit, ending } = this.#seen;
    const doubt = doubtOf(this.#seen, null);
    if (doubt !== null) this.#giveUpFor(doubt);
    else if (result === 'identical' && ending.distrust === null && deficit === 0)
      this.#conclusion = proven(PASSES_REASON);
    else if (result === 'different') this.#beginPass();
    else {
      // With other pages than before, only one more pass can tell whether the sequence is the same; where the budget
      // allows none, this one still neither added nor lost a detection.
      if (result === 'same set, other pages' && ending.distrust === null) this.#beginPass();
      if (this.#queue.length > 0) return;
      if (deficit > 0) this.#giveUp(`the list counts ${deficit} more than were ever seen`);
      else this.#conclusion = converged(ending.distrust ?? this.#doubts.why);
    }
  }

  /** Before anything is proven, the edge of the list that grows is looked at again. */
  #confirm(proof: () => Conclusion): void {
    const { bounds } = this.#firstPass;
    // One answer is about the whole list, whatever is sought.
    const isPeriod = bounds !== null && !this.#seen.isOneAnswer;
    const isInside = isPeriod && reachesBefore({ seen: this.#seen, bounds });
    const look = isInside ? null : this.#looks.next(this.#seen, this.#sizer.limits);
    const doubt = isInside ? this.#seen.contradictions.found : doubtOf(this.#seen, bounds);
    if (look !== null) this.#ask(false, [look]);
    else if (doubt !== null) this.#giveUpFor(doubt);
    else this.#conclusion = proof();
  }

  #giveUpFor(doubt: string): void {
    this.#doubts = { why: doubt, gaps: [] };
    this.#giveUp('reading on would not settle that');
  }

  #giveUp(tried: string): void {
    this.#conclusion = unproven({ ...this.#doubts, tried, requests: this.answered });
  }
}
