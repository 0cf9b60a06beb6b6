import type { Page } from '../../core/page.ts';
import type { WalkOutcome } from '../../core/walk.ts';
import { chainBudget, wholeBudget } from './budget.ts';
import { judge, type Placed, reachesBefore } from './chain-check.ts';
import type { Gap } from './chain.ts';
import { doubtOf, EdgeLooks } from './edge-looks.ts';
import { FirstPass } from './first-pass.ts';
import { Passes } from './further-passes.ts';
import { Repairs } from './gap-repair.ts';
import type { ListOrder } from './list-order.ts';
import { type Ask, askOf, type Queued, Observations, type Step } from './observations.ts';
import {
  chainProof,
  type Conclusion,
  converged,
  outcomeOf,
  PASSES_REASON,
  proven,
  SINGLE_REASON,
  UNFINISHED,
  unproven,
  type WalkTimes,
} from './outcome.ts';
import type { PlannedWindow, SizeLimits } from './page-planner.ts';
import { PageSizer } from './page-size.ts';
import type { SoughtPeriod } from './period-search.ts';

export interface WalkSizes {
  readonly limits: SizeLimits;
  readonly pageByteBudget: number;
}

/** Items asked for at first, to learn how long the list is and how many bytes an item takes. */
const FIRST_ITEMS = 10;

/**
 * Decides which pages to ask for and when nothing can be missing. Pure: no clock, no network. `next` names a page to
 * ask for, `accept` takes an answer (in any order), until `next` says `done`.
 */
export class Walk {
  readonly #reading = new Observations();
  readonly #passes = new Passes();
  readonly #repairs = new Repairs();
  readonly #looks = new EdgeLooks();
  readonly #sizer: PageSizer;
  readonly #course: FirstPass;
  readonly #queue: Queued[] = [];
  #conclusion: Conclusion | null = null;
  #step = 0;
  #asked = 0;
  #outstanding = 0;
  #repaired = 0;
  /** What is open where the list is read again, should that fail too. */
  #open: { readonly why: string; readonly gaps: readonly Gap<Placed>[] } = { why: '', gaps: [] };

  /** With a `period`, only what was created in it is looked for, as far as the list's order allows that. */
  constructor(sizes: WalkSizes, period: SoughtPeriod | null = null) {
    this.#sizer = new PageSizer(sizes.limits, sizes.pageByteBudget);
    this.#course = new FirstPass(this.#reading, this.#sizer, period);
    const { min, max } = sizes.limits;
    this.#queuePage(1, Math.min(max, Math.max(min, FIRST_ITEMS)), true);
  }

  /** Distinct detections so far. */
  get unique(): number {
    return this.#reading.ledger.unique;
  }

  /** Why the whole list is read although a period is sought; null where that is not so. */
  get gaveUpPeriod(): string | null {
    return this.#course.gaveUp;
  }

  /** Pages answered so far. */
  get answered(): number {
    return this.#reading.ledger.windows.length;
  }

