import type { Page } from '../core/page.ts';
import { Endings, type Probe } from './endings.ts';
import type { Evidence } from './judgement.ts';
import { type Entry, Ledger } from './ledger.ts';
import { ListLength } from './length.ts';
import { Newcomers } from './newcomers.ts';
import { OrderWatch } from './orders.ts';

/** So many whole pages in a row without a new item are no list, but a source that repeats itself. */
const MAX_STALE_PAGES = 8;

/** What the walk needs to know of a request to make sense of its answer. */
export interface Asked {
  readonly id: number;
  readonly page: number;
  readonly size: number;
  readonly step: number;
  readonly planned: boolean;
}

/** An answer taken in. */
export interface Taken {
  readonly entry: Entry;
  /** A page to ask for, where this answer alone does not tell whether the list ends with it. */
  readonly probe: Probe | null;
  /** Set once, where the source was found to hand out smaller pages than it is asked for: their size. */
  readonly clampedTo: number | null;
}

/** Everything that was read so far, and what it says about the list. */
export class Reading {
  readonly ledger = new Ledger();
  readonly watch = new OrderWatch();
  readonly length = new ListLength();
  readonly endings = new Endings();
  readonly newcomers = new Newcomers();
  #stalePages = 0;

  /** Takes an answer in; `step` orders it among requests and answers, `assumedDrift` is as for `Arrival`. */
  take(asked: Asked, page: Page, arrival: { step: number; pass: number; assumedDrift: number }): Taken {
    const size = page.echoedSize ?? asked.size;
    const entry = this.ledger.enter(page, {
      id: asked.id,
      offset: (asked.page - 1) * size,
      askedStep: asked.step,
      answeredStep: arrival.step,
      pass: arrival.pass,
      planned: asked.planned,
      assumedDrift: arrival.assumedDrift,
    });
    const { window } = entry;
    this.watch.observe(entry.keys);
    if (entry.recreated) this.watch.refute('created', 'items changed their time of creation');
    if (entry.reordered) this.watch.refute('created', 'items changed their places');
    this.newcomers.answered(entry);
    this.length.answered({ ...window, size });
    const trusted = this.endings.distrust === null;
    const probe = this.endings.answered(window, page);
    this.#stalePages = window.items >= size && entry.fresh.length === 0 ? this.#stalePages + 1 : 0;
    if (arrival.pass === 1 && this.#stalePages >= MAX_STALE_PAGES) {
      this.endings.suspect('page after page it sent the same items');
    }
    const clamped = trusted && this.endings.distrust !== null && window.items > 0 && window.items < asked.size;
    return { entry, probe, clampedTo: clamped ? Math.min(asked.size, page.echoedSize ?? window.items) : null };
  }

  /** True where the source sends the same pages again and again: reading on would never end. */
  get repeatsItself(): boolean {
    return this.#stalePages >= MAX_STALE_PAGES;
  }

  /** A window from the head to the end is the whole list at one moment, whatever its order. */
  get isOneAnswer(): boolean {
    if (this.endings.distrust !== null) return false;
    return this.ledger.windows.some(({ offset, index }) => offset === 0 && this.endings.ends.has(index));
  }

  /** Items that the list had when its end was seen, beyond those ever received; a list that keeps its order has none. */
  get deficit(): number {
    return (this.endings.lengthAtEnd ?? 0) - this.ledger.unique;
  }

  get evidence(): Evidence {
    return { ledger: this.ledger, orders: this.watch.left, ends: this.endings.ends, voided: this.watch.voided };
  }
}
