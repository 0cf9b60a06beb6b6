import { field, isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Secret } from '../../../core/secret.ts';
import { shorten, terminalSafe } from '../../../core/text.ts';

const LONGEST = 200;

/**
 * An error body's message for people, safe to print: `message`, else `error`, else the first of `errors{field:[…]}`,
 * else null. The text is not trusted: it may echo the key or control a terminal. Redaction comes before shortening, or
 * a cut could leave half a key that no longer looks like one.
 */
export function vendorMessage(body: Uint8Array, key: Secret): string | null {
  const envelope = parse(body);
  if (envelope === null) return null;
  for (const value of [field(envelope, 'message'), field(envelope, 'error'), fieldError(envelope)]) {
    if (typeof value === 'string' && value.trim() !== '') return showable(value.trim(), key);
  }
  return null;
}

/** Untrusted text, redacted, without control characters, and shortened. */
export function showable(text: string, key: Secret): string {
  return shorten(terminalSafe(key.redact(text)), LONGEST);
}

function parse(body: Uint8Array): JsonObject | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8').decode(body));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function fieldError(envelope: JsonObject): string | null {
  const errors = field(envelope, 'errors');
  if (!isJsonObject(errors)) return null;
  const first = Object.entries(errors)[0];
  const problem: JsonValue | undefined = Array.isArray(first?.[1]) ? (first[1] as readonly JsonValue[])[0] : first?.[1];
  return first !== undefined && typeof problem === 'string' ? `${first[0]} ${problem}` : null;
}
