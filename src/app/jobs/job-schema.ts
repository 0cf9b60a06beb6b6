import * as z from 'zod';
import { daysOfName } from '../../core/calendar.ts';
import { SECRET_REFERENCE } from '../../platform/addresses.ts';
import { FORMATS } from '../../render/sinks/registry.ts';
import {
  choice,
  day,
  distinctList,
  duration,
  type Issue,
  mapping,
  periodSchema,
  text,
  wanted,
  whole,
  zone,
} from '../../config/template-schema.ts';
import { choiceProblem, shown } from '../../config/words.ts';
import { DELIVER_LIST } from '../../deliver/registry.ts';
import { NOTIFY_SETTINGS } from '../../deliver/notify/settings.ts';
import { type PeriodRule, readSchedule, REPEATED_PERIODS } from './plan.ts';
import { readThreshold, THRESHOLD_PATHS, ThresholdProblem } from './thresholds.ts';

/** Job names become part of file names and of metrics. */
const jobName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, {
  error: ({ input }: Issue) =>
    `${shown(input)} is not a name of lower-case letters, digits, _ and -, up to 50 of them.`,
});

const PERIOD_WORDS = [...REPEATED_PERIODS, 'month-to-date'] as const;
/** Earlier names of the words with `last-`. */
const ALIASES = ['previous-month', 'previous-week', 'previous-day'] as const;
const WHAT_PERIOD = `${PERIOD_WORDS.join(', ')}, a month, quarter or year such as 2024-01, 2024-Q1 or 2024, or from and to`;

const period = periodSchema([...PERIOD_WORDS, ...ALIASES], ({ input }: Issue) => periodProblem(input))
  .transform((word): PeriodRule => {
    if (typeof word === 'object') return { kind: 'fixed', ...word };
    const days = daysOfName(word);
    if (days !== null) return { kind: 'fixed', ...days };
    return { kind: word.replace('previous-', 'last-') as Exclude<PeriodRule['kind'], 'fixed'> };
  })
  .prefault('last-month')
  .describe(
    `Which period an occurrence asks for: ${WHAT_PERIOD}. A fixed period is asked for once, when it is over; without to, it ends with yesterday.`,
  );

function periodProblem(input: unknown): string {
  return typeof input === 'string'
    ? `${choiceProblem('period', input, PERIOD_WORDS).replace(/\.$/, '')}, a month, quarter or year such as 2024-01, 2024-Q1 or 2024, or from and to.`
    : `${shown(input)} is not a period: use ${WHAT_PERIOD}.`;
}

const schedule = z
  .string({ error: wanted('five fields of cron, in quotes, such as "0 6 1 * *"') })
  .superRefine((value, context) => {
    try {
      readSchedule(value, 'UTC');
    } catch (error) {
      const why = error instanceof Error ? error.message : '';
      const message = `${shown(value)} is not a schedule such as "0 6 1 * *" (minute, hour, day, month, weekday): ${why}.`;
      context.addIssue({ code: 'custom', message });
    }
  })
  .describe('When the job is due: five fields of cron (minute, hour, day, month, weekday) in its time zone.');

const threshold = z
  .string({ error: wanted('a condition such as "fake_rate > 0.05"') })
  .superRefine((value, context) => {
    try {
      readThreshold(value);
    } catch (error) {
      if (!(error instanceof ThresholdProblem)) throw error;
      const hint =
        error.unknownPath === null ? '' : ` ${choiceProblem('statistic', error.unknownPath, THRESHOLD_PATHS)}`;
      context.addIssue({ code: 'custom', message: hint === '' ? `${shown(value)} ${error.message}.` : hint.trim() });
    }
  });

const job = mapping({
  schedule,
  timezone: zone
    .optional()
    .describe('IANA zone of the schedule and of the days of its periods; by default the template’s.'),
  period,
  since: day
    .optional()
    .describe('First day to report on: missing periods are made from there on; by default from the oldest sealed one.'),
  template: text('a template', 1000)
    .default('monthly-compliance')
    .describe('Name of a built-in template, or the path of a YAML file, relative to this file.'),
  formats: distinctList(choice('format', FORMATS), 'format', 1, FORMATS.length)
    .optional()
    .describe('Formats to write; by default the template’s.'),
  out: text('a folder', 1000)
    .default('output')
    .describe('Folder in which the run folders appear, relative to this file.'),
  source: choice('source', ['api', 'sandbox']).default('api').describe('Where the detections come from.'),
  base_url: text('an address', 1000).optional().describe('Address of the API; https, unless it is this machine.'),
  api_key: SECRET_REFERENCE.optional().describe(
    'Variable or file that holds this job’s key; by default RESEMBLE_API_KEY or RESEMBLE_API_TOKEN.',
  ),
  sign_key: text('a file', 1000).optional().describe('Ed25519 private key (PEM) that signs the manifests.'),
  reviews: text('a file', 1000)
    .optional()
    .describe('CSV file with reviews and casework, joined by uuid, relative to this file.'),
  timestamp: z
    .url({ protocol: /^https?$/, error: 'that is not an address: write http://HOST/PATH.' })
    .optional()
    .describe('Timestamp authority (RFC 3161) to ask for a token over each manifest, again if it did not answer.'),
  deliver: DELIVER_LIST.optional().describe('Where each sealed run is delivered.'),
  notify: NOTIFY_SETTINGS.optional().describe('Who is notified of the job’s runs.'),
  thresholds: z
    .array(threshold, { error: wanted('a list of conditions') })
    .max(50)
    .default([])
    .describe('Conditions on the statistics that should not hold, e.g. fake_rate > 0.05; if one does, exit code 8.'),
  retries: whole(0, 10).default(2).describe('Further attempts after a failure that may pass.'),
  retry_wait: duration
    .default('5m')
    .describe('How long to wait before the first of them; before each later one, twice as long.'),
  catch_up: whole(0, 1000).default(12).describe('How many periods before the newest are made when they are missing.'),
  amend: whole(0, 100)
    .optional()
    .describe(
      'How many of the newest sealed periods are compared with the list at each occurrence; 1, and 0 for month-to-date and for a fixed period.',
    ),
  archive: z
    .boolean({ error: wanted('true or false') })
    .default(false)
    .describe('Write index.html and the lake over all runs of out after each sealed run.'),
  links: z.array(text('an address', 1000)).max(10).default([]).describe('Where people find the runs, for messages.'),
});

export const JOB_FILE = mapping({
  jobs: z
    .record(jobName, job, { error: wanted('a mapping of jobs by name') })
    .refine((jobs) => Object.keys(jobs).length > 0, { error: 'names no job.' })
    .describe('Jobs by name: lower-case letters, digits, _ and -.'),
});

export type JobData = z.output<typeof job>;
