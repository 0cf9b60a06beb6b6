import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { readCapped } from './read-capped.ts';

/**
 * Reads a file that a template names by a path relative to itself. A template may come from elsewhere, so the file must
 * be inside the template's folder after following symbolic links. `what` names it in errors, e.g. `logo`. Throws
 * `ConfigError` without file and line.
 */
export async function readBesideTemplate(
  templatePath: string,
  file: string,
  what: string,
  maxBytes: number,
): Promise<Buffer> {
  const folder = dirname(templatePath);
  const path = join(folder, file);
  if (isAbsolute(file) || file.includes('\0') || escapes(folder, path)) throw outside(file, what);
  const { bytes } = await readCapped(path, what, maxBytes);
  if (escapes(await realpath(folder), await realpath(path))) throw outside(file, what);
  return bytes;
}

function escapes(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function outside(file: string, what: string): ConfigError {
  return new ConfigError(`${JSON.stringify(file)} leads out of the template's folder.`, {
    remedy: `Put the ${what} beside the template, or in a folder below it.`,
  });
}
