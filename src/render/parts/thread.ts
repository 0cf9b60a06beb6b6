import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PageRange } from '../../core/snapshot.ts';
import { endedWorker, receivedFailure } from './failure.ts';
import type { Answer, PartSetup, RenderedPart, Request } from './messages.ts';

interface Waiting {
  readonly resolve: (part: RenderedPart) => void;
  readonly reject: (error: Error) => void;
}

/** One worker thread, seen from the main thread. */
export class RenderThread {
  readonly #worker: Worker;
  /** Pending requests, in the order of their answers. */
  readonly #waiting: Waiting[] = [];
  #failure: Error | null = null;

  constructor(script: URL, setup: PartSetup) {
    // Rendering reads no environment variables, and no thread needs the API key that may be in them.
    this.#worker = new Worker(script, { workerData: setup, env: {}, name: 'render' });
    this.#worker.on('message', (answer: Answer) => this.#answered(answer));
    this.#worker.on('messageerror', (error) => this.fail(endedWorker(error)));
    this.#worker.on('error', (error) => this.fail(endedWorker(error)));
    this.#worker.on('exit', (code) => this.fail(endedWorker(code)));
  }

  /** Number of requests without an answer. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Throws what rendering throws, or that the thread ended. */
  render({ first, end }: PageRange): Promise<RenderedPart> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#ask({ first, end });
      this.#waiting.push({ resolve, reject });
    });
  }

  /** Rejects all pending and future requests with this error. */
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
