import { integer, oneOf, text, toggle } from '../option-types.ts';
import type { Options } from './option.ts';

export const GENERATED = {
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

export const MESSAGES = {
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
  description: 'Folder of the run that this one follows: the manifest names the hash of that run’s manifest',
  group: 'Output',
  path: true,
} as const;
