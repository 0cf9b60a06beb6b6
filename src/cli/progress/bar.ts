import type { ProgressEvent } from '../library.ts';
import type { Terminal } from '../terminal.ts';
import type { Progress } from './view.ts';
import { type Advance, advanceText, deliveryRetryText, retryText, type Stage, STAGE_TITLES } from './lines.ts';

const REDRAW_MS = 100;
const BAR_CELLS = 20;

/** One line at the bottom of a terminal, redrawn at most ten times a second: stage, bar, rate, time left. */
export class BarProgress implements Progress {
  readonly #terminal: Terminal;
  readonly #nowMs: () => number;
  #stage: Stage = 'extract';
  #stageStartMs: number;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #line = '';

  /** `nowMs` is monotonic. */
  constructor(terminal: Terminal, nowMs: () => number) {
    this.#terminal = terminal;
    this.#nowMs = nowMs;
    this.#stageStartMs = nowMs();
  }

  show(event: ProgressEvent): void {
    switch (event.kind) {
      case 'stage':
        this.#stage = event.stage;
        this.#stageStartMs = this.#nowMs();
        this.#draw(`${STAGE_TITLES[event.stage]} …`, true);
        break;
      case 'page':
        this.#advance(event.unique, event.totalCount, event.requests);
        break;
      case 'rendered':
        this.#advance(event.detections, event.of, null);
        break;
      case 'retry':
        this.#above(`retry: ${retryText(event)}`);
        break;
      case 'delivery-retry':
        this.#above(`retry: ${deliveryRetryText(event)}`);
        break;
      case 'note':
        this.#above(`${event.level}: ${event.text}`);
        break;
      case 'file':
        break;
    }
  }

  end(): void {
    this.#terminal.redraw('');
  }

  #advance(done: number, of: number | null, pages: number | null): void {
    const advance: Advance = { done, of, pages, seconds: (this.#nowMs() - this.#stageStartMs) / 1000 };
    const bar = of === null || of === 0 ? '' : ` ${barOf(Math.min(1, done / of))}`;
    this.#draw(`${STAGE_TITLES[this.#stage]}${bar}  ${advanceText(advance)}`, of !== null && done >= of);
  }

  #draw(line: string, now: boolean): void {
    this.#line = line;
    const nowMs = this.#nowMs();
    if (!now && nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#terminal.redraw(line);
  }

  /** A line that stays, above the redrawn one. */
  #above(text: string): void {
    this.#terminal.redraw('');
    this.#terminal.note(text);
    this.#terminal.redraw(this.#line);
  }
}

function barOf(share: number): string {
  const filled = Math.floor(share * BAR_CELLS);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}
