import { count, counted, duration } from '../figures.ts';
import type { ProgressEvent } from '../library.ts';
import type { Terminal } from '../terminal.ts';
import type { Progress } from './view.ts';

export type Stage = Extract<ProgressEvent, { kind: 'stage' }>['stage'];

export const STAGE_TITLES: Readonly<Record<Stage, string>> = {
  extract: 'Reading the list',
  archive: 'Keeping the snapshot',
  render: 'Writing the tables',
  seal: 'Sealing',
  compare: 'Comparing checksums',
  recompute: 'Hashing the records',
  reproduce: 'Making the files again',
};

/** Progress of a stage: detections done, their total if known, seconds so far. */
export interface Advance {
  readonly done: number;
  readonly of: number | null;
  readonly pages: number | null;
  readonly seconds: number;
}

/** `12,400 of 20,000 · 13 pages · 3,100/s · 3 s left` */
export function advanceText({ done, of, pages, seconds }: Advance): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = [
    of === null ? counted(done, 'detection') : `${count(Math.min(done, of))} of ${count(Math.max(done, of))}`,
  ];
  if (pages !== null) parts.push(counted(pages, 'page'));
  if (rate > 0) parts.push(`${count(Math.round(rate))}/s`);
  if (of !== null && rate > 0 && done < of) parts.push(`${duration((of - done) / rate)} left`);
  return parts.join(' · ');
}

export function retryText(event: Extract<ProgressEvent, { kind: 'retry' }>): string {
  return `page ${count(event.page)}: ${event.reason}; ${nextAttempt(event)}`;
}

export function deliveryRetryText(event: Extract<ProgressEvent, { kind: 'delivery-retry' }>): string {
  return `${event.reason.replace(/\.$/, '')}; ${nextAttempt(event)}`;
}

function nextAttempt(event: Extract<ProgressEvent, { kind: 'retry' | 'delivery-retry' }>): string {
  const { attempt, delayMs, leftMs } = event;
  const wait = delayMs < 1000 ? 'at once' : `in ${duration(delayMs / 1000)}`;
  return `attempt ${attempt + 1} follows ${wait}, giving up in ${duration(leftMs / 1000)}`;
}

/** If the total is unknown, one line for this many pages. */
const PAGES_PER_LINE = 25;

/**
 * Plain lines for logs and pipes: one for each stage and, in a long stage, one for each tenth. They have no times, so
 * that two logs of the same run can be compared.
 */
export class LineProgress implements Progress {
  readonly #terminal: Terminal;
  #tenths = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(event: ProgressEvent): void {
    switch (event.kind) {
      case 'stage':
        this.#tenths = 0;
        this.#terminal.note(STAGE_TITLES[event.stage]);
        break;
      case 'page':
        this.#page(event);
        break;
      case 'rendered':
        if (this.#isNewTenth(event.detections, event.of)) this.#line(event.detections, event.of, '');
        break;
      case 'retry':
        this.#terminal.note(`retry: ${retryText(event)}`);
        break;
      case 'delivery-retry':
        this.#terminal.note(`retry: ${deliveryRetryText(event)}`);
        break;
      case 'note':
        this.#terminal.note(`${event.level}: ${event.text}`);
        break;
      case 'file':
        break;
    }
  }

  end(): void {}

  #page({ unique, totalCount, requests }: Extract<ProgressEvent, { kind: 'page' }>): void {
    const pages = `, ${counted(requests, 'page')}`;
    if (totalCount !== null) {
      if (this.#isNewTenth(unique, totalCount)) this.#line(unique, totalCount, pages);
    } else if (requests % PAGES_PER_LINE === 0) {
      this.#terminal.note(`  ${counted(unique, 'detection')}${pages}`);
    }
  }

  #isNewTenth(done: number, of: number): boolean {
    const tenths = of === 0 ? 0 : Math.floor((done / of) * 10);
    if (tenths <= this.#tenths) return false;
    this.#tenths = tenths;
    return true;
  }

  #line(done: number, of: number, rest: string): void {
    this.#terminal.note(`  ${count(done)} of ${count(of)}${rest}`);
  }
}
