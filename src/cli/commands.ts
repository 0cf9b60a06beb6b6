import * as config from '../config/command-line.ts';
import { type Command, command } from './command.ts';

const JOB_FILE = { noun: 'job file, e.g. jobs.yaml', description: 'Job file (YAML)', path: true } as const;
const RUN_FOLDER = {
  noun: 'run folder, e.g. output/monthly-compliance_2024-01',
  description: 'Folder of the run',
  path: true,
} as const;

const RUNS_FOLDER = {
  noun: 'folder of the runs',
  description: 'Folder of the runs',
  path: true,
  optional: true,
} as const;
const TEMPLATE_FILE = {
  noun: 'template file, e.g. my-report.yaml',
  description: 'Template file (YAML)',
  path: true,
} as const;

const EXPORT_NOTES = `You can also set options in detect-report.yaml or as environment variables: --page-size is
DETECT_REPORT_PAGE_SIZE. The API key comes from RESEMBLE_API_KEY, RESEMBLE_API_TOKEN or
--api-key-file, never from a flag.`;

/** Every command by its words, in the order of the help page. Add a command only here. */
export const COMMANDS = {
  export: command({
    summary: 'Read the list, write the report, seal the run folder',
    args: {},
    options: config.EXPORT_OPTIONS,
    first: ['month', 'quarter', 'year', 'last-month', 'from', 'to', 'all', 'template', 'format', 'out', 'source'],
    examples: [
      ['export --month 2024-01', 'the report for January'],
      ['export --source sandbox', 'try it without a key'],
      ['export --template spreadsheet-analysis --all', 'all detections, as CSV and workbook'],
      ['export --source output/RUN/records.zip', 'render a run again'],
    ],
    notes: async () => EXPORT_NOTES,
    load: async () => (await import('./commands/export.ts')).runExport,
  }),
  run: command({
    summary: 'Run the jobs of a file that are due, then exit',
    about: 'Run the jobs of a file that are due, then exit: for cron, timers and CI.',
    args: { file: JOB_FILE },
    options: config.RUN_OPTIONS,
    examples: [
      ['run jobs.yaml', 'every job'],
      ['run jobs.yaml --job monthly --dry-run', 'show what is due'],
      ['run jobs.yaml --shard 0/4', 'the first of four machines'],
    ],
    load: async () => (await import('./commands/jobs.ts')).runDueJobs,
  }),
  schedule: command({
    summary: 'Keep running, and run the jobs of a file when they are due',
    about: 'Keep running, and run the jobs of a file when they are due, until SIGTERM.',
    args: { file: JOB_FILE },
    options: config.SCHEDULE_OPTIONS,
    examples: [],
    load: async () => (await import('./commands/jobs.ts')).runSchedule,
  }),
  combine: command({
    summary: 'Make one sealed report of several sealed runs',
    about:
      'Make one sealed report of consecutive periods of a list, or of one period of several teams, from their snapshots.',
    args: { run: { ...RUN_FOLDER, description: 'Folders of the runs', repeats: true } },
    options: config.COMBINE_OPTIONS,
    first: ['template', 'format', 'out'],
    examples: [
      ['combine output/RUN_JAN output/RUN_FEB output/RUN_MAR', 'a quarter of three months'],
      ['combine team-a/RUN team-b/RUN --template group.yaml', 'one month of two teams'],
    ],
    load: async () => (await import('./commands/combine.ts')).runCombine,
  }),
  enqueue: command({
    summary: 'Add the jobs of a file that are due to a queue, for workers',
    about: 'Add what `run` would do now to a queue on Redis, as stages that any worker takes; then exit.',
    args: { file: JOB_FILE },
    options: config.ENQUEUE_OPTIONS,
    examples: [['enqueue /store/jobs.yaml --queue redis://redis:6379', 'every job that is due']],
    load: async () => (await import('./commands/fleet.ts')).runEnqueue,
  }),
  worker: command({
    summary: 'Keep running, and do the stages of a queue',
    about: 'Keep running, and do the stages that enqueue added to the queue, until SIGTERM.',
    args: {},
    options: config.WORKER_OPTIONS,
    examples: [['worker --queue redis://redis:6379 --store /store', 'as many stages at a time as cores']],
    load: async () => (await import('./commands/fleet.ts')).runQueueWorker,
  }),
  status: command({
    summary: 'Show every run of a folder and what needs a person',
    about: 'Show every run of a folder, or of a job file; exit code 8 if something needs a person.',
    args: {
      folder: {
        noun: 'folder of the runs or job file',
        description: 'Folder of the runs, or a job file',
        path: true,
        optional: true,
      },
    },
    options: config.STATUS_OPTIONS,
    examples: [
      ['status', 'the runs in output'],
      ['status jobs.yaml --json', 'the runs of its jobs and when these are due, for a program'],
    ],
    load: async () => (await import('./commands/status.ts')).runStatus,
  }),
  archive: command({
    summary: 'Write one page over all runs of a folder, and their tables for SQL',
    about: 'Write index.html over all runs of a folder, and their tables as a lake of Parquet files.',
    args: { folder: RUNS_FOLDER },
    options: config.ARCHIVE_OPTIONS,
    examples: [['archive output', 'output/index.html and output/lake']],
    load: async () => (await import('./commands/archive.ts')).runArchive,
  }),
  sql: command({
    summary: 'Query the tables of all runs of a folder',
    about: 'Query the lake of a folder with DuckDB: views detections, metric_nodes and audio_scores.',
    args: { query: { noun: 'query in quotes', description: 'Query (SQL)' }, folder: RUNS_FOLDER },
    options: config.SQL_OPTIONS,
    examples: [['sql "SELECT count(*) FROM detections" output', 'all detections']],
    load: async () => (await import('./commands/archive.ts')).runSql,
  }),
  deliver: command({
    summary: 'Deliver a sealed run again',
    about: 'Deliver a sealed run of a job again, to all of its destinations or to one.',
    args: { run: RUN_FOLDER },
    options: config.DELIVER_OPTIONS,
    examples: [['deliver reports/monthly-compliance_2024-01 --to email', 'send the mail again']],
    flagsOnly: true,
    load: async () => (await import('./commands/jobs.ts')).runDeliver,
  }),
  'jobs check': command({
    summary: 'Check a job file and its templates, show when jobs are due',
    args: { file: JOB_FILE },
    options: config.CHECK_OPTIONS,
    examples: [['jobs check jobs.yaml --live', 'folders, buckets, logins and secrets too']],
    load: async () => (await import('./commands/jobs.ts')).checkJobs,
  }),
  diff: command({
    summary: 'Compare the detections of two runs',
    about: 'Compare the detections of two runs: new, vanished, relabelled, …',
    args: {
      before: { noun: 'folder of the earlier run', description: 'Folder of the earlier run', path: true },
      after: { noun: 'folder of the later run', description: 'Folder of the later run', path: true },
    },
    options: config.DIFF_OPTIONS,
    examples: [],
    load: async () => (await import('./commands/diff.ts')).runDiff,
  }),
  verify: command({
    summary: 'Check that a run folder is what was sealed',
    about: 'Recompute a run from its raw pages; exit code 5 if anything differs.',
    args: { run: RUN_FOLDER },
    options: config.VERIFY_OPTIONS,
    examples: [
      ['verify output/monthly-compliance_2024-01', 'everything that needs no key'],
      ['verify RUN --public-key pub.pem', 'the signature too'],
    ],
    load: async () => (await import('./commands/verify.ts')).runVerify,
  }),
  explain: command({
    summary: 'Show where each cell of a detection’s row comes from',
    args: { run: RUN_FOLDER, uuid: { noun: 'UUID of the detection', description: 'UUID of the detection' } },
    options: config.EXPLAIN_OPTIONS,
    examples: [['explain RUN UUID --raw | sha256sum', 'the row’s record_sha256, computed']],
    load: async () => (await import('./commands/explain.ts')).runExplain,
  }),
  sample: command({
    summary: 'Draw detections of a run for people to review',
    about: 'Draw a stratified sample of a run’s completed detections for review; anybody can draw it again.',
    args: { run: RUN_FOLDER },
    options: config.SAMPLE_OPTIONS,
    examples: [['sample RUN --n 400 --out sample.csv', '400 detections, by verdict and medium']],
    flagsOnly: true,
    load: async () => (await import('./commands/sample.ts')).runSample,
  }),
  init: command({
    summary: 'Write a first configuration and job file, check the key',
    about: 'Write a first configuration and job file; on a terminal, ask for the options that are not given.',
    args: {},
    options: config.INIT_OPTIONS,
    examples: [
      ['init', 'asks on a terminal'],
      ['init --yes --every week --timezone Europe/Berlin', 'asks nothing'],
    ],
    resolve: async (words, folder) => (await import('../config/resolve-commands.ts')).resolveInit(words, folder),
    load: async () => (await import('./commands/setup.ts')).runInit,
  }),
  doctor: command({
    summary: 'Check the setup and explain how to fix it',
    about: 'Check Node, folders, clock, proxy, key and API, with one request, and explain how to fix them.',
    args: {},
    options: config.DOCTOR_OPTIONS,
    examples: [['doctor --json', 'for a program']],
    load: async () => (await import('./commands/setup.ts')).runDoctor,
  }),
  sandbox: command({
    summary: 'Serve the API on this machine, with generated detections',
    about: 'Serve the documented API on this machine until it is interrupted.',
    args: {},
    options: config.SANDBOX_OPTIONS,
    examples: [
      ['sandbox --port 8080 --detections 100000', 'a long list'],
      ['sandbox --drift inserts=20,deletes=1', 'a list that moves'],
      ['sandbox --pages DIR', 'your own page files'],
    ],
    notes: async () => `Faults:\n${(await import('./commands/sandbox.ts')).FAULT_GRAMMAR}`,
    load: async () => (await import('./commands/sandbox.ts')).runSandbox,
  }),
  'templates list': command({
    summary: 'List the built-in templates',
    args: {},
    options: {},
    examples: [],
    load: async () => (await import('./commands/templates.ts')).listTemplateNames,
  }),
  'templates show': command({
    summary: 'Print a built-in template, to copy and change',
    args: { name: { noun: 'name of a template, e.g. monthly-compliance', description: 'Name of a built-in template' } },
    options: {},
    examples: [['templates show monthly-compliance > my-report.yaml', 'start a template of your own']],
    load: async () => (await import('./commands/templates.ts')).showTemplate,
  }),
  'templates check': command({
    summary: 'Check a template file',
    args: { path: TEMPLATE_FILE },
    options: {},
    examples: [],
    load: async () => (await import('./commands/templates.ts')).checkTemplate,
  }),
  'templates preview': command({
    summary: 'Render a template over generated detections',
    about: 'Render a template over the sandbox’s last full month, replacing the last preview; needs no key.',
    args: { path: TEMPLATE_FILE },
    options: config.PREVIEW_OPTIONS,
    examples: [['templates preview my-report.yaml --language de', 'the report in German']],
    flagsOnly: true,
    load: async () => (await import('./commands/templates.ts')).runPreview,
  }),
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

type GroupName<Name = CommandName> = Name extends `${infer Group} ${string}` ? Group : never;

export const GROUPS: Readonly<Record<GroupName, Pick<Command, 'summary' | 'examples'>>> = {
  jobs: { summary: 'Check a job file', examples: [['jobs check jobs.yaml', 'its problems, or when its jobs are due']] },
  templates: { summary: 'List, show, check and preview templates', examples: COMMANDS['templates show'].examples },
};

/** Prints the completion script; yargs runs it. */
export const COMPLETION = { name: 'completion', summary: 'Print a completion script for bash or zsh' } as const;
