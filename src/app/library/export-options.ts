import { checkedKey } from '../../config/api-access.ts';
import { EXPORT_OPTIONS, type ValueOf } from '../../config/options/index.ts';
import { PERIOD_OPTIONS } from '../../config/period-words.ts';
import type { Words } from '../../config/settings.ts';
import { shown } from '../../config/words.ts';
import type { Destination } from '../../deliver/destination.ts';
import { readPeriodWord } from '../../core/calendar.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Source } from '../../core/page.ts';
import type { Emit } from '../../core/progress.ts';
import { Secret } from '../../core/secret.ts';
import type { OwnSink } from '../../core/sink.ts';
import { isPlainName } from '../../platform/files/folders.ts';
import { FORMATS } from '../../render/sinks/registry.ts';
import { checkRules, readFunction, readSignal, refuseUnknownKeys, type Rule, wrong } from './read-call.ts';

/** Said otherwise here, or of no use to a program: it is given results, not lines. */
const NOT_KEYS = ['source', ...PERIOD_OPTIONS, 'json', 'quiet', 'verbose', 'log-format', 'debug'] as const;
type Hidden = (typeof NOT_KEYS)[number];
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name extends 'format'
    ? 'formats'
    : Name;

/** The options of `detect-report export`, by their names in camel case: `pageSize` is `--page-size`. */
type NamedOptions = {
  readonly [Name in Exclude<keyof typeof EXPORT_OPTIONS, Hidden> as Camel<Name>]?:
    | NonNullable<ValueOf<(typeof EXPORT_OPTIONS)[Name]>>
    | undefined;
};

/** What `exportReport` is given. Every key but `source` and `period` has a default. */
export interface ExportOptions extends NamedOptions {
  /** `'sandbox'`, `'api'`, the path of a `records.zip`, or a source of one's own. */
  readonly source: 'sandbox' | 'api' | Source | (string & {});
  /**
   * `'2024-01'`, `'2024-Q1'`, `'2024'`, `'last-month'`, `'last-quarter'`, `'last-year'`, `'all'`, or days; `to` is the
   * first day that is not included, today if it is left out.
   */
  readonly period: { readonly from: string; readonly to?: string | undefined } | (string & {});
  /** For the source `'api'`; else RESEMBLE_API_KEY, RESEMBLE_API_TOKEN or `apiKeyFile`. */
  readonly apiKey?: string | undefined;
  /** Path of a configuration file; else `detect-report.yaml`, if it is there. */
  readonly config?: string | undefined;
  /** Variables to read in place of the environment of the process. */
  readonly env?: Words['env'] | undefined;
  /** Ends the run: it rejects with `InterruptedError`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Emit | undefined;
  /** Sinks of one's own, beside the formats. */
  readonly sinks?: readonly OwnSink[] | undefined;
  readonly destinations?: readonly Destination[] | undefined;
}

const OPTION_BY_KEY: ReadonlyMap<string, string> = new Map(
  Object.keys(EXPORT_OPTIONS)
    .filter((name) => !NOT_KEYS.some((hidden) => hidden === name))
    .map((name) => [keyOf(name), name]),
);
const OWN_KEYS = ['source', 'period', 'apiKey', 'config', 'env', 'signal', 'onProgress', 'sinks', 'destinations'];

/** What a program calls an option: `pageSize` for `page-size`. */
export function keyOf(option: string): string {
  if (option === 'from' || option === 'to') return `period.${option}`;
  if (PERIOD_OPTIONS.some((name) => name === option)) return 'period';
  return option === 'format' ? 'formats' : option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The options, checked: words for those of `export`, and the objects of the caller. Throws `ConfigError`. */
export function readExportOptions(given: unknown) {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigError(`exportReport was given ${shown(given)}, not its options.`, {
      remedy: "Write exportReport({ source: 'sandbox', period: '2024-01' }).",
    });
  }
  const options = given as Readonly<Record<string, unknown>>;
  refuseUnknownKeys(options, [...OWN_KEYS, ...OPTION_BY_KEY.keys()], 'exportReport');
  const { source, apiKey } = options;
  const env = readEnv(options['env']);
  const isName = typeof source === 'string' && source.trim() !== '';
  const ownSource = isName ? undefined : readSource(source);
  const flags: Record<string, unknown> = readPeriod(options['period']);
  for (const [key, name] of OPTION_BY_KEY) if (options[key] !== undefined) flags[name] = options[key];
  if (options['config'] !== undefined) flags['config'] = options['config'];
  if (isName) flags['source'] = source;
  if (apiKey !== undefined && source !== 'api') {
    throw wrong('apiKey', "it is for the source 'api' only", "Write source: 'api', or leave apiKey out");
  }
  const { signal, onProgress } = options;
  return {
    words: { flags, env, nameOf: keyOf },
    context: {
      ...(ownSource === undefined ? {} : { ownSource }),
      ...(apiKey === undefined ? {} : { apiKey: readKey(apiKey) }),
    },
    signal: readSignal(signal),
    emit: readEmit(onProgress as Emit | undefined),
    sinks: readSinks(options['sinks']),
    destinations: readDestinations(options['destinations']),
  };
}

