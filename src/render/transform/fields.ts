import { instantText, readInstant } from '../../core/instant.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { shorten } from '../../core/text.ts';

/** An unread time is shown up to this length; no real time is longer. */
const LONGEST_UNREAD = 40;

/** A decimal number as JSON and the vendor's strings write it. */
const DECIMAL = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const PERCENT = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*%?\s*$/;

/** Reads a finite number from a number or a decimal string; undefined for anything else. */
export function numberFrom(value: JsonValue): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 400 || !DECIMAL.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** False if parsing may have changed the number: above 2^53 a double skips integers, above 1.8e308 it is infinite. */
export function isExactNumber(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

/** Reads `90%`, `"90.0"` or 90 as 0.9; undefined if the value is not a percentage. */
export function fractionFromPercent(value: JsonValue): number | undefined {
  if (typeof value === 'number') return isExactNumber(value) ? value / 100 : undefined;
  const match = typeof value === 'string' && value.length < 40 ? PERCENT.exec(value) : null;
  return match === null ? undefined : Number(match[1]) / 100;
}

/**
 * Lenient reader of one object's fields. A value of another type is coerced and noted. One that cannot be read is noted
 * and named in `misfits`, so that the caller keeps it as received. Null and absent read as null, without a note.
 */
export class Fields {
  readonly #object: JsonObject;
  readonly #prefix: string;
  readonly #notes: Notes;
  /** Keys whose value did not fit its column. */
  readonly misfits: string[] = [];

  constructor(object: JsonObject, prefix: string, notes: Notes) {
    this.#object = object;
    this.#prefix = prefix;
    this.#notes = notes;
  }

  keys(): string[] {
    return Object.keys(this.#object);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object, key);
  }

  inner(key: string): Fields | null {
    const value = this.raw(key);
    if (isJsonObject(value)) return new Fields(value, `${this.#prefix}${key}.`, this.#notes);
    return value === null ? null : this.misfit(key, 'not an object');
  }

  raw(key: string): JsonValue {
    return Object.hasOwn(this.#object, key) ? (this.#object[key] ?? null) : null;
  }

  text(key: string): string | null {
    const value = this.raw(key);
    if (value === null || typeof value === 'string') return value;
    if (typeof value === 'boolean') {
      this.#notes.coerced(this.#prefix + key, 'boolean read as text');
      return String(value);
    }
    if (typeof value !== 'number') return this.misfit(key, 'not a text');
    // What is kept still has the digits that parsing dropped (1.10, or forty of them).
    this.misfit(key, 'number read as text');
    return String(value);
  }

  number(key: string): number | null {
    const value = this.raw(key);
    if (value === null || value === '') return null;
    const number = numberFrom(value);
    if (number === undefined) return this.misfit(key, 'not a number');
    if (typeof value === 'string') this.#notes.coerced(this.#prefix + key, 'text read as number');
    else if (!isExactNumber(number)) this.misfit(key, 'number read with fewer digits than it may have had');
    return number;
  }

  boolean(key: string): boolean | null {
    const value = this.raw(key);
    if (value === null || typeof value === 'boolean') return value;
    const read = value === 'true' || value === 1 ? true : value === 'false' || value === 0 ? false : null;
    if (read === null) return this.misfit(key, 'not a boolean');
    this.#notes.coerced(this.#prefix + key, `${typeof value} read as boolean`);
    return read;
  }

  /** Epoch milliseconds. A value that says less or more than its instant is also kept as received. */
  instant(key: string): number | null {
    const value = this.raw(key);
    if (value === null || value === '') return null;
    const text = instantText(value);
    const read = text === null ? null : readInstant(text);
    if (read === null) return this.misfit(key, 'not a date and time');
    if (read.note !== null) this.misfit(key, read.note);
    return read.ms;
  }

  /** Returns a present but unread value as text, to show to people. */
  unread(key: string): string | null {
    const value = this.raw(key);
    if (value === null || value === '') return null;
    return shorten(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), LONGEST_UNREAD);
  }

  misfit(key: string, what: string): null {
    this.#notes.coerced(this.#prefix + key, `${what}, kept in extra`);
    this.misfits.push(key);
    return null;
  }
}

const NONE: readonly string[] = [];
const LONGEST_PATH = 120;

export function coercion(path: string, what: string): string {
  return `${shorten(path, LONGEST_PATH)}: ${what}`;
}

/** The decoder's notes on one item: undocumented keys, and values that were coerced or kept as text. */
export class Notes {
  #unknownKeys: string[] | null = null;
  #coercions: string[] | null = null;

  unknownKey(path: string): void {
    (this.#unknownKeys ??= []).push(shorten(path, LONGEST_PATH));
  }

  coerced(path: string, what: string): void {
    this.add(coercion(path, what));
  }

  /** Adds an entry that was made before: some are added a hundred times for one detection. */
  add(entry: string): void {
    (this.#coercions ??= []).push(entry);
  }

  get unknownKeys(): readonly string[] {
    return this.#unknownKeys ?? NONE;
  }

  get coercions(): readonly string[] {
    return this.#coercions ?? NONE;
  }
}
