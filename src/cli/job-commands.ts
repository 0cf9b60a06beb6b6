import type { Argv } from 'yargs';
import { checkSwitches, givenFlags, yargsOptions } from './flags.ts';
import { ConfigError, DIFF_OPTIONS, type Options, RUN_OPTIONS, SCHEDULE_OPTIONS } from './library.ts';

type Flags = Readonly<Record<string, unknown>>;

/** What the words of a command on jobs, or on what they left, ask for. */
export type JobRequest =
  | { readonly kind: 'run'; readonly file: string; readonly flags: Flags }
  | { readonly kind: 'schedule'; readonly file: string; readonly flags: Flags }
  | { readonly kind: 'jobs-check'; readonly file: string }
  | { readonly kind: 'diff'; readonly before: string; readonly after: string; readonly flags: Flags };

const FILE = { type: 'string', demandOption: true, description: 'Job file (YAML)' } as const;
const RUN_DIR = { type: 'string', demandOption: true } as const;

/** Declares them. `words` are those behind the program's name. */
export function withJobCommands(parser: Argv, words: readonly string[], choose: (request: JobRequest) => void): Argv {
  return parser
    .command(
      'run <file>',
      'Do what is due of the jobs of a file, then end',
      (command) =>
        command
          .options(yargsOptions(RUN_OPTIONS))
          .usage('$0 run <file> [options]\n\nDo what is due of the jobs of a file, then end: for cron, timers and CI.')
          .example('$0 run jobs.yaml', 'every job')
          .example('$0 run jobs.yaml --job monthly --dry-run', 'what it would do')
          .positional('file', FILE),
      (argv) => choose({ kind: 'run', file: argv.file, flags: flagsOf(RUN_OPTIONS, argv, words) }),
    )
    .command(
      'schedule <file>',
      'Stay, and run the jobs of a file as they fall due',
      (command) =>
        command
          .options(yargsOptions(SCHEDULE_OPTIONS))
          .usage('$0 schedule <file> [options]\n\nStay, and run the jobs of a file as they fall due, until SIGTERM.')
          .positional('file', FILE),
      (argv) => choose({ kind: 'schedule', file: argv.file, flags: flagsOf(SCHEDULE_OPTIONS, argv, words) }),
    )
    .command('jobs', 'Check a job file', (command) =>
      command
        .usage('$0 jobs <command>\n\nCheck a job file.')
        .command(
          'check <file>',
          'Check a job file, the templates that it names, and when its jobs are due',
          (check) => check.positional('file', FILE),
          ({ file }) => choose({ kind: 'jobs-check', file }),
        )
        .demandCommand(1, 'No command is named.'),
    )
    .command(
      'diff <before> <after>',
      'Compare the detections of two runs',
      (command) =>
        command
          .options(yargsOptions(DIFF_OPTIONS))
          .usage(
            '$0 diff <before> <after> [options]\n\nCompare the detections of two runs: new, vanished, relabelled, …',
          )
          .positional('before', { ...RUN_DIR, description: 'Folder of the earlier run' })
          .positional('after', { ...RUN_DIR, description: 'Folder of the later run' }),
      (argv) =>
        choose({
          kind: 'diff',
          // yargs' types lose a first positional behind a second one; both are demanded, as strings.
          before: argv['before'] as string,
          after: argv.after,
          flags: flagsOf(DIFF_OPTIONS, argv, words),
        }),
    );
}

function flagsOf(
  options: Options,
  argv: Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] },
  words: readonly string[],
): Flags {
  // Words behind `--` pass yargs unseen.
  if (argv._.length > 1) {
    throw new ConfigError('A word stands where only options are expected.', { remedy: 'See detect-report --help.' });
  }
  checkSwitches(options, words);
  const flags = givenFlags(options, argv);
  const jobs = valuesOf('--job', words);
  return 'job' in options && jobs.length > 0 ? { ...flags, job: jobs } : flags;
}

/** Every value of a flag that may be given more than once: yargs would keep the last one alone. */
function valuesOf(flag: string, words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`${flag}=`)) return [word.slice(flag.length + 1)];
    const next = words[index + 1];
    return word === flag && next !== undefined ? [next] : [];
  });
}
