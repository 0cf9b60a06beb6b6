import { endOfString } from '../core/json-slices.ts';
import { summariseDataUri } from './data-uri.ts';

const QUOTE = 0x22;
/** `"data:` may be spelled with escapes inside, but never in its first six bytes by any real encoder. */
const DATA_URI_START = Buffer.from('"data:');

/**
 * The JSON of a slice `[start, end)` with the white space between tokens removed and inline images summarised.
 * Everything else stays byte for byte as it was received: a number of forty digits keeps them, a duplicate key stays.
 */
export function compactJson(bytes: Buffer, start: number, end: number): string {
  const parts: string[] = [];
  let copied = start;
  for (let at = start; at < end; ) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const behind = endOfString(bytes, at);
      if (isDataUri(bytes, at)) {
        parts.push(bytes.toString('utf8', copied, at), shortForm(bytes.toString('utf8', at, behind)));
        copied = behind;
      }
      at = behind;
    } else if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      parts.push(bytes.toString('utf8', copied, at));
      at++;
      copied = at;
    } else at++;
  }
  parts.push(bytes.toString('utf8', copied, end));
  return parts.join('');
}

function isDataUri(bytes: Buffer, at: number): boolean {
  return bytes.compare(DATA_URI_START, 0, DATA_URI_START.length, at, at + DATA_URI_START.length) === 0;
}

function shortForm(literal: string): string {
  return JSON.stringify(summariseDataUri(JSON.parse(literal) as string));
}
