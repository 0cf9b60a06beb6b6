import { count, counted } from '../figures.ts';
import type { ProgressEvent } from '../library.ts';
import type { Terminal } from '../terminal.ts';
import type { Progress } from './view.ts';
import { deliveryRetryText, retryText, STAGE_TITLES } from './stage-text.ts';

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
