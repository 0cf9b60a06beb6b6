/**
 * Characters that must never reach a terminal or a log raw: controls, invisible format characters (bidirectional marks,
 * zero widths, tags), line separators and halves of surrogate pairs.
 */
const UNSAFE_IN_TERMINALS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with every character that could control a terminal, or hide in one, written as `\u{..}`. */
export function terminalSafe(text: string): string {
  return text.replaceAll(UNSAFE_IN_TERMINALS, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** At most `limit` code units, cut at a code point, with an ellipsis if something was cut. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}
