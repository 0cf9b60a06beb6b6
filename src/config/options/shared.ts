import { integer, oneOf, text, toggle } from '../option-types.ts';
import type { Options } from './option.ts';

export const GENERATED = {
  detections: {
    type: integer(0, 10_000_000),
    initial: 1200,
    description: 'Number of detections that the sandbox generates, over all months',
    group: 'Sandbox',
  },
  seed: {
    type: integer(0, Number.MAX_SAFE_INTEGER),
    initial: 1,
    description: 'Seed of the generated detections: the same seed gives the same detections',
    group: 'Sandbox',
  },
  months: {
    type: integer(1, 600),
    initial: 2,
    description: 'Number of full months that the sandbox covers; part of the next month follows',
    group: 'Sandbox',
  },
} as const satisfies Options;

export const MESSAGES = {
  quiet: {
    type: toggle(),
    initial: false,
    description: 'Show only the result, warnings and errors',
    group: 'Messages',
  },
  verbose: {
    type: toggle(),
    initial: false,
    description: 'Show the evidence for completeness in words',
    group: 'Messages',
  },
  'log-format': {
    type: oneOf('log format', ['text', 'json']),
    initial: 'text',
    description: 'Format of progress, warnings and errors on stderr',
    group: 'Messages',
  },
  debug: {
    type: toggle(),
    initial: false,
    description: 'Show the stack trace and the cause of an error',
    group: 'Messages',
  },
} as const satisfies Options;

export const API_KEY_FILE = {
  type: text('FILE', 'a file'),
  initial: null,
  otherwise: 'RESEMBLE_API_KEY, then RESEMBLE_API_TOKEN',
  description: 'File that holds the API key',
  group: 'Source',
} as const;

export const OUT = {
  type: text('DIR', 'a folder'),
  initial: 'output',
  description: 'Folder to write the run folder to',
  group: 'Output',
} as const;

export const JSON_RESULT = {
  type: toggle(),
  initial: false,
  description: 'Print the result as JSON',
  group: 'Output',
} as const;

export const PREVIOUS = {
  type: text('RUN_DIR', 'a folder'),
  initial: null,
  otherwise: '',
  description: 'Folder of the previous run; the manifest records the SHA-256 of its manifest',
  group: 'Output',
  path: true,
} as const;
