import { stat } from 'node:fs/promises';
import { ConfigError } from '../core/errors.ts';
import type { Source } from '../core/page.ts';
import type { ApiSettings, RunConfig, SandboxSettings, SourceSettings } from '../core/run-config.ts';
import type { Secret } from '../core/secret.ts';
import type { TableShape } from '../core/table.ts';
import type { Template } from '../core/template.ts';
import { findApiKey, readAuthority, readBaseUrl, readProxies } from './api-access.ts';
import {
  readConfigFile,
  readSettings,
  refuseUnknownVariables,
  type Setting,
  type Settings,
  valuesOf,
  type Words,
} from './settings.ts';
import { configFileOptions, EXPORT_OPTIONS, type Options, type Values, variableOf } from './options/index.ts';
import type { GENERATED, MESSAGES } from './options/option.ts';
import { resolvePath } from './files.ts';
import { periodRequest } from './period-words.ts';
import { readSigningKey } from './signing-keys.ts';
import { choiceProblem, readDurationSeconds } from './words.ts';
import { loadTemplate, readComment, withWords } from './template.ts';

export interface ResolveContext {
  /** Epoch milliseconds: decides what "last month" is. */
  readonly nowMs: number;
  readonly tables: readonly TableShape[];
  /** Folder that relative paths of flags and variables start from; the process's own if absent. */
  readonly baseDir?: string;
  /** A source of the caller's own, in place of the one that the options name. */
  readonly ownSource?: Source;
  /** The API key itself, in place of a key file or variable. */
  readonly apiKey?: Secret;
}

/** How the command line writes messages; the library ignores it. */
export type MessageSettings = Values<typeof MESSAGES>;

type ExportSettings = Settings<typeof EXPORT_OPTIONS>;

/**
 * Resolves words to one valid, frozen configuration: flags over environment over detect-report.yaml over template over
 * defaults. Reads the configuration file, the template and the key file, and changes nothing. Throws `ConfigError`.
 */
export async function resolveConfig(words: Words, context: ResolveContext) {
  const settings = await resolveOptions(EXPORT_OPTIONS, words, context.baseDir ?? '');
  return await readRunConfig(settings, words.env, context);
}

/** The second half of `resolveConfig`: the meaning of the options of `export`. Throws `ConfigError`. */
export async function readRunConfig(settings: ExportSettings, env: Words['env'], context: ResolveContext) {
  const { baseDir = '', tables, nowMs } = context;
  const values = valuesOf(settings);
  const { comment, language } = values;
  const template = withWords(await loadTemplate(values.template, { tables, baseDir }), {
    ...(comment === null ? {} : { comment: await readComment(comment) }),
    ...(language === null ? {} : { language }),
  });
  const { timezone } = values;
  const { source, warnings } = await readSource(settings, env, context);
  if (source.kind === 'api') refuseKeyInReport(source.api, template);
  const signing = values['sign-key'] === null ? null : await readSigningKey(values['sign-key']);
  const config: RunConfig = {
    source,
    template,
    period: periodRequest(settings, timezone ?? template.timezone, nowMs),
    timezone,
    formats: values.format ?? template.formats,
    outDir: values.out,
    overwrite: values.overwrite,
    fresh: values.fresh,
    seek: values.seek,
    pageSize: values['page-size'],
    concurrency: values.concurrency,
    ratePerSecond: values.rate,
    patienceSeconds: readDurationSeconds(values.patience, 'smh') ?? 0,
    keepSnapshot: !values['no-snapshot'],
    sinks: {
      csvSafety: values['csv-safety'],
      csvBom: values['csv-bom'],
      ...(values.compress === 'none' ? {} : { csvCompression: values.compress }),
    },
    workers: values.workers,
    nowMs,
    sourceDateEpochMs: readSourceDateEpoch(env),
    previousRun: values.previous,
    noHistory: values['no-history'],
    reviewsFile: values.reviews,
    signingKey: signing?.key ?? null,
    timestamp: values.timestamp === null ? null : { url: readAuthority(settings.timestamp), proxies: readProxies(env) },
  };
  return Object.freeze({
    config: Object.freeze(config),
    warnings: [...warnings, ...(signing?.warnings ?? [])],
  });
}

