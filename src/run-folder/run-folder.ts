import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, InvariantError } from '../core/errors.ts';
import type { Output, OutputFolder, Scratch, SealedFile } from '../core/output.ts';
import { FileOutput, ScratchFile } from './file-output.ts';
import { RunLock } from './lock.ts';
import { outputFailure } from './output-failure.ts';

export interface RunFolderOptions {
  /** Parent of the run folder. Created where it is missing. */
  readonly outDir: string;
  /** The run folder's own name, e.g. `monthly-compliance_2024-01`. */
  readonly name: string;
  /** Replace a finished run of that name, once the new one is complete. */
  readonly overwrite: boolean;
}

/**
 * Where a run is made and published:
 *
 *     OUT/.NAME.lock      held while the run goes on
 *     OUT/.NAME.work/     run/      the files, under their final names, each on disk before the next step
 *                         spool/    pages as received
 *                         scratch/  whatever a sink needs on the way
 *     OUT/.NAME.old       the run that is being replaced, for the moment between two renames
 *     OUT/NAME            appears by one rename of .NAME.work/run
 */
export class RunFolder implements OutputFolder {
  readonly path: string;
  readonly spoolPath: string;
  readonly #outDir: string;
  readonly #work: string;
  readonly #old: string;
  readonly #overwrite: boolean;
  readonly #lock: RunLock;
  /** True where the parent folder was made for this run. */
  readonly #createdParent: boolean;
  readonly #open = new Set<FileOutput>();
  readonly #files = new Map<string, FileOutput>();

  private constructor(options: RunFolderOptions, lock: RunLock, createdParent: boolean) {
    this.path = join(options.outDir, options.name);
    this.#outDir = options.outDir;
    this.#work = join(options.outDir, `.${options.name}.work`);
    this.#old = join(options.outDir, `.${options.name}.old`);
    this.spoolPath = join(this.#work, 'spool');
    this.#overwrite = options.overwrite;
    this.#lock = lock;
    this.#createdParent = createdParent;
  }

  /**
   * Takes the lock, mends what a dead run left, and makes an empty place to work in. Throws `ConfigError` when the
   * run exists already, `TryLaterError` when another run is at work, `OutputError` when nothing can be written.
   */
  static async open(options: RunFolderOptions): Promise<RunFolder> {
    const created = await makeFolder(options.outDir);
    try {
      const lock = await RunLock.acquire(join(options.outDir, `.${options.name}.lock`));
      const folder = new RunFolder(options, lock, created);
      try {
        await folder.#prepare();
        return folder;
      } catch (error) {
        await lock.release();
        throw error;
      }
    } catch (error) {
      if (created) await rmdir(options.outDir).catch(() => undefined);
      throw error;
    }
  }

  async create(name: string): Promise<Output> {
    const output = await FileOutput.create(join(this.#work, 'run', name), 0o644);
    this.#open.add(output);
    this.#files.set(name, output);
    return output;
  }

  async scratch(): Promise<Scratch> {
    const name = randomBytes(8).toString('hex');
    const output = await FileOutput.create(join(this.#work, 'scratch', name), 0o600);
    this.#open.add(output);
    return new ScratchFile(output);
  }

  /** What was written under that name; the file must be closed. */
  sealed(name: string, rows: number | null = null): SealedFile {
    const output = this.#files.get(name);
    const sha256 = output?.sha256;
    if (output === undefined || sha256 === null || sha256 === undefined) {
      throw new InvariantError(`The file ${name} was never completed.`);
    }
    return { name, bytes: output.bytes, sha256, rows };
  }

  /** Path of a file of the run while it is being made. */
  pathOf(name: string): string {
    return join(this.#work, 'run', name);
  }

  /** Removes a file of the run again, before it is published. */
  async remove(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
  }

  /** The one moment at which the run appears. Everything in it is on disk before, and its name after. */
  async publish(): Promise<void> {
    await this.#lock.assertHeld();
    try {
      await syncFolder(join(this.#work, 'run'));
      if (await exists(this.path)) {
        this.#refuseExisting();
        await rename(this.path, this.#old);
      }
      await rename(join(this.#work, 'run'), this.path);
      await syncFolder(this.#outDir);
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      throw outputFailure(error, this.path);
    }
  }

  /** After `publish`: removes what is no longer needed. Never fails the run that is already there. */
  async cleanUp(): Promise<void> {
    await rm(this.#old, { recursive: true, force: true }).catch(() => undefined);
    await rm(this.#work, { recursive: true, force: true }).catch(() => undefined);
    await this.#lock.release();
  }

  /** The run failed: nothing of it stays, and a folder that was only made for it goes too. */
  async abandon(): Promise<void> {
    for (const output of this.#open) await output.abandon();
    await rm(this.#work, { recursive: true, force: true }).catch(() => undefined);
    await this.#lock.release();
    if (this.#createdParent) await rmdir(this.#outDir).catch(() => undefined);
  }

  async #prepare(): Promise<void> {
    try {
      await this.#mend();
      if (await exists(this.path)) this.#refuseExisting();
      await rm(this.#work, { recursive: true, force: true });
      for (const part of ['run', 'scratch', 'spool']) await mkdir(join(this.#work, part), { recursive: true });
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      throw outputFailure(error, this.#work);
    }
  }

  /** A run that died between the two renames of a replacement left the old one beside: it is put back. */
  async #mend(): Promise<void> {
    if (!(await exists(this.#old))) return;
    if (await exists(this.path)) await rm(this.#old, { recursive: true, force: true });
    else await rename(this.#old, this.path);
  }

  #refuseExisting(): void {
    if (this.#overwrite) return;
    throw new ConfigError(`The run folder ${this.path} exists already, and a sealed run is never changed.`, {
      place: { file: this.path },
      remedy: 'Add --overwrite to replace it when the new run is complete, or choose another folder with --out.',
    });
  }
}

/** True when the folder had to be made. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    return (await mkdir(path, { recursive: true })) !== undefined;
  } catch (error) {
    throw outputFailure(error, path);
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

/** A rename is only safe on disk when the folder that holds the name is. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
