import { lstat, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolder, type RunFolderOptions } from '../../src/seal/run-folder/run-folder.ts';

export const NAME = 'monthly-compliance_2024-01';

/** A parent for run folders, in a folder of the test's own. */
export class OutFolder {
  readonly #root: string;
  readonly path: string;

  private constructor(root: string) {
    this.#root = root;
    this.path = join(root, 'output');
  }

  static async make(): Promise<OutFolder> {
    return new OutFolder(await mkdtemp(join(tmpdir(), 'run-folder-')));
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Beside the parent, where no run has any business. */
  beside(name: string): string {
    return join(this.#root, name);
  }

  async open(
    options: Pick<Partial<RunFolderOptions>, 'overwrite' | 'name' | 'clock' | 'isRun'> = {},
  ): Promise<RunFolder> {
    return await RunFolder.open({ outDir: this.path, name: NAME, overwrite: false, ...options });
  }

  /** A finished run whose only file says this. */
  async publish(content: string, options: Parameters<OutFolder['open']>[0] = {}): Promise<void> {
    const folder = await this.open(options);
    await writeTo(folder, 'report.txt', content);
    await folder.publish();
    await folder.cleanUp();
  }

  /** Every path under the parent, folders with a slash; `null` where there is no parent. */
  async list(): Promise<string[] | null> {
    try {
      const entries = await readdir(this.path, { recursive: true, withFileTypes: true });
      const paths = entries.map((entry) => {
        const path = join(entry.parentPath, entry.name).slice(this.path.length + 1);
        return entry.isDirectory() ? `${path}/` : path;
      });
      return paths.sort();
    } catch {
      return null;
    }
  }

  async read(name: string): Promise<string> {
    return await readFile(this.at(name), 'utf8');
  }

  /** Makes the lock look as if nobody had touched it for this long. */
  async ageLock(seconds: number): Promise<void> {
    const then = new Date((await lstat(this.at(`.${NAME}.lock`))).mtimeMs - seconds * 1000);
    await utimes(this.at(`.${NAME}.lock`), then, then);
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}

export async function writeTo(folder: RunFolder, name: string, content: string): Promise<void> {
  const output = await folder.create(name);
  await output.append(Buffer.from(content));
  await output.close();
}

/** The error that a promise fails with; fails itself when it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );
}

/** A clock whose time passes only while somebody waits, and then at once. */
export function fakeClock(onSleep: () => Promise<void> = () => Promise.resolve()) {
  let nowMs = 0;
  return {
    monotonicMs: () => nowMs,
    async sleep(ms: number) {
      nowMs += ms;
      await onSleep();
    },
  };
}
