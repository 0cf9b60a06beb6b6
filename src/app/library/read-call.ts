import { suggest } from '../../core/text.ts';
import { shown } from '../../config/words.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Emit } from '../../core/progress.ts';

/** What every function that takes time can be given. */
export interface CallOptions {
  readonly emit?: Emit | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type OptionKinds = Readonly<Record<string, 'text' | 'switch' | 'texts'>>;

const EXAMPLES = { text: "'a/path'", switch: 'true', texts: "['a/path']" } as const;
const NOUNS = { text: 'a text', switch: 'a switch', texts: 'a list of texts' } as const;

/**
 * The options of a call with `emit` and `signal` filled in. Throws `ConfigError` that names the key and says what to write.
 */
export function readCall<T extends CallOptions>(
  name: string,
  given: T | undefined,
  kinds: OptionKinds = {},
): T & { readonly emit: Emit; readonly signal: AbortSignal } {
  const options: unknown = given ?? {};
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw wrong(name, `${shown(options)} is not its options`, `Write ${name}(…, { signal })`);
  }
  refuseUnknownKeys(options, ['emit', 'signal', ...Object.keys(kinds)], name);
  for (const [key, value] of Object.entries(options)) {
    const kind = kinds[key];
    if (kind === undefined || value === undefined || value === null) continue;
    if (isOfKind(kind, value)) continue;
    throw wrong(key, `${shown(value)} is not ${NOUNS[kind]}`, `Write ${key}: ${EXAMPLES[kind]}`);
  }
  const { emit, signal } = options as CallOptions;
  return {
    ...(options as T),
    emit: readFunction('emit', emit) ?? (() => undefined),
    signal: readSignal(signal) ?? new AbortController().signal,
  };
}

export function refuseUnknownKeys(options: object, known: readonly string[], name: string): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const close = suggest(unknown, known);
  const hint = close === null ? '' : ` Did you mean ${close}?`;
  // Its value is not shown: it may be a key.
  throw new ConfigError(`${shown(unknown)} is not an option of ${name}.${hint}`, {
    remedy: `Use some of: ${known.join(', ')}.`,
  });
}

function isOfKind(kind: OptionKinds[string], value: unknown): boolean {
  if (kind === 'texts') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  return typeof value === (kind === 'text' ? 'string' : 'boolean');
}

/** Null if it was left out. Throws `ConfigError`. */
export function readSignal(signal: unknown): AbortSignal | null {
  if (signal === undefined || signal === null) return null;
  if (signal instanceof AbortSignal) return signal;
  throw wrong('signal', `${shown(signal)} is not an AbortSignal`, 'Write signal: AbortSignal.timeout(60_000)');
}

/** Null if it was left out. Throws `ConfigError`. */
export function readFunction<T>(key: string, value: T): NonNullable<T> | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'function') return value;
  throw wrong(key, `${shown(value)} is not a function`, `Write ${key}: (value) => { … }`);
}

/** Throws `ConfigError` if that is not text. */
export function requireText(key: string, value: unknown, example: string): asserts value is string {
  if (typeof value !== 'string') throw wrong(key, `${shown(value)} is not text`, `Write ${example}`);
}

/** What must hold for a part of an object of the caller's own, and what to say otherwise. */
export type Rule = readonly [holds: boolean, part: string, problem: string, remedy: string];

/** Throws `ConfigError` for the first rule that does not hold. */
export function checkRules(key: string, rules: readonly Rule[]): void {
  const broken = rules.find(([holds]) => !holds);
  if (broken !== undefined) throw wrong(`${key}.${broken[1]}`, broken[2], broken[3]);
}

export function wrong(key: string, problem: string, remedy: string): ConfigError {
  return new ConfigError(`${key}: ${problem}.`, { remedy: `${remedy}.` });
}