function readPeriod(period: unknown): Record<string, unknown> {
  const remedy = "Write '2024-01', '2024-Q1', '2024', 'last-month', 'all', or { from: '2024-01-01', to: '2024-02-01' }";
  const request = typeof period === 'string' ? readPeriodWord(period) : null;
  if (request?.kind === 'named')
    return { [/-Q/.test(request.name) ? 'quarter' : request.name.length === 4 ? 'year' : 'month']: period };
  if (request !== null) return { [request.kind]: true };
  if (period === undefined) throw wrong('period', 'it is missing', remedy);
  if (typeof period !== 'object' || period === null || Array.isArray(period)) {
    throw wrong('period', `${shown(period)} is not a period`, remedy);
  }
  const { from, to, ...others } = period as Readonly<Record<string, unknown>>;
  const other = Object.keys(others)[0];
  if (other !== undefined) throw wrong('period', `${shown(other)} is not one of from and to`, remedy);
  if (from === undefined) throw wrong('period.from', 'it is missing', remedy);
  return to === undefined ? { from } : { from, to };
}

const SOURCE_REMEDY =
  "Write 'sandbox', 'api', the path of a records.zip, or a source { description, page(number, size, signal), close() }";

function readSource(source: unknown): Source {
  if (source === undefined) throw wrong('source', 'it is missing', SOURCE_REMEDY);
  if (typeof source !== 'object' || source === null) {
    throw wrong('source', `${shown(source)} is not a source`, SOURCE_REMEDY);
  }
  const { description, page, close } = source as Partial<Source>;
  const { kind, location } = Object(description) as Partial<Source['description']>;
  const isKind = kind === 'custom' || kind === 'api' || kind === 'sandbox';
  const isName = typeof location === 'string' && location !== '';
  checkRules('source', [
    [typeof page === 'function', 'page', 'it is not a function', SOURCE_REMEDY],
    [typeof close === 'function', 'close', 'it is not a function', 'Write async close() {}'],
    [isKind, 'description.kind', `${shown(kind)} is not a kind`, "Write kind: 'custom'"],
    [isName, 'description.location', `${shown(location)} is not a name`, "Write location: 'our archive'"],
  ]);
  return source as Source;
}

function readKey(key: unknown): Secret {
  if (typeof key !== 'string') throw wrong('apiKey', 'it is not text', 'Give the key alone, as text');
  return new Secret(checkedKey(key, 'apiKey'));
}

/** An exception of the caller's own function ends the run as such. */
function readEmit(given: Emit | undefined): Emit {
  const onProgress = readFunction('onProgress', given);
  if (onProgress === null) return () => undefined;
  return (event) => {
    try {
      onProgress(event);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ConfigError(`onProgress failed: ${why}`, { remedy: 'Correct the function.', cause: error });
    }
  };
}

function readEnv(env: unknown): Words['env'] {
  if (env === undefined) return process.env;
  if (typeof env === 'object' && env !== null && !Array.isArray(env)) {
    const isWords = Object.values(env).every((word) => word === undefined || typeof word === 'string');
    if (isWords) return env as Words['env'];
  }
  throw wrong('env', 'it does not hold variables', "Write env: { RESEMBLE_API_KEY: '…' }, or leave it out");
}

const SINK_REMEDY = 'Write sinks: [{ name, takesRows, files(tables), open(context) }]';

function readSinks(sinks: unknown): readonly OwnSink[] {
  const names = listOf(sinks, 'sinks', SINK_REMEDY).map((sink, index) => {
    const { name, takesRows, files, open } = Object(sink) as Partial<OwnSink>;
    const isName = typeof name === 'string' && /^[a-z][a-z0-9_-]{0,39}$/.test(name);
    const isFormat = FORMATS.some((format) => format === name);
    const isSwitch = typeof takesRows === 'boolean';
    checkRules(`sinks[${index}]`, [
      [isName, 'name', `${shown(name)} is not a name`, "Write name: 'json-lines'"],
      [!isFormat, 'name', `${isFormat ? name : ''} is the name of a format`, 'Choose another name'],
      [isSwitch, 'takesRows', `${shown(takesRows)} is neither true nor false`, 'Write true if it writes rows'],
      [typeof files === 'function', 'files', 'it is not a function', SINK_REMEDY],
      [typeof open === 'function', 'open', 'it is not a function', SINK_REMEDY],
    ]);
    return name ?? '';
  });
  refuseTwice(names, 'sinks', 'name');
  return (sinks ?? []) as readonly OwnSink[];
}

const DESTINATION_REMEDY =
  'Write destinations: [{ kind, id, describe(), check(), deliver(run, idempotencyKey, signal) }]';

function readDestinations(destinations: unknown): readonly Destination[] {
  const ids = listOf(destinations, 'destinations', DESTINATION_REMEDY).map((destination, index) => {
    const one = Object(destination) as Partial<Destination>;
    const { kind, id } = one;
    const isName = typeof kind === 'string' && kind !== '';
    const isId = typeof id === 'string' && isPlainName(id) && id.length <= 100;
    checkRules(`destinations[${index}]`, [
      [isName, 'kind', `${shown(kind)} is not a name`, "Write kind: 'archive'"],
      [isId, 'id', `${shown(id)} is not a plain file name`, "Write id: 'archive-1'"],
      ...(['describe', 'check', 'deliver'] as const).map(
        (name): Rule => [typeof one[name] === 'function', name, 'it is not a function', DESTINATION_REMEDY],
      ),
    ]);
    return id ?? '';
  });
  refuseTwice(ids, 'destinations', 'id');
  return (destinations ?? []) as readonly Destination[];
}

function refuseTwice(names: readonly string[], key: string, part: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(key, `two have the ${part} ${twice}`, `Give each its own ${part}`);
}

function listOf(value: unknown, key: string, remedy: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw wrong(key, `${shown(value)} is not a list`, remedy);
}
