import { mkdir, readFile, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, InvariantError } from '../../core/errors.ts';
import type { Output, OutputFolder, Scratch, SealedFile } from '../../core/output.ts';
import { FileOutput } from '../../platform/files/file-output.ts';
import {
  exists,
  isFolder,
  isPlainName,
  makeFolder,
  moved,
  randomName,
  removeFolder,
  removeFolders,
  RUN_FILE_MODE,
  RUN_FOLDER_MODE,
  syncFolder,
} from '../../platform/files/folders.ts';
import { acquireLock, type LockOptions, type RunLock } from '../../platform/files/lock.ts';
import { failAt, outputFailure } from '../../platform/files/output-failure.ts';

export interface RunFolderOptions {
  /** Parent of the run folder. Created if it is missing. */
  readonly outDir: string;
  /** The run folder's own name, e.g. `monthly-compliance_2024-01`. */
  readonly name: string;
  /** Replaces a finished run of that name, once the new one is complete. */
  readonly overwrite: boolean;
  /** Tells whether what has that name is a run: only runs are replaced. Absent: anything counts. */
  readonly isRun?: (path: string) => Promise<boolean>;
  /** What becomes of the pages that an unfinished run of that name left; absent: they are removed. */
  readonly keptPages?: 'use' | 'leave' | 'remove';
  /** Leaves `parts/` until the run is published. */
  readonly keepParts?: boolean;
  /** Once it is aborted, the files of the run take no more bytes. */
  readonly signal?: AbortSignal;
  /** For waiting for another run's heartbeat; the machine's by default. */
  readonly clock?: LockOptions['clock'];
}

/**
 * The folders in which a run is made and published:
 *
 *     OUT/.NAME.lock           held during the run
 *     OUT/.NAME.work/TOKEN/    run/      the files, under their final names, each on disk before the next step
 *                              spool/    pages as received
 *                              scratch/  a sink's temporary files
 *                              old/      the run being replaced, between two renames
 *     OUT/.NAME.work/spool/    pages of an unfinished run, for the next one to continue from
 *     OUT/.NAME.work/parts/    what other machines made of the run: see src/app/fleet/
 *     OUT/NAME                 appears by one rename of .NAME.work/TOKEN/run
 *
 * TOKEN belongs to this attempt, and a run that takes over renames it first. So a run that was suspended at any point
 * finds its folder gone: both renames of a replacement use it and fail, the other run's result stays, and nothing is
 * written into the other's folder. A TOKEN that holds a spool but no run has been published.
 */
export class RunFolder implements OutputFolder {
  readonly path: string;
  readonly spoolPath: string;
  readonly #outDir: string;
  readonly #work: string;
  readonly #own: string;
  readonly #old: string;
  readonly #restingSpool: string;
  readonly #options: RunFolderOptions;
  readonly #lock: RunLock;
  /** The topmost folder made for this run, or null. */
  readonly #createdParent: string | null;
  readonly #open = new Set<FileOutput>();
  readonly #files = new Map<string, FileOutput>();

