import { endOfString } from '../../core/json-slices.ts';
import { summariseDataUri } from './data-uri.ts';

const QUOTE = 0x22;
const LOWER_CASE = 0x20;
/** The case may vary. JSON escapes are possible too, but no real encoder writes one in these first bytes. */
const SCHEME = Buffer.from('data:');

/**
 * The JSON of the slice `[start, end)` without white space between tokens and with inline images summarised. Everything
 * else stays byte for byte as received: a number keeps its forty digits, a duplicate key stays.
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

/** The same as `compactJson`, for JSON text without white space, as `JSON.stringify` writes it. */
export function summariseDataUris(json: string): string {
  if (!/"data:/i.test(json)) return json;
  const bytes = Buffer.from(json, 'utf8');
  return compactJson(bytes, 0, bytes.length);
}

/** Whether the string that starts at `at` begins like a `data:` URI. */
function isDataUri(bytes: Buffer, at: number): boolean {
  for (const [index, expected] of SCHEME.entries()) {
    if (((bytes[at + 1 + index] ?? 0) | LOWER_CASE) !== expected) return false;
  }
  return true;
}

function shortForm(literal: string): string {
  return JSON.stringify(summariseDataUri(JSON.parse(literal) as string));
}
