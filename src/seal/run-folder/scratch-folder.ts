import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputError } from '../../core/errors.ts';
import { systemCode } from '../../platform/files/output-failure.ts';

/** An empty temporary folder that exists while `use` runs. Throws `OutputError` if none can be made. */
export async function withScratch<T>(purpose: string, use: (folder: string) => Promise<T>): Promise<T> {
  let folder: string;
  try {
    folder = await mkdtemp(join(tmpdir(), `detect-report-${purpose}-`));
  } catch (error) {
    throw new OutputError(`No temporary folder can be made in ${tmpdir()} (${systemCode(error)}).`, {
      place: { file: tmpdir() },
      remedy: 'Name a folder with free space, that this user may write to, in the variable TMPDIR.',
      cause: error,
    });
  }
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