  private constructor(options: RunFolderOptions, lock: RunLock, createdParent: string | null) {
    this.path = join(options.outDir, options.name);
    this.#outDir = options.outDir;
    this.#work = join(options.outDir, `.${options.name}.work`);
    this.#own = join(this.#work, randomName());
    this.#old = join(this.#own, 'old');
    this.spoolPath = join(this.#own, 'spool');
    this.#restingSpool = join(this.#work, 'spool');
    this.#options = options;
    this.#lock = lock;
    this.#createdParent = createdParent;
  }

  /**
   * Takes the lock, repairs what a dead run left, and makes a work folder. Throws `ConfigError` if the run exists
   * already or its name is not valid, `TryLaterError` if another run is at work, `OutputError` if nothing can be
   * written.
   */
  static async open(options: RunFolderOptions): Promise<RunFolder> {
    if (!isPlainName(options.name)) {
      throw new ConfigError(`${JSON.stringify(options.name)} cannot name a run folder.`, {
        remedy: 'Use a template name of letters, digits, "-" and "_", without slashes or a leading dot.',
      });
    }
    const created = await makeFolder(options.outDir);
    try {
      const lock = await acquireLock(join(options.outDir, `.${options.name}.lock`), options);
      const folder = new RunFolder(options, lock, created);
      try {
        await folder.#prepare();
        return folder;
      } catch (error) {
        await folder.#withdraw();
        await lock.release();
        throw error;
      }
    } catch (error) {
      await removeFolders(options.outDir, created);
      throw error;
    }
  }

  async create(name: string): Promise<Output> {
    const output = await FileOutput.create(this.pathOf(name), RUN_FILE_MODE, this.#options.signal);
    this.#open.add(output);
    this.#files.set(name, output);
    return output;
  }

  async scratch(): Promise<Scratch> {
    const output = await FileOutput.create(join(this.scratchPath, randomName()), 0o600, this.#options.signal);
    this.#open.add(output);
    return output;
  }

  /** Folder for files that are not part of the run and are deleted when it ends. */
  get scratchPath(): string {
    return join(this.#own, 'scratch');
  }

  /** The facts of a written file, which must be closed. */
  sealed(name: string, rows: number | null = null): SealedFile {
    const output = this.#files.get(name);
    const sha256 = output?.sha256;
    if (output === undefined || sha256 === null || sha256 === undefined) {
      throw new InvariantError(`The file ${name} was never completed.`);
    }
    return { name, bytes: output.bytes, sha256, rows };
  }

  /** Path of a file of the run while it is made. Throws `InvariantError` for a name that leads out of the folder. */
  pathOf(name: string): string {
    if (!isPlainName(name)) throw new InvariantError(`${JSON.stringify(name)} cannot name a file of a run.`);
    return join(this.#own, 'run', name);
  }

  /** Content of a closed file of the run. Throws `OutputError`. */
  async read(name: string): Promise<Uint8Array> {
    const path = this.pathOf(this.sealed(name).name);
    return await readFile(path).catch(failAt(path));
  }

  async remove(name: string): Promise<void> {
    const path = this.pathOf(name);
    await rm(path, { force: true }).catch(failAt(path));
  }

  /** Makes the run appear, at one moment. Its content is on disk before, its name after. */
  async publish(): Promise<void> {
    await this.#lock.assertHeld();
    try {
      await syncFolder(join(this.#own, 'run'));
      if (await exists(this.path)) {
        await this.#refuseExisting();
        await this.#lock.assertHeld();
        await rename(this.path, this.#old);
      }
      await rename(join(this.#own, 'run'), this.path);
      await syncFolder(this.#outDir);
    } catch (error) {
      await this.#putBack(this.#own).catch(() => undefined);
      // A takeover by another run explains more than the rename that failed because of it.
      await this.#lock.assertHeld();
      throw outputFailure(error, this.path);
    }
  }

  /** Removes the pages that are kept. Throws `OutputError`. */
  async emptySpool(): Promise<void> {
    await removeFolder(this.spoolPath);
    await makeFolder(this.spoolPath, RUN_FOLDER_MODE);
  }

  /** After `publish`: removes what is no longer needed. Never fails, because the run is published. */
  async cleanUp(): Promise<void> {
    await removeFolder(partsPathOf(this.#options));
    await removeFolder(this.#restingSpool);
    await this.#removeOwn();
    await this.#lock.release();
  }

  /**
   * The run failed: removes it, except its pages if `keepSpool` is true, restores a run that it was about to replace,
   * and removes folders made only for it. Leaves alone what another run has taken over.
   */
  async abandon(keepSpool = false): Promise<void> {
    for (const output of this.#open) await output.abandon();
    await this.#putBack(this.#own).catch(() => undefined);
    // If the run was published before the failure, its pages are not needed.
    const isUnpublished = await isFolder(join(this.#own, 'run'));
    if (keepSpool && isUnpublished && (await this.#lock.isHeld())) await this.#withdraw();
    else await this.#removeOwn();
    await this.#lock.release();
    await removeFolders(this.#outDir, this.#createdParent);
  }

  /** Keeps only the pages in the spool, for the next attempt. */
  async #withdraw(): Promise<void> {
    const pages = await readdir(this.spoolPath).catch(() => []);
    if (pages.length > 0) {
      await removeFolder(this.#restingSpool);
      await moved(this.spoolPath, this.#restingSpool).catch(() => false);
    }
    await this.#removeOwn();
  }

  /** Removes only this attempt's folder, as another may exist by now; never a run that could not be put back. */
  async #removeOwn(): Promise<void> {
    if ((await exists(this.#old)) && !(await exists(this.path))) return;
    await removeFolder(this.#own);
    await rmdir(this.#work).catch(() => undefined);
  }

  async #prepare(): Promise<void> {
    try {
      if (await isFolder(this.#work)) await this.#takeOver();
      else await rm(this.#work, { force: true });
      if (await exists(this.path)) await this.#refuseExisting();
      for (const folder of [this.#work, this.#own]) await mkdir(folder, { recursive: true, mode: RUN_FOLDER_MODE });
      for (const part of ['run', 'scratch']) await mkdir(join(this.#own, part), { mode: RUN_FOLDER_MODE });
      const { keptPages = 'remove' } = this.#options;
      if (keptPages === 'remove') await rm(this.#restingSpool, { recursive: true, force: true });
      else await this.#restSpool();
      if (keptPages !== 'use' || !(await moved(this.#restingSpool, this.spoolPath)))
        await mkdir(this.spoolPath, { mode: RUN_FOLDER_MODE });
      for (const path of await this.#attempts()) await rm(path, { recursive: true, force: true });
    } catch (error) {
      throw outputFailure(error, this.#work);
    }
  }

  /** Puts the pages of an unfinished run where the next reading finds them. */
  async #restSpool(): Promise<void> {
    if (await isFolder(this.#restingSpool)) return;
    await rm(this.#restingSpool, { force: true });
    for (const attempt of await this.#attempts()) {
      if ((await isFolder(join(attempt, 'run'))) && (await moved(join(attempt, 'spool'), this.#restingSpool))) return;
    }
  }

  /**
   * Takes earlier attempts' folders away, each by one rename: an attempt that was only suspended then finds nothing to
   * publish. Restores the run that one of them was replacing.
   */
  async #takeOver(): Promise<void> {
    for (const attempt of await this.#attempts()) {
      const taken = join(this.#work, randomName());
      if (!(await moved(attempt, taken))) continue;
      await this.#putBack(taken);
      if (!(await isFolder(join(taken, 'run')))) await rm(taken, { recursive: true, force: true });
    }
    await rmdir(this.#work).catch(() => undefined);
  }

  async #attempts(): Promise<string[]> {
    const paths = (await readdir(this.#work)).map((entry) => join(this.#work, entry));
    const parts = this.#options.keepParts === true ? partsPathOf(this.#options) : '';
    return paths.filter((path) => path !== this.#own && path !== this.#restingSpool && path !== parts);
  }

  /** Puts back the run that an attempt moved away, unless another one is in its place. */
  async #putBack(attempt: string): Promise<void> {
    const old = join(attempt, 'old');
    if ((await exists(old)) && !(await exists(this.path))) await rename(old, this.path);
  }

  async #refuseExisting(): Promise<void> {
    const { overwrite, isRun } = this.#options;
    if (isRun !== undefined && !(await isRun(this.path))) {
      const text = `${this.path} is in the way: it is not a run of detect-report, and only a run is replaced.`;
      const remedy = 'Move it away, or choose another folder (--out, or out of a job).';
      throw new ConfigError(text, { place: { file: this.path }, remedy });
    }
    if (overwrite) return;
    throw new ConfigError(`The run folder ${this.path} exists already, and a sealed run is never changed.`, {
      place: { file: this.path },
      remedy: 'Add --overwrite to replace it when the new run is complete, or another --out (for a time zone, say).',
    });
  }
}

export function partsPathOf({ outDir, name }: Pick<RunFolderOptions, 'outDir' | 'name'>): string {
  return join(outDir, `.${name}.work`, 'parts');
}
