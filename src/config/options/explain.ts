import { toggle } from '../option-types.ts';
import type { Options } from './option.ts';
import { JSON_RESULT, MESSAGES } from './shared.ts';

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
