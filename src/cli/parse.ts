import type { Argv } from 'yargs';
import type { Options } from '../config/command-line.ts';
import { TOOL } from '../platform/machine.ts';
import type { Command, CommandWords } from './command.ts';
import { COMMAND_NAMES, type CommandName, COMMANDS, COMPLETION, GROUPS } from './commands.ts';
import { closingOf, HELP_WIDTH, PROGRAM, synopsisOf, usageOf, yargsOptions } from './help.ts';
import { checkSwitches, strayWordError, usageError } from './usage.ts';

/** What the words of a command line ask for. Nothing was read or run yet. */
export type Request =
  /** A help page, the version or a completion script: for stdout. */
  { readonly kind: 'text'; readonly text: string } | ({ readonly kind: CommandName } & CommandWords);

/** What the parser learns while yargs processes the words. */
interface Parsing {
  readonly words: readonly string[];
  readonly isHelp: boolean;
  readonly notes: ReadonlyMap<CommandName, string>;
  /** The command, or group of commands, that yargs reached: messages point to its help page. */
  reached: string;
  request: Request | null;
}

/** Reads the words after the program's name. Throws `ConfigError` with a remedy on anything not understood. */
export async function parseWords(words: readonly string[]): Promise<Request> {
  // The most frequent request of scripts needs no parser.
  if (words.length === 1 && words[0] === '--version') return { kind: 'text', text: TOOL.version };
  const { default: yargs } = await import('yargs');
  const isHelp = words.includes('--help') || words.includes('-h');
  const notes = isHelp ? await loadNotes(words) : new Map<CommandName, string>();
  const parsing: Parsing = { words, isHelp, notes, reached: '', request: null };
  const parser = yargs()
    .scriptName(PROGRAM)
    .usage('$0 <command>\n\nSealed, provably complete reports from Resemble AI’s list of deepfake detections.');
  declareCommands(parser, parsing)
    .completion(COMPLETION.name, COMPLETION.summary)
    .demandCommand(1, 'No command is named.')
    .strict()
    .help()
    .alias('help', 'h')
    .version(TOOL.version)
    .wrap(HELP_WIDTH)
    .detectLocale(false)
    .exitProcess(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .fail((message, error: Error | undefined) => {
      // yargs throws some findings as its own error, called YError.
      throw error === undefined || error.name === 'YError'
        ? usageError(error?.message ?? message, words, parsing.reached)
        : error;
    });
  let text = '';
  // With a callback, yargs passes on its output and never writes or exits by itself.
  await parser.parseAsync([...words], {}, (_error, _argv, output) => {
    text += output;
  });
  if (parsing.request !== null) return parsing.request;
  if (text !== '') return { kind: 'text', text };
  throw usageError('No command is named.', words, parsing.reached);
}

async function loadNotes(words: readonly string[]): Promise<Map<CommandName, string>> {
  const asked = COMMAND_NAMES.filter((name) => name.split(' ').every((word) => words.includes(word)));
  const command = (name: CommandName): Command => COMMANDS[name];
  return new Map(await Promise.all(asked.map(async (name) => [name, (await command(name).notes?.()) ?? ''] as const)));
}

function declareCommands(parser: Argv, parsing: Parsing): Argv {
  const groups = new Set<string>();
  for (const name of COMMAND_NAMES) {
    const [first = '', second] = name.split(' ');
    if (second === undefined) declareCommand(parser, name, first, parsing);
    else if (!groups.has(first)) declareGroup(parser, first, parsing);
    groups.add(first);
  }
  return parser;
}

function declareGroup(parser: Argv, group: string, parsing: Parsing): void {
  const { summary, examples } = GROUPS[group as keyof typeof GROUPS];
  parser.command(group, summary, (page) => {
    parsing.reached = group;
    for (const name of COMMAND_NAMES) {
      const [first, second] = name.split(' ');
      if (first === group && second !== undefined) declareCommand(page, name, second, parsing);
    }
    return page
      .usage(`$0 ${group} <command>\n\n${summary}.`)
      .epilogue(closingOf(examples))
      .demandCommand(1, 'No command is named.');
  });
}

function declareCommand(parser: Argv, name: CommandName, word: string, parsing: Parsing): void {
  const command: Command = COMMANDS[name];
  parser.command(
    synopsisOf(word, command.args),
    command.summary,
    (page: Argv) => {
      parsing.reached = name;
      for (const [arg, { description, optional }] of Object.entries(command.args)) {
        page.positional(arg, { type: 'string', demandOption: optional !== true, description });
      }
      return page
        .options(yargsOptions(command, parsing.isHelp))
        .usage(usageOf(name, command))
        .epilogue(closingOf(command.examples, parsing.notes.get(name)));
    },
    (argv) => {
      parsing.request = { kind: name, ...readWords(name, argv, parsing.words) };
    },
  );
}

type Given = Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] };

function readWords(name: CommandName, argv: Given, words: readonly string[]): CommandWords {
  const { args, options }: Command = COMMANDS[name];
  // yargs does not check words after `--`.
  const stray = argv._[name.split(' ').length];
  if (stray !== undefined) throw strayWordError([String(stray)], name);
  checkSwitches(options, words);
  // An argument that may be left out is empty then.
  const wordOf = (value: unknown): string => (typeof value === 'string' ? value : '');
  const given = Object.keys(args).map((arg) => [arg, [argv[arg]].flat().map(wordOf)] as const);
  const rest = given.flatMap(([, [, ...others]]) => others);
  return {
    args: Object.fromEntries(given.map(([arg, [word = '']]) => [arg, word])),
    ...(rest.length === 0 ? {} : { rest }),
    flags: givenFlags(options, argv, words),
  };
}

/** The flags that were given, by option name; of one that was given twice, the last value. */
function givenFlags(options: Options, argv: Given, words: readonly string[]): Record<string, unknown> {
  const given = [...Object.keys(options), 'config'].filter((name) => argv[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const repeats = Object.hasOwn(options, name) && options[name]?.type.repeats === true;
      return [name, repeats ? valuesOf(`--${name}`, words) : [argv[name]].flat().at(-1)];
    }),
  );
}

function valuesOf(flag: string, words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`${flag}=`)) return [word.slice(flag.length + 1)];
    const next = words[index + 1];
    return word === flag && next !== undefined ? [next] : [];
  });
}
