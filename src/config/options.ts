import { CSV_COMPRESSIONS, CSV_SAFETIES } from '../core/sink.ts';
import { FORMATS } from '../core/template.ts';
import {
  day,
  integer,
  month,
  oneOf,
  type OptionType,
  positive,
  someOf,
  text,
  timezone,
  toggle,
} from './option-types.ts';

/**
 * One option, described once: the flag `--name`, the variable `DETECT_REPORT_NAME`, the key `name` of
 * detect-report.yaml, the line in `--help` and the row in the docs all derive from it.
 */
export interface Option<T> {
  readonly type: OptionType<T>;
  /** Its value where nobody gives one; null where something else decides then, as `otherwise` says. */
  readonly initial: T | null;
  readonly otherwise?: string;
  readonly description: string;
  readonly group: 'Source' | 'Period' | 'Output' | 'Reading' | 'Sandbox' | 'Messages';
  /** True where the value is a file or folder: in a configuration file it is relative to that file. */
  readonly path?: true;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** What an option's value is once resolved: null where it has no initial value and nobody gave one. */
export type ValueOf<O> = O extends { type: OptionType<infer T>; initial: infer I }
  ? T | (I extends null ? null : never)
  : never;

const GENERATED = {
  detections: {
    type: integer(0, 10_000_000),
    initial: 1200,
    description: 'Detections that the sandbox generates, over all its months',
    group: 'Sandbox',
  },
  seed: {
    type: integer(0, Number.MAX_SAFE_INTEGER),
    initial: 1,
    description: 'Same seed, same detections',
    group: 'Sandbox',
  },
  months: {
    type: integer(1, 600),
    initial: 2,
    description: 'Full calendar months that the sandbox covers; a begun one follows',
    group: 'Sandbox',
  },
} as const satisfies Options;

const MESSAGES = {
  quiet: {
    type: toggle(),
    initial: false,
    description: 'No progress and no summary; the result, warnings and errors only',
    group: 'Messages',
  },
  'log-format': {
    type: oneOf('log format', ['text', 'json']),
    initial: 'text',
    description: 'How progress, warnings and errors are written to stderr',
    group: 'Messages',
  },
  debug: {
    type: toggle(),
    initial: false,
    description: 'Show the stack and the cause of an error',
    group: 'Messages',
  },
} as const satisfies Options;

const JSON_RESULT = {
  type: toggle(),
  initial: false,
  description: 'Print the result as JSON',
  group: 'Output',
} as const;

const PREVIOUS = {
  type: text('RUN_DIR', 'a folder'),
  initial: null,
  otherwise: '',
  description: 'Folder of the run that this one follows: the manifest names the hash of that run’s manifest',
  group: 'Output',
  path: true,
} as const;

export const EXPORT_OPTIONS = {
  source: {
    type: text('SOURCE', 'a source'),
    initial: 'api',
    description: 'Where the detections come from: api, sandbox, or the path of a records.zip to render again',
    group: 'Source',
  },
  'base-url': {
    type: text('URL', 'an address'),
    initial: 'https://app.resemble.ai',
    description: 'Address of the API; https, unless it is this machine',
    group: 'Source',
  },
  'api-key-file': {
    type: text('FILE', 'a file'),
    initial: null,
    otherwise: 'RESEMBLE_API_KEY, then RESEMBLE_API_TOKEN',
    description: 'File that holds the API key',
    group: 'Source',
    path: true,
  },
  month: {
    type: month(),
    initial: null,
    otherwise: 'the template’s period',
    description: 'A calendar month, e.g. 2024-01',
    group: 'Period',
  },
  from: { type: day(), initial: null, otherwise: '', description: 'First day, e.g. 2024-01-01', group: 'Period' },
  to: { type: day(), initial: null, otherwise: '', description: 'The day behind the last one', group: 'Period' },
  'last-month': { type: toggle(), initial: false, description: 'The last full calendar month', group: 'Period' },
  all: { type: toggle(), initial: false, description: 'Every detection of the list', group: 'Period' },
  timezone: {
    type: timezone(),
    initial: null,
    otherwise: 'the template’s, UTC',
    description: 'IANA zone whose days and months are meant',
    group: 'Period',
  },
  template: {
    type: text('TEMPLATE', 'a template'),
    initial: 'monthly-compliance',
    description: 'Name of a built-in template, or the path of a YAML file',
    group: 'Output',
  },
  format: {
    type: someOf('format', FORMATS),
    initial: null,
    otherwise: 'the template’s',
    description: 'Formats to write, separated by commas',
    group: 'Output',
  },
  out: {
    type: text('DIR', 'a folder'),
    initial: 'output',
    description: 'Folder in which the run folder appears',
    group: 'Output',
    path: true,
  },
  overwrite: { type: toggle(), initial: false, description: 'Replace a run folder that exists', group: 'Output' },
  'no-snapshot': { type: toggle(), initial: false, description: 'Leave records.zip out', group: 'Output' },
  'csv-safety': {
    type: oneOf('CSV safety', CSV_SAFETIES),
    initial: 'strict',
    description: 'How text is kept from running as a formula; raw writes exact bytes for machines',
    group: 'Output',
  },
  'csv-bom': { type: toggle(), initial: false, description: 'Begin CSV files with a byte order mark', group: 'Output' },
  compress: {
    type: oneOf('compression', CSV_COMPRESSIONS),
    initial: 'none',
    description: 'Pack CSV files: detections.csv.gz instead of detections.csv',
    group: 'Output',
  },
  'sign-key': {
    type: text('FILE', 'a file'),
    initial: null,
    otherwise: 'no signature',
    description: 'Ed25519 private key (PEM) that signs the manifest',
    group: 'Output',
    path: true,
  },
  previous: PREVIOUS,
  json: JSON_RESULT,
  'page-size': {
    type: integer(10, 1000),
    initial: 1000,
    description: 'Largest number of detections to ask for at once',
    group: 'Reading',
  },
  concurrency: { type: integer(1, 32), initial: 4, description: 'Requests at the same time', group: 'Reading' },
  rate: { type: positive(40), initial: 40, description: 'Requests per second, at most', group: 'Reading' },
  fresh: {
    type: toggle(),
    initial: false,
    description: 'Read from the start, also where an unfinished run could be continued',
    group: 'Reading',
  },
  ...GENERATED,
  ...MESSAGES,
} as const satisfies Options;

export const SANDBOX_OPTIONS = {
  port: {
    type: integer(0, 65_535),
    initial: 0,
    description: 'Port to listen on; 0 takes a free one',
    group: 'Sandbox',
  },
  ...GENERATED,
  latency: {
    type: integer(0, 3_600_000),
    initial: 0,
    description: 'Milliseconds that each answer waits',
    group: 'Sandbox',
  },
  'rate-limit': {
    type: integer(1, 1_000_000),
    initial: null,
    otherwise: 'no limit',
    description: 'Requests per second beyond which it answers 429',
    group: 'Sandbox',
  },
  faults: {
    type: text('FAULTS', 'any fault'),
    initial: null,
    otherwise: 'none',
    description: 'Faults to inject by count, e.g. 429@3,truncated-gzip@5x2,500@last',
    group: 'Sandbox',
  },
  drift: {
    type: text('DRIFT', 'any drift'),
    initial: null,
    otherwise: 'a list at rest',
    description: 'How the list moves before every answer, e.g. inserts=20,deletes=1',
    group: 'Sandbox',
  },
  pages: {
    type: text('DIR', 'a folder'),
    initial: null,
    otherwise: 'generated detections',
    description: 'Folder with page files to serve instead',
    group: 'Sandbox',
    path: true,
  },
  ...MESSAGES,
} as const satisfies Options;

export const VERIFY_OPTIONS = {
  'public-key': {
    type: text('FILE', 'a file'),
    initial: null,
    otherwise: 'the signature is not checked',
    description: 'Ed25519 public key (PEM) that the manifest must be signed with',
    group: 'Source',
    path: true,
  },
  previous: {
    ...PREVIOUS,
    otherwise: 'looked for beside the run',
    description: 'Folder of the run that this one must follow',
    group: 'Source',
  },
  'checksums-only': {
    type: toggle(),
    initial: false,
    description: 'Compare checksums and signature, recompute nothing from the records',
    group: 'Reading',
  },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

export const EXPLAIN_OPTIONS = {
  raw: {
    type: toggle(),
    initial: false,
    description: 'Write the record’s bytes as received, nothing else, to stdout',
    group: 'Output',
  },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

/** `page-size` is `DETECT_REPORT_PAGE_SIZE` in the environment. */
export function variableOf(option: string): string {
  return `DETECT_REPORT_${option.toUpperCase().replaceAll('-', '_')}`;
}
