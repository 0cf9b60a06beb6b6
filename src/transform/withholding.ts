import { endOfString, endOfValue } from '../core/json-slices.ts';

/** Stands in the place of a value that is not for the readers of a table without its private columns. */
export const WITHHELD = '(withheld: private)';

/** Labels, types and reasons of the API are far shorter; what is longer is generated text, or a file in base64. */
export const LONGEST_PUBLIC_TEXT = 100;

/**
 * The last word of a key whose value is private whatever it holds: where media is, what it shows, and what was written
 * about it. `heatmapUrl`, `audio_url` and `metrics.image` end in such words.
 */
const PRIVATE_WORDS =
  'urls?|uris?|hrefs?|links?|images?|heatmaps?|thumbnails?|photos?|faces?|descriptions?|intelligence|transcripts?|transcriptions?|translations?|captions?|summary|summaries|titles?|reason|reasons|reasoning|prompts?|emails?|persons?|people';
const PRIVATE_KEY = new RegExp(`(?:^|[^a-z0-9])(?:${PRIVATE_WORDS})$`);

/** An address of any kind, plain or percent-encoded, a path in a network, or a file that stands in its own address. */
const ADDRESS = /:\/\/|%3a%2f%2f|^\s*(?:\/\/|\\\\|www\.|(?:data|blob|file|mailto|tel|javascript):)|\S@\S+\.\S/i;

/** Cheap, and true for every JSON text that holds anything to withhold, and for some that do not. */
const MAY_BE_PRIVATE = new RegExp(
  `\\\\|:\\/\\/|%3a%2f%2f|@|"\\s*(?:\\/\\/|www\\.|(?:data|blob|file|mailto|tel|javascript):)|"[^"]{${LONGEST_PUBLIC_TEXT + 1}}|(?:${PRIVATE_WORDS})"\\s*:`,
  'i',
);

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/**
 * What a table without its private columns shows of JSON from the API. URLs, inline files and generated text also stand
 * in keys that no column is made of, where leaving columns out does not reach them. Here each such value becomes
 * `(withheld: private)`, and its key stays. Counts the cells for the manifest.
 */
export class Withholding {
  #cells = 0;

  /** Cells of which something was withheld. */
  get cells(): number {
    return this.#cells;
  }

  /** The JSON text with every private value withheld; all else stays as it was, to the byte. */
  json(text: string | null): string | null {
    if (text === null || !MAY_BE_PRIVATE.test(text)) return text;
    const shown = withheld(text);
    if (shown !== text) this.#cells++;
    return shown;
  }
}

function withheld(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const parts: string[] = [];
  let copied = 0;
  const replace = (start: number, end: number): void => {
    parts.push(bytes.toString('utf8', copied, start), JSON.stringify(WITHHELD));
    copied = end;
  };
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== QUOTE) {
      at++;
      continue;
    }
    const end = endOfString(bytes, at);
    const string = JSON.parse(bytes.toString('utf8', at, end)) as string;
    const isKey = bytes[end] === COLON;
    if (!isKey && isPrivateText(string)) replace(at, end);
    at = isKey ? end + 1 : end;
    if (!isKey || !isPrivateKey(string)) continue;
    const behind = endOfValue(bytes, at);
    if (isTelling(bytes[at], behind - at)) replace(at, behind);
    at = behind;
  }
  parts.push(bytes.toString('utf8', copied));
  return parts.join('');
}

/** A number, true, false, null, and a text, object or list that is empty (`""`) identify nobody. */
function isTelling(firstByte: number | undefined, length: number): boolean {
  return length > 2 && (firstByte === QUOTE || firstByte === OPEN_BRACE || firstByte === OPEN_BRACKET);
}

function isPrivateKey(key: string): boolean {
  return PRIVATE_KEY.test(key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}

function isPrivateText(text: string): boolean {
  return text.length > LONGEST_PUBLIC_TEXT || ADDRESS.test(text);
}
