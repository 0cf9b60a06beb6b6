import { stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

/**
 * True for a word that may be a key in the wrong place: sixteen letters and digits in a row with both among them, a
 * UUID, or a long word with base64 signs. Names of templates, zones and files do not match.
 */
export function looksLikeKey(word: string): boolean {
  const runs = word.match(/[A-Za-z0-9]{16,}/g) ?? [];
  if (runs.some((run) => /\d/.test(run) && /[A-Za-z]/.test(run))) return true;
  if (/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i.test(word)) return true;
  return word.length >= 20 && /[+=]/.test(word) && /\d/.test(word) && !/[\s.:]/.test(word);
}

/**
 * True if the missing part of a path may be a key. A path meant as a file has at least an existing folder or an
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
