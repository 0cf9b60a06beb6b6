import { lstat, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OutputError } from '../core/errors.ts';
import { outputFailure, systemCode } from '../core/output-failure.ts';

/**
 * A run holds names, addresses and what people said: its owner writes, its group reads (those who are to have it), and
 * nobody else sees it. The umask may take more away.
 */
export const RUN_FILE_MODE = 0o640;
export const RUN_FOLDER_MODE = 0o750;

/**
 * Makes a folder and those above it, with that mode. Returns the topmost one that had to be made, null where there was nothing to do.
 * One step at a time: Node's own `recursive` never returns where a file system (/proc) answers "no such entry" to mkdir.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<string | null> {
  const missing: string[] = [];
  try {
    for (let folder = resolve(path); !(await exists(folder)); folder = dirname(folder)) missing.push(folder);
    for (const folder of [...missing].reverse()) await makeOne(folder, mode);
    if (!(await stat(path)).isDirectory()) await mkdir(path);
  } catch (error) {
    throw outputFailure(error, path);
  }
  return missing.at(-1) ?? null;
}

/** Another run may make the same parent at the same moment: that is as good. */
async function makeOne(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    const code = systemCode(error);
    // Its parent is there: such a file system makes its folders itself, as /proc does.
    if (code === 'ENOENT') throw takesNoFolders(folder, error);
    if (code !== 'EEXIST') throw error;
  }
}

function takesNoFolders(folder: string, cause: unknown): OutputError {
  return new OutputError(`Could not make the folder ${folder}: the file system there takes no new folders (ENOENT).`, {
    place: { file: folder },
    remedy: 'Choose another folder with --out.',
    cause,
  });
}

/** Removes empty folders from `path` upwards, `topmost` last. One that holds something is no longer ours to remove. */
export async function removeFolders(path: string, topmost: string | null): Promise<void> {
  if (topmost === null) return;
  try {
    for (let folder = resolve(path); folder.startsWith(resolve(topmost)); folder = dirname(folder)) await rmdir(folder);
  } catch {
    // Not empty, or gone already.
  }
}

/** What cannot be removed now is litter for the next run to remove, and no reason to fail. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** Moves a folder; false where there is none (a link to one is none). */
export async function moved(from: string, to: string): Promise<boolean> {
  if (!(await isFolder(from))) return false;
  await rename(from, to);
  return true;
}

export async function isFolder(path: string): Promise<boolean> {
  return await lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

export async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * What a system answers that cannot sync a folder: a share or FUSE file system (EINVAL, ENOTSUP, ENOSYS, EPERM; EBADF of
 * older ones), Windows (EISDIR, EPERM), or a folder that may be written but not read (EACCES). Nothing is wrong with the
 * rename then. A disk that reports an error (EIO, ENOSPC, …) is never passed over.
 */
const CANNOT_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EBADF', 'EISDIR', 'EACCES']);

/** A rename is only safe on disk when the folder that holds the name is. Of files every failure to sync counts. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!CANNOT_SYNC.has(systemCode(error))) throw error;
  }
}

/** A name that stays in its folder, on any system, and is not hidden in it. */
export function isPlainName(name: string): boolean {
  return /^[^./\\:\u0000-\u001f][^/\\:\u0000-\u001f]*$/u.test(name);
}
