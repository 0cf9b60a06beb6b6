import type { DataSet } from './data-set.js';
import { medianOf, rate, type Result, whole } from './results.js';

const OWN = 'detect-report PDF, register';
const PEERS: ReadonlySet<string> = new Set(['pdfkit doc.table, tagged', 'pdfkit doc.table']);

/** All of these writers lay out on one thread: their CPU time tells them apart on a busy machine too. */
function cpuRate(result: Result): number {
  return medianOf(result, ({ rows, cpuSeconds }) => rows / cpuSeconds);
}

/** One table with a line for each writer of a PDF. */
export function pdfTable(results: readonly Result[]): string {
  const own = results.find(({ contender }) => contender.name === OWN);
  const lines = results.map((result) => {
    const { name, note } = result.contender;
    const isPeer = own !== undefined && PEERS.has(name);
    const cells = [
      name,
      whole(medianOf(result, ({ rows }) => rows)),
      medianOf(result, ({ seconds }) => seconds).toFixed(2),
      whole(rate(result)),
      medianOf(result, ({ cpuSeconds }) => cpuSeconds).toFixed(2),
      whole(cpuRate(result)),
      isPeer ? (cpuRate(own) / cpuRate(result)).toFixed(2) : '',
      whole(medianOf(result, ({ peakMebibytes }) => peakMebibytes)),
      note,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| writer of a PDF | rows | seconds | rows/s | CPU seconds | rows per CPU second | ours is x times as fast by CPU | peak MiB | what it does |',
    '|---|--:|--:|--:|--:|--:|--:|--:|---|',
    ...lines,
  ].join('\n');
}

/** What was measured, beside what holds for every table. */
export function pdfFacts({ detections }: DataSet, rounds: number): string {
  return `- medians of ${rounds} rounds on the same machine; the register is that of ${whole(detections)} generated detections`;
}
