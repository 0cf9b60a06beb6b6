import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { ApiSettings } from '../core/run-config.ts';
import { Secret } from '../core/secret.ts';
import type { ReadSecret } from '../platform/addresses.ts';
import { isLoopback } from '../platform/machine.ts';
import { DEFAULT_CONFIG_FILE, inFolder, readCapped, resolvePath } from './files.ts';
import { variableOf } from './options/option.ts';
import type { Setting, Words } from './settings.ts';
import { missingPartLooksLikeKey } from './words.ts';

const MAX_KEY_BYTES = 16 * 1024;
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
  throw new ConfigError('No API key is set.', {
    remedy:
      'Set RESEMBLE_API_KEY (or RESEMBLE_API_TOKEN), or give --api-key-file FILE; without a key, try --source sandbox.',
  });
}

async function fromFile(path: string): Promise<FoundKey> {
  const { bytes, mode } = await readCapped(path, 'API key file', MAX_KEY_BYTES);
  const isOpen = mode !== null && (mode & 0o077) !== 0 && process.platform !== 'win32';
  return {
    // Editors on Windows begin a text file with an invisible byte order mark.
    key: new Secret(checkedKey(bytes.toString('latin1').replace(/^\xef\xbb\xbf/, ''), path)),
    warnings: isOpen ? [`The API key file ${path} can be read by other users: run chmod 600 on it.`] : [],
  };
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

/**
 * The API's address without a trailing slash. It must be https, unless it is this machine: every request carries the
 * key. Refuses credentials, a query or a fragment, and never quotes them. Throws `ConfigError`.
 */
export function readBaseUrl(setting: Setting<string>): string {
  const { place, value } = setting;
  const url = URL.canParse(value) ? new URL(value) : null;
  const wrong = (problem: string, remedy: string): ConfigError => new ConfigError(`${place}: ${problem}`, { remedy });
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw wrong('that is not an address.', 'Write it as https://host, e.g. https://app.resemble.ai.');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('the address carries a user name or password.', 'Leave it out: the API key is the only credential.');
  }
  if (url.search !== '' || url.hash !== '') {
    throw wrong('the address carries a query or fragment.', 'Give the address alone, without ? and #.');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw wrong(
      'the API key would cross the network in the clear.',
      'Use https:// (http:// is for this machine only).',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Address of a timestamp authority; http too, because a token is signed. Throws `ConfigError`. */
export function readAuthority({ place, value }: Setting<string | null>): string {
  const url = value !== null && URL.canParse(value) ? new URL(value) : null;
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isWeb) return url.href;
  throw new ConfigError(`${place}: that is not the address of a timestamp authority.`, {
    remedy: 'Write it as http://HOST/PATH or https://HOST/PATH, without a user name.',
  });
}

/** Proxies from the environment; the lower-case name wins, as in curl. Throws `ConfigError`. */
export function readProxies(env: Words['env']): ApiSettings['proxies'] {
  return {
    https: proxy(env, 'https_proxy'),
    http: proxy(env, 'http_proxy'),
    no: findVariable(env, 'no_proxy')?.value ?? null,
  };
}

function proxy(env: Words['env'], name: string): string | null {
  const found = findVariable(env, name);
  if (found === null) return null;
  // curl and others accept host and port without a scheme for an http proxy.
  const address = found.value.includes('://') ? found.value : `http://${found.value}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  // A "/" in a password begins the URL's path: the host would silently be another one.
  const isWhole = url !== null && !/@/.test(url.pathname + url.search + url.hash);
  if (isWhole && (url.protocol === 'http:' || url.protocol === 'https:')) return address;
  const remedy =
    url?.protocol.startsWith('socks') === true
      ? 'SOCKS proxies are not used: name an http or https proxy, or unset it for a direct connection.'
      : 'Write it as http://host:port, with / # ? of a user name or password as %2F %23 %3F, or unset it for a direct connection.';
  // A proxy's address may hold a password, so it is not quoted.
  throw new ConfigError(`${found.name} is not the address of a proxy.`, { remedy });
}

function findVariable(env: Words['env'], lowerName: string): { name: string; value: string } | null {
  for (const name of [lowerName, lowerName.toUpperCase()]) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== '') return { name, value };
  }
  return null;
}

const MAX_SECRET_BYTES = 64 * 1024;

/**
 * Reads secrets that a job file names: environment variables, or files relative to `baseDir`. White space around a
 * secret is not part of it (an editor ends a file with a line break). Each call reads again, so that a rotated secret
 * counts at once. Throws `ConfigError`, which names the place and never the content.
 */
export function secretReader(env: Words['env'], baseDir: string): ReadSecret {
  return async (reference) => {
    if ('env' in reference) {
      const value = (env[reference.env] ?? '').trim();
      if (value !== '') return new Secret(value);
      throw new ConfigError(`The variable ${reference.env}, which the job file names, is not set.`, {
        remedy: `Set ${reference.env} where the job runs: in its unit, secret or shell.`,
      });
    }
    const path = resolvePath(baseDir, reference.file);
    const { bytes } = await readCapped(path, 'secret file', MAX_SECRET_BYTES);
    const value = bytes.toString('utf8').trim();
    if (value !== '') return new Secret(value);
    throw new ConfigError(`The secret file ${path} is empty.`, {
      place: { file: path },
      remedy: 'Put the secret into it.',
    });
  };
}

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
  const password = /^\w+:\/\/[^/@]*:([^/@]+)@/.exec(valueOf('queue', words, env) ?? '')?.[1];
  if (password !== undefined) found.push(password, decoded(password));
  if (named !== null) found.push(...(await wordsIn(folder, named)));
  for (const [, path = ''] of inConfigFile) found.push(...(await wordsIn(dirname(configFile), path.trim())));
  const keys = found.map((key) => key.trim()).filter((key) => key.length >= SHORTEST);
  return [...new Set(keys)].map((key) => new Secret(key));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
