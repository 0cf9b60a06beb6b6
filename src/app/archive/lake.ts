import { copyFile, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EXPORT_OPTIONS } from '../../config/options/index.ts';
import { readRunConfig } from '../../config/resolve.ts';
import { readSettings } from '../../config/settings.ts';
import { isTimezone } from '../../core/calendar.ts';
import { DetectReportError } from '../../core/errors.ts';
import { outputFailure } from '../../platform/files/output-failure.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import { ARCHIVE_FILE, MANIFEST_FILE, REVIEWS_FILE } from '../../seal/evidence/run-files.ts';
import {
  exists,
  makeFolder,
  randomName,
  removeAbandoned,
  RUN_FOLDER_MODE,
  withScratch,
} from '../../platform/files/folders.ts';
import { type RunDependencies, runReport } from '../export/export-run.ts';
import type { FoundRun } from '../status/run-status.ts';

export const LAKE_FOLDER = 'lake';

interface LakeFile {
  readonly run: FoundRun;
  readonly table: string;
  readonly path: string;
}

/**
 * `lake/<table>/period=2024-01/template=NAME/REPORT_ID.parquet` of the newest run of each period: Hive partitions, as
 * DuckDB, Spark, Trino and Athena read them. A file appears by a rename when it is complete; then those of amended runs
 * are removed. Runs without Parquet files are rendered again from their snapshots.
 */
export async function writeLake(folder: string, current: readonly FoundRun[], deps: RunDependencies) {
  const lake = join(folder, LAKE_FOLDER);
  const wanted = current.flatMap((run) => filesOf(run, lake));
  const missing: LakeFile[] = [];
  for (const file of wanted) if (!(await exists(file.path))) missing.push(file);
  const failed = new Set<string>();
  for (const run of new Set(missing.map((file) => file.run))) {
    deps.signal.throwIfAborted();
    const files = missing.filter((file) => file.run === run);
    try {
      await writeRun(run, files, deps);
    } catch (error) {
      if (!(error instanceof DetectReportError) || error.kind === 'output' || error.kind === 'interrupted') throw error;
      for (const { path } of files) failed.add(path);
      const text = `${run.status.folder} is not in the lake: ${error.message}`;
      deps.emit({ kind: 'note', level: 'warning', text });
    }
  }
  await removeOthers(lake, new Set(wanted.map(({ path }) => path)));
  // Parquet files of the lake, and how many of them were written now.
  return { files: wanted.length - failed.size, written: missing.length - failed.size };
}

/** Those of the tables that the run's template writes. */
function filesOf(run: FoundRun, lake: string): LakeFile[] {
  const { manifest, status } = run;
  if (manifest === null) return [];
  return Object.keys(manifest.tables).map((table) => {
    const partition = [`period=${status.period ?? ''}`, `template=${manifest.template.name}`];
    return { run, table, path: join(lake, table, ...partition, `${manifest.report_id}.parquet`) };
  });
}

async function writeRun(run: FoundRun, files: readonly LakeFile[], deps: RunDependencies): Promise<void> {
  const { folder } = run.status;
  const names = new Set(run.manifest?.files.map(({ name }) => name));
  if (files.every(({ table }) => names.has(`${table}.parquet`))) {
    for (const { table, path } of files) await place(join(folder, `${table}.parquet`), path);
    return;
  }
  await withScratch('lake', async (scratch) => {
    const flags = {
      source: join(folder, ARCHIVE_FILE),
      template: join(folder, MANIFEST_FILE),
      ...(names.has(REVIEWS_FILE) ? { reviews: join(folder, REVIEWS_FILE) } : {}),
      format: 'parquet',
      out: scratch,
      'no-snapshot': true,
      'no-history': true,
      ...periodFlags(run),
    };
    const settings = readSettings(EXPORT_OPTIONS, { flags, env: {} }, new Map(), '');
    const { config } = await readRunConfig(settings, {}, { nowMs: 0, tables: Object.values(TABLES) });
    const made = await runReport(config, { ...deps, emit: () => undefined });
    for (const { table, path } of files) await place(join(made.folder, `${table}.parquet`), path);
  });
}

/** A run may show another period than its list was read for. An unknown zone can only be that of the reading. */
function periodFlags({ manifest }: FoundRun): Readonly<Record<string, unknown>> {
  const { from = null, to = null, timezone = '' } = manifest?.period ?? {};
  if (!isTimezone(timezone)) return {};
  return from === null || to === null ? { timezone, all: true } : { timezone, from, to };
}

async function place(from: string, path: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomName()}`);
  try {
    await makeFolder(dirname(path), RUN_FOLDER_MODE);
    await copyFile(from, temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw outputFailure(error, path);
  }
}

/** Removes files of runs that were amended since, or are gone, what a kill left, and folders that are empty then. */
async function removeOthers(folder: string, wanted: ReadonlySet<string>): Promise<boolean> {
  await removeAbandoned(folder);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let isEmpty = true;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() ? await removeOthers(path, wanted) : path.endsWith('.parquet') && !wanted.has(path)) {
      await rm(path, { recursive: true, force: true });
    } else isEmpty = false;
  }
  return isEmpty;
}
