import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import * as z from 'zod';
import { DetectReportError } from '../../core/errors.ts';
import { sha256Of } from '../../core/merkle.ts';
import { isFolder, removeFolder, RUN_FILE_MODE, RUN_FOLDER_MODE, syncFolder } from '../../platform/files/folders.ts';
import { systemCode } from '../../platform/files/output-failure.ts';
import { chooseFiles, CHOSEN_FILES, openSealed } from '../run-files.ts';
import {
  type DeliverableFile,
  type DeliverableRun,
  DeliveryError,
  type DeliveryDependencies,
  type DeliveryFault,
  type Destination,
  type DeliveryReceipt,
  destinationId,
} from '../destination.ts';

export const DIRECTORY_SETTINGS = z
  .strictObject({
    kind: z.literal('directory'),
    path: z
      .string()
      .min(1)
      .max(4096)
      .refine((path) => !path.includes('\0'), { error: 'a path holds no NUL.' })
      .meta({ description: 'Folder that gets a copy of each run folder; relative to the job file' }),
    files: CHOSEN_FILES,
  })
  .meta({ description: 'A copy of the run folder in another folder, e.g. a mounted share' });

type DirectorySettings = z.output<typeof DIRECTORY_SETTINGS>;

const FAULTS: ReadonlyMap<string, readonly [fault: DeliveryFault, what: string, remedy: string]> = new Map([
  ['ENOSPC', ['full', 'the disk is full', 'Free space there; the next run tries again by itself.']],
  ['EDQUOT', ['full', 'the disk quota is used up', 'Free space there; the next run tries again by itself.']],
  ['EFBIG', ['full', 'a file would exceed the largest size allowed there', 'Raise the limit there (ulimit -f).']],
  ['EACCES', ['refused', 'permission is denied', 'Give this user the right to write there.']],
  ['EPERM', ['refused', 'the operation is not permitted', 'Give this user the right to write there.']],
  ['EROFS', ['refused', 'the file system is read-only', 'Mount it writable, or deliver to another folder.']],
]);

/** The delivery error for a file system error; names the place and the remedy. */
function writeFailure(error: unknown, target: string): DeliveryError {
  const code = systemCode(error);
  const [fault, what, remedy] = FAULTS.get(code) ?? [
    'unreachable',
    'the system reports an error',
    'Check the disk or share; the next run tries again by itself.',
  ];
  return new DeliveryError(fault, `Could not copy the run to ${target}: ${what}${code === '' ? '' : ` (${code})`}.`, {
    place: { file: target },
    remedy,
    cause: error,
  });
}

const CHUNK_BYTES = 1024 * 1024;
/** A copy untouched for this long has no living owner. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;
const TEMPORARY = /^\..+\.delivering-[0-9a-f]{12}$/;

/**
 * Copies the run folder under its own name into another folder, with the run's permissions. It appears there by one
 * rename, complete and on disk, or not at all. The target folder must exist: if a share is not mounted, nothing is
 * written below its mount point.
 */
export function openDirectory(
  { path, files }: DirectorySettings,
  { baseDir, clock }: DeliveryDependencies,
): Destination {
  const folder = isAbsolute(path) ? path : resolve(baseDir, path);
  return {
    kind: 'directory',
    id: destinationId('directory', [path]),
    describe: () => `folder ${folder}`,
    check: () => Promise.resolve(),
    checkLive: () => tryFolder(folder),
    async deliver(run, _key, signal) {
      const chosen = chooseFiles(run, files);
      const receipt = await copyRun({ ...run, files: chosen.files }, folder, clock.nowMs(), signal);
      return { ...receipt, notices: chosen.notices };
    },
  };
}

async function tryFolder(folder: string): Promise<void> {
  await requireFolder(folder);
  const path = join(folder, `.detect-report-check-${randomBytes(6).toString('hex')}`);
  try {
    await (await open(path, 'wx', RUN_FILE_MODE)).close();
    await rm(path);
  } catch (error) {
    throw writeFailure(error, folder);
  }
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new DeliveryError('refused', `The folder ${folder} does not exist, so nothing was copied there.`, {
    place: { file: folder },
    remedy: 'Create it, or mount the share that it stands for.',
  });
}

async function copyRun(run: DeliverableRun, folder: string, nowMs: number, signal: AbortSignal) {
  await requireFolder(folder);
  const target = join(folder, run.name);
  if (await holdsRun(target, run)) return receiptOf(run, target, 'already');
  await removeAbandoned(folder, nowMs);
  const temporary = join(folder, `.${run.name}.delivering-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(temporary, { mode: RUN_FOLDER_MODE & (await stat(run.folder)).mode });
    for (const file of run.files) await copyFile(file, join(temporary, file.name), signal);
    await syncFolder(temporary);
    try {
      await rename(temporary, target);
    } catch (error) {
      // Another process was faster: it is an error unless the same run is there.
      if (!(await holdsRun(target, run))) throw error;
      await removeFolder(temporary);
      return receiptOf(run, target, 'already');
    }
    await syncFolder(folder);
    return receiptOf(run, target, 'delivered');
  } catch (error) {
    await removeFolder(temporary);
    throw error instanceof DetectReportError ? error : writeFailure(error, target);
  }
}

function receiptOf(run: DeliverableRun, target: string, outcome: DeliveryReceipt['outcome']): DeliveryReceipt {
  const bytes = run.files.reduce((sum, file) => sum + file.bytes, 0);
  return { outcome, location: target, files: run.files.length, bytes, details: {} };
}

/** True if this run is there, complete; false if nothing is. Throws if something else is. */
async function holdsRun(target: string, run: DeliverableRun): Promise<boolean> {
  if (!(await isFolder(target))) {
    if ((await stat(target).catch(systemCode)) === 'ENOENT') return false;
    throw otherRun(target, 'something that is not a run folder');
  }
  const manifest = await readFile(join(target, 'manifest.json')).catch(() => null);
  if (manifest === null) throw otherRun(target, 'a folder without a manifest');
  if (sha256Of(manifest) !== run.manifestSha256) throw otherRun(target, 'another run');
  for (const file of run.files) {
    const found = await stat(join(target, file.name)).catch(() => null);
    if (found?.size !== file.bytes) throw otherRun(target, `this run, but ${file.name} there is not what was sealed`);
  }
  return true;
}

function otherRun(target: string, what: string): DeliveryError {
  return new DeliveryError('refused', `${target} holds ${what}; it was not touched.`, {
    place: { file: target },
    remedy: 'Move it away, or deliver to another folder; the next run tries again.',
  });
}

/** Removes half-made copies of any run by killed processes: a run that has arrived does not come again. */
async function removeAbandoned(folder: string, nowMs: number): Promise<void> {
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!TEMPORARY.test(entry)) continue;
    const path = join(folder, entry);
    const found = await stat(path).catch(() => null);
    if (found !== null && nowMs - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Copies a file in chunks and checks what it reads; the file is on disk when it resolves. */
async function copyFile(file: DeliverableFile, to: string, signal: AbortSignal): Promise<void> {
  const source = await openSealed(file);
  try {
    const copy = await open(to, 'wx', RUN_FILE_MODE & source.mode);
    try {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let part: Buffer = chunk; part.length === CHUNK_BYTES; ) {
        signal.throwIfAborted();
        part = await source.fill(chunk);
        await copy.writeFile(part);
      }
      source.confirm();
      await copy.sync();
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}
