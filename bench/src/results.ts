import { arch, cpus, release, totalmem, type } from 'node:os';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender, Kind } from './contenders.js';
import type { DataSet, ListName } from './data-set.js';
import type { Measurement } from './measured.js';

/** A writer with what its runs cost. */
export interface Result {
  readonly contender: Contender;
  readonly runs: readonly Measurement[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function medianOf(result: Result, read: (run: Measurement) => number): number {
  return median(result.runs.map(read));
}

export function rate(result: Result): number {
  return medianOf(result, ({ rows, seconds }) => rows / seconds);
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

const OURS: Readonly<Partial<Record<Kind, string>>> = { csv: 'detect-report CSV', xlsx: 'detect-report XLSX' };

/** How many times faster our writer of that kind is; empty for our own. */
function ratio(result: Result, results: readonly Result[]): string {
  const own = results.find(({ contender }) => contender.name === OURS[result.contender.kind]);
  if (own === undefined || result.contender.name.startsWith('detect-report')) return '';
  return (rate(own) / rate(result)).toFixed(2);
}

/** One table with a line for each writer. */
export function resultTable(results: readonly Result[]): string {
  const floor = results.find(({ contender }) => contender.name.startsWith('floor'));
  const floorSeconds = floor === undefined ? Number.NaN : medianOf(floor, ({ seconds }) => seconds);
  const lines = results.map((result) => {
    const seconds = medianOf(result, (run) => run.seconds);
    const rows = medianOf(result, (run) => run.rows);
    const everyRow = floor === undefined || rows >= 0.9 * medianOf(floor, (run) => run.rows);
    const cells = [
      result.contender.name,
      whole(rows),
      seconds.toFixed(2),
      everyRow ? (seconds / floorSeconds).toFixed(2) : '',
      whole(rate(result)),
      ratio(result, results),
      medianOf(result, (run) => run.cpuSeconds).toFixed(2),
      whole(medianOf(result, (run) => run.peakMebibytes)),
      result.contender.note,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| writer | rows | seconds | x floor | rows/s | ours is x times as fast | CPU seconds | peak MiB | what it does |',
    '|---|--:|--:|--:|--:|--:|--:|--:|---|',
    ...lines,
  ].join('\n');
}

const TIMES_THE_FLOOR: Readonly<Record<ListName, number>> = { 'long trees': 1.5, 'short items': 2.2 };

interface Target {
  readonly text: string;
  readonly value: number;
  readonly met: boolean;
}

/** The targets of the tables, each with what this run gave. */
export function targetTable(results: readonly Result[], list: ListName): string {
  const find = (name: string) => results.find(({ contender }) => contender.name === name);
  const seconds = (name: string) => {
    const result = find(name);
    return result === undefined ? null : medianOf(result, (run) => run.seconds);
  };
  const faster = (ours: string, theirs: string, times: number): Target[] => {
    const [own, other] = [find(ours), find(theirs)];
    if (own === undefined || other === undefined) return [];
    const value = rate(own) / rate(other);
    return [{ text: `${ours} at least ${times} times the rows/s of ${theirs}`, value, met: value >= times }];
  };
  const [csv, floor] = [seconds('detect-report CSV'), seconds('floor: JSON.parse')];
  const most = TIMES_THE_FLOOR[list];
  const floorTarget: Target[] =
    csv === null || floor === null
      ? []
      : [{ text: `detect-report CSV at most ${most} times the floor`, value: csv / floor, met: csv / floor <= most }];
  const targets = [
    ...floorTarget,
    ...faster('detect-report CSV, all cores', 'DuckDB, pages to CSV', 1),
    ...faster('detect-report XLSX', 'exceljs', 3.5),
    ...faster('detect-report XLSX, all cores', 'detect-report XLSX', 1.7),
    ...faster('detect-report XLSX, all cores', 'exceljs', 6),
    ...faster('detect-report XLSX, all cores', 'hucre', 3.5),
    ...faster('detect-report XLSX, all cores', 'Python XlsxWriter', 9),
    ...faster('detect-report Parquet, all cores', 'detect-report Parquet', 1.7),
  ];
  const lines = targets.map(({ text, value, met }) => `| ${text} | ${value.toFixed(2)} | ${met ? 'met' : 'missed'} |`);
  return ['| target | measured | |', '|---|--:|---|', ...lines].join('\n');
}

/** What every list was measured on. */
export function facts(rounds: number): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `- ${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'}), ${memory} GiB, ${type()} ${release()} ${arch()}, Node ${process.version}`,
    `- medians of ${rounds} rounds; in each round every writer runs once, in a process of its own`,
    `- ${versions().join(', ')}`,
  ].join('\n');
}

/** What the list holds. */
export function listFacts({ detections, rows: counts }: DataSet): string {
  const rows = Object.entries(counts).map(([file, count]) => `${file.replace('.csv', '')} ${whole(count)}`);
  return `${whole(detections)} detections; rows: ${rows.join(', ')}.`;
}

function versions(): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const peers = ['exceljs', 'hucre', 'write-excel-file', '@duckdb/node-api', 'pdfkit'];
  return [...peers.map((name) => `${name} ${dependencies[name] ?? '?'}`), ...pythonVersions()];
}

function pythonVersions(): string[] {
  try {
    const program =
      'import platform, xlsxwriter; print("Python", platform.python_version(), "with XlsxWriter", xlsxwriter.__version__)';
    return [
      execFileSync('/usr/bin/python3', ['-c', program], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim(),
    ];
  } catch {
    return [];
  }
}
