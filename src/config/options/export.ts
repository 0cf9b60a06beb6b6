import { CSV_COMPRESSIONS, CSV_SAFETIES } from '../../core/sink.ts';
import { FORMATS } from '../../render/sinks/registry.ts';
import { day, duration, integer, month, oneOf, positive, someOf, text, timezone, toggle } from '../option-types.ts';
import type { Options } from './option.ts';
import { API_KEY_FILE, GENERATED, JSON_RESULT, MESSAGES, OUT, PREVIOUS } from './shared.ts';

export const EXPORT_OPTIONS = {
  source: {
    type: text('SOURCE', 'a source'),
    initial: 'api',
    description: 'Source of the detections: api, sandbox, or the path of a records.zip to render again',
    group: 'Source',
  },
  'base-url': {
    type: text('URL', 'an address'),
    initial: 'https://app.resemble.ai',
    description: 'Address of the API; https, or http on this machine',
    group: 'Source',
  },
  'api-key-file': { ...API_KEY_FILE, path: true },
  month: {
    type: month(),
    initial: null,
    otherwise: 'the template’s period',
    description: 'Calendar month, e.g. 2024-01',
    group: 'Period',
  },
  from: { type: day(), initial: null, otherwise: '', description: 'Start date, e.g. 2024-01-01', group: 'Period' },
  to: {
    type: day(),
    initial: null,
    otherwise: '',
    description: 'End date (not included), e.g. 2024-02-01',
    group: 'Period',
  },
  'last-month': { type: toggle(), initial: false, description: 'Last full calendar month', group: 'Period' },
  all: { type: toggle(), initial: false, description: 'All detections in the list', group: 'Period' },
  timezone: {
    type: timezone(),
    initial: null,
    otherwise: 'the template’s, UTC',
    description: 'Time zone that defines days and months, e.g. Europe/Berlin',
    group: 'Period',
  },
  template: {
    type: text('TEMPLATE', 'a template'),
    initial: 'monthly-compliance',
    description: 'Name of a built-in template, or path of a YAML file or of a run’s manifest.json',
    group: 'Output',
  },
  format: {
    type: someOf('format', FORMATS),
    initial: null,
    otherwise: 'the template’s',
    description: 'Formats to write, separated by commas',
    group: 'Output',
  },
  out: { ...OUT, path: true },
  overwrite: { type: toggle(), initial: false, description: 'Replace an existing run folder', group: 'Output' },
  'no-snapshot': { type: toggle(), initial: false, description: 'Do not write records.zip', group: 'Output' },
  'csv-safety': {
    type: oneOf('CSV safety', CSV_SAFETIES),
    initial: 'strict',
    description: 'How to keep text from running as a formula; raw writes the exact text, for programs',
    group: 'Output',
  },
  'csv-bom': { type: toggle(), initial: false, description: 'Start CSV files with a byte order mark', group: 'Output' },
  compress: {
    type: oneOf('compression', CSV_COMPRESSIONS),
    initial: 'none',
    description: 'Compress CSV files: detections.csv.gz instead of detections.csv',
    group: 'Output',
  },
  workers: {
    type: integer(0, 32),
    initial: 0,
    description: 'Number of threads that write CSV files: faster for long lists, about 60 MiB of memory each',
    group: 'Output',
  },
  'sign-key': {
    type: text('FILE', 'a file'),
    initial: null,
    otherwise: 'no signature',
    description: 'Ed25519 private key (PEM) to sign the manifest with',
    group: 'Output',
    path: true,
  },
  previous: PREVIOUS,
  json: JSON_RESULT,
  'page-size': {
    type: integer(10, 1000),
    initial: 1000,
    description: 'Number of detections to request at once, at most',
    group: 'Reading',
  },
  concurrency: {
    type: integer(1, 32),
    initial: 4,
    description: 'Number of requests at the same time',
    group: 'Reading',
  },
  rate: { type: positive(40), initial: 40, description: 'Number of requests per second, at most', group: 'Reading' },
  patience: {
    type: duration(),
    initial: '10m',
    description: 'How long each page is retried, e.g. 90s or 30m',
    group: 'Reading',
  },
  seek: {
    type: toggle(),
    initial: false,
    description: 'Read only the requested period if the list is sorted by date',
    group: 'Reading',
  },
  fresh: {
    type: toggle(),
    initial: false,
    description: 'Read from the start, do not resume an unfinished run',
    group: 'Reading',
  },
  ...GENERATED,
  ...MESSAGES,
} as const satisfies Options;
