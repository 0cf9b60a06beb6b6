import { interruptionOf, InvariantError } from '../../core/errors.ts';
import type { PageRange } from '../../core/snapshot.ts';
import {
  type Answer,
  endedWorker,
  type FormatBlock,
  type PartCounts,
  type PartSetup,
  receivedFailure,
  type RenderedPart,
  type Request,
} from './messages.ts';
import { type PartRenderer, renderWhole } from './renderer.ts';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Receives what parts become, in list order: the blocks of a part, then its counts. */
export interface Assembler {
  take(block: FormatBlock): Promise<void>;
  endPart(counts: PartCounts): Promise<void>;
}

/** Renders parts somewhere, in any order; what is assembled is always the same. */
export interface PartRunner {
  /** Throws the error of the first part that fails. */
  run(parts: readonly PageRange[], assembler: Assembler, signal: AbortSignal): Promise<void>;
}

/** Renders in this thread; a block is assembled as soon as it is there. */
export function inThisThread(renderer: PartRenderer): PartRunner {
  return {
    async run(parts, assembler, signal) {
      for (const part of parts) {
        await assembler.endPart(await renderer(part, (block) => assembler.take(block), signal));
      }
    },
  };
}

/** Renders one part at a time. */
interface Lane {
  render(part: PageRange): Promise<RenderedPart>;
}

/**
 * Renders in `count` threads of `script`, which calls `serveParts`, and by `renderer` in this one, which has begun before
 * they are loaded. Throws `DetectReportError` if a thread ends unexpectedly; leaves nothing running.
 */
export function inThreads(count: number, script: URL, setup: PartSetup, renderer: PartRenderer): PartRunner {
  return {
    async run(parts, assembler, signal) {
      const threads = Array.from({ length: count }, () => new RenderThread(script, setup));
      const over = new AbortController();
      const here = laneHere(renderer, over.signal);
      const stop = (): void => {
        const interruption = interruptionOf(signal);
        over.abort(interruption);
        for (const thread of threads) thread.fail(interruption);
      };
      signal.addEventListener('abort', stop);
      try {
        signal.throwIfAborted();
        await renderAll(parts, [here, ...threads], assembler, over.signal);
      } finally {
        signal.removeEventListener('abort', stop);
        over.abort();
        await Promise.all([here.ended(), ...threads.map((thread) => thread.end())]);
      }
    },
  };
}

function laneHere(renderer: PartRenderer, signal: AbortSignal) {
  let last: Promise<unknown> = Promise.resolve();
  return {
    render(part: PageRange): Promise<RenderedPart> {
      const rendered = renderWhole(renderer, part, signal);
      last = rendered.catch(() => undefined);
      return rendered;
    },
    /** Resolves when it renders nothing any more. */
    ended: () => last,
  };
}

/** Each lane takes the next part when it is free, but for one part there are at most as many ahead as there are lanes. */
async function renderAll(
  parts: readonly PageRange[],
  lanes: readonly Lane[],
  assembler: Assembler,
  over: AbortSignal,
): Promise<void> {
  const ahead: Promise<RenderedPart>[] = [];
  const resting: Lane[] = [];
  let [started, assembled] = [0, 0];
  const start = (lane: Lane): void => {
    const part = over.aborted || started - assembled > lanes.length ? undefined : parts[started];
    if (part === undefined) {
      resting.push(lane);
      return;
    }
    started++;
    const rendered = lane.render(part);
    ahead.push(rendered);
    // An error is thrown when the part is taken; parts before it come first.
    rendered.then(
      () => start(lane),
      () => undefined,
    );
  };
  for (const lane of lanes) start(lane);
  while (assembled < parts.length) {
    const next = ahead.shift();
    if (next === undefined) throw new InvariantError('No thread renders the next part.');
    const { blocks, ...counts } = await next;
    assembled++;
    for (const lane of resting.splice(0)) start(lane);
    for (const block of blocks) await assembler.take(block);
    await assembler.endPart(counts);
  }
}

interface Waiting {
  readonly resolve: (part: RenderedPart) => void;
  readonly reject: (error: Error) => void;
}

/** With the default of 48, a thread takes about 25 MiB more for a twentieth of the CPU time (bench/README.md). */
const YOUNG_MEBIBYTES = 16;

class RenderThread implements Lane {
  readonly #worker: Worker;
  /** Pending requests, in the order of their answers. */
  readonly #waiting: Waiting[] = [];
  #failure: Error | null = null;

  constructor(script: URL, setup: PartSetup) {
    // Rendering reads no environment variables, and no thread needs the API key that may be in them.
    this.#worker = new Worker(script, {
      workerData: setup,
      env: {},
      name: 'render',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEBIBYTES },
    });
    this.#worker.on('message', (answer: Answer) => this.#answered(answer));
    this.#worker.on('messageerror', (error) => this.fail(endedWorker(error)));
    this.#worker.on('error', (error) => this.fail(endedWorker(error)));
    this.#worker.on('exit', (code) => this.fail(endedWorker(code)));
  }

  /** Throws what rendering throws, or that the thread ended. */
  render(part: PageRange): Promise<RenderedPart> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#ask(part);
      this.#waiting.push({ resolve, reject });
    });
  }

  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }

  /** Lets the thread end if it has answered everything; else stops it, whatever it is doing. */
  async end(): Promise<void> {
    if (this.#failure !== null || this.#waiting.length > 0) await this.#worker.terminate();
    else {
      const ended = once(this.#worker, 'exit');
      this.#ask(null);
      await ended;
    }
  }

  #ask(request: Request): void {
    this.#worker.postMessage(request, []);
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.shift();
    if (answer.kind === 'failed') waiting?.reject(receivedFailure(answer.failure));
    else waiting?.resolve(answer);
  }
}
