import { instant, integer, names, redisAddress, shard } from '../option-types.ts';
import { JSON_RESULT, MESSAGES, optional, type Options, optionalPath, presetPath, toggled } from './option.ts';

const JOB = optional(
  'Jobs',
  names('NAME', 'a job'),
  'every job of the file',
  'Jobs to run, separated by commas; can be given more than once',
);

export const RUN_OPTIONS = {
  job: JOB,
  shard: optional(
    'Jobs',
    shard(),
    'every job',
    'Only the jobs of shard I (from 0) of N, by the SHA-256 of their names: for several machines',
  ),
  now: optional(
    'Jobs',
    instant(),
    'the current time',
    'Time at which to check what is due, e.g. 2024-02-01T06:00:00Z; not in the future',
  ),
  'dry-run': toggled('Jobs', 'Print what is due, change nothing'),
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const SCHEDULE_OPTIONS = { job: JOB, ...MESSAGES } satisfies Options;

const QUEUE = optional(
  'Jobs',
  redisAddress(),
  'required',
  'Redis server that holds the queue; with a password, best given as DETECT_REPORT_QUEUE',
);

export const ENQUEUE_OPTIONS = {
  queue: QUEUE,
  job: { ...JOB, description: 'Jobs to add, separated by commas; can be given more than once' },
  now: RUN_OPTIONS.now,
  json: JSON_RESULT,
  ...MESSAGES,
} satisfies Options;

export const WORKER_OPTIONS = {
  queue: QUEUE,
  store: presetPath(
    'Jobs',
    'a folder',
    '.',
    'Folder that all workers share: it holds the job file that was enqueued, and the runs',
  ),
  slots: optional(
    'Jobs',
    integer(1, 64),
    'one for each core, at most 8',
    'Number of stages at a time, each in a thread',
  ),
  metrics: optionalPath(
    'Jobs',
    'a folder',
    'none',
    'Folder of node_exporter’s textfile collector; detect_report_queue.prom is written there',
  ),
  ...MESSAGES,
} satisfies Options;
