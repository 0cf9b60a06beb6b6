import type { Options, Values } from '../config/command-line.ts';
import type { Settings, Words } from '../config/settings.ts';
import type { Terminal } from './terminal.ts';

/** All that a command may know of the process it runs in. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from; empty for the process's own. */
  readonly folder: string;
  /** Aborted by the first SIGINT or SIGTERM, with an `InterruptedError` as its reason. */
  readonly signal: AbortSignal;
  /** For questions on a terminal; whatever else is said goes through `terminal`. */
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
}

/** One call of a command: its arguments by name, and its options once resolved. */
export interface CommandCall<O extends Options, Name extends string = never> extends CommandContext {
  readonly args: Readonly<Record<Name, string>>;
  readonly settings: Settings<O>;
  /** The same without where each value came from. */
  readonly values: Values<O>;
}

/** A command's end: the exit code. Failures are thrown. */
export type CommandEnd = Promise<number>;

/** A word that a command needs besides its options. */
export interface Argument {
  /** What messages call it, with an example if that helps: `job file, e.g. jobs.yaml`. */
  readonly noun: string;
  readonly description: string;
  /** True if it is a file or folder. */
  readonly path?: true;
}

export type Example = readonly [words: string, what: string];

/** A command, described once: parser, help, messages, docs and dispatch derive from it. */
export interface CommandSpec<O extends Options, Name extends string> {
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** The sentence on the command's own page, if it says more than the summary. */
  readonly about?: string;
  /** In the order in which they are given. */
  readonly args: Readonly<Record<Name, Argument>>;
  /** A command without options reads no configuration file. */
  readonly options: O;
  /** Options that most people need: help lists them first. */
  readonly first?: readonly (keyof O & string)[];
  /** Words after the program's name, and what they do. */
  readonly examples: readonly Example[];
  /** Closes the help page; loaded only for that. */
  readonly notes?: () => Promise<string>;
  /** Reads the options, if not from flags, environment and configuration file as usual. Throws `ConfigError`. */
  readonly resolve?: (words: Words, folder: string) => Promise<Settings<O>>;
  /** Loads what runs the command: nothing of it is needed for help or a mistyped word. */
  readonly load: () => Promise<(call: CommandCall<O, Name>) => CommandEnd>;
}

/** The words of one call, as given. */
export interface CommandWords {
  readonly args: Readonly<Record<string, string>>;
  readonly flags: Words['flags'];
}

/** Any command. */
export interface Command extends Omit<CommandSpec<Options, string>, 'resolve' | 'load'> {
  /** Resolves the options and runs the command. Returns the exit code. */
  readonly run: (words: CommandWords, context: CommandContext) => CommandEnd;
}

/** The entry of a command in the table. The compiler knows the command's own options and arguments within it. */
export function command<const O extends Options, const Name extends string = never>(
  spec: CommandSpec<O, Name>,
): Command {
  const { resolve, load, ...described } = spec;
  return {
    ...described,
    async run({ args, flags }, context) {
      const { inFolder } = await import('../config/paths.ts');
      const { resolveOptions } = await import('../config/resolve.ts');
      const { valuesOf } = await import('../config/settings.ts');
      const { env, folder } = context;
      const words = { flags, env };
      const settings = await (resolve?.(words, folder) ?? resolveOptions(spec.options, words, folder));
      const given = Object.entries<Argument>(spec.args).map(([name, { path }]) => {
        const word = args[name] ?? '';
        return [name, path === true ? inFolder(folder, word) : word];
      });
      const run = await load();
      return await run({
        ...context,
        // The parser refuses a call without one of them.
        args: Object.fromEntries(given) as Readonly<Record<Name, string>>,
        settings,
        values: valuesOf(settings),
      });
    },
  };
}
