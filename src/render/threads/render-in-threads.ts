import { interruptionOf, InvariantError } from '../../core/errors.ts';
import type { Emit } from '../../core/progress.ts';
import type { Sink } from '../../core/sink.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { acceptedItems } from '../render-pages.ts';
import type { Register } from '../report/detection-lists.ts';
import type { CountingStatistics } from '../statistics/counted.ts';
import type { RenderedPage, WorkerSetup } from './messages.ts';
import { RenderThread } from './thread.ts';

/** Per thread, one page is rendered while the next one waits. */
const PAGES_OF_A_THREAD = 2;

export interface ThreadedRenderJob {
  readonly threads: number;
  /** The threads' script: the compiled `worker.js` next to this file. */
  readonly script: URL;
  readonly setup: Omit<WorkerSetup, 'encodes'>;
  readonly snapshot: Snapshot;
  /** The sinks that take rows; each appends parts. */
  readonly sinks: readonly Sink[];
  readonly statistics: CountingStatistics;
  readonly register: Register;
  readonly emit: Emit;
}

/**
 * Like `render`, with the same results to the byte for any number of threads: they decode, count and encode whole
 * pages, and this function writes the parts in list order. Memory holds two pages and their rows for each thread.
 * Throws what `render` throws, and `DetectReportError` if a thread ends unexpectedly. No thread is left running.
 */
export async function renderInThreads(job: ThreadedRenderJob, signal: AbortSignal): Promise<void> {
  job.emit({ kind: 'stage', stage: 'render' });
  const setup: WorkerSetup = { ...job.setup, encodes: job.sinks.length > 0 };
  const threads = Array.from({ length: job.threads }, () => new RenderThread(job.script, setup));
  const stop = (): void => {
    for (const thread of threads) thread.fail(interruptionOf(signal));
  };
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    await renderPages(job, threads, signal);
    for (const thread of threads) job.statistics.mergeCounted((await thread.counts()).statistics);
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

async function renderPages(
  job: ThreadedRenderJob,
  threads: readonly RenderThread[],
  signal: AbortSignal,
): Promise<void> {
  /** In list order, as many as the threads hold. */
  const ahead: { readonly page: Promise<RenderedPage>; readonly detections: number }[] = [];
  const { unique } = job.snapshot.record.certificate;
  let detections = 0;
  const takeFirst = async (): Promise<void> => {
    const first = ahead.shift();
    if (first === undefined) return;
    try {
      await write(await first.page, job);
    } catch (error) {
      // The pages after it no longer matter.
      ahead.length = 0;
      throw error;
    }
    detections += first.detections;
    job.emit({ kind: 'rendered', detections, of: unique });
  };
  try {
    let asked = 0;
    for await (const page of job.snapshot.pages()) {
      signal.throwIfAborted();
      if (ahead.length >= PAGES_OF_A_THREAD * threads.length) await takeFirst();
      const thread = threads[asked % threads.length];
      if (thread === undefined) throw new InvariantError('There is no thread to render a page.');
      asked++;
      const items = acceptedItems(page);
      const rendered = thread.render({ file: page.file, body: page.page.body, items });
      // The error is thrown when the page is taken; pages before it come first.
      rendered.catch(() => undefined);
      ahead.push({ page: rendered, detections: items.length });
    }
  } catch (error) {
    // Even if reading a page fails, an error in an earlier page comes first, as it would without threads.
    while (ahead.length > 0 && !signal.aborted) await takeFirst();
    throw error;
  }
  while (ahead.length > 0) await takeFirst();
}

/** Writes a page's parts in the order in which one thread would have written them. */
async function write({ parts, registers }: RenderedPage, { sinks, register }: ThreadedRenderJob): Promise<void> {
  for (const part of parts) {
    for (const sink of sinks) {
      if (sink.append === undefined) throw new InvariantError('A sink that appends no parts was given some.');
      await sink.append(part);
    }
  }
  register.append(registers);
}
