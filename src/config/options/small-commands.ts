import { instant, integer, names, oneOf, shard, text, toggle } from '../option-types.ts';
import { EXPORT_OPTIONS } from './export.ts';
import type { Options } from './option.ts';
import { API_KEY_FILE, GENERATED, JSON_RESULT, MESSAGES, OUT, PREVIOUS } from './shared.ts';

const JOB = {
  type: names('NAME', 'a job'),
  initial: null,
  otherwise: 'every job of the file',
  description: 'Jobs to run, separated by commas; can be given more than once',
  group: 'Jobs',
} as const;

export const RUN_OPTIONS = {
  job: JOB,
  shard: {
    type: shard(),
    initial: null,
    otherwise: 'every job',
    description: 'Only the jobs of shard I (from 0) of N, by the SHA-256 of their names: for several machines',
    group: 'Jobs',
  },
  now: {
    type: instant(),
    initial: null,
    otherwise: 'the current time',
    description: 'Time at which to check what is due, e.g. 2024-02-01T06:00:00Z; not in the future',
    group: 'Jobs',
  },
  'dry-run': {
    type: toggle(),
    initial: false,
    description: 'Print what is due, change nothing',
    group: 'Jobs',
  },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

export const STATUS_OPTIONS = {
  out: { ...OUT, description: 'Folder of the runs, if no folder is named', path: true },
  now: { ...RUN_OPTIONS.now, description: 'Time at which to check what is due, e.g. 2024-02-01T06:00:00Z' },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

/** Those of `export` that say what becomes of a snapshot; the runs decide the period. */
export const COMBINE_OPTIONS = {
  template: { ...EXPORT_OPTIONS.template, initial: null, otherwise: 'that of the newest run' },
  format: EXPORT_OPTIONS.format,
  comment: { ...EXPORT_OPTIONS.comment, otherwise: 'none' },
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
} as const satisfies Options;

export const SCHEDULE_OPTIONS = { job: JOB, ...MESSAGES } as const satisfies Options;

export const CHECK_OPTIONS = {
  live: {
    type: toggle(),
    initial: false,
    description: 'Try destinations, logins, secrets and folders too; nothing is delivered',
    group: 'Jobs',
  },
  ...MESSAGES,
} as const satisfies Options;

export const DELIVER_OPTIONS = {
  jobs: {
    type: text('FILE', 'a job file'),
    initial: 'jobs.yaml',
    description: 'Job file whose job made the run and names its destinations',
    group: 'Jobs',
    path: true,
  },
  to: {
    type: text('NAME', 'a destination'),
    initial: null,
    otherwise: 'every destination of the job',
    description: 'Kind or id of the destination, e.g. email',
    group: 'Jobs',
  },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

export const PREVIEW_OPTIONS = {
  out: { ...OUT, initial: 'output/preview', path: true },
  language: EXPORT_OPTIONS.language,
  ...MESSAGES,
} as const satisfies Options;

export const DIFF_OPTIONS = { json: JSON_RESULT, ...MESSAGES } as const satisfies Options;

export const VERIFY_OPTIONS = {
  'public-key': {
    type: text('FILE', 'a file'),
    initial: null,
    otherwise: 'the signature is not checked',
    description: 'Ed25519 public key (PEM) to check the signature of the manifest with',
    group: 'Source',
    path: true,
  },
  'timestamp-ca': {
    type: text('FILE', 'a file'),
    initial: null,
    otherwise: 'the authority is not checked',
    description: 'Certificates (PEM) of the authorities that may have issued the timestamp',
    group: 'Source',
    path: true,
  },
  previous: {
    ...PREVIOUS,
    otherwise: 'looked for next to the run',
    description: 'Folder of the run that this one must follow',
    group: 'Source',
  },
  parts: {
    type: names('DIRS', 'a folder'),
    initial: null,
    otherwise: 'looked for next to the run',
    description: 'Folders of the parts of a combined run, separated by commas, or of folders with them',
    group: 'Source',
  },
  'checksums-only': {
    type: toggle(),
    initial: false,
    description: 'Check only checksums and signature, recompute nothing from the records',
    group: 'Reading',
  },
  strict: {
    type: toggle(),
    initial: false,
    description: 'Report what could not be checked as a finding, not as a note',
    group: 'Reading',
  },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

export const EXPLAIN_OPTIONS = {
  raw: {
    type: toggle(),
    initial: false,
    description: 'Write only the bytes of the record, as received, to stdout',
    group: 'Output',
  },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

/** The options of `export` that decide whether a report can be made. */
export const DOCTOR_OPTIONS = {
  'base-url': EXPORT_OPTIONS['base-url'],
  'api-key-file': EXPORT_OPTIONS['api-key-file'],
  out: EXPORT_OPTIONS.out,
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

export const RHYTHMS = ['month', 'week', 'day'] as const;

export const INIT_OPTIONS = {
  dir: {
    type: text('DIR', 'a folder'),
    initial: '.',
    description: 'Folder to write detect-report.yaml and jobs.yaml to',
    group: 'Output',
    path: true,
  },
  every: {
    type: oneOf('rhythm', RHYTHMS),
    initial: 'month',
    description: 'How often to make a report: for each full month, week or day',
    group: 'Period',
  },
  timezone: { ...EXPORT_OPTIONS.timezone, initial: 'UTC' },
  template: EXPORT_OPTIONS.template,
  // This and the key file are written down as given, relative to the files that `init` writes.
  out: OUT,
  'base-url': EXPORT_OPTIONS['base-url'],
  'api-key-file': API_KEY_FILE,
  force: { type: toggle(), initial: false, description: 'Overwrite existing files', group: 'Output' },
  yes: { type: toggle(), initial: false, description: 'Ask no questions, use the defaults', group: 'Messages' },
  ...MESSAGES,
} as const satisfies Options;

export const SANDBOX_OPTIONS = {
  port: {
    type: integer(0, 65_535),
    initial: 0,
    description: 'Port to listen on; 0 picks a free one',
    group: 'Sandbox',
  },
  ...GENERATED,
  latency: {
    type: integer(0, 3_600_000),
    initial: 0,
    description: 'Delay of each response, in milliseconds',
    group: 'Sandbox',
  },
  'rate-limit': {
    type: integer(1, 1_000_000),
    initial: null,
    otherwise: 'no limit',
    description: 'Number of requests per second, at most; it answers 429 beyond that',
    group: 'Sandbox',
  },
  faults: {
    type: text('FAULTS', 'any fault'),
    initial: null,
    otherwise: 'none',
    description: 'Faults to inject by request number, e.g. 429@3,truncated-gzip@5x2,500@last',
    group: 'Sandbox',
  },
  drift: {
    type: text('DRIFT', 'any drift'),
    initial: null,
    otherwise: 'the list does not move',
    description: 'How the list changes before each response, e.g. inserts=20,deletes=1',
    group: 'Sandbox',
  },
  pages: {
    type: text('DIR', 'a folder'),
    initial: null,
    otherwise: 'generated detections',
    description: 'Folder with page files to serve',
    group: 'Sandbox',
    path: true,
  },
  ...MESSAGES,
} as const satisfies Options;
