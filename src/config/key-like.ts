import { stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

/**
 * True for a word that may be a key, given in the wrong place: sixteen letters and digits in a row, both among them, a
 * UUID, or a long word with signs of base64. Names of templates, zones and files are not like that.
 */
export function looksLikeKey(word: string): boolean {
  const runs = word.match(/[A-Za-z0-9]{16,}/g) ?? [];
  if (runs.some((run) => /\d/.test(run) && /[A-Za-z]/.test(run))) return true;
  if (/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i.test(word)) return true;
  return word.length >= 20 && /[+=]/.test(word) && /\d/.test(word) && !/[\s.:]/.test(word);
}

/**
 * True where what is missing of a path may be a key. Of a file that somebody meant at least the folder exists, or it has an
 * extension.
 */
export async function missingPartLooksLikeKey(path: string): Promise<boolean> {
  let existing = path;
  while (dirname(existing) !== existing && !(await isThere(existing))) existing = dirname(existing);
  const missing = existing === '.' || existing === '' ? path : relative(existing, path);
  if (looksLikeKey(missing)) return true;
  const parts = missing.split(/[\\/]/);
  return parts.some((part) => part.length >= 16 && /\d/.test(part) && /[A-Za-z]/.test(part) && !part.includes('.'));
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
