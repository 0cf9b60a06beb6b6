import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TryLaterError } from '../../core/errors.ts';
import type { Job } from './job.ts';
import { removeFolder } from '../../platform/files/folders.ts';
import { RunLock } from '../../platform/files/lock.ts';
import type { FoundState } from './state.ts';

/**
 * Removes what a killed process left next to a run that it had just sealed: no later run of that name will do it. Keeps
 * it for the next time if the lock may still be held. Throws `OutputError`.
 */
export async function removeLeftovers(job: Job, state: FoundState): Promise<void> {
  const sealed = new Set([...state.runs.values()].flatMap(({ folders }) => folders.map((folder) => basename(folder))));
  const names = await readdir(job.outDir).catch(() => []);
  const left = new Set(names.flatMap((name) => /^\.(.+)\.(?:work|lock)$/.exec(name)?.[1] ?? []));
  for (const name of left) if (sealed.has(name)) await removeLeft(job.outDir, name);
}

async function removeLeft(outDir: string, name: string): Promise<void> {
  let lock: RunLock;
  try {
    lock = await RunLock.acquire(join(outDir, `.${name}.lock`));
  } catch (error) {
    if (error instanceof TryLaterError) return;
    throw error;
  }
  try {
    await removeFolder(join(outDir, `.${name}.work`));
  } finally {
    await lock.release();
  }
}
