import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, type ErrorPlace } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { shorten, suggest } from '../core/text.ts';
import { DEFAULT_CONFIG_FILE, resolvePath } from './files.ts';
import { configFileOptions, type Options, type ValueOf, type Values, variableOf } from './options/index.ts';
import { choiceProblem, shown } from './words.ts';
import { problemAt, readYamlFile } from './yaml-file.ts';

/** The origins of a value, strongest first. */
export const ORIGINS = ['flag', 'environment', 'file', 'default'] as const;
export type Origin = (typeof ORIGINS)[number];

/** One resolved option. `place` names it in messages: `--rate`, `DETECT_REPORT_RATE`, `my.yaml:3: rate`. */
export interface Setting<T> {
  readonly value: T;
  readonly origin: Origin;
  readonly place: string;
}

export type Settings<O extends Options> = { readonly [Name in keyof O]: Setting<ValueOf<O[Name]>> };

/** The words of one call: flags by option name (absent or undefined if not given), and the environment. */
export interface Words {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What messages call an option that was given; absent: the flag, `--page-size`. */
  readonly nameOf?: (option: string) => string;
}

/**
 * Each option from its strongest origin: flag, environment, file, default. A path of the file is relative to it, any
 * other one to `folder`; an empty folder is the process's own. Throws `ConfigError` on a wrong value.
 */
export function readSettings<const O extends Options>(
  options: O,
  words: Words,
  file: FileWords,
  folder: string,
): Settings<O> {
  const settings = Object.entries(options).map(([name, option]) => {
    const setting = readSetting(name, option, words, file);
    if (option.path !== true) return [name, setting];
    const base = setting.origin === 'file' ? dirname(file.get(name)?.file ?? '') : folder;
    return [name, { ...setting, value: pathsFrom(base, setting.value) }];
  });
  return Object.fromEntries(settings) as Settings<O>;
}

function pathsFrom(base: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => pathsFrom(base, one));
  return typeof value === 'string' ? resolvePath(base, value) : value;
}

export function valuesOf<const O extends Options>(settings: Settings<O>): Values<O> {
  const entries = Object.entries<Setting<unknown>>(settings).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(entries) as Values<O>;
}

function readSetting(name: string, option: Options[string], words: Words, file: FileWords): Setting<unknown> {
  const read = (word: unknown, origin: Origin, place: string, at: ErrorPlace = {}): Setting<unknown> => {
    try {
      return { value: option?.type.read(word), origin, place };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(`${place}: ${error.message}`, { place: at, remedy: error.remedy });
    }
  };
  const flag = Object.hasOwn(words.flags, name) ? words.flags[name] : undefined;
  const given = words.nameOf?.(name) ?? `--${name}`;
  if (flag !== undefined) return read(flag, 'flag', given);
  // Many launchers write an empty variable for "not set".
  const variable = isServiceLink(variableOf(name), words.env) ? '' : words.env[variableOf(name)];
  if (variable !== undefined && variable !== '') return read(variable, 'environment', variableOf(name));
  const inFile = file.get(name);
  if (inFile !== undefined) {
    return read(inFile.word, 'file', inFile.place, { file: inFile.file, line: inFile.line });
  }
  return { value: option?.initial ?? null, origin: 'default', place: given };
}

const PREFIX = 'DETECT_REPORT_';

/**
 * True for a variable that Kubernetes sets for a Service called detect-report, or detect-report-…
 * (https://kubernetes.io/docs/concepts/services-networking/service/, "Environment variables"). It configures nothing.
 */
function isServiceLink(name: string, env: Words['env']): boolean {
  if (!name.startsWith(PREFIX)) return false;
  const rest = name.slice(PREFIX.length - 1);
  if (/^(?:_\w+)?_SERVICE_(?:HOST|PORT(?:_\w+)?)$/.test(rest)) return true;
  if (/^(?:_\w+)?_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(rest)) return true;
  return rest.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(env[name] ?? '');
}

/** Throws `ConfigError` on an unknown variable with our prefix: ignored, it could change the meaning of a run. */
export function refuseUnknownVariables(options: Options, env: Words['env']): void {
  const known = ['config', ...Object.keys(options)].map(variableOf);
  const isUnknown = (name: string): boolean => env[name] !== '' && !known.includes(name) && !isServiceLink(name, env);
  const unknown = Object.keys(env).find((name) => name.startsWith(PREFIX) && isUnknown(name));
  if (unknown === undefined) return;
  const names = known.map((name) => name.slice(PREFIX.length));
  const close = suggest(unknown.slice(PREFIX.length), names);
  const hint = close === null ? '' : ` Did you mean ${PREFIX}${close}?`;
  // Its value is not shown: it may be a key.
  throw new ConfigError(`${shorten(unknown, 80)} is not an option.${hint}`, {
    remedy: 'Correct the variable or unset it; `detect-report export --help` lists the options.',
  });
}

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
 * detect-report.yaml in `baseDir` is read if it exists.
 * Throws `ConfigError` with file and line.
 */
export async function readConfigFile(named: string | null, baseDir: string): Promise<FileWords> {
  const path = resolvePath(baseDir, named ?? DEFAULT_CONFIG_FILE);
  // An unreadable file must not count as missing.
  if (named === null && (await access(path).catch(systemCode)) === 'ENOENT') return new Map();
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
    const word = typeof value === 'string' && isPath(key, value) ? resolvePath(dirname(path), value) : value;
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
function isPath(key: string, value: string): boolean {
  return (key === 'template' || key === 'source') && /[\\/]|\.(ya?ml|json|zip)$/i.test(value);
}

function systemCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
