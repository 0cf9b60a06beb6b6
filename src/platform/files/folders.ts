import { randomBytes } from 'node:crypto';
import { lstat, mkdir, mkdtemp, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { OutputError } from '../../core/errors.ts';
import { ANOTHER_FOLDER, outputFailure, systemCode } from './output-failure.ts';

/**
 * A run holds names, addresses and people's words: its owner writes, its group (the intended readers) reads, and no one
 * else sees it. The umask may take more away.
 */
export const RUN_FILE_MODE = 0o640;
export const RUN_FOLDER_MODE = 0o750;

/**
 * Makes a folder and its missing parents, with that mode. Returns the topmost folder that it made, or null. It makes
 * one folder at a time: Node's `recursive` never returns if a file system (/proc) answers mkdir with "no such entry".
 */
export async function makeFolder(path: string, mode = 0o777): Promise<string | null> {
  const missing: string[] = [];
  try {
    let folder = resolve(path);
    for (; !(await exists(folder)); folder = dirname(folder)) missing.push(folder);
    await stat(folder).catch((cause: unknown) => {
      if (systemCode(cause) !== 'ENOENT') throw cause;
      const text = `Could not write ${path}: ${folder} is a link to something that does not exist (ENOENT).`;
      const remedy = `Make what the link leads to, or choose ${ANOTHER_FOLDER}`;
      throw new OutputError(text, { place: { file: folder }, remedy, cause });
    });
    for (const one of [...missing].reverse()) await makeOne(one, mode);
    if (!(await stat(path)).isDirectory()) await mkdir(path);
  } catch (error) {
    throw outputFailure(error, path);
  }
  return missing.at(-1) ?? null;
}

async function makeOne(folder: string, mode: number): Promise<void> {
  await mkdir(folder, { mode }).catch((cause: unknown) => {
    // Another run may make the same parent at the same moment, which is fine.
    if (systemCode(cause) === 'EEXIST') return;
    if (systemCode(cause) !== 'ENOENT') throw cause;
    // Its parent exists: a file system such as /proc makes its folders itself.
    const text = `Could not make the folder ${folder}: the file system there takes no new folders (ENOENT).`;
    const remedy = `Choose ${ANOTHER_FOLDER}`;
    throw new OutputError(text, { place: { file: folder }, remedy, cause });
  });
}

/** Removes empty folders from `path` upwards, `topmost` last. Leaves a folder that is not empty. */
export async function removeFolders(path: string, topmost: string | null): Promise<void> {
  if (topmost === null) return;
  try {
    for (let folder = resolve(path); folder.startsWith(resolve(topmost)); folder = dirname(folder)) await rmdir(folder);
  } catch {
    // Not empty, or gone already.
  }
}

/** What cannot be removed now is left for the next run, without an error. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** Moves a folder; false if it does not exist (a link does not count). */
export async function moved(from: string, to: string): Promise<boolean> {
  if (!(await isFolder(from))) return false;
  await rename(from, to);
  return true;
}

export async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() === true;
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/**
 * Errors of systems that cannot sync a folder: a share or FUSE file system (EINVAL, ENOTSUP, ENOSYS, EPERM; EBADF of
 * older ones), Windows (EISDIR, EPERM), or a folder that may be written but not read (EACCES). The rename is still
 * fine. Errors reported by a disk (EIO, ENOSPC, …) are never ignored.
 */
const CANNOT_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EBADF', 'EISDIR', 'EACCES']);

/** A rename is safe on disk only once the folder that holds the name is synced. For files, every failed sync counts. */
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

/** True for a name that stays in its folder on any system, and is not hidden in it. */
export function isPlainName(name: string): boolean {
  return /^[^./\\:\u0000-\u001f][^/\\:\u0000-\u001f]*$/u.test(name);
}

/**
 * Writes a small file so that its name always refers to a complete one: under a temporary name, to disk, one rename.
 * The folder must exist. Throws `OutputError`, and then the old content stays.
 */
export async function writeSmallFile(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomName()}`);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw outputFailure(error, path);
  }
}

export function randomName(): string {
  return randomBytes(8).toString('hex');
}

const ABANDONED_AFTER_MS = 3_600_000;

/** Removes temporary files, named as above, that a killed writer left: those not written to for an hour. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/^\..*[0-9a-f]{16}$/.test(name)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    if (found?.isFile() !== true || Date.now() - found.mtimeMs < ABANDONED_AFTER_MS) continue;
    await unlink(path).catch(() => undefined);
  }
}

/** An empty temporary folder that exists while `use` runs. Throws `OutputError` if none can be made. */
export async function withScratch<T>(purpose: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `detect-report-${purpose}-`)).catch((cause: unknown) => {
    throw new OutputError(`No temporary folder can be made in ${tmpdir()} (${systemCode(cause)}).`, {
      place: { file: tmpdir() },
      remedy: 'Name a folder with free space, that this user may write to, in the variable TMPDIR.',
      cause,
    });
  });
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
