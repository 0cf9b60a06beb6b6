import { InvariantError } from '../../../core/errors.ts';
import type { Output } from '../../../core/output.ts';
import {
  ChangedCells,
  type EncodedRows,
  type FormatSink,
  type SinkContext,
  type SinkFactory,
  type SinkSummary,
} from '../../../core/sink.ts';
import type { Shape } from './part-encoder.ts';

/** `detections.jsonl`: one detection a line, with its metric trees and chunk scores. */
export const jsonlSink = linesSink(
  'nested',
  'detections.jsonl',
  'one JSON object a line, for BigQuery, Elastic, Splunk',
);

/** `detections.ocsf.jsonl`: one Detection Finding (class 2004 of OCSF 1.2.0) a line. */
export const ocsfSink = linesSink(
  'ocsf',
  'detections.ocsf.jsonl',
  'OCSF 1.2.0 Detection Findings, for security data lakes',
);

function linesSink(shape: Shape, file: string, description: string): SinkFactory {
  return {
    description,
    mediaType: 'application/x-ndjson',
    takesRows: true,
    async encoding({ tables }) {
      const { LinesPartEncoder } = await import('./part-encoder.ts');
      return (give) => new LinesPartEncoder(tables, shape, give);
    },
    files: () => [file],
    tableFiles: () => new Map([['detections', file]]),
    open: async ({ folder }: SinkContext) => new LinesSink(file, await folder.create(file)),
  };
}

class LinesSink implements FormatSink {
  readonly #name: string;
  readonly #output: Output;
  readonly #changed = new ChangedCells();
  #rows = 0;

  constructor(name: string, output: Output) {
    this.#name = name;
    this.#output = output;
  }

  async append({ table, bytes, rows, changedCells }: EncodedRows): Promise<void> {
    if (table !== 'detections') throw new InvariantError(`A block of ${table} came for ${this.#name}.`);
    await this.#output.append(bytes);
    this.#rows += rows;
    this.#changed.add(changedCells);
  }

  async close(): Promise<SinkSummary> {
    await this.#output.close();
    return { rowsByFile: new Map([[this.#name, this.#rows]]), changedCells: this.#changed.take() };
  }
}
