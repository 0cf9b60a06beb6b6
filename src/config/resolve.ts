import { stat } from 'node:fs/promises';
import { ConfigError } from '../core/errors.ts';
import type { ApiSettings, RunConfig, SandboxSettings, SourceSettings } from '../core/run-config.ts';
import type { SinkSettings } from '../core/sink.ts';
import type { TableShape } from '../core/table.ts';
import type { Template } from '../core/template.ts';
import { findApiKey } from './api-key.ts';
import { readBaseUrl, readProxies } from './api-settings.ts';
import { configFileOptions, readConfigFile, resolvePath } from './config-file.ts';
import {
  EXPLAIN_OPTIONS,
  EXPORT_OPTIONS,
  type Options,
  SANDBOX_OPTIONS,
  variableOf,
  VERIFY_OPTIONS,
} from './options.ts';
import { periodRequest } from './period-words.ts';
import { readSettings, refuseUnknownVariables, type Setting, type Settings, type Words } from './settings.ts';
import { readSigningKey, type SigningKey } from './signing-keys.ts';
import { choiceProblem } from './suggest.ts';
import { loadTemplate } from './template.ts';

export interface ResolveContext {
  /** Epoch milliseconds: decides what "last month" is. */
  readonly nowMs: number;
  /** The tables that a template may choose from. */
  readonly tables: readonly TableShape[];
  /** Folder that relative paths of flags and variables start from; the process's own where it is left out. */
  readonly baseDir?: string;
}

/** How the command line should talk; the library ignores it. */
export interface MessageSettings {
  readonly quiet: boolean;
  readonly logFormat: 'text' | 'json';
  readonly debug: boolean;
}

export interface ResolvedRun {
  readonly config: RunConfig;
  readonly messages: MessageSettings;
  readonly json: boolean;
  /** Things a person should know that stop nothing. */
  readonly warnings: readonly string[];
}

/**
 * Words to one valid, frozen configuration: flags over environment over detect-report.yaml over template over
 * defaults. Reads the configuration file, the template and the key file, and changes nothing. Throws `ConfigError`.
 */
export async function resolveConfig(words: Words, context: ResolveContext): Promise<ResolvedRun> {
  const { baseDir = '', tables, nowMs } = context;
  const settings = await layered(EXPORT_OPTIONS, words, baseDir);
  const template = await loadTemplate(settings.template.value, { tables, baseDir });
  const timezone = settings.timezone.value;
  const { source, warnings } = await readSource(settings, words.env, baseDir);
  if (source.kind === 'api') refuseKeyInReport(source.api, template);
  const signing = await readSignKey(settings['sign-key'].value, baseDir);
  const config: RunConfig = {
    source,
    template,
    period: periodRequest(settings, timezone ?? template.timezone, nowMs),
    timezone,
    formats: settings.format.value ?? template.formats,
    outDir: resolvePath(baseDir, settings.out.value),
    overwrite: settings.overwrite.value,
    fresh: settings.fresh.value,
    seek: settings.seek.value,
    pageSize: settings['page-size'].value,
    concurrency: settings.concurrency.value,
    ratePerSecond: settings.rate.value,
    keepSnapshot: !settings['no-snapshot'].value,
    sinks: sinkSettings(settings),
    workers: settings.workers.value,
    nowMs,
    sourceDateEpochMs: readSourceDateEpoch(words.env),
    previousRun: settings.previous.value === null ? null : resolvePath(baseDir, settings.previous.value),
    signingKey: signing?.key ?? null,
  };
  return Object.freeze({
    config: Object.freeze(config),
    messages: messagesOf(settings),
    json: settings.json.value,
    warnings: [...warnings, ...(signing?.warnings ?? [])],
  });
}

export interface ResolvedSandbox {
  readonly port: number;
  readonly generated: SandboxSettings;
  readonly latencyMs: number;
  /** Requests per second, null for no limit. */
  readonly rateLimit: number | null;
  /** As written: the sandbox reads it. */
  readonly faults: string | null;
  /** As written: the sandbox reads it. */
  readonly drift: string | null;
  readonly pagesDir: string | null;
  readonly messages: MessageSettings;
}

