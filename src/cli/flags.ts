import type { Options as YargsOption } from 'yargs';
import { ConfigError, defaultOf, type Option, type Options } from './library.ts';

/** An option as yargs declares it. Values stay words: reading and checking them is the library's part. */
export function yargsOptions(options: Options): Record<string, YargsOption> {
  const declared = Object.entries(options).map(([name, option]) => [name, yargsOption(option)]);
  return {
    ...(Object.fromEntries(declared) as Record<string, YargsOption>),
    config: {
      type: 'string',
      requiresArg: true,
      group: 'Messages:',
      description: 'YAML file with options',
      defaultDescription: 'detect-report.yaml, if it is there',
    },
  };
}

function yargsOption(option: Option<unknown>): YargsOption {
  const { metavar, choices } = option.type;
  const words = choices !== null && metavar?.includes('|') === true ? ` (${choices.join(', ')})` : '';
  const initial = defaultOf(option);
  return {
    group: `${option.group}:`,
    description: `${option.description}${words}`,
    ...(metavar === null ? { type: 'boolean' } : { type: 'string', requiresArg: true }),
    ...(initial === '' ? {} : { defaultDescription: initial }),
  };
}

/** The flags that were given, by option name. */
export function givenFlags(options: Options, argv: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = [...Object.keys(options), 'config'];
  return Object.fromEntries(names.filter((name) => argv[name] !== undefined).map((name) => [name, argv[name]]));
}

/** yargs reads `--overwrite=maybe` as false without a word: a switch takes no value but true and false. */
export function checkSwitches(options: Options, words: readonly string[]): void {
  for (const word of words) {
    const [, name = '', value = ''] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option?.type.metavar === null && value !== 'true' && value !== 'false') {
      throw new ConfigError(`--${name} is a switch and takes no value.`, { remedy: `Write --${name} alone.` });
    }
  }
}
