import { ConfigError } from '../core/errors.ts';
import type { ApiSettings } from '../core/run-config.ts';
import { type FoundKey, findApiKey, KEY_VARIABLES, type KeyVariable } from './api-key.ts';
import { readBaseUrl, readProxies } from './api-settings.ts';
import { resolvePath } from './config-file.ts';
import { DOCTOR_OPTIONS } from './options/doctor.ts';
import { INIT_OPTIONS, type RHYTHMS } from './options/init.ts';
import { layered, type MessageSettings, messagesOf } from './resolve.ts';
import { readSettings, type Setting, type Words } from './settings.ts';

/** How the API would be asked. What is wrong is kept, so that `doctor` can say all of it at once. */
export interface ApiAccess {
  readonly baseUrl: string | ConfigError;
  readonly proxies: ApiSettings['proxies'] | ConfigError;
  readonly found: FoundKey | ConfigError;
}

export interface ResolvedDoctor {
  readonly outDir: string;
  readonly api: ApiAccess;
  readonly json: boolean;
  readonly messages: MessageSettings;
}

/** The words of `doctor`. Throws `ConfigError` only where a word cannot be read at all. */
export async function resolveDoctor(words: Words, baseDir = ''): Promise<ResolvedDoctor> {
  const settings = await layered(DOCTOR_OPTIONS, words, baseDir);
  return Object.freeze({
    outDir: resolvePath(baseDir, settings.out.value),
    api: await apiAccess(settings['base-url'], settings['api-key-file'], words.env, baseDir),
    json: settings.json.value,
    messages: messagesOf(settings),
  });
}

/** What `init` writes down. Paths are as given, relative to `dir`. */
export interface FirstAnswers {
  readonly every: (typeof RHYTHMS)[number];
  readonly timezone: string;
  readonly template: string;
  readonly out: string;
  readonly baseUrl: string;
  /** Null: the key comes from the environment. */
  readonly apiKeyFile: string | null;
  /** The variable that it comes from then. */
  readonly keyVariable: KeyVariable;
}

export interface ResolvedInit {
  readonly dir: string;
  readonly answers: FirstAnswers;
  /** Names of the options that somebody gave: they are not asked for. */
  readonly given: ReadonlySet<string>;
  readonly force: boolean;
  readonly yes: boolean;
  readonly messages: MessageSettings;
}

/** The words of `init`: flags and environment; it writes the configuration file and reads none. Throws `ConfigError`. */
export function resolveInit(words: Words): ResolvedInit {
  if (words.flags['config'] !== undefined) {
    throw new ConfigError('--config: init writes a configuration file and reads none.', {
      remedy: 'Leave it out; --dir says where the files are written.',
    });
  }
  const settings = readSettings(INIT_OPTIONS, words, new Map());
  readBaseUrl(settings['base-url']);
  const given = Object.entries(settings as Readonly<Record<string, Setting<unknown>>>).flatMap(([name, { origin }]) =>
    origin === 'default' ? [] : [name],
  );
  return Object.freeze({
    dir: settings.dir.value,
    answers: {
      every: settings.every.value,
      timezone: settings.timezone.value,
      template: settings.template.value,
      out: settings.out.value,
      baseUrl: settings['base-url'].value,
      apiKeyFile: settings['api-key-file'].value,
      keyVariable: KEY_VARIABLES.find((name) => (words.env[name] ?? '').trim() !== '') ?? KEY_VARIABLES[0],
    },
    given: new Set(given),
    force: settings.force.value,
    yes: settings.yes.value,
    messages: messagesOf(settings),
  });
}

/** How the API would be asked with these settings; relative paths start from `baseDir`. */
export async function apiAccess(
  baseUrl: Setting<string>,
  keyFile: Setting<string | null>,
  env: Words['env'],
  baseDir: string,
): Promise<ApiAccess> {
  const path = keyFile.value === null ? null : resolvePath(baseDir, keyFile.value);
  return {
    baseUrl: await kept(() => readBaseUrl(baseUrl)),
    proxies: await kept(() => readProxies(env)),
    found: await kept(() => findApiKey({ ...keyFile, value: path }, env)),
  };
}

async function kept<T>(read: () => T | Promise<T>): Promise<T | ConfigError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