/**
 * The options of any command, each from its strongest origin: flags over environment over detect-report.yaml over
 * defaults. Relative paths start from `folder`; an empty one is the process's own. A command without options reads no
 * file. Throws `ConfigError`.
 */
export async function resolveOptions<const O extends Options>(options: O, words: Words, folder: string) {
  if (Object.keys(options).length === 0) return readSettings(options, words, new Map(), folder);
  const named = words.flags['config'] ?? words.env[variableOf('config')];
  if (named !== undefined && (typeof named !== 'string' || named.trim() === '')) {
    throw new ConfigError('--config: it names no file.', { remedy: 'Give the path of a YAML file.' });
  }
  refuseUnknownVariables(configFileOptions(), words.env);
  return readSettings(options, words, await readConfigFile(named ?? null, folder), folder);
}

export function generatedOf({ detections, seed, months }: Values<typeof GENERATED>): SandboxSettings {
  return { detections, seed, months };
}

type ReadSource = Promise<{ source: SourceSettings; warnings: readonly string[] }>;

async function readSource(settings: ExportSettings, env: Words['env'], context: ResolveContext): ReadSource {
  const { baseDir = '', ownSource, apiKey } = context;
  if (ownSource !== undefined) return { source: { kind: 'custom', source: ownSource }, warnings: [] };
  const { value } = settings.source;
  if (value === 'sandbox') {
    return { source: { kind: 'sandbox', sandbox: generatedOf(valuesOf(settings)) }, warnings: [] };
  }
  if (value === 'api') {
    const baseUrl = readBaseUrl(settings['base-url']);
    const proxies = readProxies(env);
    const { key, warnings } =
      apiKey === undefined ? await findApiKey(settings['api-key-file'], env) : { key: apiKey, warnings: [] };
    return { source: { kind: 'api', api: { baseUrl, key, proxies } }, warnings };
  }
  return { source: { kind: 'records', path: await recordsPath(settings.source, baseDir) }, warnings: [] };
}

/** A run would write these values down, and so keep the key. Throws `ConfigError`. */
function refuseKeyInReport({ key, baseUrl }: ApiSettings, template: Template): void {
  const texts = JSON.stringify(template, (_name, value: unknown) => (ArrayBuffer.isView(value) ? null : value));
  const where = key.isIn(texts) ? 'The template' : key.isIn(baseUrl) ? 'The address of the API' : null;
  if (where === null) return;
  throw new ConfigError(`${where} contains the API key, which the report would show.`, {
    remedy: 'Take it out there: the key belongs in RESEMBLE_API_KEY or a key file alone. It is not shown here.',
  });
}

async function recordsPath(source: Setting<string>, baseDir: string): Promise<string> {
  if (!/[\\/]|\.zip$/i.test(source.value)) {
    throw new ConfigError(`${source.place}: ${choiceProblem('source', source.value, ['api', 'sandbox'])}`, {
      remedy: 'Use api, sandbox, or the path of a records.zip.',
    });
  }
  const path = resolvePath(baseDir, source.value);
  const found = await stat(path).catch(() => null);
  if (found?.isFile() === true) return path;
  throw new ConfigError(`${source.place}: ${path} ${found === null ? 'does not exist' : 'is not a file'}.`, {
    place: { file: path },
    remedy: 'Give the path of the records.zip that a run left in its folder.',
  });
}

/** See https://reproducible-builds.org/specs/source-date-epoch/: whole seconds since 1970. */
function readSourceDateEpoch(env: Words['env']): number | null {
  const word = env['SOURCE_DATE_EPOCH']?.trim() ?? '';
  if (word === '') return null;
  // 253402300799 is the last second of the year 9999.
  if (/^\d{1,12}$/.test(word) && Number(word) <= 253_402_300_799) return Number(word) * 1000;
  throw new ConfigError('SOURCE_DATE_EPOCH is not a number of seconds since 1970.', {
    remedy: 'Set it to whole seconds, e.g. 1706745600, or unset it.',
  });
}