  /** The page to ask for next, as far as that can be known before the outstanding answers. */
  next(): Step {
    for (;;) {
      if (this.#conclusion !== null) return { kind: 'done' };
      const queued = this.#queue.shift() ?? this.#planNext();
      if (queued !== null) {
        this.#outstanding++;
        return { kind: 'ask', ask: { ...queued, id: this.#asked++, step: ++this.#step } };
      }
      if (this.#outstanding > 0) return { kind: 'wait' };
      this.#decide();
    }
  }

  /** Takes the answer to `ask`. */
  accept(ask: Ask, page: Page): void {
    this.#outstanding--;
    this.#sizer.answered(page.items.length, page.body.byteLength);
    const isFirst = this.#reading.ledger.windows.length === 0;
    const pass = this.#passes.number;
    const { entry, clampedTo } = this.#reading.take(ask, page, {
      step: ++this.#step,
      pass,
      assumedDrift: this.#course.drift(page.totalCount),
      limits: this.#sizer.limits,
    });
    this.#passes.answered(entry);
    this.#looks.answered(entry, this.#reading);
    this.#course.answered(entry.window, isFirst);
    // The offsets were not those that were planned.
    if (clampedTo !== null) this.#course.clampedTo(clampedTo);
    this.#queueProbe();
    if (pass > 1 && this.#passes.seeksEnd) {
      this.#queueAll(this.#passes.afterEnd(entry.window, this.#reading.length.estimate, this.#sizer.limits), true);
    }
  }

  /**
   * The answer to `ask` held more bytes than the source takes: its offsets are asked for in smaller windows. False
   * where no smaller page may be asked for.
   */
  tooLarge(ask: Ask): boolean {
    this.#outstanding--;
    if (!this.#sizer.tooLarge(ask.size)) return false;
    const { limits } = this.#sizer;
    if (this.#reading.ledger.windows.length === 0) this.#queuePage(1, limits.max, true);
    else this.#queueAll(this.#course.split(ask.start, ask.end, this.#outstanding), ask.planned);
    return true;
  }

  /** The API refuses the page of `ask` as one that does not exist. False where that cannot be so. */
  beyondEnd(ask: Ask): boolean {
    if (!this.#reading.beyondEnd(ask, this.#sizer.limits)) return false;
    this.#outstanding--;
    this.#queueProbe();
    return true;
  }

  /** The finished walk. Call it when `next` has said `done`. */
  outcome(times: WalkTimes): WalkOutcome {
    return outcomeOf({
      ...times,
      conclusion: this.#conclusion ?? UNFINISHED,
      reading: this.#reading,
      repairs: this.#repaired,
      passes: this.#passes,
      course: this.#course,
    });
  }

  /** Gives the memory of the uuids back, once the outcome is told. */
  release(): void {
    this.#reading.ledger.release();
  }

  #queueProbe(): void {
    const probe = this.#reading.endings.takeProbe();
    if (probe !== null) this.#queuePage(probe.page, probe.size, false);
  }

  #queuePage(page: number, size: number, planned: boolean): void {
    this.#queue.push(askOf(page, size, planned));
  }

  #queueAll(windows: readonly PlannedWindow[], planned: boolean): void {
    for (const { page, size } of windows) this.#queuePage(page, size, planned);
  }

  #planNext(): Queued | null {
    const window = this.#course.next(this.#outstanding);
    return window === null ? null : { ...window, planned: true };
  }

  /** Called when everything asked for was answered: what next, or how it ended. */
  #decide(): void {
    if (this.#passes.number > 1) this.#endPass();
    else if (this.#reading.isOneAnswer) {
      this.#confirm(() => {
        this.#course.endsInOneAnswer();
        return proven(SINGLE_REASON);
      });
    } else {
      this.#queueAll(this.#course.due(), true);
      const planned = this.#queue.length > 0 ? null : this.#planNext();
      if (planned !== null) this.#queue.push(planned);
      if (this.#queue.length === 0) this.#closeChain();
    }
  }

