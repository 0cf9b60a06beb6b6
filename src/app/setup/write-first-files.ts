import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_CONFIG_FILE } from '../../config/paths.ts';
import type { FirstAnswers } from '../../config/resolve-commands.ts';
import { ConfigError } from '../../core/errors.ts';
import { makeFolder } from '../../platform/files/folders.ts';
import { writeSmallFile } from '../../platform/files/small-file.ts';
import { configFile, jobsFile } from './first-files.ts';

const JOBS_FILE = 'jobs.yaml';

/** Paths of the files that `writeFirstFiles` writes into a folder. */
export function firstFilesIn(dir: string): { readonly config: string; readonly jobs: string } {
  return { config: join(dir, DEFAULT_CONFIG_FILE), jobs: join(dir, JOBS_FILE) };
}

/** Throws `ConfigError` if one of the files exists and may not be overwritten. */
export async function refuseExisting(dir: string, force: boolean): Promise<void> {
  if (force) return;
  for (const path of Object.values(firstFilesIn(dir))) {
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    throw new ConfigError(`${path} exists already; nothing was written.`, {
      place: { file: path },
      remedy: 'Edit it, add --force to overwrite it, or choose another folder with --dir.',
    });
  }
}

/** Writes the configuration and the job file, each in one piece. Throws `ConfigError`, `OutputError`. */
export async function writeFirstFiles(dir: string, answers: FirstAnswers, force: boolean): Promise<void> {
  await refuseExisting(dir, force);
  await makeFolder(dir);
  const { config, jobs } = firstFilesIn(dir);
  await writeSmallFile(config, configFile(answers));
  await writeSmallFile(jobs, jobsFile(answers));
}
