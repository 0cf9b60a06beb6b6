import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveConfig } from '../../dist/config/resolve.js';
import { TABLES } from '../../dist/index.js';
import { runReport } from '../../dist/app/export/export-run.js';
import { openArchive } from '../../dist/extract/snapshot/reader.js';
import { writeRegisterReport } from './register-report.js';

/** What the writers read, all of it made from one snapshot. */
export interface DataSet {
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

/** Reads the sandbox's list as a user would, and lays out what the others need. */
export async function makeDataSet(folder: string, detections: number): Promise<DataSet> {
  const flags = {
    source: 'sandbox',
    detections: String(detections),
    seed: String(SEED),
    all: true,
    template: 'spreadsheet-analysis',
    format: 'csv',
    'page-size': '500',
    out: join(folder, 'runs'),
  };
  const { config } = await resolveConfig({ flags, env: {} }, { nowMs: 0, tables: Object.values(TABLES) });
  const run = await runReport(config, { emit: () => undefined, signal: new AbortController().signal });
  const snapshot = join(run.folder, 'records.zip');
  const pages = join(folder, 'pages');
  await writePages(snapshot, pages);
  const register = join(folder, 'register.json');
  await writeRegisterReport(register, snapshot, REGISTER_ROWS);
  const rows = Object.fromEntries(
    run.files.flatMap(({ name, rows: count }) => (count === null ? [] : [[name, count]])),
  );
  return { folder, snapshot, pages, run: run.folder, register, detections, rows };
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
