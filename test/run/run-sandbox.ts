import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, startSandbox, TABLES } from '../../src/index.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { type RunConfig } from '../../src/core/run-config.ts';
import { runReport } from '../../src/app/export/export-run.ts';

/** A folder that is gone when the test is. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'detect-report-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The configuration that the command line would make of these flags and variables. */
export async function configOf(flags: Record<string, unknown>, env: Record<string, string> = {}): Promise<RunConfig> {
  const words = { flags, env };
  const { config } = await resolveConfig(words, {
    nowMs: Date.UTC(2024, 1, 10),
    tables: Object.values(TABLES),
    baseDir: tmpdir(),
  });
  return config;
}

/** Runs the main job as the command line would. */
export async function exportRun(flags: Record<string, unknown>, env: Record<string, string> = {}): Promise<RunResult> {
  return await runReport(await configOf(flags, env), { emit: () => undefined, signal: new AbortController().signal });
}

/** Serves the items as one list over real HTTP and exports them. */
export async function exportItems(
  items: readonly unknown[],
  folder: string,
  flags: Record<string, unknown>,
): Promise<RunResult> {
  const pagesDir = await mkdtemp(join(folder, 'pages-'));
  await writeFile(join(pagesDir, 'page.json'), JSON.stringify({ success: true, items }));
  return await exportPages(pagesDir, { out: join(folder, 'out'), ...flags });
}

export async function exportPages(pagesDir: string, flags: Record<string, unknown>): Promise<RunResult> {
  const sandbox = await startSandbox({ pagesDir, key: 'test-key' });
  try {
    return await exportRun({ source: 'api', 'base-url': sandbox.url, ...flags }, { RESEMBLE_API_KEY: 'test-key' });
  } finally {
    await sandbox.close();
  }
}
