import { isoInstant } from '../../../core/instant.ts';
import { FALL_BACK, writeAscii } from '../cell-bytes.ts';

/*
 * Cells that need no guard, written straight into bytes: nearly all cells, many times faster than with a general
 * encoder. Each function writes from `at` on and returns the end of the cell, or FALL_BACK if the general encoder must
 * write the cell (encoder.ts); what was written by then does not count. There must be room for `MOST_BYTES` at `at`,
 * and for texts for `textBytes(text)`.
 */

/** Most bytes of a text cell: three for each UTF-16 unit, or two for a doubled quote, and the quotes. */
export function textBytes(text: string): number {
  return 3 * text.length + 2;
}

const QUOTE = 0x22;

/** A first character beyond ASCII that is a letter or digit: programs neither skip it nor calculate with it. */
const BEGINS_PLAINLY = /^[\p{L}\p{N}]/u;

const FIRST = 1;
const REFUSED = 4;
const IN_TEXT = kinds((char) => {
  if (/[A-Za-z0-9]/.test(char)) return FIRST;
  return /[",;|\0-\x1f\x7f]/.test(char) ? REFUSED : 0;
});

/** The same between quotes: an operator after an opener could begin a formula if other separators are expected. */
const OPERATOR = 1;
const OPENER = 2;
const ESCAPE = 8 | OPENER;
const IN_QUOTES = kinds((char) => {
  if (/[\0-\x1f\x7f]/.test(char)) return REFUSED;
  if (char === '\\') return ESCAPE;
  return (/[=+\-@|%]/.test(char) ? OPERATOR : 0) | (/["',;| ]/.test(char) ? OPENER : 0);
});

function kinds(kindOf: (char: string) => number): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));
}

/** Writes a text that no program can take for a formula or a second cell, whatever the safety. */
export function writePlainText(bytes: Uint8Array, at: number, text: string): number {
  // Two quotes mean "empty text"; nothing at all means null.
  if (text === '') return writeAscii(bytes, at, '""');
  const first = text.charCodeAt(0);
  if (first < 0x80 ? (IN_TEXT[first] ?? 0) !== FIRST : !BEGINS_PLAINLY.test(text)) return FALL_BACK;
  let end = at;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      if ((IN_TEXT[unit] ?? 0) === REFUSED) return FALL_BACK;
      bytes[end++] = unit;
    } else {
      const behind = writeBeyondAscii(bytes, end, text, index);
      if (behind === FALL_BACK) return FALL_BACK;
      if (behind === end + 4) index++;
      end = behind;
    }
  }
  return end;
}

/** Writes JSON of an object or a list, quoted, if nothing in it could be taken for a formula. */
export function writePlainJson(bytes: Uint8Array, at: number, json: string): number {
  const opening = json.charCodeAt(0);
  if (opening !== 0x7b && opening !== 0x5b) return FALL_BACK;
  return writeQuoted(bytes, at, json);
}

/** Writes a text that needs quotes, begins plainly, and has nothing that could be taken for a formula. */
export function writeQuotedText(bytes: Uint8Array, at: number, text: string): number {
  const first = text.charCodeAt(0);
  return first < 0x80 && IN_TEXT[first] === FIRST ? writeQuoted(bytes, at, text) : FALL_BACK;
}

function writeQuoted(bytes: Uint8Array, at: number, text: string): number {
  // Without either, it needs no quotes; in JSON that is rare enough for the general encoder.
  if (!text.includes('"') && !text.includes(',')) return FALL_BACK;
  let end = at;
  let before = 0;
  bytes[end++] = QUOTE;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      const kind = IN_QUOTES[unit] ?? 0;
      if (kind === REFUSED || ((kind & OPERATOR) !== 0 && (before & OPENER) !== 0)) return FALL_BACK;
      // An escape may mean white space or a quote.
      before = before === ESCAPE ? OPENER : kind;
      bytes[end++] = unit;
      if (unit === QUOTE) bytes[end++] = QUOTE;
    } else {
      const behind = writeBeyondAscii(bytes, end, text, index);
      if (behind === FALL_BACK) return FALL_BACK;
      if (behind === end + 4) index++;
      end = behind;
      // It may be some kind of white space.
      before = OPENER;
    }
  }
  bytes[end++] = QUOTE;
  return end;
}

/**
 * Writes the character beyond ASCII at an index of the text as UTF-8 (RFC 3629). Not for C1 controls, halves of
 * surrogate pairs, full-width operators and non-characters.
 */
function writeBeyondAscii(bytes: Uint8Array, at: number, text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit < 0xa0 || unit >= 0xff00) return FALL_BACK;
  if (unit < 0x800) {
    bytes[at] = 0xc0 | (unit >> 6);
    bytes[at + 1] = 0x80 | (unit & 0x3f);
    return at + 2;
  }
  if (unit < 0xd800 || unit >= 0xe000) {
    bytes[at] = 0xe0 | (unit >> 12);
    bytes[at + 1] = 0x80 | ((unit >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (unit & 0x3f);
    return at + 3;
  }
  const code = text.codePointAt(index) ?? 0;
  if (code < 0x10000) return FALL_BACK;
  bytes[at] = 0xf0 | (code >> 18);
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}

/** 0001-01-01 and the last millisecond of 9999: the years that ISO 8601 writes with four digits. */
const FIRST_INSTANT_MS = -62_135_596_800_000;
const LAST_INSTANT_MS = 253_402_300_799_999;

/** Writes ISO 8601 UTC with milliseconds. */
export function writeInstant(bytes: Uint8Array, at: number, instantMs: number): number {
  const isUsual = Number.isInteger(instantMs) && instantMs >= FIRST_INSTANT_MS && instantMs <= LAST_INSTANT_MS;
  return isUsual ? writeAscii(bytes, at, isoInstant(instantMs)) : FALL_BACK;
}
