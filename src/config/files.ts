import { fileURLToPath } from 'node:url';
import { open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { missingPartLooksLikeKey } from './words.ts';

/** The file to read if no other is named and it exists. */
export const DEFAULT_CONFIG_FILE = 'detect-report.yaml';

/** `path`, starting from `baseDir` unless it is absolute. An empty base is the process's own folder. */
export function resolvePath(baseDir: string, path: string): string {
  return isAbsolute(path) ? path : join(baseDir, path);
}

/** Like `resolvePath`, but keeps a path as written if the base is the process's own folder. */
export function inFolder(folder: string, path: string): string {
  return folder === '' ? path : resolvePath(folder, path);
}

/**
 * Reads a file that a person named, at most `maxBytes` of it: the name may be a device or a mistake. `what` says in
 * errors what the file is for, e.g. `template`. `mode`: its permission bits; null for a pipe or device. Throws
 * `ConfigError`.
 */
export async function readCapped(path: string, what: string, maxBytes: number) {
  try {
    const handle = await open(path, 'r');
    try {
      const stat = await handle.stat();
      const place = { file: path };
      if (stat.isDirectory()) throw new ConfigError(`The ${what} ${path} is a folder, not a regular file.`, { place });
      const bytes = Buffer.alloc(maxBytes + 1);
      let filled = 0;
      for (let read = -1; read !== 0 && filled < bytes.length; filled += read) {
        ({ bytesRead: read } = await handle.read(bytes, filled, bytes.length - filled, null));
      }
      if (filled > maxBytes) {
        throw new ConfigError(`The ${what} ${path} is larger than ${maxBytes.toLocaleString('en')} bytes.`, {
          place,
          remedy: `Give a smaller file: no ${what} needs to be that large.`,
        });
      }
      return { bytes: bytes.subarray(0, filled), mode: stat.isFile() ? stat.mode & 0o777 : null };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    // The message names neither the path nor a cause that has it.
    if (await missingPartLooksLikeKey(path)) {
      throw new ConfigError(`The ${what} does not exist. Its name is not shown: it may be a key.`, {
        remedy: 'Give the path of a file; the key itself belongs in RESEMBLE_API_KEY, or in the file.',
      });
    }
    throw unreadable(path, what, error);
  }
}

function unreadable(file: string, what: string, cause: unknown): ConfigError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const remedy = 'Check the spelling and the folder you are in.';
    return new ConfigError(`The ${what} ${file} does not exist.`, { place: { file }, remedy, cause });
  }
  const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code;
  const remedy = 'Make it readable for the user that runs detect-report.';
  return new ConfigError(`The ${what} ${file} cannot be read (${why}).`, { place: { file }, remedy, cause });
}

/** The package's own templates: the same number of levels above `src/config` and `dist/config`. */
export function builtInFolder(): string {
  return fileURLToPath(new URL('../../templates/', import.meta.url));
}
