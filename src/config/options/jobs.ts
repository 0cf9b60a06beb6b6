import { instant, names, toggle } from '../option-types.ts';
import type { Options } from './option.ts';
import { JSON_RESULT, MESSAGES } from './shared.ts';

const JOB = {
  type: names('NAME', 'a job'),
  initial: null,
  otherwise: 'every job of the file',
  description: 'Jobs to run, separated by commas; may be given more than once',
  group: 'Jobs',
} as const;

export const RUN_OPTIONS = {
  job: JOB,
  now: {
    type: instant(),
    initial: null,
    otherwise: 'the clock',
    description: 'Time for which to decide what is due, e.g. 2024-02-01T06:00:00Z; not in the future',
    group: 'Jobs',
  },
  'dry-run': {
    type: toggle(),
    initial: false,
    description: 'Print what would be done, and touch nothing',
    group: 'Jobs',
  },
  json: JSON_RESULT,
  ...MESSAGES,
} as const satisfies Options;

export const SCHEDULE_OPTIONS = { job: JOB, ...MESSAGES } as const satisfies Options;

export const DIFF_OPTIONS = { json: JSON_RESULT, ...MESSAGES } as const satisfies Options;
