import yargs from 'yargs';
import { type JobRequest, withJobCommands } from './job-commands.ts';
import { checkSwitches, givenFlags, yargsOptions } from './flags.ts';
import {
  ConfigError,
  DOCTOR_OPTIONS,
  EXPLAIN_OPTIONS,
  EXPORT_OPTIONS,
  FAULT_GRAMMAR,
  INIT_OPTIONS,
  type Options,
  SANDBOX_OPTIONS,
  TOOL,
  VERIFY_OPTIONS,
} from './library.ts';
import { usageError } from './usage.ts';

/** What the words of a command line ask for. Nothing has been read or run yet. */
export type Request =
  /** A help page, the version or a completion script: for stdout. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'export'; readonly flags: Readonly<Record<string, unknown>> }
  | { readonly kind: 'verify'; readonly run: string; readonly flags: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'explain';
      readonly run: string;
      readonly uuid: string;
      readonly flags: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'init'; readonly flags: Readonly<Record<string, unknown>> }
  | { readonly kind: 'doctor'; readonly flags: Readonly<Record<string, unknown>> }
  | JobRequest
  | { readonly kind: 'sandbox'; readonly flags: Readonly<Record<string, unknown>> }
  | { readonly kind: 'templates-list' }
  | { readonly kind: 'templates-show'; readonly name: string }
  | { readonly kind: 'templates-check'; readonly path: string };

const PROGRAM = 'detect-report';

/** Reads the words behind the program's name. Throws `ConfigError` with a remedy on anything that is not understood. */
export async function parseWords(words: readonly string[]): Promise<Request> {
  let request: Request | null = null;
  let text = '';
  const choose = (chosen: Request): void => {
    request = chosen;
  };
  const program = yargs()
    .scriptName(PROGRAM)
    .usage('$0 <command>\n\nSealed, provably complete reports from Resemble AI’s list of deepfake detections.')
    .command(
      'export',
      'Read the list, write the report, seal the run folder',
      (command) =>
        command
          .options(yargsOptions(EXPORT_OPTIONS))
          .usage('$0 export [options]\n\nRead the list, write the report, seal the run folder.')
          .example('$0 export --month 2024-01', 'the report of January')
          .example('$0 export --source sandbox', 'try it without a key')
          .example('$0 export --template spreadsheet-analysis --all', 'everything, as CSV and workbook')
          .example('$0 export --source output/RUN/records.zip', 'render a run again')
          .epilogue(EXPORT_NOTES),
      (argv) => choose({ kind: 'export', flags: flagsOf(EXPORT_OPTIONS, argv, words) }),
    );
  const parser = withJobCommands(program, words, choose)
    .command(
      'verify <run>',
      'Check that a run folder is what was sealed',
      (command) =>
        command
          .options(yargsOptions(VERIFY_OPTIONS))
          .usage(
            '$0 verify <run> [options]\n\nRecompute a run from its raw pages up; exit code 5 where anything differs.',
          )
          .example('$0 verify output/monthly-compliance_2024-01', 'everything that needs no key')
          .example('$0 verify RUN --public-key pub.pem', 'the signature too')
          .positional('run', { type: 'string', demandOption: true, description: 'Folder of the run' }),
      (argv) => choose({ kind: 'verify', run: argv.run, flags: flagsOf(VERIFY_OPTIONS, argv, words) }),
    )
    .command(
      'explain <run> <uuid>',
      'Show where each cell of a detection’s row came from',
      (command) =>
        command
          .options(yargsOptions(EXPLAIN_OPTIONS))
          .usage('$0 explain <run> <uuid> [options]\n\nShow where each cell of a detection’s row came from.')
          .example('$0 explain RUN UUID --raw | sha256sum', 'the row’s record_sha256, computed')
          .positional('run', { type: 'string', demandOption: true, description: 'Folder of the run' })
          .positional('uuid', { type: 'string', demandOption: true, description: 'The detection' }),
      (argv) =>
        choose({
          kind: 'explain',
          // yargs' types lose a first positional behind a second one; both are demanded, as strings.
          run: argv['run'] as string,
          uuid: argv.uuid,
          flags: flagsOf(EXPLAIN_OPTIONS, argv, words),
        }),
    )
    .command(
      'init',
      'Write a first configuration and job file, and check the key',
      (command) =>
        command
          .options(yargsOptions(INIT_OPTIONS))
          .usage('$0 init [options]\n\nWrite a first configuration and job file; ask for what no option says.')
          .example('$0 init', 'asks on a terminal')
          .example('$0 init --yes --every week --timezone Europe/Berlin', 'asks nothing'),
      (argv) => choose({ kind: 'init', flags: flagsOf(INIT_OPTIONS, argv, words) }),
    )
    .command(
      'doctor',
      'Say what keeps reports from being made: Node, folders, clock, proxy, key, API',
      (command) =>
        command
          .options(yargsOptions(DOCTOR_OPTIONS))
          .usage('$0 doctor [options]\n\nLook at everything that a report needs, with one request to the API.')
          .example('$0 doctor --json', 'for a program'),
      (argv) => choose({ kind: 'doctor', flags: flagsOf(DOCTOR_OPTIONS, argv, words) }),
    )
    .command(
      'sandbox',
      'Serve the documented API locally, with generated detections',
      (command) =>
        command
          .options(yargsOptions(SANDBOX_OPTIONS))
          .usage('$0 sandbox [options]\n\nServe the documented API on this machine until it is interrupted.')
          .example('$0 sandbox --port 8080 --detections 100000', 'a long list')
          .example('$0 sandbox --drift inserts=20,deletes=1', 'a list that moves')
          .example('$0 sandbox --pages DIR', 'your own page files')
          .epilogue(`Faults:\n${FAULT_GRAMMAR}`),
      (argv) => choose({ kind: 'sandbox', flags: flagsOf(SANDBOX_OPTIONS, argv, words) }),
    )
    .command('templates', 'List, show and check templates', (command) =>
      command
        .usage('$0 templates <command>\n\nList, show and check templates.')
        .command('list', 'Names of the built-in templates', {}, () => choose({ kind: 'templates-list' }))
        .command(
          'show <name>',
          'Print a built-in template, to copy and change',
          (show) => show.positional('name', { type: 'string', demandOption: true }),
          ({ name }) => choose({ kind: 'templates-show', name }),
        )
        .command(
          'check <path>',
          'Check a template file',
          (check) => check.positional('path', { type: 'string', demandOption: true }),
          ({ path }) => choose({ kind: 'templates-check', path }),
        )
        .example('$0 templates show monthly-compliance > my-report.yaml', 'a template of one’s own')
        .demandCommand(1, 'No command is named.'),
    )
    .completion('completion', 'Print a script that completes commands and options in bash or zsh')
    .demandCommand(1, 'No command is named.')
    .strict()
    .help()
    .alias('help', 'h')
    .version(TOOL.version)
    .wrap(100)
    .detectLocale(false)
    .exitProcess(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .fail((message, error: Error | undefined) => {
      // Some of what yargs finds wrong comes as an error of its own, called YError.
      throw error === undefined || error.name === 'YError' ? usageError(error?.message ?? message, words) : error;
    });
  // With a callback, yargs hands over what it would print, and never writes or exits by itself.
  await parser.parseAsync([...words], {}, (_error, _argv, output) => {
    text += output;
  });
  if (request !== null) return request;
  if (text !== '') return { kind: 'text', text };
  throw usageError('No command is named.', words);
}

const EXPORT_NOTES = [
  'Every option can stand in detect-report.yaml and in the environment: --page-size is DETECT_REPORT_PAGE_SIZE.',
  'The API key comes from RESEMBLE_API_KEY, RESEMBLE_API_TOKEN or --api-key-file, never from a flag.',
].join('\n');

function flagsOf(
  options: Options,
  argv: Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] },
  words: readonly string[],
): Record<string, unknown> {
  // Words behind `--` pass yargs unseen.
  if (argv._.length > 1) throw new ConfigError('A word stands where only options are expected.', HELP);
  checkSwitches(options, words);
  return givenFlags(options, argv);
}

const HELP = { remedy: `See ${PROGRAM} export --help.` };
