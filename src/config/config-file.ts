import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isJsonObject } from '../core/json.ts';
import { configFileOptions, type Options } from './options/index.ts';
import { DEFAULT_CONFIG_FILE, resolvePath } from './paths.ts';
import { choiceProblem, shown } from './suggest.ts';
import { problemAt, readYamlFile } from './yaml-file.ts';

/** A value of the configuration file, and its place for messages: `detect-report.yaml:3: page-size`. */
export interface FileWord {
  readonly word: unknown;
  readonly place: string;
  readonly file: string;
  readonly line: number;
}

export type FileWords = ReadonlyMap<string, FileWord>;

/**
 * Reads a configuration file: one mapping, each key an option. `named` is the path a person gave; without one,
 * detect-report.yaml in `baseDir` is read if it exists. Paths in the file become relative to the file.
 * Throws `ConfigError` with file and line.
 */
export async function readConfigFile(named: string | null, baseDir: string): Promise<FileWords> {
  const path = resolvePath(baseDir, named ?? DEFAULT_CONFIG_FILE);
  if (named === null && !(await exists(path))) return new Map();
  const file = await readYamlFile(path, 'configuration file');
  // A file with only comments has no settings.
  if (file.data === null) return new Map();
  if (!isJsonObject(file.data)) {
    throw problemAt(path, 1, `${shown(file.data)} is not a mapping of options.`, 'Write lines such as `rate: 20`.');
  }
  const options = configFileOptions();
  const words = new Map<string, FileWord>();
  for (const [key, value] of Object.entries(file.data)) {
    const line = file.lineOfKey([], key);
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (option === undefined) throw problemAt(path, line, unknownKey(key, options), UNKNOWN_REMEDY);
    const word = typeof value === 'string' && isPath(key, option, value) ? resolvePath(dirname(path), value) : value;
    if (word !== null) words.set(key, { word, place: `${path}:${line}: ${key}`, file: path, line });
  }
  return words;
}

const UNKNOWN_REMEDY = 'Correct the key; `detect-report export --help` lists the options.';

function unknownKey(key: string, options: Options): string {
  // The value may be the key itself: the message does not show it, and names the right place.
  if (/key|token|secret/i.test(key))
    return `${shown(key)} is not an option: a key belongs in RESEMBLE_API_KEY or api-key-file.`;
  return choiceProblem('option', key, Object.keys(options));
}

/** `template` and `source` may be a name or a path: only what looks like a path is made relative. */
function isPath(key: string, option: Options[string], value: string): boolean {
  return option?.path === true || ((key === 'template' || key === 'source') && /[\\/]|\.(ya?ml|zip)$/i.test(value));
}

/** False only if the file does not exist: an unreadable file must not count as missing. */
async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
