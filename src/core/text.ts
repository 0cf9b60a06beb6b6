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

/** Replaces a value that readers of a run without private columns must not see. */
export const WITHHELD = '(withheld: private)';

/** File name extensions: `icon@2x.png` is not an e-mail address. */
const EXTENSIONS =
  'png|jpe?g|gif|webp|bmp|svg|tiff?|heic|avif|wav|ogg|oga|opus|flac|aac|wma|amr|aiff?|mov|avi|mkv|webm|mpe?g|wmv|flv|ogv|txt|pdf|csv|json|xml|zip|docx?|xlsx?|pptx?';
/** No character of the same word comes before. */
const WORD_START = '(?<![\\p{L}\\p{N}_])';
/** The beginning of the text, or a character that separates words. */
const AFTER_GAP = '(?:^|(?<=[.:\\s"\'`(<\\[{=,;|>]))';
const SECRET_WORDS = [
  '(?:api|access|secret|private|signing|encryption|account|subscription|client|shared|auth)[\\s_.-]?keys?(?:[\\s_-]?id)?',
  'tokens?|passw(?:or)?d|passphrase|secret|signature|credentials?|authori[sz]ation|session[_-]?(?:id|key)|cookie',
  `${WORD_START}(?:pwd|sig|jwt|otp|bearer|key-pair-id)`,
].join('|');

/**
 * Text that opens a file or a service, or reaches a person, in the middle of any text. Every repetition is bounded or
 * runs over characters that nothing after it can match, so that the time grows linearly with the text.
 */
const KINDS: readonly string[] = [
  // An address with a scheme, plain or with escaped slashes; also a host with user and password.
  ':(?:\\\\?/){2}',
  `${WORD_START}(?:https?|ftps?|file|wss?):\\\\{0,2}[/\\\\]`,
  // An address without a scheme, a network share, a web host.
  `${AFTER_GAP}(?:(?:\\\\?/){2}|\\\\{2,8})[\\p{L}\\p{N}_.~\\[-]`,
  `${WORD_START}www\\.[\\p{L}\\p{N}-]`,
  `${WORD_START}data:(?:[\\w.+-]{1,64}/[\\w.+-]|[;,])`,
  `${WORD_START}(?:blob|mailto|tel|sms|sips?|xmpp|javascript|magnet):\\S`,
  // A query, with or without an address before it; the parameters of a signature also without a question mark.
  '\\S\\?[\\p{L}\\p{N}_.~%\\[\\]$-]{1,64}=',
  '[?&;](?:x-(?:amz|goog|ms)-|policy=|expires=|se=|sv=|sp=|hdn(?:ts|ea)=|hmac=)',
  // user:password@host, and a mail address.
  ':[^\\s:@]{1,256}@[\\p{L}\\p{N}\\[]',
  `[^\\s@]@(?:[\\p{L}\\p{N}_-]{1,63}\\.){1,8}(?!(?:${EXTENSIONS})(?![\\p{L}\\p{N}-]))(?:xn--[a-z0-9-]{1,59}|\\p{L}{2,24})(?![\\p{L}\\p{N}])`,
  // Telephone numbers: international and North American.
  '(?<![\\p{L}\\p{N}+])\\+[1-9](?:[\\s().\\/-]{0,2}\\d){7,14}(?![\\p{L}\\p{N}])',
  '(?<![\\p{L}\\p{N}_-]|\\d\\.)\\(?[2-9]\\d{2}(?:\\)\\s?|[.-])[2-9]\\d{2}[.-]\\d{4}(?![\\p{L}\\p{N}])',
  '(?:phone|mobile|fax|whatsapp|tel)(?:\\s?(?:number|no\\.?))?\\s?[:=]\\s?\\(?\\d(?:[\\s().\\/-]{0,2}\\d){5}',
  // A secret after its name.
  `(?:${SECRET_WORDS})["'\\]]{0,3}\\s{0,4}(?:=>?|:)\\s{0,4}\\S`,
  `${WORD_START}(?:auth|pass)=\\S`,
  '(?:tokens?|key|authori[sz]ation|credentials?|password|secret|signature)\\s{1,4}(?=[a-z+/_-]{0,256}\\d)[a-z0-9+/_-]{16,}={0,2}(?![\\w.])',
  // Tokens with a recognisable form.
  `${WORD_START}bearer\\s{1,4}["']?[\\w+/=.~-]{6}`,
  `${WORD_START}eyJ[\\w-]{10}`,
  `${WORD_START}[sr]k[-_](?:[a-z0-9]{1,8}[-_]){0,2}(?:(?=[a-z]{0,40}\\d)[a-z0-9]{8}|[a-z0-9]{20})`,
  `${WORD_START}(?:gh[pousr]_\\w{16}|github_pat_\\w{16}|glpat-[\\w-]{16}|xox[a-z]-[\\w-]{8}|A(?:KI|SI)A[A-Z0-9]{12}|AIza[\\w-]{20}|ya29\\.[\\w-]{8}|hf_\\w{16}|npm_\\w{20})`,
  '-----BEGIN [A-Z ]{0,30}KEY',
  // "http" in base64.
  'aHR0c(?:DovL|HM6Ly)',
];
const PRIVATE = new RegExp(KINDS.join('|'), 'iu');
/** Base64 of a name and a password; only its capitals tell it from a word. */
const BASIC = /(?<![\p{L}\p{N}_])[Bb](?:asic|ASIC)\s{1,4}(?=[A-Za-z0-9+/]{0,64}(?:\d|[a-z][A-Z]|=))[A-Za-z0-9+/]{6}/u;

