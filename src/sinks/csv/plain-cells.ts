/*
 * Cells that need no guard and no thought, written straight into bytes: nearly all of them, many times faster
 * than any general encoder. Each function writes from `at` on and returns where the cell ended, or NOT_PLAIN
 * where the cell is for somebody else to write (encoder.ts); what it has written by then counts for nothing. There
 * must be room for `MOST_BYTES` at `at`, and for texts for `textBytes(text)`.
 */

export const NOT_PLAIN = -1;

/** No number, instant or boolean is longer (`-1.2345678901234567e-300` has 24 characters). */
export const MOST_BYTES = 32;

/** Most bytes that a text can take: three for each UTF-16 unit, or two for a quote that is doubled, and the quotes. */
export function textBytes(text: string): number {
  return 3 * text.length + 2;
}

const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const DIGIT_0 = 0x30;

/** What a character of ASCII may do in a text cell. */
const FIRST = 1;
const INSIDE = 2;
const IN_TEXT = kinds((char) => {
  if (/[A-Za-z0-9]/.test(char)) return FIRST | INSIDE;
  return /[",;|\0-\x1f\x7f]/.test(char) ? 0 : INSIDE;
});

/** And in JSON: an operator behind an opener could begin a formula, in a program that expects other separators. */
const OPERATOR = 1;
const OPENER = 2;
const REFUSED = 4;
const IN_JSON = kinds((char) => {
  if (/[\\\0-\x1f\x7f]/.test(char)) return REFUSED;
  return (/[=+\-@|%]/.test(char) ? OPERATOR : 0) | (/["',;| ]/.test(char) ? OPENER : 0);
});

function kinds(kindOf: (char: string) => number): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));
}

/** A text of which no program can make a formula or a second cell, whatever the safety. */
export function writePlainText(bytes: Uint8Array, at: number, text: string): number {
  let end = at;
  let wanted = FIRST;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      if (((IN_TEXT[unit] ?? 0) & wanted) === 0) return NOT_PLAIN;
      bytes[end++] = unit;
    } else {
      if (wanted === FIRST || !isPlainBeyondAscii(unit)) return NOT_PLAIN;
      end = writeUnit(bytes, end, unit);
    }
    wanted = INSIDE;
  }
  if (end > at) return end;
  // Two quotes say "empty text"; nothing at all says null.
  bytes[end] = QUOTE;
  bytes[end + 1] = QUOTE;
  return end + 2;
}

/** JSON of an object or a list in which nothing could be taken for a formula, quoted. */
export function writePlainJson(bytes: Uint8Array, at: number, json: string): number {
  const opening = json.charCodeAt(0);
  if (opening !== 0x7b && opening !== 0x5b) return NOT_PLAIN;
  // Without a string or a comma in it, nothing needs quotes; that is rare enough for the general encoder.
  if (!json.includes('"') && !json.includes(',')) return NOT_PLAIN;
  let end = at;
  let before = 0;
  bytes[end++] = QUOTE;
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index);
    if (unit < 0x80) {
      const kind = IN_JSON[unit] ?? 0;
      if (kind === REFUSED || ((kind & OPERATOR) !== 0 && (before & OPENER) !== 0)) return NOT_PLAIN;
      before = kind;
      bytes[end++] = unit;
      if (unit === QUOTE) bytes[end++] = QUOTE;
    } else {
      if (!isPlainBeyondAscii(unit)) return NOT_PLAIN;
      // It may be white space of some kind.
      before = OPENER;
      end = writeUnit(bytes, end, unit);
    }
  }
  bytes[end++] = QUOTE;
  return end;
}

/** No C1 control, no half of a surrogate pair, no operator in full width, no character that is none. */
function isPlainBeyondAscii(unit: number): boolean {
  return unit >= 0xa0 && (unit < 0xd800 || (unit >= 0xe000 && unit < 0xff00));
}

/** UTF-8 of a unit from U+0080 on that is a whole character (RFC 3629). */
function writeUnit(bytes: Uint8Array, at: number, unit: number): number {
  if (unit < 0x800) {
    bytes[at] = 0xc0 | (unit >> 6);
    bytes[at + 1] = 0x80 | (unit & 0x3f);
    return at + 2;
  }
  bytes[at] = 0xe0 | (unit >> 12);
  bytes[at + 1] = 0x80 | ((unit >> 6) & 0x3f);
  bytes[at + 2] = 0x80 | (unit & 0x3f);
  return at + 3;
}

