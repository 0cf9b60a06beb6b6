import { createHash } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import * as z from 'zod';

export const ARCHIVE_FILE = 'records.zip';
export const DATA_PACKAGE_FILE = 'datapackage.json';
export const HISTORY_FILE = 'history.json';
export const REVIEWS_FILE = 'reviews.csv';
export const MANIFEST_FILE = 'manifest.json';
export const SIGNATURE_FILE = 'manifest.json.sig';
export const TIMESTAMP_FILE = 'manifest.json.tsr';
export const STATISTICS_FILE = 'statistics.json';
export const CHECKSUM_FILE = 'SHA256SUMS';
/** Files that runs have beside their formats, the list of differences and the DSA's parts. */
export const RUN_FILES: readonly string[] = [
  ARCHIVE_FILE,
  CHECKSUM_FILE,
  DATA_PACKAGE_FILE,
  HISTORY_FILE,
  MANIFEST_FILE,
  REVIEWS_FILE,
  SIGNATURE_FILE,
  STATISTICS_FILE,
  TIMESTAMP_FILE,
];
export const MANIFEST_FORMAT = 'detect-report/manifest/1';

/** What a run folder has under one name. */
export type FoundFile =
  /** `sha256` is null if no one needs it: the run does not name the file, or gives another size. */
  | { readonly kind: 'file'; readonly bytes: number; readonly sha256: string | null }
  /** A folder, a symbolic link, a FIFO, a socket, a device: `what` names it. */
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'unreadable'; readonly why: string };

const CHUNK_BYTES = 1024 * 1024;

/** Whether a file of that name and size is hashed. */
export type HashedSize = (name: string, bytes: number) => boolean;

/**
 * Everything in a run folder, by name; each file has its current hash, unless `isHashed` says that its size is enough.
 * Does not follow links. Throws `ConfigError` if the folder itself cannot be read.
 */
export async function readRunFiles(
  folder: string,
  signal: AbortSignal,
  isHashed: HashedSize = () => true,
): Promise<Map<string, FoundFile>> {
  const found = new Map<string, FoundFile>();
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const entry of await entriesOf(folder)) {
    signal.throwIfAborted();
    if (entry.isFile()) found.set(entry.name, await hashFile(join(folder, entry.name), chunk, signal, isHashed));
    else found.set(entry.name, { kind: 'other', what: kindOf(entry) });
  }
  return found;
}

/** True if a folder holds at least one of the files that every run has. Throws `ConfigError` if it cannot be read. */
export async function looksLikeRun(folder: string): Promise<boolean> {
  return (await entriesOf(folder)).some(({ name }) => name === MANIFEST_FILE || name === CHECKSUM_FILE);
}

/** True if a folder holds a manifest of ours, of any version, however damaged the rest of the run may be. */
export async function holdsManifest(folder: string, limitBytes: number): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  if (found?.isDirectory() !== true) return false;
  const ours = z.looseObject({ format: z.string().startsWith('detect-report/manifest/') });
  return (await readSmallJson(join(folder, MANIFEST_FILE), limitBytes, ours)) !== null;
}

/** The bytes of a small file of the run; null if it cannot be read or holds more than `limit` bytes. */
export async function readSmallFile(path: string, limit: number): Promise<Buffer | null> {
  const handle = await openRegular(path).catch(() => null);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    return size > limit ? null : await handle.readFile();
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

/** A small JSON file of our own; null if it cannot be read, is larger than `limit`, or is not of that form. */
export async function readSmallJson<T>(path: string, limit: number, form: z.ZodType<T>): Promise<T | null> {
  const bytes = await readSmallFile(path, limit);
  try {
    return bytes === null ? null : form.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

/**
 * Opens a regular file for reading, without following a link or waiting for the other end of a FIFO. Throws what the
 * file system throws.
 */
export async function openRegular(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw Object.assign(new Error(`${path} is not a regular file`), { code: 'ENOTSUP' });
}

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new ConfigError(`The run folder ${folder} cannot be read (${codeOf(error)}).`, {
      place: { file: folder },
      remedy: 'Give the folder of a run: the one that holds its manifest.json.',
      cause: error,
    });
  }
}

async function hashFile(path: string, chunk: Buffer, signal: AbortSignal, isHashed: HashedSize): Promise<FoundFile> {
  const hash = createHash('sha256');
  let handle: FileHandle | null = null;
  try {
    handle = await openRegular(path);
    const { size } = await handle.stat();
    if (!isHashed(basename(path), size)) return { kind: 'file', bytes: size, sha256: null };
    let bytes = 0;
    for (let read = -1; read !== 0; bytes += read) {
      signal.throwIfAborted();
      ({ bytesRead: read } = await handle.read(chunk, 0, chunk.length, bytes));
      hash.update(chunk.subarray(0, read));
    }
    return { kind: 'file', bytes, sha256: hash.digest('hex') };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'unreadable', why: codeOf(error) };
  } finally {
    await handle?.close();
  }
}

function kindOf(entry: Dirent): string {
  if (entry.isDirectory()) return 'a folder';
  if (entry.isSymbolicLink()) return 'a symbolic link';
  if (entry.isFIFO()) return 'a FIFO';
  return entry.isSocket() ? 'a socket' : 'a device';
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
