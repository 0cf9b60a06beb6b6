import { endOfString, endOfValue, type JsonValue } from '../../../core/json.ts';
import { hasDuplicateKeys } from '../duplicate-keys.ts';
import { compactJson } from '../extra-json.ts';

/** A power of two. There are a few dozen keys, labels and types, and about two thousand percentages of one decimal. */
const SLOTS = 4096;

/**
 * Makes a string of each repeated text only once: a call into the engine for every key and label would cost more than
 * the rest of the reading. A slot holds one text, the newest, so the caller's lookups bound the memory.
 */
class TextCache {
  readonly #codeOf: (text: string) => number;
  readonly #texts = Array.from<string>({ length: SLOTS }).fill('');
  readonly #codes = new Uint8Array(SLOTS);

  /** `codeOf` gives each text a number below 256 of the caller's choice. */
  constructor(codeOf: (text: string) => number) {
    this.#codeOf = codeOf;
    this.#codes[0] = codeOf('');
  }

  /** The slot of the ASCII text in `[start, end)`; `hash` is any function of these bytes. */
  find(bytes: Buffer, start: number, end: number, hash: number): number {
    const slot = start === end ? 0 : (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const known = this.#texts[slot] ?? '';
    return isSame(known, bytes, start, end) ? slot : this.#put(slot, bytes.toString('latin1', start, end));
  }

  text(slot: number): string {
    return this.#texts[slot] ?? '';
  }

  code(slot: number): number {
    return this.#codes[slot] ?? 0;
  }

  #put(slot: number, text: string): number {
    this.#texts[slot] = text;
    this.#codes[slot] = this.#codeOf(text);
    return slot;
  }
}

function isSame(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}

export const QUOTE = 0x22;
export const COMMA = 0x2c;
const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

const LONGEST_CACHED = 48;
/** Longer texts are searched and read by the engine. */
const LONGEST_SHORT = 256;
/** A decimal of up to this many digits, divided by a power of ten, is the double that parsing gives (Clinger 1990). */
const MOST_EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: MOST_EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/** The JSON is not plain, or not JSON at all: the caller's slow path decides. Created once, so throwing it is cheap. */
export const FALL_BACK = new Error('not plain JSON');

/**
 * Reads JSON forwards, value by value, without building objects. Accepts only simple cases and throws `FALL_BACK` for
 * the others: escapes, duplicate keys in a value that it reads, broken JSON.
 */
export class FastScanner {
  #bytes: Buffer = Buffer.alloc(0);
  readonly #texts: TextCache;
  /** By the slot of its key, the newest short text. */
  readonly #newest = Array.from<string>({ length: SLOTS }).fill('');
  /** Start of the next token, or of the white space before it. */
  at = 0;

  /** `codeOf` numbers the keys that the caller knows. */
  constructor(codeOf: (key: string) => number) {
    this.#texts = new TextCache(codeOf);
  }