/** ASCII as it is. */
export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** Numbers up to this size are tried with six decimals first. */
const MOST_FIXED = 2_000;

/** The number as `String(value)` writes it; the shortest decimal that reads back as the same double. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  if (!Number.isFinite(value)) return NOT_PLAIN;
  const size = Math.abs(value);
  if (size > MOST_FIXED) return writeAscii(bytes, at, String(value));
  // A decimal of at most 15 digits that reads back as the same double is the shortest one: no two of that length read
  // back as one double (C17, 5.2.4.2.2, DBL_DIG). Scores have four decimals, and formatting doubles is slow.
  const millionths = Math.round(size * 1e6);
  if (millionths / 1e6 !== size) return writeAscii(bytes, at, String(value));
  if (value < 0) bytes[at++] = MINUS;
  return writeMillionths(bytes, at, millionths);
}

function writeMillionths(bytes: Uint8Array, at: number, millionths: number): number {
  const whole = Math.trunc(millionths / 1e6);
  let end = writeInteger(bytes, at, whole);
  let rest = millionths - whole * 1e6;
  if (rest === 0) return end;
  bytes[end++] = POINT;
  for (let place = 100_000; rest > 0; place = (place / 10) | 0) {
    const digit = (rest / place) | 0;
    bytes[end++] = DIGIT_0 + digit;
    rest -= digit * place;
  }
  return end;
}

/** A whole number from 0 on. */
function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  let place = 1;
  while (place * 10 <= value) place *= 10;
  let rest = value;
  for (; place >= 1; place = Math.trunc(place / 10)) {
    const digit = Math.trunc(rest / place);
    bytes[at++] = DIGIT_0 + digit;
    rest -= digit * place;
  }
  return at;
}

const DAY_MS = 86_400_000;
/** 0001-01-01 and the last millisecond of 9999: the years that ISO 8601 writes with four digits. */
const FIRST_INSTANT_MS = -62_135_596_800_000;
const LAST_INSTANT_MS = 253_402_300_799_999;

/** ISO 8601 UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export function writeInstant(bytes: Uint8Array, at: number, instantMs: number): number {
  if (!Number.isInteger(instantMs) || instantMs < FIRST_INSTANT_MS || instantMs > LAST_INSTANT_MS) return NOT_PLAIN;
  const days = Math.floor(instantMs / DAY_MS);
  const ms = instantMs - days * DAY_MS;
  const seconds = Math.trunc(ms / 1000);
  const end = writeDay(bytes, at, days);
  bytes[end] = 0x54;
  writeTwo(bytes, end + 1, (seconds / 3600) | 0);
  bytes[end + 3] = 0x3a;
  writeTwo(bytes, end + 4, ((seconds / 60) | 0) % 60);
  bytes[end + 6] = 0x3a;
  writeTwo(bytes, end + 7, seconds % 60);
  bytes[end + 9] = POINT;
  bytes[end + 10] = DIGIT_0 + (((ms % 1000) / 100) | 0);
  writeTwo(bytes, end + 11, ms % 100);
  bytes[end + 13] = 0x5a;
  return end + 14;
}

/**
 * `YYYY-MM-DD` of a day since 1970. Years begin in March and are counted in eras of 400 from 0000-03-01 on, so that the
 * leap day is the last one of a year (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
 */
function writeDay(bytes: Uint8Array, at: number, days: number): number {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1_460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const fromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  writeTwo(bytes, at, (year / 100) | 0);
  writeTwo(bytes, at + 2, year % 100);
  bytes[at + 4] = MINUS;
  writeTwo(bytes, at + 5, month);
  bytes[at + 7] = MINUS;
  writeTwo(bytes, at + 8, dayOfYear - (((153 * fromMarch + 2) / 5) | 0) + 1);
  return at + 10;
}

function writeTwo(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = DIGIT_0 + ((value / 10) | 0);
  bytes[at + 1] = DIGIT_0 + (value % 10);
}
