import { integer, text } from '../option-types.ts';
import type { Options } from './option.ts';
import { GENERATED, MESSAGES } from './shared.ts';

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
