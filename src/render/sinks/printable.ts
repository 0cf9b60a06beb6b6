/** White space of any kind: shown as one plain space. */
const SPACES = /[\t\n\v\f\r\u0085\p{Zs}\u2028\u2029]/gu;

/**
 * What must not be shown as it is: control and format characters (bidirectional overrides, zero-width ones, soft
 * hyphens), lone surrogates, non-characters and private use. Joiners stay for the scripts that need them. Unassigned
 * code points are not included: they depend on the version of Unicode.
 */
const HIDDEN = /(?!\p{Join_Control}|\p{Variation_Selector})[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/gu;

/** A character as its code, `[U+202E]`: the only way to show one that is invisible or in no font. */
export function codeOf(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** The text with plain spaces, and with each invisible character as its code. */
export function visible(text: string): string {
  return /^[\u0020-\u007e]*$/.test(text) ? text : text.replaceAll(SPACES, ' ').replaceAll(HIDDEN, codeOf);
}

/** True if `visible` shows a code instead of a character. */
export function hidesSomething(text: string): boolean {
  return text.replaceAll(SPACES, ' ').search(HIDDEN) >= 0;
}

const SURROGATE = /[\ud800-\udfff]/;

/** UTF-8 has no form for half a surrogate pair; with the `u` flag whole pairs do not match. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replaceAll(/\p{Cs}/gu, '\ufffd') : text;
}

/** An escape of JSON: of half or a whole surrogate pair, or any other, so that an escaped backslash begins none. */
const JSON_ESCAPES = /\\(?:u(d[89ab][\da-f]{2})(\\ud[c-f][\da-f]{2})?|u(d[c-f][\da-f]{2})|[^])/gi;
const SURROGATE_ESCAPE = /\\ud[89a-f]/i;

/** DuckDB refuses a whole column or file for one JSON text with an escape of half a pair, which no text can hold. */
export function withWholePairs(json: string): string {
  if (!SURROGATE_ESCAPE.test(json)) return json;
  return json.replace(JSON_ESCAPES, (escape: string, high?: string, low?: string, lone?: string) =>
    lone !== undefined || (high !== undefined && low === undefined) ? '\\ufffd' : escape,
  );
}
