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
import type { PartRenderer } from './renderer.ts';
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

/**
 * Renders in `count` threads of `script`, which calls `serveParts`. One part more than there are threads is rendered or
 * waits for its turn. Throws `DetectReportError` if a thread ends unexpectedly; leaves no thread running.
 */
export function inThreads(count: number, script: URL, setup: PartSetup): PartRunner {
  return {
    async run(parts, assembler, signal) {
      const threads = Array.from({ length: count }, () => new RenderThread(script, setup));
      const stop = (): void => {
        for (const thread of threads) thread.fail(interruptionOf(signal));
      };
      signal.addEventListener('abort', stop);
      try {
        signal.throwIfAborted();
        await renderAll(parts, threads, assembler);
      } finally {
        signal.removeEventListener('abort', stop);
        await Promise.all(threads.map((thread) => thread.end()));
      }
    },
  };
}

async function renderAll(
  parts: readonly PageRange[],
  threads: readonly RenderThread[],
  assembler: Assembler,
): Promise<void> {
  const ahead: Promise<RenderedPart>[] = [];
  let started = 0;
  const start = (): void => {
    const part = parts[started];
    if (part === undefined) return;
    started++;
    const thread = threads.reduce((least, one) => (one.waiting < least.waiting ? one : least));
    const rendered = thread.render(part);
    // The error is thrown when the part is taken; parts before it come first.
    rendered.catch(() => undefined);
    ahead.push(rendered);
  };
  for (let index = 0; index <= threads.length; index++) start();
  for (let index = 0; index < parts.length; index++) {
    const first = ahead.shift();
    if (first === undefined) throw new InvariantError('No thread renders the next part.');
    const { blocks, ...counts } = await first;
    start();
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

class RenderThread {
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

  get waiting(): number {
    return this.#waiting.length;
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
