import { ConfigError, type Options, suggest } from '../config/command-line.ts';
import { COMMAND_NAMES, type CommandName, COMMANDS, COMPLETION } from './commands.ts';
import type { Command } from './command.ts';
import { hasOptions, PROGRAM } from './help.ts';

/**
 * Turns what yargs found wrong into an error with a remedy. `reached` is the command or group of commands that yargs
 * reached, if any. Repeats a value only if an option lists it or it is a date: any other may be a key.
 */
export function usageError(message: string, words: readonly string[], reached: string): ConfigError {
  const help = helpOf(reached);
  const listed = /^Unknown arguments?: (.+)$/s.exec(message)?.[1]?.split(', ') ?? [];
  const flags = unknownFlags(listed, words);
  if (flags.length > 0) return unknownFlagError(flags, reached);
  if (listed.length > 0) {
    return isCommand(reached) ? strayWordError(listed, reached) : unknownCommandError(listed, words, reached);
  }
  const missing = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (missing !== undefined) return new ConfigError(`--${missing} needs a value.`, { remedy: help });
  const got = /^Not enough non-option arguments: got (\d+)/.exec(message)?.[1];
  if (got !== undefined && isCommand(reached)) {
    const { args }: Command = COMMANDS[reached];
    const noun = Object.values(args)[Number(got)]?.noun ?? 'one more word';
    return new ConfigError(`Missing argument: ${noun}.`, { remedy: help });
  }
  const hint = reached === '' ? commandHint(words) : '';
  return new ConfigError(message.replaceAll(/\s*\n\s*/g, ' '), { remedy: `${hint}${help}` });
}

/** Hint for `--month 2024-01` without a command: the first command with such an option. */
function commandHint(words: readonly string[]): string {
  const [, flag = ''] = /^--([a-z-]+)/.exec(words.find((word) => word.startsWith('--')) ?? '') ?? [];
  const owner = COMMAND_NAMES.find((name) => Object.hasOwn(COMMANDS[name].options, flag));
  return owner === undefined ? '' : `Did you mean ${owner} --${flag}? `;
}

export function strayWordError(words: readonly string[], name: CommandName): ConfigError {
  const { args, options }: Command = COMMANDS[name];
  const taken = [...Object.keys(args).map((arg) => `<${arg}>`), ...(hasOptions(options) ? ['options'] : [])];
  const takes = taken.length === 0 ? 'no argument' : `only ${taken.join(' and ')}`;
  const meant = words.map((word) => flagMeant(word, options)).find((flag) => flag !== null);
  const hint = meant === undefined ? '' : `Did you mean ${meant}? `;
  return new ConfigError(`Unexpected argument: ${PROGRAM} ${name} takes ${takes}.`, {
    remedy: `${hint}${helpOf(name)}`,
  });
}

/** yargs silently reads `--overwrite=maybe` as false: a switch takes only true and false. */
export function checkSwitches(options: Options, words: readonly string[]): void {
  for (const word of words) {
    const [, name = '', value = ''] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option?.type.metavar === null && value !== 'true' && value !== 'false') {
      throw new ConfigError(`--${name} is a switch and takes no value.`, { remedy: `Write --${name} alone.` });
    }
  }
}

function helpOf(reached: string): string {
  return `See ${[PROGRAM, reached, '--help'].filter((part) => part !== '').join(' ')}.`;
}

function isCommand(reached: string): reached is CommandName {
  return Object.hasOwn(COMMANDS, reached);
}

const KEY_REMEDY = 'Never put a key on a command line: set RESEMBLE_API_KEY, or give --api-key-file FILE.';

/** The unknown flags among the words; yargs lists words without telling flags from values. */
function unknownFlags(listed: readonly string[], words: readonly string[]): string[] {
  return [...new Set(listed)].filter((name) =>
    words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`) || word === `-${name}`),
  );
}

function unknownFlagError(flags: readonly string[], reached: string): ConfigError {
  const [first = ''] = flags;
  // No option has digits or is that long, so it may be a key.
  const named = flags.map((name) => (/\d/.test(name) && name.length >= 16 ? 'A flag' : `--${name}`)).join(' and ');
  const text = `${named} ${flags.length === 1 ? 'is not an option' : 'are not options'}.`;
  if (/key|token|secret|bearer/i.test(first)) return new ConfigError(text, { remedy: KEY_REMEDY });
  const names: readonly CommandName[] = isCommand(reached) ? [reached] : COMMAND_NAMES;
  const options = names.flatMap((name) => Object.keys(COMMANDS[name].options));
  const hasFile = names.some((name) => COMMANDS[name].flagsOnly !== true);
  const close = suggest(first, [...options, ...(hasFile ? ['config'] : []), 'help', 'version']);
  const hint = close === null ? '' : `Did you mean --${close}? `;
  return new ConfigError(text, { remedy: `${hint}${helpOf(reached)}` });
}

function unknownCommandError(listed: readonly string[], words: readonly string[], reached: string): ConfigError {
  const typed = reached === '' ? words.find((word) => !word.startsWith('-')) : listed[0];
  const within = COMMAND_NAMES.filter((name) => reached === '' || name.startsWith(`${reached} `));
  const candidates =
    reached === ''
      ? [...new Set(within.map((name) => name.split(' ')[0] ?? '')), COMPLETION.name]
      : within.map((name) => name.slice(reached.length + 1));
  const close = suggest(typed ?? '', candidates);
  const flag = reached === '' ? flagMeant(typed ?? '', COMMANDS.export.options) : null;
  const meant = close ?? (flag === null ? null : `export ${flag}`);
  const hint = meant === null ? '' : `Did you mean ${[reached, meant].filter((part) => part !== '').join(' ')}? `;
  return new ConfigError('That is not a command.', { remedy: `${hint}${helpOf(reached)}` });
}

/** Value types that show which option a word is for. Any other word may fit many options, or be a key. */
const TELLING: ReadonlySet<string> = new Set(['MONTH', 'DAY', 'TIME', 'ZONE']);

/** The flag that a bare word was meant for: `--month 2024-01`, `--all`, `--format csv`. */
function flagMeant(word: string, options: Options): string | null {
  if (Object.hasOwn(options, word)) return options[word]?.type.metavar === null ? `--${word}` : null;
  for (const [name, { type }] of Object.entries(options)) {
    if (type.choices === null && !TELLING.has(type.metavar ?? '')) continue;
    try {
      type.read(word);
      return `--${name} ${word}`;
    } catch {
      // Not a value of this option; another may accept it.
    }
  }
  return null;
}
