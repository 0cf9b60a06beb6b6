import type { Options, Values } from '../config/command-line.ts';
import type { Settings, Words } from '../config/settings.ts';
import type { Terminal } from './terminal.ts';

/** All that a command may use of its process. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from; empty for the process's own. */
  readonly folder: string;
  /** Aborted by the first SIGINT or SIGTERM, with an `InterruptedError` as its reason. */
  readonly signal: AbortSignal;
  /** For questions on a terminal; all output goes through `terminal`. */
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
}

/** One call of a command: its arguments by name, and its options once resolved. */
export interface CommandCall<O extends Options, Name extends string = never> extends CommandContext {
  readonly args: Readonly<Record<Name, string>>;
  /** What follows the last argument, if that may be repeated. */
  readonly rest: readonly string[];
  readonly settings: Settings<O>;
  /** The options without the origin of each value. */
  readonly values: Values<O>;
}

/** Resolves to the exit code; failures are thrown. */
export type CommandEnd = Promise<number>;

export interface Argument {
  /** Its name in messages, with an example if that helps: `job file, e.g. jobs.yaml`. */
  readonly noun: string;
  readonly description: string;
  readonly path?: true;
  /** True if it may be left out; then it is empty. */
  readonly optional?: true;
  /** True for the last one if more like it may follow: see `CommandCall.rest`. */
  readonly repeats?: true;
}

export type Example = readonly [words: string, what: string];

/** A command, described once: parser, help, messages, docs and dispatch derive from it. */
export interface CommandSpec<O extends Options, Name extends string> {
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** The sentence on the command's own page, if it says more than the summary. */
  readonly about?: string;
  readonly args: Readonly<Record<Name, Argument>>;
  /** A command without options reads no configuration file. */
  readonly options: O;
  /** Options that most people need: help lists them first. */
  readonly first?: readonly (keyof O & string)[];
  /** Words after the program's name, and what they do. */
  readonly examples: readonly Example[];
  /** Closes the help page; loaded only for it. */
  readonly notes?: () => Promise<string>;
  /** True if flags alone are read: by these names, variables and the configuration file mean something else. */
  readonly flagsOnly?: true;
  /** Reads the options if they do not come from flags, environment and configuration file. Throws `ConfigError`. */
  readonly resolve?: (words: Words, folder: string) => Promise<Settings<O>>;
  /** Loads the code that runs the command: help or a mistyped word does not need it. */
  readonly load: () => Promise<(call: CommandCall<O, Name>) => CommandEnd>;
}

export interface CommandWords {
  readonly args: Readonly<Record<string, string>>;
  readonly rest?: readonly string[];
  readonly flags: Words['flags'];
}

export interface Command extends Omit<CommandSpec<Options, string>, 'resolve' | 'load'> {
  /** Resolves the options and runs the command. Returns the exit code. */
  readonly run: (words: CommandWords, context: CommandContext) => CommandEnd;
}

/** A command's entry in the table, with the types of its own options and arguments. */
export function command<const O extends Options, const Name extends string = never>(
  spec: CommandSpec<O, Name>,
): Command {
  const { resolve, load, ...described } = spec;
  return {
    ...described,
    async run({ args, rest = [], flags }, context) {
      const { inFolder } = await import('../config/files.ts');
      const { valuesOf } = await import('../config/settings.ts');
      const { env, folder } = context;
      const words = { flags, env };
      const settings = await (resolve?.(words, folder) ?? resolveWords(spec, words, folder));
      const given = Object.entries<Argument>(spec.args).map(([name, { path }]) => {
        const word = args[name] ?? '';
        return [name, path === true && word !== '' ? inFolder(folder, word) : word];
      });
      const run = await load();
      return await run({
        ...context,
        // The parser refuses a call if one of them is missing.
        args: Object.fromEntries(given) as Readonly<Record<Name, string>>,
        rest: rest.map((word) => inFolder(folder, word)),
        settings,
        values: valuesOf(settings),
      });
    },
  };
}

async function resolveWords<const O extends Options>(
  { options, flagsOnly = false }: { readonly options: O; readonly flagsOnly?: boolean | undefined },
  words: Words,
  folder: string,
): Promise<Settings<O>> {
  if (flagsOnly) return (await import('../config/resolve-commands.ts')).resolveFlags(options, words.flags, folder);
  return await (await import('../config/resolve.ts')).resolveOptions(options, words, folder);
}
