import type { Options as YargsOption } from 'yargs';
import { defaultOf, type Option, type Options } from '../config/command-line.ts';
import type { Argument, Command, Example } from './command.ts';

export const PROGRAM = 'detect-report';
export const HELP_WIDTH = 100;

/** `verify <run>`: a command and its arguments, as in help and messages. */
export function synopsisOf(name: string, args: Readonly<Record<string, Argument>>): string {
  const words = Object.entries(args).map(([arg, { optional, repeats }]) => {
    const word = repeats ? `${arg}..` : arg;
    return optional ? `[${word}]` : `<${word}>`;
  });
  return [name, ...words].join(' ');
}

/** Head of a command's page: how to call it, and what it does. */
export function usageOf(name: string, { about, args, options, summary }: Command): string {
  const synopsis = `$0 ${synopsisOf(name, args)}${hasOptions(options) ? ' [options]' : ''}`;
  return `${synopsis}\n\n${about ?? `${summary}.`}`;
}

export function hasOptions(options: Options): boolean {
  return Object.keys(options).length > 0;
}

/** End of a page: examples, each on its own line because yargs breaks lines anywhere, then notes. */
export function closingOf(examples: readonly Example[], notes = ''): string {
  const width = Math.max(0, ...examples.map(([words]) => words.length));
  const lines = examples.map(([words, what]) => `  ${PROGRAM} ${words.padEnd(width)}  ${what}`);
  const parts = [lines.length === 0 ? '' : `Examples:\n${lines.join('\n')}`, notes];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A command's options in the order of its help page: the most needed first. */
export function orderedOptions({ first = [], options }: Command): [name: string, option: Option<unknown>][] {
  const needed = new Set<string>(first);
  const entries = Object.entries(options);
  return [
    ...first.flatMap((name) => entries.filter(([key]) => key === name)),
    ...entries.filter(([key]) => !needed.has(key)),
  ];
}

/**
 * Options as yargs declares them. Values stay words: the library reads and checks them. Only a help page declares
 * numbers, because yargs would parse them.
 */
export function yargsOptions(command: Command, isHelp: boolean): Record<string, YargsOption> {
  if (!hasOptions(command.options)) return {};
  const declared = orderedOptions(command).map(([name, option]) => {
    const group = command.first?.includes(name) === true ? 'Most used' : option.group;
    return [name, { ...yargsOption(option, isHelp), group: `${group}:` }] as const;
  });
  if (command.flagsOnly === true) return Object.fromEntries(declared);
  return {
    ...Object.fromEntries(declared),
    config: {
      type: 'string',
      requiresArg: true,
      group: 'Messages:',
      description: 'YAML file with options',
      defaultDescription: 'detect-report.yaml, if it exists',
    },
  };
}

function yargsOption(option: Option<unknown>, isHelp: boolean): YargsOption {
  const { metavar, choices, schema } = option.type;
  const words = choices !== null && metavar?.includes('|') === true ? ` (${choices.join(', ')})` : '';
  const initial = defaultOf(option);
  const isNumber = schema['type'] === 'integer' || schema['type'] === 'number';
  return {
    description: `${option.description}${words}`,
    ...(metavar === null ? { type: 'boolean' } : { type: isNumber && isHelp ? 'number' : 'string', requiresArg: true }),
    ...(initial === '' ? {} : { defaultDescription: initial }),
  };
}
