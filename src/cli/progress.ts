import { count, counted, duration } from './figures.ts';
import type { MessageSettings } from '../config/resolve.ts';
import type { Emit, ProgressEvent } from '../index.ts';
import type { Terminal } from './terminal.ts';

export interface Progress {
  show(event: ProgressEvent): void;
  /** Leaves the terminal ready for other lines: after the work, and between two jobs. */
  end(): void;
}

/** Works with the progress shown, and leaves the terminal ready for the result, also after a failure. */
export async function withProgress<T>(
  settings: MessageSettings,
  terminal: Terminal,
  work: (emit: Emit, progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = openProgress(settings, terminal);
  try {
    return await work((event) => progress.show(event), progress);
  } finally {
    progress.end();
  }
}

/** The view for these settings: JSON lines if asked for, nothing if quiet, a bar on a terminal, else plain lines. */
export function openProgress({ 'log-format': logFormat, quiet }: MessageSettings, terminal: Terminal): Progress {
  if (logFormat !== 'json' && !quiet) {
    return terminal.isInteractive ? barProgress(terminal, () => performance.now()) : lineProgress(terminal);
  }
  return {
    show(event) {
      const isRetry = event.kind === 'retry' || event.kind === 'delivery-retry';
      const isWarning = event.kind === 'note' && event.level === 'warning';
      const { kind, ...fields } = event;
      const level = isRetry || isWarning ? 'warning' : 'info';
      if (logFormat !== 'json') {
        if (isWarning) terminal.note(`warning: ${event.text}`);
      } else if (!quiet || level === 'warning') terminal.log(kind, { ...fields, level });
    },
    end() {},
  };
}

type EventOf<Kind extends ProgressEvent['kind']> = Extract<ProgressEvent, { kind: Kind }>;
type Stage = EventOf<'stage'>['stage'];

const STAGE_TITLES: Readonly<Record<Stage, string>> = {
  extract: 'Reading the list',
  archive: 'Keeping the snapshot',
  render: 'Writing the tables',
  seal: 'Sealing',
  compare: 'Comparing checksums',
  recompute: 'Hashing the records',
  reproduce: 'Making the files again',
};

/** The line of an event that is worth one of its own, or null. */
function lineOf(event: ProgressEvent): string | null {
  if (event.kind === 'note') return `${event.level}: ${event.text}`;
  if (event.kind === 'retry') return `retry: page ${count(event.page)}: ${event.reason}; ${nextAttempt(event)}`;
  return event.kind === 'delivery-retry' ? `retry: ${event.reason.replace(/\.$/, '')}; ${nextAttempt(event)}` : null;
}

function nextAttempt({ attempt, delayMs, leftMs }: EventOf<'retry' | 'delivery-retry'>): string {
  const wait = delayMs < 1000 ? 'at once' : `in ${duration(delayMs / 1000)}`;
  return `attempt ${attempt + 1} follows ${wait}, giving up in ${duration(leftMs / 1000)}`;
}

/** If the total is unknown, one line for this many pages. */
const PAGES_PER_LINE = 25;

/**
 * Plain lines for logs and pipes: one for each stage and, in a long stage, one for each tenth. They have no times, so
 * that two logs of the same run can be compared.
 */
function lineProgress(terminal: Terminal): Progress {
  let told = 0;
  const advance = (done: number, of: number, rest: string): void => {
    const tenths = of === 0 ? 0 : Math.floor((done / of) * 10);
    if (tenths <= told) return;
    told = tenths;
    terminal.note(`  ${count(done)} of ${count(of)}${rest}`);
  };
  const page = ({ unique, totalCount, requests }: EventOf<'page'>): void => {
    const pages = `, ${counted(requests, 'page')}`;
    if (totalCount !== null) advance(unique, totalCount, pages);
    else if (requests % PAGES_PER_LINE === 0) terminal.note(`  ${counted(unique, 'detection')}${pages}`);
  };
  return {
    show(event) {
      const line = lineOf(event);
      if (line !== null) terminal.note(line);
      else if (event.kind === 'stage') {
        told = 0;
        terminal.note(STAGE_TITLES[event.stage]);
      } else if (event.kind === 'page') page(event);
      else if (event.kind === 'rendered') advance(event.detections, event.of, '');
    },
    end() {},
  };
}

const REDRAW_MS = 100;
const BAR_CELLS = 20;

/**
 * One line at the bottom of a terminal, redrawn at most ten times a second: stage, bar, rate, time left. `nowMs` is
 * monotonic.
 */
export function barProgress(terminal: Terminal, nowMs: () => number): Progress {
  let stage: Stage = 'extract';
  let stageStartMs = nowMs();
  let drawnMs = Number.NEGATIVE_INFINITY;
  let drawn = '';
  const draw = (line: string, now: boolean): void => {
    drawn = line;
    if (!now && nowMs() - drawnMs < REDRAW_MS) return;
    drawnMs = nowMs();
    terminal.redraw(line);
  };
  const advance = (done: number, of: number | null, pages: number | null): void => {
    const bar = of === null || of === 0 ? '' : ` ${barOf(Math.min(1, done / of))}`;
    const text = advanceText(done, of, pages, (nowMs() - stageStartMs) / 1000);
    draw(`${STAGE_TITLES[stage]}${bar}  ${text}`, of !== null && done >= of);
  };
  return {
    show(event) {
      const line = lineOf(event);
      if (line !== null) {
        // It stays, above the redrawn line.
        terminal.redraw('');
        terminal.note(line);
        terminal.redraw(drawn);
      } else if (event.kind === 'stage') {
        stage = event.stage;
        stageStartMs = nowMs();
        draw(`${STAGE_TITLES[stage]} …`, true);
      } else if (event.kind === 'page') advance(event.unique, event.totalCount, event.requests);
      else if (event.kind === 'rendered') advance(event.detections, event.of, null);
    },
    end: () => terminal.redraw(''),
  };
}

function barOf(share: number): string {
  const filled = Math.floor(share * BAR_CELLS);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** `12,400 of 20,000 · 13 pages · 3,100/s · 3 s left`; `of` is null if the total is not known. */
function advanceText(done: number, of: number | null, pages: number | null, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  return [
    of === null ? counted(done, 'detection') : `${count(Math.min(done, of))} of ${count(Math.max(done, of))}`,
    ...(pages === null ? [] : [counted(pages, 'page')]),
    ...(rate > 0 ? [`${count(Math.round(rate))}/s`] : []),
    ...(of !== null && rate > 0 && done < of ? [`${duration((of - done) / rate)} left`] : []),
  ].join(' · ');
}
