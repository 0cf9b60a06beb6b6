import { isAscii } from 'node:buffer';

/**
 * Finds the place of values in JSON bytes without parsing them. Every function expects bytes that JSON.parse has
 * already accepted: then matching brackets and quotes is enough. No recursion, any depth.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
/** The native search skips longer strings (inline images) faster, a loop shorter ones. */
const SHORT_STRING_BYTES = 48;

/** A slice `[start, end)` of a buffer. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/** One member of an object: the key as decoded text, and the slice of its value. */
export interface MemberSlice extends Slice {
  readonly key: string;
}

/** Index just after the string that opens at `open`. */
export function endOfString(bytes: Buffer, open: number): number {
  let at = open + 1;
  let byte = bytes[at];
  for (const long = at + SHORT_STRING_BYTES; byte !== QUOTE && at < long; byte = bytes[at])
    at += byte === BACKSLASH ? 2 : 1;
  return byte === QUOTE ? at + 1 : endOfLongString(bytes, at);
}

/** `at` is a place in the string, but not within an escape. */
function endOfLongString(bytes: Buffer, from: number): number {
  for (let at = from; ; ) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0) return bytes.length;
    // `at` is never within an escape: only the backslashes from there on matter.
    let backslashes = 0;
    while (quote - 1 - backslashes >= at && bytes[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

/** White space as JSON has it (RFC 8259, section 2). */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipSpace(bytes: Buffer, at: number): number {
  while (isSpace(bytes[at])) at++;
  return at;
}

/** Index just after the value that begins at `start`. */
export function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return endOfString(bytes, start);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return endOfScalar(bytes, start);
  const { length } = bytes;
  let depth = 0;
  for (let at = start; at < length; ) {
    const byte = bytes[at++] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(bytes, at - 1);
      continue;
    }
    // Nearly everything between strings comes before the brackets.
    if (byte < OPEN_BRACKET) continue;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at;
  }
  return length;
}

function endOfScalar(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte)) break;
    at++;
  }
  return at;
}

/** The text of a slice of UTF-8. Most slices are ASCII, which decodes several times faster. */
export function textOf(bytes: Buffer, start: number, end: number): string {
  return bytes.toString(isAscii(bytes.subarray(start, end)) ? 'latin1' : 'utf8', start, end);
}

/**
 * The members of the object that opens at `open`, in their order, with duplicates. `endOf` returns the end of a
 * member's value, for callers that look into it anyway.
 */
export function membersOf(
  bytes: Buffer,
  open: number,
  endOf: (key: string, start: number) => number = (_, start) => endOfValue(bytes, start),
): MemberSlice[] {
  const members: MemberSlice[] = [];
  let at = skipSpace(bytes, open + 1);
  while (bytes[at] === QUOTE) {
    const keyEnd = endOfString(bytes, at);
    const spelled = bytes.toString('utf8', at + 1, keyEnd - 1);
    const key = spelled.includes('\\') ? (JSON.parse(`"${spelled}"`) as string) : spelled;
    at = skipSpace(bytes, keyEnd);
    if (bytes[at] === COLON) at = skipSpace(bytes, at + 1);
    const end = endOf(key, at);
    members.push({ key, start: at, end });
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return members;
}

/** The elements of the array that opens at `open`. */
export function elementsOf(bytes: Buffer, open: number): readonly Slice[] {
  return listOf(bytes, open)?.elements ?? [];
}

/** An array: its elements, and its end. */
export interface ListSlice {
  readonly elements: readonly Slice[];
  readonly end: number;
}

/**
 * The array that opens at `open`, in bytes not parsed before: null if anything but JSON separators is between its
 * elements. Does not check that the elements are JSON.
 */
export function listOf(bytes: Buffer, open: number): ListSlice | null {
  const elements: Slice[] = [];
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] === CLOSE_BRACKET) return { elements, end: at + 1 };
  for (;;) {
    const end = endOfValue(bytes, at);
    if (end === at) return null;
    elements.push({ start: at, end });
    at = skipSpace(bytes, end);
    if (bytes[at] === CLOSE_BRACKET) return { elements, end: at + 1 };
    if (bytes[at] !== COMMA) return null;
    at = skipSpace(bytes, at + 1);
  }
}

/** Any value that JSON.parse can return. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object as parsed. Its keys are not trusted: read with `field`, never write to a computed property. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own field, or undefined: `__proto__` and `constructor` are keys like any other. */
export function field(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * JSON text of a value of any depth. `JSON.stringify` recurses and fails at about 4,000 levels, so deeper values use an
 * explicit stack; both give the same text.
 */
export function stringifyJson(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return stringifyDeep(value);
    throw error;
  }
}

/** True if objects and arrays are nested more than `levels` deep: such a value must not be recursed into. */
export function isDeeperThan(root: unknown, levels: number): boolean {
  const stack: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > levels) return true;
    for (const member of Object.values(value) as unknown[]) stack.push({ value: member, depth: depth + 1 });
  }
  return false;
}

type Pending = { readonly text: string } | { readonly value: JsonValue };

function stringifyDeep(root: JsonValue): string {
  const parts: string[] = [];
  const stack: Pending[] = [{ value: root }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if ('text' in next) parts.push(next.text);
    else if (typeof next.value === 'object' && next.value !== null) pushMembers(stack, next.value);
    else parts.push(JSON.stringify(next.value));
  }
  return parts.join('');
}

/** What was pushed last comes first. */
function pushMembers(stack: Pending[], parent: readonly JsonValue[] | JsonObject): void {
  const [open, close] = Array.isArray(parent) ? '[]' : '{}';
  const members = Object.entries(parent);
  stack.push({ text: close ?? '' });
  for (const [index, [key, value]] of [...members.entries()].reverse()) {
    stack.push({ value }, { text: `${index > 0 ? ',' : ''}${open === '[' ? '' : `${JSON.stringify(key)}:`}` });
  }
  stack.push({ text: open ?? '' });
}

/**
 * Canonical JSON text for hashing our own data: object keys in code-unit order, no white space, as RFC 8785 for
 * strings, integers, booleans, null, arrays and objects. Leaves out undefined members.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
