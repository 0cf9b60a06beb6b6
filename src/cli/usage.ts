import {
  ConfigError,
  DOCTOR_OPTIONS,
  INIT_OPTIONS,
  EXPLAIN_OPTIONS,
  EXPORT_OPTIONS,
  RUN_OPTIONS,
  SANDBOX_OPTIONS,
  suggest,
  VERIFY_OPTIONS,
} from './library.ts';

const COMMANDS = [
  'export',
  'run',
  'schedule',
  'jobs',
  'diff',
  'verify',
  'explain',
  'init',
  'doctor',
  'sandbox',
  'templates',
  'completion',
];

const ALL_OPTIONS = [
  EXPORT_OPTIONS,
  RUN_OPTIONS,
  VERIFY_OPTIONS,
  EXPLAIN_OPTIONS,
  INIT_OPTIONS,
  DOCTOR_OPTIONS,
  SANDBOX_OPTIONS,
].flatMap((options) => Object.keys(options));

/** What yargs found wrong with the words, as an error with a remedy. Values are never repeated, one may be a key. */
export function usageError(message: string, words: readonly string[]): ConfigError {
  const command = words.find((word) => COMMANDS.includes(word));
  const help = `See detect-report ${command === undefined ? '' : `${command} `}--help.`;
  const unknown = unknownFlags(message, words);
  const [first] = unknown;
  if (first !== undefined) {
    // No option has digits or is that long: it may be a key.
    const named = unknown.map((name) => (/\d/.test(name) && name.length >= 16 ? 'A flag' : `--${name}`)).join(' and ');
    const problem = `${named} ${unknown.length === 1 ? 'is not an option' : 'are not options'}.`;
    return new ConfigError(problem, { remedy: isSecretive(first) ? KEY_REMEDY : remedyFor(first, help) });
  }
  if (message.startsWith('Unknown argument')) {
    return new ConfigError(`${command === undefined ? 'That' : 'One of the words'} is not a command.`, {
      remedy: command === undefined ? commandRemedy(words, help) : help,
    });
  }
  const missing = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (missing !== undefined) return new ConfigError(`--${missing} needs a value.`, { remedy: help });
  if (message.startsWith('Not enough non-option arguments')) {
    return new ConfigError('The command needs one more word.', { remedy: help });
  }
  return new ConfigError(message.replaceAll(/\s*\n\s*/g, ' '), { remedy: help });
}

const KEY_REMEDY = 'A key never stands on a command line: set RESEMBLE_API_KEY, or give --api-key-file FILE.';

function isSecretive(name: string): boolean {
  return /key|token|secret|bearer/i.test(name);
}

/** The flags among the words that yargs calls unknown; it names words without telling flags from values. */
function unknownFlags(message: string, words: readonly string[]): string[] {
  const listed = /^Unknown arguments?: (.+)$/s.exec(message)?.[1]?.split(', ') ?? [];
  return [...new Set(listed)].filter((name) =>
    words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`) || word === `-${name}`),
  );
}

function remedyFor(flag: string, help: string): string {
  const close = suggest(flag, [...ALL_OPTIONS, 'config', 'help']);
  return close === null ? help : `Did you mean --${close}? ${help}`;
}

function commandRemedy(words: readonly string[], help: string): string {
  const close = suggest(words.find((word) => !word.startsWith('-')) ?? '', COMMANDS);
  return close === null ? help : `Did you mean ${close}? ${help}`;
}
