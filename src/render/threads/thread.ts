import { Worker } from 'node:worker_threads';
import { InvariantError } from '../../core/errors.ts';
import type { Slice } from '../../core/json.ts';
import type { PageItems } from '../render-pages.ts';
import { endedWorker, receivedFailure } from './failure.ts';
import type { Answer, PageRequest, RenderedPage, Request, WorkerCounts, WorkerSetup } from './messages.ts';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One worker thread, seen from the main thread. */
export class RenderThread {
  readonly #worker: Worker;
  /** Pending requests, in the order of their answers. */
  readonly #waiting: Waiting[] = [];
  #failure: Error | null = null;

  constructor(script: URL, setup: WorkerSetup) {
    // Rendering reads no environment variables, and no thread needs the API key that may be in them.
    this.#worker = new Worker(script, { workerData: setup, env: {}, name: 'render' });
    this.#worker.on('message', (answer: Answer) => this.#answered(answer));
    this.#worker.on('messageerror', (error) => this.fail(endedWorker(error)));
    this.#worker.on('error', (error) => this.fail(endedWorker(error)));
    this.#worker.on('exit', (code) => this.fail(endedWorker(code)));
  }

  /** Transfers the page's body: the caller loses it. Throws what rendering throws, or that the thread ended. */
  async render(page: PageItems): Promise<RenderedPage> {
    const request: PageRequest = {
      kind: 'page',
      file: page.file,
      body: ownBytes(page.body),
      items: boundsOf(page.items),
    };
    const transferred = [request.body.buffer as ArrayBuffer, request.items.buffer as ArrayBuffer];
    const answer = await this.#ask(request, transferred);
    if (answer.kind !== 'page') throw new InvariantError(`A worker thread answered a page with ${answer.kind}.`);
    return answer;
  }

  async counts(): Promise<WorkerCounts> {
    const answer = await this.#ask({ kind: 'counts' }, []);
    if (answer.kind !== 'counts') throw new InvariantError(`A worker thread answered its end with ${answer.kind}.`);
    return answer;
  }

  /** Rejects all pending and future requests with this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }

  /** Stops the thread, whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: Request, transferred: readonly ArrayBuffer[]): Promise<Answer> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#worker.postMessage(request, transferred);
      this.#waiting.push({ resolve, reject });
    });
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.shift();
    if (answer.kind === 'failed') waiting?.reject(receivedFailure(answer.failure));
    else waiting?.resolve(answer);
  }
}

/** The bytes in a buffer of their own, which can be transferred; a part of a larger buffer is copied. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  return isWhole ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}

function boundsOf(items: readonly Slice[]): Float64Array {
  const bounds = new Float64Array(2 * items.length);
  for (const [index, { start, end }] of items.entries()) {
    bounds[2 * index] = start;
    bounds[2 * index + 1] = end;
  }
  return bounds;
}
