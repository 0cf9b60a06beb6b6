import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportReport, type Source } from '../../dist/index.js';
import { openArchive } from '../../dist/extract/snapshot/reader.js';
import { writeRegisterReport } from './register-report.js';
import { shortItems } from './short-items.js';

/** Lists of detections, each of its own kind. */
export const LISTS = {
  'long trees': { share: 1, source: (): 'sandbox' => 'sandbox' },
  'short items': { share: 0.8, source: (detections: number): Source => shortItems(detections) },
} as const;
export type ListName = keyof typeof LISTS;

/** What the writers read, all of it made from one snapshot. */
export interface DataSet {
  readonly list: ListName;
  readonly folder: string;
  /** `records.zip` of a run over the sandbox's list. */
  readonly snapshot: string;
  /** Pages as JSON files with the items that count and no others: for programs that read no snapshots. */
  readonly pages: string;
  /** The run with the three tables as CSV, for programs that are fed with finished rows. */
  readonly run: string;
  /** A report that holds the register of flagged detections and nothing else. */
  readonly register: string;
  readonly detections: number;
  readonly rows: Readonly<Record<string, number>>;
}

export const SEED = 7;

/** More than any register of the program has, few enough for a writer that keeps every cell. */
const REGISTER_ROWS = 5_000;

/** Reads a list as a user would, and lays out what the others need. */
export async function makeDataSet(parent: string, list: ListName, most: number): Promise<DataSet> {
  const { share, source } = LISTS[list];
  const detections = Math.ceil(most * share);
  const folder = join(parent, list.replace(' ', '-'));
  const options = { period: 'all', template: 'spreadsheet-analysis', formats: ['csv'], pageSize: 500 } as const;
  const out = join(folder, 'runs');
  const from = source(detections);
  const run =
    typeof from === 'string'
      ? await exportReport({ ...options, source: from, detections, seed: SEED, out })
      : await exportReport({ ...options, source: from, out });
  const snapshot = join(run.folder, 'records.zip');
  const pages = join(folder, 'pages');
  await writePages(snapshot, pages);
  const register = join(folder, 'register.json');
  await writeRegisterReport(register, snapshot, REGISTER_ROWS);
  const rows = Object.fromEntries(
    run.files.flatMap(({ name, rows: count }) => (count === null ? [] : [[name, count]])),
  );
  return { list, folder, snapshot, pages, run: run.folder, register, detections, rows };
}

async function writePages(archive: string, folder: string): Promise<void> {
  await mkdir(folder);
  const snapshot = await openArchive(archive);
  try {
    for await (const { file, page, accepted } of snapshot.pages()) {
      const body = Buffer.from(page.body);
      const items = accepted.flatMap(([first, last]) => page.items.slice(first, last + 1));
      const texts = items.map(({ start, end }) => body.toString('utf8', start, end));
      await writeFile(join(folder, file.replace('pages/', '')), `{"items":[${texts.join(',')}]}`);
    }
  } finally {
    await snapshot.close();
  }
}

/** Whether the system's Python can write workbooks. */
export function hasXlsxWriter(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import xlsxwriter'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
