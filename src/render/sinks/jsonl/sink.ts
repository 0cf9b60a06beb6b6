import type { SinkFactory } from '../../../core/sink.ts';
import { sinkByTable, type TableFile } from '../by-table.ts';
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
      const { linesPartEncoder } = await import('./part-encoder.ts');
      return (give) => linesPartEncoder(tables, shape, give);
    },
    files: () => [file],
    tableFiles: () => new Map([['detections', file]]),
    async open({ folder }) {
      const output = await folder.create(file);
      const append: TableFile['append'] = ({ bytes }) => output.append(bytes);
      return sinkByTable(new Map([['detections', { name: file, append, close: () => output.close() }]]));
    },
  };
}
