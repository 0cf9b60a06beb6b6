import { ConfigError } from '../core/errors.ts';
import { daysOfName, isDay } from '../core/calendar.ts';
import { readInstant } from '../core/instant.ts';
import { choiceProblem, readDurationSeconds, readTimezone, shown, TIMEZONE_REMEDY, timezoneProblem } from './words.ts';

/** A value that an option cannot take: what is wrong with it, and what to give instead. */
function wrongValue(problem: string, remedy: string): ConfigError {
  return new ConfigError(problem, { remedy });
}

/** How an option's value is written and read, from a flag, the environment or a YAML file. */
export interface OptionType<T> {
  /** Stands for the value in help and docs, e.g. `N`; null for a switch. */
  readonly metavar: string | null;
  /** Every allowed word, if they can be listed; else null. */
  readonly choices: readonly string[] | null;
  /** True if the flag may be repeated and every value counts. */
  readonly repeats?: true;
  /** JSON Schema of the value in a configuration file. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Throws `ConfigError` without a place. */
  read(word: unknown): T;
}

/** A type whose words cannot be listed. */
function wordType<T>(
  metavar: string | null,
  schema: OptionType<T>['schema'],
  read: (word: unknown) => T,
): OptionType<T> {
  return { metavar, choices: null, schema, read };
}

/** On or off: `true`, `false`, `1`, `0`. */
export function toggle(): OptionType<boolean> {
  return wordType(null, { type: 'boolean' }, (word) => {
    if (word === true || word === 'true' || word === '1' || word === 1) return true;
    if (word === false || word === 'false' || word === '0' || word === 0) return false;
    throw wrongValue(`${shown(word)} is neither true nor false.`, 'Write true or false.');
  });
}

/** Any text that is not empty; `noun` says what it names, e.g. `a folder`. */
export function text(metavar: string, noun: string): OptionType<string> {
  return wordType(metavar, { type: 'string', minLength: 1 }, (word) => {
    if (typeof word === 'string' && word.trim() !== '' && !word.includes('\0')) return word;
    throw wrongValue(`${shown(word)} does not name ${noun}.`, 'Give a value, or leave the option out.');
  });
}

/** A whole number between two bounds, both included. */
export function integer(min: number, max: number): OptionType<number> {
  const schema = { type: 'integer', minimum: min, maximum: max };
  return wordType('N', schema, (word) => wholeNumber(word, min, max));
}

function wholeNumber(word: unknown, min: number, max: number, also = ''): number {
  const value = numberOf(word, /^\d{1,15}$/);
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw wrongNumber(word, `${also}a whole number from ${min} to ${max}`);
}

/** Address of a Redis server. May hold a password, so no message shows it. */
export function redisAddress(): OptionType<string> {
  return wordType('ADDRESS', { type: 'string' }, (word) => {
    const address = typeof word === 'string' ? word.trim() : '';
    if (isRedisAddress(address)) return address;
    const remedy =
      'Write redis://HOST:PORT or redis://USER:PASSWORD@HOST:PORT/DATABASE (% as %25), or rediss:// for TLS.';
    throw wrongValue('it is not the address of a Redis server.', remedy);
  });
}

function isRedisAddress(address: string): boolean {
  if (!/^rediss?:\/\/[^/]/.test(address) || !URL.canParse(address)) return false;
  const { username, password, pathname } = new URL(address);
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  return /^\/?$|^\/\d{1,5}$/.test(pathname);
}

/** One of `count` shards, by its number from 0. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const MOST_SHARDS = 10_000;

/** `2/8`: the third of eight shards. */
export function shard(): OptionType<Shard> {
  return wordType('I/N', { type: 'string', pattern: '^[0-9]{1,5}/[0-9]{1,5}$' }, (word) => {
    const [, index = Number.NaN, count = Number.NaN] =
      (typeof word === 'string' ? /^(\d{1,5})\/(\d{1,5})$/.exec(word)?.map(Number) : null) ?? [];
    if (index < count && count <= MOST_SHARDS) return { index, count };
    throw wrongValue(
      `${shown(word)} is not a shard.`,
      `Give its number, counted from 0, and how many there are, at most ${MOST_SHARDS}: 0/4, 1/4, 2/4 and 3/4 are all of four.`,
    );
  });
}

/** `auto`, or a whole number between two bounds. */
export function autoOrInteger(min: number, max: number): OptionType<number | 'auto'> {
  const schema = { anyOf: [{ const: 'auto' }, integer(min, max).schema] };
  return wordType('auto|N', schema, (word) => (word === 'auto' ? word : wholeNumber(word, min, max, 'auto or ')));
}

/** A number above 0 up to `max`. */
export function positive(max: number): OptionType<number> {
  return wordType('N', { type: 'number', exclusiveMinimum: 0, maximum: max }, (word) => {
    const value = numberOf(word, /^\d{1,9}(\.\d{1,9})?$/);
    if (value > 0 && value <= max) return value;
    throw wrongNumber(word, `a number above 0 up to ${max}`);
  });
}

