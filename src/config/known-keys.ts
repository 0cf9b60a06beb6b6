import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Secret } from '../core/secret.ts';
import { KEY_VARIABLES } from './api-access.ts';
import { missingPartLooksLikeKey } from './key-like.ts';
import { variableOf } from './options/option.ts';
import { DEFAULT_CONFIG_FILE, inFolder } from './paths.ts';
import { readCapped } from './read-capped.ts';
import type { Words } from './settings.ts';

const MAX_BYTES = 256 * 1024;
const SHORTEST = 8;

/**
 * Every key that a process may learn, before it processes its words: keys in the environment, in key files named by the
 * words, the environment or the configuration file, and words given as a key file that look like a key. For code that
 * writes messages. Relative paths start from `folder`. Never throws.
 */
export async function knownKeys(words: readonly string[], env: Words['env'], folder: string): Promise<Secret[]> {
  const configFile = inFolder(folder, valueOf('config', words, env) ?? DEFAULT_CONFIG_FILE);
  const settings = await readFile(configFile, 'utf8').catch(() => '');
  const inConfigFile = [...settings.matchAll(/^\s*api-key-file\s*:\s*["']?([^"'\r\n#]+)/gm)];
  const named = valueOf('api-key-file', words, env);
  const found = KEY_VARIABLES.map((name) => env[name] ?? '');
  if (named !== null) found.push(...(await wordsIn(folder, named)));
  for (const [, path = ''] of inConfigFile) found.push(...(await wordsIn(dirname(configFile), path.trim())));
  const keys = found.map((key) => key.trim()).filter((key) => key.length >= SHORTEST);
  return [...new Set(keys)].map((key) => new Secret(key));
}

function valueOf(option: string, words: readonly string[], env: Words['env']): string | null {
  const flag = `--${option}`;
  const at = words.indexOf(flag);
  const joined = words.find((word) => word.startsWith(`${flag}=`));
  const value =
    joined === undefined ? (at === -1 ? env[variableOf(option)] : words[at + 1]) : joined.slice(flag.length + 1);
  return value === undefined || value === '' ? null : value;
}

/** The lines of a file, and what they quote or name. If the file is missing, its name if that may be a key. */
async function wordsIn(folder: string, name: string): Promise<string[]> {
  const path = inFolder(folder, name);
  try {
    const { bytes } = await readCapped(path, 'API key file', MAX_BYTES);
    const lines = bytes
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .split(/[\r\n]+/)
      .slice(0, 20);
    return lines.flatMap((line) => [line, ...line.split(/[\s"'`=:,{}]+/).filter((word) => word.length >= 16)]);
  } catch {
    return (await missingPartLooksLikeKey(path)) ? [name] : [];
  }
}
