import { ConfigError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { readCapped } from './read-capped.ts';
import type { Setting, Words } from './settings.ts';

const MAX_BYTES = 16 * 1024;
const BOM = Buffer.from('\ufeff', 'utf8');
/** The first one that is set counts. */
export const KEY_VARIABLES = ['RESEMBLE_API_KEY', 'RESEMBLE_API_TOKEN'] as const;
export type KeyVariable = (typeof KEY_VARIABLES)[number];

export interface FoundKey {
  readonly key: Secret;
  readonly warnings: readonly string[];
}

/**
 * The API key, from a file or the environment, never from a flag: everyone on the machine can see a command line. A key
 * file named by a flag or a variable wins over RESEMBLE_API_KEY, which wins over a key file named in the configuration
 * file. No message quotes the key. Throws `ConfigError`.
 */
export async function findApiKey(keyFile: Setting<string | null>, env: Words['env']): Promise<FoundKey> {
  const isNamedHere = keyFile.origin === 'flag' || keyFile.origin === 'environment';
  if (keyFile.value !== null && isNamedHere) return fromFile(keyFile.value);
  const [variable, other] = KEY_VARIABLES.filter((name) => (env[name] ?? '').trim() !== '');
  if (variable !== undefined) {
    const key = new Secret(checkedKey(env[variable] ?? '', variable));
    const differ = other !== undefined && env[other]?.trim() !== key.reveal();
    return { key, warnings: differ ? [`${variable} and ${other} differ; ${variable} is used.`] : [] };
  }
  if (keyFile.value !== null) return fromFile(keyFile.value);
  throw new ConfigError('There is no API key.', {
    remedy:
      'Set RESEMBLE_API_KEY (or RESEMBLE_API_TOKEN), or give --api-key-file FILE; without a key, try --source sandbox.',
  });
}

async function fromFile(path: string): Promise<FoundKey> {
  const { bytes, mode } = await readCapped(path, 'API key file', MAX_BYTES);
  const isOpen = mode !== null && (mode & 0o077) !== 0 && process.platform !== 'win32';
  return {
    key: new Secret(checkedKey(withoutBom(bytes).toString('latin1'), path)),
    warnings: isOpen ? [`The API key file ${path} can be read by other users: run chmod 600 on it.`] : [],
  };
}

/** Editors on Windows begin a text file with an invisible byte order mark. */
function withoutBom(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(BOM) ? bytes.subarray(3) : bytes;
}

/** What people store instead of a key, and how it looks; the first match is reported. The word is never quoted. */
const MISTAKES: readonly (readonly [looks: RegExp, like: string])[] = [
  [/^(?:\xff\xfe|\xfe\xff)|\0/, 'a file in UTF-16, as Windows PowerShell writes it'],
  [/^-----BEGIN /, 'a PEM file'],
  [/^[{[]/, 'JSON'],
  [/^#!|^<\?|^<!/, 'a script or a page'],
  [/^(?:export|set|setx|declare -x)\s/i, 'a line of a shell script'],
  [/^(?:bearer|basic|token|authorization:?)\s/i, 'the value of a header, with a word before the key'],
  [/^(?:[A-Z_][A-Z0-9_]*|[\w-]*(?:[Kk]ey|[Tt]oken|[Ss]ecret)[\w-]*)\s*[=:]\s*\S/, 'a name with a value'],
  [/^(?:\$\{?\w+\}?|%\w+%|<[^>]*>|\{\{.*\}\})$/, 'a place holder, not a key'],
  [/^(["'`]).*\1$|^\xe2\x80[\x98\x9c]/s, 'a key in quotation marks'],
  [/[\r\n]/, 'several lines'],
  [/\s/, 'several words'],
];

/** A key is one word of visible ASCII: anything else would break the request's header, or be quoted by its error. */
export function checkedKey(word: string, place: string): string {
  const key = word.trim();
  if (key === '') throw new ConfigError(`${place} holds no API key: it is empty.`, { remedy: 'Put the key into it.' });
  const remedy = 'Store the key alone: one line, without quotes, spaces or a name in front of it.';
  const mistake = MISTAKES.find(([looks]) => looks.test(key))?.[1];
  if (mistake !== undefined) throw new ConfigError(`${place} holds no API key: it looks like ${mistake}.`, { remedy });
  const wrong = /[^\x21-\x7e]/.exec(key);
  if (wrong === null) return key;
  throw new ConfigError(`${place} holds no API key: character ${wrong.index + 1} cannot be part of one.`, { remedy });
}