/** The same for the command `sandbox`. Throws `ConfigError`. */
export async function resolveSandbox(words: Words, baseDir = ''): Promise<ResolvedSandbox> {
  const settings = await layered(SANDBOX_OPTIONS, words, baseDir);
  return Object.freeze({
    port: settings.port.value,
    generated: generatedOf(settings),
    latencyMs: settings.latency.value,
    rateLimit: settings['rate-limit'].value,
    faults: settings.faults.value,
    drift: settings.drift.value,
    pagesDir: settings.pages.value === null ? null : resolvePath(baseDir, settings.pages.value),
    messages: messagesOf(settings),
  });
}

export interface ResolvedVerify {
  readonly publicKeyPath: string | null;
  readonly previousRun: string | null;
  readonly checksumsOnly: boolean;
  readonly strict: boolean;
  readonly json: boolean;
  readonly messages: MessageSettings;
}

/** The same for the command `verify`. Throws `ConfigError`. */
export async function resolveVerify(words: Words, baseDir = ''): Promise<ResolvedVerify> {
  const settings = await layered(VERIFY_OPTIONS, words, baseDir);
  const { 'public-key': publicKey, previous } = settings;
  return Object.freeze({
    publicKeyPath: publicKey.value === null ? null : resolvePath(baseDir, publicKey.value),
    previousRun: previous.value === null ? null : resolvePath(baseDir, previous.value),
    checksumsOnly: settings['checksums-only'].value,
    strict: settings.strict.value,
    json: settings.json.value,
    messages: messagesOf(settings),
  });
}

export interface ResolvedExplain {
  readonly raw: boolean;
  readonly json: boolean;
  readonly messages: MessageSettings;
}

/** The same for the command `explain`. Throws `ConfigError`. */
export async function resolveExplain(words: Words, baseDir = ''): Promise<ResolvedExplain> {
  const settings = await layered(EXPLAIN_OPTIONS, words, baseDir);
  return Object.freeze({ raw: settings.raw.value, json: settings.json.value, messages: messagesOf(settings) });
}

/** Each option of a command from its strongest origin, detect-report.yaml included. Throws `ConfigError`. */
export async function layered<const O extends Options>(
  options: O,
  words: Words,
  baseDir: string,
): Promise<Settings<O>> {
  const named = words.flags['config'] ?? words.env[variableOf('config')];
  if (named !== undefined && (typeof named !== 'string' || named.trim() === '')) {
    throw new ConfigError('--config: it names no file.', { remedy: 'Give the path of a YAML file.' });
  }
  refuseUnknownVariables(configFileOptions(), words.env);
  return readSettings(options, words, await readConfigFile(named ?? null, baseDir));
}

function sinkSettings(settings: Settings<typeof EXPORT_OPTIONS>): SinkSettings {
  const csvCompression = settings.compress.value;
  return {
    csvSafety: settings['csv-safety'].value,
    csvBom: settings['csv-bom'].value,
    ...(csvCompression === 'none' ? {} : { csvCompression }),
  };
}

export type MessageWords = Pick<Settings<typeof SANDBOX_OPTIONS>, 'quiet' | 'log-format' | 'debug'>;

export function messagesOf(settings: MessageWords): MessageSettings {
  return {
    quiet: settings.quiet.value,
    logFormat: settings['log-format'].value,
    debug: settings.debug.value,
  };
}

function generatedOf(settings: Pick<Settings<typeof SANDBOX_OPTIONS>, keyof SandboxSettings>): SandboxSettings {
  return { detections: settings.detections.value, seed: settings.seed.value, months: settings.months.value };
}

async function readSource(
  settings: Settings<typeof EXPORT_OPTIONS>,
  env: Words['env'],
  baseDir: string,
): Promise<{ source: SourceSettings; warnings: readonly string[] }> {
  const { value } = settings.source;
  if (value === 'sandbox') return { source: { kind: 'sandbox', sandbox: generatedOf(settings) }, warnings: [] };
  if (value === 'api') {
    const baseUrl = readBaseUrl(settings['base-url']);
    const proxies = readProxies(env);
    const keyFile = settings['api-key-file'];
    const path = keyFile.value === null ? null : resolvePath(baseDir, keyFile.value);
    const { key, warnings } = await findApiKey({ ...keyFile, value: path }, env);
    return { source: { kind: 'api', api: { baseUrl, key, proxies } }, warnings };
  }
  return { source: { kind: 'records', path: await recordsPath(settings.source, baseDir) }, warnings: [] };
}

/** What a run writes down of these would hold the key for good. Throws `ConfigError`. */
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

async function readSignKey(path: string | null, baseDir: string): Promise<SigningKey | null> {
  return path === null ? null : await readSigningKey(resolvePath(baseDir, path));
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
