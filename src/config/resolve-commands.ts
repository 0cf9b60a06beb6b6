import { ConfigError } from '../core/errors.ts';
import type { ApiSettings } from '../core/run-config.ts';
import { findApiKey, type FoundKey, KEY_VARIABLES, type KeyVariable, readBaseUrl, readProxies } from './api-access.ts';
import { INIT_OPTIONS, type Options, type Values } from './options/index.ts';
import { readSettings, type Setting, type Settings, type Words } from './settings.ts';

/** How the API would be called. Keeps what is wrong, so that `doctor` can report all of it at once. */
export interface ApiAccess {
  readonly baseUrl: string | ConfigError;
  readonly proxies: ApiSettings['proxies'] | ConfigError;
  readonly found: FoundKey | ConfigError;
}

type Asked = 'every' | 'timezone' | 'template' | 'out' | 'base-url' | 'api-key-file';
/** What `init` writes down. Paths are as given, relative to `dir`. The key comes from the variable if no file is named. */
export type FirstAnswers = Pick<Values<typeof INIT_OPTIONS>, Asked> & { readonly keyVariable: KeyVariable };

/** The options of `init`, from flags and environment: it reads no configuration file. Throws `ConfigError`. */
export function resolveInit(words: Words, folder: string): Settings<typeof INIT_OPTIONS> {
  if (words.flags['config'] !== undefined) {
    throw new ConfigError('--config: init writes a configuration file and reads none.', {
      remedy: 'Leave it out; --dir names the folder for the files.',
    });
  }
  const settings = readSettings(INIT_OPTIONS, words, new Map(), folder);
  readBaseUrl(settings['base-url']);
  return settings;
}

/** Options from flags alone: elsewhere `to` is a day, `seed` a number and `out` a folder. */
export function resolveFlags<const O extends Options>(options: O, flags: Words['flags'], folder: string): Settings<O> {
  return readSettings(options, { flags, env: {} }, new Map(), folder);
}

/** What `init` writes if it asks nothing. */
export function firstAnswers(values: Values<typeof INIT_OPTIONS>, env: Words['env']): FirstAnswers {
  const keyVariable = KEY_VARIABLES.find((name) => (env[name] ?? '').trim() !== '') ?? KEY_VARIABLES[0];
  return { ...values, keyVariable };
}

export async function apiAccess(
  baseUrl: Setting<string>,
  keyFile: Setting<string | null>,
  env: Words['env'],
): Promise<ApiAccess> {
  return {
    baseUrl: await kept(() => readBaseUrl(baseUrl)),
    proxies: await kept(() => readProxies(env)),
    found: await kept(() => findApiKey(keyFile, env)),
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
