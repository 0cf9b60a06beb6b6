import { elementsOf, membersOf } from './json-slices.ts';
import { field, isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { Page, PageItem } from './page.ts';
import { shorten } from './text.ts';

/** The body is not the documented envelope: a failed attempt, never an empty page. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
}

/** What was asked, and when the answer had arrived (ISO 8601 UTC). */
export interface Asked {
  readonly number: number;
  readonly size: number;
  readonly receivedAt: string;
}

/**
 * Decodes a body of `GET /api/v2/detect`: `{success, page, num_pages, page_size, total_count, items[]}`. The same
 * function reads a page from the network and from an archive. Throws `EnvelopeError` with a reason a person can read;
 * the reason quotes nothing of the body but the vendor's own error message, shortened.
 */
export function decodePage(body: Uint8Array, asked: Asked): Page {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const envelope = parseObject(bytes);
  const success = field(envelope, 'success');
  if (success === false) throw new EnvelopeError(`it says success: false${messageOf(envelope)}`);
  const items = field(envelope, 'items');
  if (!Array.isArray(items)) throw new EnvelopeError('it has no "items" array');
  return {
    number: asked.number,
    size: asked.size,
    echoedSize: count(envelope, 'page_size'),
    echoedNumber: count(envelope, 'page'),
    receivedAt: asked.receivedAt,
    totalCount: count(envelope, 'total_count'),
    numPages: count(envelope, 'num_pages'),
    items: sliceItems(bytes, items as readonly JsonValue[]),
    body,
  };
}

function parseObject(bytes: Buffer): JsonObject {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new EnvelopeError('it is not valid UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EnvelopeError(text.trim() === '' ? 'it is empty' : 'it is not valid JSON');
  }
  if (!isJsonObject(value)) throw new EnvelopeError('it is not a JSON object');
  return value;
}

/** The vendor's own message, shortened; empty where there is none. */
export function messageOf(envelope: JsonObject): string {
  const message = field(envelope, 'message') ?? field(envelope, 'error');
  return typeof message === 'string' && message !== '' ? ` (${shorten(message, 200)})` : '';
}

function count(envelope: JsonObject, key: string): number | null {
  const value = field(envelope, key);
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function sliceItems(bytes: Buffer, values: readonly JsonValue[]): PageItem[] {
  // A byte order mark is dropped by the decoder but stands in the bytes; JSON.parse takes the last of two equal keys.
  const member = membersOf(bytes, bytes.indexOf(0x7b)).findLast(({ key }) => key === 'items');
  const slices = member === undefined ? [] : elementsOf(bytes, member.start);
  if (slices.length !== values.length) throw new EnvelopeError('its items cannot be told apart');
  return slices.map(({ start, end }, index) => {
    const value = values[index];
    if (!isJsonObject(value)) throw new EnvelopeError(`its item ${index} is not an object`);
    return { value, start, end };
  });
}

/** The item's own `uuid`, or null where it has none that could identify it. */
export function uuidOf(item: JsonObject): string | null {
  const uuid = field(item, 'uuid');
  return typeof uuid === 'string' && uuid !== '' ? uuid : null;
}
