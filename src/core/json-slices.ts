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
  const short = Math.min(bytes.length, at + SHORT_STRING_BYTES);
  while (at < short) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0) return bytes.length;
    // `at` is never within an escape, so the backslashes before it are the escapes that matter.
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
  let depth = 0;
  for (let at = start; at < bytes.length; ) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1;
    at++;
  }
  return bytes.length;
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
    const key = JSON.parse(bytes.toString('utf8', at, keyEnd)) as string;
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
export function elementsOf(bytes: Buffer, open: number): Slice[] {
  const elements: Slice[] = [];
  let at = skipSpace(bytes, open + 1);
  while (at < bytes.length && bytes[at] !== CLOSE_BRACKET) {
    const end = endOfValue(bytes, at);
    elements.push({ start: at, end });
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return elements;
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