/** NaN if the word is not a number in that form: `Number` alone would accept "", "0x10" and "1e3". */
function numberOf(word: unknown, form: RegExp): number {
  if (typeof word === 'number') return word;
  return typeof word === 'string' && form.test(word) ? Number(word) : Number.NaN;
}

function wrongNumber(word: unknown, expectation: string): ConfigError {
  return wrongValue(`${shown(word)} is not ${expectation}.`, `Give ${expectation}.`);
}

export function oneOf<const T extends string>(noun: string, choices: readonly T[]): OptionType<T> {
  return {
    metavar: choices.join('|'),
    choices,
    schema: { enum: choices },
    read(word) {
      const found = choices.find((choice) => choice === word);
      if (found !== undefined) return found;
      throw wrongValue(choiceProblem(noun, word, choices), `Use one of: ${choices.join(', ')}.`);
    },
  };
}

/** Some of a few words: `csv,pdf`, or a list in YAML. Returns them in the order of the choices, each once. */
export function someOf<const T extends string>(noun: string, choices: readonly T[]): OptionType<readonly T[]> {
  const one = oneOf(noun, choices);
  return {
    metavar: choices.join(','),
    choices,
    schema: { type: 'array', items: one.schema, minItems: 1, uniqueItems: true },
    read(word) {
      const words: readonly unknown[] =
        typeof word === 'string' ? word.split(',').map((part) => part.trim()) : asList(word);
      if (words.length === 0) throw wrongValue(`No ${noun} is named.`, `Use some of: ${choices.join(',')}.`);
      const named = new Set(words.map((part) => one.read(part)));
      return choices.filter((choice) => named.has(choice));
    },
  };
}

function asList(word: unknown): readonly unknown[] {
  return Array.isArray(word) ? (word as readonly unknown[]) : [word];
}

/** Some words, each once: `a,b`, or a list in YAML. `noun` says what they name, e.g. `a job`. */
export function names(metavar: string, noun: string): OptionType<readonly string[]> {
  const one = text(metavar, noun);
  const type = wordType(metavar, { type: 'array', items: one.schema, minItems: 1 }, (word) => {
    const words = asList(word).flatMap((part) => (typeof part === 'string' ? part.split(',') : [part]));
    return [...new Set(words.map((part) => one.read(typeof part === 'string' ? part.trim() : part)))];
  });
  return { ...type, repeats: true };
}

/** An instant in ISO 8601, with its zone; returns epoch milliseconds. */
export function instant(): OptionType<number> {
  return wordType('TIME', { type: 'string' }, (word) => {
    const found = typeof word === 'string' ? readInstant(word.trim()) : null;
    if (found !== null && found.note === null) return found.ms;
    throw wrongValue(`${shown(word)} is not a time.`, 'Write it with its zone, e.g. 2024-02-01T06:00:00Z.');
  });
}

/** A duration in seconds, minutes or hours, up to a day: `90s`, `10m`, `2h`. */
export function duration(): OptionType<string> {
  return wordType('TIME', { type: 'string', pattern: '^[0-9]{1,6}[smh]$' }, (word) => {
    const seconds = typeof word === 'string' ? readDurationSeconds(word, 'smh') : null;
    if (typeof word === 'string' && seconds !== null && seconds <= 86_400) return word;
    throw wrongValue(
      `${shown(word)} is not a duration up to a day.`,
      'Give seconds, minutes or hours, e.g. 90s or 10m.',
    );
  });
}

export function day(): OptionType<string> {
  return calendarWord('DAY', 'a day', 'YYYY-MM-DD, e.g. 2024-01-31', isDay);
}

export function month(): OptionType<string> {
  return calendarWord('MONTH', 'a month', 'YYYY-MM, e.g. 2024-01', (word) => isDay(`${word}-01`));
}

export function quarter(): OptionType<string> {
  const isQuarter = (word: string): boolean => /-Q/.test(word) && daysOfName(word) !== null;
  return calendarWord('QUARTER', 'a quarter', 'YYYY-Qn, e.g. 2024-Q1', isQuarter);
}

export function year(): OptionType<string> {
  const isYear = (word: string): boolean => word.length === 4 && daysOfName(word) !== null;
  const type = calendarWord('YEAR', 'a year', 'YYYY, e.g. 2024', isYear);
  // YAML reads a year as a number.
  const schema = { type: ['integer', 'string'] };
  return wordType('YEAR', schema, (word) => type.read(typeof word === 'number' ? String(word) : word));
}

function calendarWord(
  metavar: string,
  noun: string,
  form: string,
  fits: (word: string) => boolean,
): OptionType<string> {
  return wordType(metavar, { type: 'string' }, (word) => {
    if (typeof word === 'string' && fits(word)) return word;
    throw wrongValue(`${shown(word)} is not ${noun}.`, `Write ${noun} as ${form}.`);
  });
}

/** An IANA time zone, in its usual spelling. */
export function timezone(): OptionType<string> {
  return wordType('ZONE', { type: 'string' }, (word) => {
    const zone = typeof word === 'string' ? readTimezone(word) : null;
    if (zone !== null) return zone;
    throw wrongValue(timezoneProblem(word), TIMEZONE_REMEDY);
  });
}
