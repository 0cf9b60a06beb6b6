import { integer, names, oneOf, text } from '../option-types.ts';
import { EXPORT_OPTIONS } from './export.ts';
import { ENQUEUE_OPTIONS, RUN_OPTIONS, WORKER_OPTIONS } from './jobs.ts';
import {
  API_KEY_FILE,
  GENERATED,
  JSON_RESULT,
  MESSAGES,
  preset,
  optional,
  type Option,
  type Options,
  OUT,
  optionalPath,
  presetPath,
  PREVIOUS,
  toggled,
} from './option.ts';

export * from './jobs.ts';

export const STATUS_OPTIONS = {
  out: { ...OUT, description: 'Folder of the runs, if no folder is named', path: true },
  now: { ...RUN_OPTIONS.now, description: 'Time at which to check what is due, e.g. 2024-02-01T06:00:00Z' },
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

/** Those of `export` that say what becomes of a snapshot; the runs decide the period. */
export const COMBINE_OPTIONS = {
  template: { ...EXPORT_OPTIONS.template, initial: null, otherwise: 'that of the newest run' },
  format: EXPORT_OPTIONS.format,
  comment: { ...EXPORT_OPTIONS.comment, otherwise: 'none' },
  reviews: { ...EXPORT_OPTIONS.reviews, otherwise: 'those of the runs' },
  language: EXPORT_OPTIONS.language,
  out: EXPORT_OPTIONS.out,
  overwrite: EXPORT_OPTIONS.overwrite,
  'no-snapshot': EXPORT_OPTIONS['no-snapshot'],
  'csv-safety': EXPORT_OPTIONS['csv-safety'],
  'csv-bom': EXPORT_OPTIONS['csv-bom'],
  compress: EXPORT_OPTIONS.compress,
  workers: EXPORT_OPTIONS.workers,
  'sign-key': EXPORT_OPTIONS['sign-key'],
  timestamp: EXPORT_OPTIONS.timestamp,
  previous: EXPORT_OPTIONS.previous,
  'no-history': EXPORT_OPTIONS['no-history'],
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const ARCHIVE_OPTIONS = {
  out: { ...OUT, description: 'Folder of the runs, if no folder is named', path: true },
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const SQL_OPTIONS = {
  ...ARCHIVE_OPTIONS,
  json: toggled('Output', 'Print the rows as JSON'),
  csv: toggled('Output', 'Print the rows as CSV'),
} satisfies Options;

export const CHECK_OPTIONS = {
  live: toggled('Jobs', 'Try destinations, logins, secrets and folders too; nothing is delivered'),
  ...MESSAGES,
} satisfies Options;

export const DELIVER_OPTIONS = {
  jobs: presetPath('Jobs', 'a job file', 'jobs.yaml', 'Job file whose job made the run and names its destinations'),
  to: optional(
    'Jobs',
    text('NAME', 'a destination'),
    'every destination of the job',
    'Kind or id of the destination, e.g. email',
  ),
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const PREVIEW_OPTIONS = {
  out: { ...OUT, initial: 'output/preview', path: true },
  language: EXPORT_OPTIONS.language,
  ...MESSAGES,
} satisfies Options;

export const SAMPLE_OPTIONS = {
  n: preset('Output', integer(1, 100_000), 400, 'Number of detections to draw'),
  by: preset(
    'Output',
    names('COLUMN', 'a column'),
    ['verdict', 'media_type'] as readonly string[],
    'Columns whose values make the strata, separated by commas',
  ),
  seed: optional('Output', text('TEXT', 'a seed'), 'empty', 'Any text: another one draws another sample'),
  out: presetPath(
    'Output',
    'a file',
    'sample.csv',
    'CSV file to write; a workbook with drop-down lists is written beside it',
  ),
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const DIFF_OPTIONS = { json: JSON_RESULT, ...MESSAGES } satisfies Options;

export const VERIFY_OPTIONS = {
  'public-key': optionalPath(
    'Source',
    'a file',
    'the signature is not checked',
    'Ed25519 public key (PEM) to check the signature of the manifest with',
  ),
  'timestamp-ca': optionalPath(
    'Source',
    'a file',
    'the authority is not checked',
    'Certificates (PEM) of the authorities that may have issued the timestamp',
  ),
  previous: {
    ...PREVIOUS,
    otherwise: 'looked for next to the run',
    description: 'Folder of the run that this one must follow',
    group: 'Source',
  },
  parts: {
    ...optional(
      'Source',
      names('DIRS', 'a folder'),
      'looked for next to the run',
      'Folders of the parts of a combined run, separated by commas, or of folders with them',
    ),
    path: true,
  },
  'checksums-only': toggled('Reading', 'Check only checksums and signature, recompute nothing from the records'),
  strict: toggled('Reading', 'Report what could not be checked as a finding, not as a note'),
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const EXPLAIN_OPTIONS = {
  raw: toggled('Output', 'Write only the bytes of the record, as received, to stdout'),
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

/** The options of `export` that decide whether a report can be made. */
export const DOCTOR_OPTIONS = {
  'base-url': EXPORT_OPTIONS['base-url'],
  'api-key-file': EXPORT_OPTIONS['api-key-file'],
  out: EXPORT_OPTIONS.out,
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const RHYTHMS = ['month', 'week', 'day'] as const;

export const INIT_OPTIONS = {
  dir: presetPath('Output', 'a folder', '.', 'Folder to write detect-report.yaml and jobs.yaml to'),
  every: preset(
    'Period',
    oneOf('kind of period', RHYTHMS),
    'month',
    'How often to make a report: for each full month, week or day',
  ),
  timezone: { ...EXPORT_OPTIONS.timezone, initial: 'UTC' },
  template: EXPORT_OPTIONS.template,
  // This and the key file are written down as given, relative to the files that `init` writes.
  out: OUT,
  'base-url': EXPORT_OPTIONS['base-url'],
  'api-key-file': API_KEY_FILE,
  force: toggled('Output', 'Overwrite existing files'),
  yes: toggled('Messages', 'Ask no questions, use the defaults'),
  ...MESSAGES,
} satisfies Options;

export const SANDBOX_OPTIONS = {
  port: preset('Sandbox', integer(0, 65_535), 0, 'Port to listen on; 0 picks a free one'),
  ...GENERATED,
  latency: preset('Sandbox', integer(0, 3_600_000), 0, 'Delay of each response, in milliseconds'),
  'rate-limit': optional(
    'Sandbox',
    integer(1, 1_000_000),
    'no limit',
    'Number of requests per second, at most; it answers 429 beyond that',
  ),
  faults: optional(
    'Sandbox',
    text('FAULTS', 'any fault'),
    'none',
    'Faults to inject by request number, e.g. 429@3,truncated-gzip@5x2,500@last',
  ),
  drift: optional(
    'Sandbox',
    text('DRIFT', 'any drift'),
    'the list does not move',
    'How the list changes before each response, e.g. inserts=20,deletes=1',
  ),
  pages: optionalPath('Sandbox', 'a folder', 'generated detections', 'Folder with page files to serve'),
  ...MESSAGES,
} satisfies Options;

/** Every command's options; options/option.ts defines an option. */
export { type Option, type Options, type ValueOf, type Values, variableOf } from './option.ts';
export { EXPORT_OPTIONS };

/** Every key that a configuration file may have: the options of all commands that read one. */
export function configFileOptions(): Options {
  return {
    ...CHECK_OPTIONS,
    ...SQL_OPTIONS,
    ...ENQUEUE_OPTIONS,
    ...WORKER_OPTIONS,
    ...RUN_OPTIONS,
    ...SANDBOX_OPTIONS,
    ...VERIFY_OPTIONS,
    ...EXPLAIN_OPTIONS,
    ...EXPORT_OPTIONS,
  };
}

/** The default, in words. */
export function defaultOf(option: Option<unknown>): string {
  if (option.initial === null) return option.otherwise ?? '';
  if (option.initial === false) return '';
  return typeof option.initial === 'string' ? option.initial : JSON.stringify(option.initial);
}