/** True for every text with something private in it, also in another spelling; cheap. */
const MAY_BE_PRIVATE = new RegExp(
  `[:?@=%\\\\&+]|[^\\x20-\\x7e]|//|www\\.|\\d{3}[).-]\\s?\\d{3}|key|token|secret|passw|signature|credential|authori|bearer|basic|eyJ|[sr]k[-_]|gh[pousr]_|github_|glpat|xox|A(?:KI|SI)A|AIza|ya29|hf_|npm_|-----|aHR0c`,
  'i',
);
const SPELLED_OTHERWISE = /%[0-9a-f]{2}|\\[/ux]|&(?:#|amp|sol|colon|commat)|[^\x20-\x7e]/i;
/** `%253A` must be decoded twice. */
const MOST_READINGS = 3;

/** Index of the word with the first private part; 0 if only another spelling shows it, -1 for none. */
export function privateFrom(text: string): number {
  if (!MAY_BE_PRIVATE.test(text)) return -1;
  let start = firstPrivate(text);
  if (start < 0) return SPELLED_OTHERWISE.test(text) && firstPrivate(plainSpelling(text)) >= 0 ? 0 : -1;
  while (start > 0 && !/\s/.test(text.charAt(start - 1))) start--;
  return start;
}

/**
 * The text up to the word with the first private part: the rest is withheld, because an address with spaces in it has
 * no certain end.
 */
export function withoutPrivate(text: string): string {
  const from = privateFrom(text);
  return from < 0 ? text : text.slice(0, from) + WITHHELD;
}

function firstPrivate(text: string): number {
  const index = text.search(PRIVATE);
  return index >= 0 ? index : text.search(BASIC);
}

/** The text as a reader of addresses sees it: escapes undone, compatible characters unified, no invisible ones. */
function plainSpelling(text: string): string {
  let plain = text;
  for (let reading = 0; reading < MOST_READINGS; reading++) {
    const next = plain
      .replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'))
      .replaceAll(/\\(?:u00|x)([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replaceAll('\\/', '/')
      .replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7}));?/gi, (_, hex?: string, decimal?: string) =>
        character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
      )
      .replaceAll(/&amp;/gi, '&')
      .replaceAll(/&sol;/gi, '/')
      .replaceAll(/&colon;/gi, ':')
      .replaceAll(/&commat;/gi, '@');
    if (next === plain) break;
    plain = next;
  }
  return plain.normalize('NFKC').replaceAll(/[\p{Cf}\p{Cc}]/gu, '');
}

function character(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '';
}

/** The allowed word closest to a mistyped one, or null: at most a third of it may differ. */
export function suggest(word: string, allowed: readonly string[]): string | null {
  const typed = word.trim().toLowerCase();
  if (typed === '' || typed.length > 64) return null;
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of allowed) {
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** `1,234`: a whole number in groups of three digits, the same in every locale. */
export function groupDigits(value: number | string, separator = ','): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, separator);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** The text inside HTML or XML, also inside the quotes of an attribute. */
export function escapeMarkup(text: string): string {
  return /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (one) => ENTITIES.get(one) ?? one) : text;
}
