import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { outputFailure } from './output-failure.ts';
import { syncFolder } from './folders.ts';

/**
 * Writes a small file so that its name always refers to a complete one: under a temporary name, to disk, one rename.
 * The folder must exist. Throws `OutputError`, and then the old content stays.
 */
export async function writeSmallFile(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
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
