import { CSV_COMPRESSIONS, CSV_SAFETIES } from '../../core/sink.ts';
import { FORMATS } from '../../sinks/registry.ts';
import { day, integer, month, oneOf, positive, someOf, text, timezone, toggle } from '../option-types.ts';
import type { Options } from './option.ts';
import { GENERATED, JSON_RESULT, MESSAGES, PREVIOUS } from './shared.ts';

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
    description: 'Name of a built-in template, the path of a YAML file, or of a run’s manifest.json',
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
  workers: {
    type: integer(0, 32),
    initial: 0,
    description: 'Threads that make the rows of CSV files: faster for long lists, for about 60 MiB each',
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
  seek: {
    type: toggle(),
    initial: false,
    description: 'Search for the period and read it alone; the whole list where its order does not allow that',
    group: 'Reading',
  },
  fresh: {
    type: toggle(),
    initial: false,
    description: 'Read from the start, also where an unfinished run could be continued',
    group: 'Reading',
  },
  ...GENERATED,
  ...MESSAGES,
} as const satisfies Options;