  #closeChain(): void {
    const { ledger, deficit, endings } = this.#reading;
    const { bounds } = this.#course;
    const judgement = judge(this.#reading.evidence(bounds), ledger.changed > 0 || deficit > 0);
    switch (judgement.kind) {
      case 'closed':
        if (endings.distrust !== null) this.#readAgain(endings.distrust);
        else if (bounds === null && deficit > 0) this.#readAgain('the list counts more items than were ever seen');
        else if (!this.#reading.watch.isShown) this.#readAgain('too few detections were seen to tell their order');
        else this.#confirm(() => chainProof(this.#reading.watch, this.#course));
        break;
      case 'stale':
        if (this.answered < chainBudget(this.#course.count)) this.#queuePage(1, this.#sizer.limits.max, false);
        else this.#readAgain('the head of the list moved faster than it could be read');
        break;
      case 'open':
        this.#repair(judgement.order, judgement.gaps);
        break;
      case 'hopeless':
        this.#readAgain(judgement.why);
        break;
    }
  }

  #repair(order: ListOrder, gaps: readonly Gap<Placed>[]): void {
    const { limits } = this.#sizer;
    const { windows } = this.#reading.ledger;
    const repairs = this.#repairs.windowsFor(gaps, {
      order,
      limits,
      overlap: this.#course.overlap(limits, 0),
      drift: windows.at(-1)?.drift ?? 0,
      length: this.#reading.length.estimate,
      atRest: this.#reading.atRest,
      windows,
    });
    if (repairs === null || this.answered + repairs.length > chainBudget(this.#course.count)) {
      this.#readAgain('some windows could not be linked', gaps);
      return;
    }
    this.#repaired += repairs.length;
    this.#queueAll(repairs, false);
  }

  /** Where no chain proves the period, the whole list may be proven; where none proves the list, reading it twice may. */
  #readAgain(why: string, gaps: readonly Gap<Placed>[] = []): void {
    if (this.#course.period !== null) return this.#course.giveUpPeriod(why);
    const { endings, deficit } = this.#reading;
    const { found } = this.#reading.contradictions;
    if (found !== null) return this.#giveUpFor(found);
    // The last look at the head is one thing, the chain another: under `created_at` it needs no look.
    const isSound = endings.distrust === null && deficit === 0 && this.#reading.watch.isShown;
    if (isSound && judge(this.#reading.evidence(null), false).kind === 'closed') {
      this.#confirm(() => chainProof(this.#reading.watch, this.#course));
      return;
    }
    this.#open = { why, gaps };
    this.#beginPass();
  }

  #beginPass(): void {
    const plan = this.#passes.planNext(this.#reading.ledger.windows, this.#reading.length.estimate, this.#sizer.limits);
    const budget = wholeBudget(this.#course.count);
    if (this.answered + plan.length <= budget) {
      this.#queueAll([this.#passes.begin(plan)], true);
      return;
    }
    const again = this.#passes.number > 1 ? 'reading the whole list again did not settle it' : 'it was not read again';
    this.#giveUp(`${again}: ${plan.length} more requests would go beyond the budget of ${budget}`);
  }

  #endPass(): void {
    const result = this.#passes.finish(this.#reading.endings.ends);
    const { deficit, endings } = this.#reading;
    const doubt = doubtOf(this.#reading, null);
    if (doubt !== null) this.#giveUpFor(doubt);
    else if (result === 'identical' && endings.distrust === null && deficit === 0)
      this.#conclusion = proven(PASSES_REASON);
    else if (result === 'different') this.#beginPass();
    else {
      // With other pages than before, only one more pass can tell whether the sequence is the same; where the budget
      // allows none, this one still neither added nor lost a detection.
      if (result === 'same set, other pages' && endings.distrust === null) this.#beginPass();
      if (this.#queue.length > 0) return;
      if (deficit > 0) this.#giveUp(`the list counts ${deficit} more than were ever seen`);
      else this.#conclusion = converged(endings.distrust ?? this.#open.why);
    }
  }

  /** Before anything is proven, the edge of the list that grows is looked at again. */
  #confirm(proof: () => Conclusion): void {
    const { bounds } = this.#course;
    // One answer is about the whole list, whatever is sought.
    const isPeriod = bounds !== null && !this.#reading.isOneAnswer;
    const isInside = isPeriod && reachesBefore(this.#reading.evidence(bounds));
    const look = isInside ? null : this.#looks.next(this.#reading, this.#sizer.limits);
    const doubt = isInside ? this.#reading.contradictions.found : doubtOf(this.#reading, bounds);
    if (look !== null) this.#queueAll([look], false);
    else if (doubt !== null) this.#giveUpFor(doubt);
    else this.#conclusion = proof();
  }

  /** Nothing that was read proves anything. */
  #giveUpFor(doubt: string): void {
    this.#open = { why: doubt, gaps: [] };
    this.#giveUp('reading on would not settle that');
  }

  #giveUp(tried: string): void {
    this.#conclusion = unproven({ ...this.#open, tried, requests: this.answered });
  }
}
