import { instant, integer, names, redisAddress, text } from '../option-types.ts';
import { JSON_RESULT, MESSAGES, optional, type Options, path, preset } from './option.ts';

const QUEUE = optional(
  'Jobs',
  redisAddress(),
  'required',
  'Redis server that holds the queue; with a password, best given as DETECT_REPORT_QUEUE',
);

export const ENQUEUE_OPTIONS = {
  queue: QUEUE,
  job: optional(
    'Jobs',
    names('NAME', 'a job'),
    'every job of the file',
    'Jobs to add, separated by commas; can be given more than once',
  ),
  now: optional(
    'Jobs',
    instant(),
    'the current time',
    'Time at which to check what is due, e.g. 2024-02-01T06:00:00Z; not in the future',
  ),
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const WORKER_OPTIONS = {
  queue: QUEUE,
  store: path(
    preset(
      'Jobs',
      text('DIR', 'a folder'),
      '.',
      'Folder that all workers share: it holds the job file that was enqueued, and the runs',
    ),
  ),
  slots: optional(
    'Jobs',
    integer(1, 64),
    'one for each core, at most 8',
    'Number of stages at a time, each in a thread',
  ),
  metrics: path(
    optional(
      'Jobs',
      text('DIR', 'a folder'),
      'none',
      'Folder of node_exporter’s textfile collector; detect_report_queue.prom is written there',
    ),
  ),
  ...MESSAGES,
} satisfies Options;
