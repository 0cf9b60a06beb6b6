import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { InvariantError } from '../../core/errors.ts';
import type { EncodedRows } from '../../core/sink.ts';
import { type PageJob, renderPage } from '../render-pages.ts';
import { createRegister } from '../report/detection-lists.ts';
import { CsvPartEncoder } from '../sinks/csv/part-encoder.ts';
import { createStatistics } from '../statistics/statistics.ts';
import { createClassifier } from '../transform/classify.ts';
import { createDecoder } from '../transform/decode.ts';
import { selectTables, redactionFor } from '../transform/tables/tables.ts';
import { sentFailure } from './failure.ts';
import type { Answer, PageRequest, RenderedPage, Request, WorkerCounts, WorkerSetup } from './messages.ts';

/** The parts of rendering that one thread needs. Loads only the CSV encoder: every library costs memory here. */
class PageWorker {
  readonly #setup: WorkerSetup;
  readonly #encoder: CsvPartEncoder;
  readonly #job: Omit<PageJob, 'sinks' | 'observe'>;
  readonly #statistics;

  constructor(setup: WorkerSetup) {
    const { template, period, readUntilMs, settings } = setup;
    this.#setup = setup;
    const tables = selectTables(template.tables);
    this.#encoder = new CsvPartEncoder(tables, settings);
    const { retentionLimitSeconds } = template;
    this.#statistics = createStatistics({ period, readUntilMs, retentionLimitSeconds });
    this.#job = {
      decode: createDecoder(createClassifier(template.policy), redactionFor(template.tables)),
      period,
      tables,
      statistics: this.#statistics,
    };
  }

  async render({ file, body, items }: PageRequest): Promise<RenderedPage> {
    const { encodes, template } = this.#setup;
    const parts: EncodedRows[] = [];
    const collector: PageJob['sinks'][number] = {
      write: async (table, rows) => void parts.push(...this.#encoder.encode(table, rows)),
    };
    const { registerLimit, retentionLimitSeconds: limitSeconds } = template;
    const register = createRegister(registerLimit, { limitSeconds, readUntilMs: this.#setup.readUntilMs });
    await renderPage(
      { file, body, items: slices(items) },
      { ...this.#job, sinks: encodes ? [collector] : [], observe: (detection) => register.add(detection) },
    );
    return { kind: 'page', parts, registers: register.result() };
  }

  counts(): WorkerCounts {
    return { kind: 'counts', statistics: this.#statistics.counted };
  }
}

function slices(bounds: Float64Array): { readonly start: number; readonly end: number }[] {
  return Array.from({ length: bounds.length / 2 }, (_, index) => ({
    start: bounds[2 * index] ?? 0,
    end: bounds[2 * index + 1] ?? 0,
  }));
}

/** Answers the requests of the main thread, one by one. */
function serve(port: MessagePort, worker: PageWorker): void {
  const answer = async (request: Request): Promise<Answer> => {
    try {
      return request.kind === 'page' ? await worker.render(request) : worker.counts();
    } catch (error) {
      return { kind: 'failed', failure: sentFailure(error) };
    }
  };
  const serveInTurn = async (before: Promise<void>, request: Request): Promise<void> => {
    await before;
    const given = await answer(request);
    port.postMessage(given, given.kind === 'page' ? given.parts.map(({ bytes }) => bytes.buffer as ArrayBuffer) : []);
  };
  let turn = Promise.resolve();
  port.on('message', (request: Request) => {
    turn = serveInTurn(turn, request);
  });
}

if (parentPort === null) throw new InvariantError('The script of a worker thread was started as a program.');
serve(parentPort, new PageWorker(workerData as WorkerSetup));
