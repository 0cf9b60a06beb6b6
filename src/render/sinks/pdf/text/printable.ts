import { shorten } from '../../../../core/text.ts';

/** White space of any kind: set as one plain space. */
const SPACES = /[\t\n\v\f\r\u0085\p{Zs}\u2028\u2029]/gu;

/**
 * What must not be set: control and format characters (bidirectional overrides, zero-width ones, soft hyphens), lone
 * surrogates, non-characters and private use. A joiner is left to the fonts, for scripts that need it; so is what is not
 * assigned, because that depends on the version of Unicode: no font has it, and it is shown as its code all the same.
 */
const UNPRINTABLE =
  /(?!\p{Join_Control}|\p{Variation_Selector})[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/gu;

/** A character as its code: the only way to show one that cannot be set. */
export function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `[U+${code}]`;
}

/**
 * The text as it may be set: first cut to `limit` code units, so that its length costs nothing, then composed (NFC),
 * with plain spaces, and with every invisible or control character shown as its code.
 */
export function printable(text: string, limit: number): string {
  const plain = shorten(text, limit).normalize('NFC').replaceAll(SPACES, ' ').replaceAll(UNPRINTABLE, codeOf);
  return shorten(plain, limit);
}
