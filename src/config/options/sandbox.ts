import { integer, text } from '../option-types.ts';
import type { Options } from './option.ts';
import { GENERATED, MESSAGES } from './shared.ts';

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
