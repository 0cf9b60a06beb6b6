/** Control, bidirectional and separator characters that must never reach a terminal or a log raw. */
const UNSAFE_IN_TERMINALS =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** The text with every character that could steer a terminal, or hide in one, written as `\u{..}`. */
export function terminalSafe(text: string): string {
  return text.replaceAll(UNSAFE_IN_TERMINALS, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** At most `limit` code units, cut at a code point, with an ellipsis where something was cut. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}