  open(bytes: Buffer, at: number): void {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Skips white space and returns the first byte of the next token; 0 after the end. */
  next(): number {
    let byte = this.#bytes[this.at] ?? 0;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#bytes[++this.at] ?? 0;
    return byte;
  }

  /** The text of a slot that `key` returned. */
  textAt(slot: number): string {
    return this.#texts.text(slot);
  }

  codeAt(slot: number): number {
    return this.#texts.code(slot);
  }

  /** Reads the next key and its colon; returns the key's slot. */
  key(): number {
    if (this.next() !== QUOTE) throw FALL_BACK;
    const slot = this.#cached();
    if (slot < 0 || this.next() !== COLON) throw FALL_BACK;
    this.at++;
    return slot;
  }

  /** Any value; faster than `value` for texts that repeat. */
  repeated(): JsonValue {
    if (this.next() !== QUOTE) return this.value();
    const slot = this.#cached();
    return slot < 0 ? this.#text() : this.#texts.text(slot);
  }

  /** The JSON of the next value, without white space and inline images. */
  asReceived(): string {
    this.next();
    const start = this.at;
    this.value();
    return compactJson(this.#bytes, start, this.at);
  }

  /** Any value, of the key at `slot`: a text that is the key's newest is not made again. */
  valueOf(slot: number): JsonValue {
    if (this.next() !== QUOTE) return this.value();
    const newest = this.#newest[slot] ?? '';
    const start = this.at + 1;
    const end = start + newest.length;
    if (this.#bytes[end] === QUOTE && isSame(newest, this.#bytes, start, end)) {
      this.at = end + 1;
      return newest;
    }
    const text = this.#text();
    if (text.length <= LONGEST_CACHED && text.length === this.at - start - 1) this.#newest[slot] = text;
    return text;
  }

  value(): JsonValue {
    const byte = this.next();
    if (byte === QUOTE) return this.#text();
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return this.#whole();
    if (byte === 0x6e) return this.#literal('null', null);
    if (byte === 0x74) return this.#literal('true', true);
    if (byte === 0x66) return this.#literal('false', false);
    return this.number();
  }

  /** Reads a text that holds a number and nothing else, or is empty. */
  numberInText(): number | '' {
    this.at++;
    if (this.#bytes[this.at] === QUOTE) {
      this.at++;
      return '';
    }
    const number = this.number();
    if (this.#bytes[this.at] !== QUOTE) throw FALL_BACK;
    this.at++;
    return number;
  }

  number(): number {
    const bytes = this.#bytes;
    const start = this.at;
    let at = start;
    if (bytes[at] === MINUS) at++;
    const first = at;
    let digits = 0;
    let byte = bytes[at] ?? 0;
    for (; byte >= DIGIT_0 && byte <= DIGIT_9; byte = bytes[++at] ?? 0) digits = digits * 10 + (byte - DIGIT_0);
    const whole = at - first;
    if (whole === 0 || (whole > 1 && bytes[first] === DIGIT_0)) throw FALL_BACK;
    let decimals = 0;
    if (byte === POINT) {
      const behind = at + 1;
      for (byte = bytes[++at] ?? 0; byte >= DIGIT_0 && byte <= DIGIT_9; byte = bytes[++at] ?? 0) {
        digits = digits * 10 + (byte - DIGIT_0);
      }
      decimals = at - behind;
      if (decimals === 0) throw FALL_BACK;
    }
    const hasExponent = byte === 0x65 || byte === 0x45;
    if (hasExponent || whole + decimals > MOST_EXACT_DIGITS) return this.#longNumber(start);
    this.at = at;
    const size = digits / (POWERS_OF_TEN[decimals] ?? 1);
    return first > start ? -size : size;
  }

  /** Reads a number with digits that need a careful algorithm to become the right double. */
  #longNumber(start: number): number {
    const end = endOfValue(this.#bytes, start);
    this.at = end;
    return this.#parse(start, end) as number;
  }

  /** The slot of a short text without escapes; for any other, -1, and nothing is read. */
  #cached(): number {
    const bytes = this.#bytes;
    const start = this.at + 1;
    const limit = start + LONGEST_CACHED;
    let hash = 0;
    let at = start;
    for (; at < limit; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) break;
      if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return -1;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (at === limit) return -1;
    this.at = at + 1;
    return this.#texts.find(bytes, start, at, hash);
  }

  #text(): string {
    const start = this.at;
    const bytes = this.#bytes;
    const limit = Math.min(bytes.length, start + LONGEST_SHORT);
    let bits = 0;
    for (let at = start + 1; at < limit; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.at = at + 1;
        return bytes.toString(bits < 0x80 ? 'latin1' : 'utf8', start + 1, at);
      }
      if (byte === BACKSLASH || byte < 0x20) break;
      bits |= byte;
    }
    const end = endOfString(this.#bytes, start);
    this.at = end;
    return this.#parse(start, end) as string;
  }

  #whole(): JsonValue {
    const start = this.at;
    const end = endOfValue(this.#bytes, start);
    const value = this.#parse(start, end);
    if (hasDuplicateKeys(this.#bytes, start, end, value)) throw FALL_BACK;
    this.at = end;
    return value;
  }

  #literal<T extends JsonValue>(word: string, value: T): T {
    for (let index = 0; index < word.length; index++) {
      if (this.#bytes[this.at + index] !== word.charCodeAt(index)) throw FALL_BACK;
    }
    this.at += word.length;
    return value;
  }

  #parse(start: number, end: number): JsonValue {
    try {
      return JSON.parse(this.#bytes.toString('utf8', start, end)) as JsonValue;
    } catch {
      throw FALL_BACK;
    }
  }
}
