import type { MessageSettings, ProgressEvent } from '../library.ts';
import type { Terminal } from '../terminal.ts';
import { BarProgress } from './bar.ts';
import { LineProgress } from './lines.ts';
import type { Progress } from './view.ts';

/** The view for these settings: JSON lines if asked for, nothing if quiet, a bar on a terminal, else plain lines. */
export function openProgress(settings: MessageSettings, terminal: Terminal): Progress {
  if (settings.logFormat === 'json') return new JsonProgress(terminal, settings.quiet);
  if (settings.quiet) return new QuietProgress(terminal);
  if (terminal.isInteractive) return new BarProgress(terminal, () => performance.now());
  return new LineProgress(terminal);
}

/** Warnings only. */
class QuietProgress implements Progress {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(event: ProgressEvent): void {
    if (event.kind === 'note' && event.level === 'warning') this.#terminal.note(`warning: ${event.text}`);
  }

  end(): void {}
}

/** Every event as one line of JSON; only warnings if quiet. */
class JsonProgress implements Progress {
  readonly #terminal: Terminal;
  readonly #quiet: boolean;

  constructor(terminal: Terminal, quiet: boolean) {
    this.#terminal = terminal;
    this.#quiet = quiet;
  }

  show(event: ProgressEvent): void {
    const { kind, ...fields } = event;
    const isRetry = event.kind === 'retry' || event.kind === 'delivery-retry';
    const level = isRetry || (event.kind === 'note' && event.level === 'warning') ? 'warning' : 'info';
    if (this.#quiet && level === 'info') return;
    this.#terminal.log(kind, { ...fields, level });
  }

  end(): void {}
}
