import { isUtf8 } from 'node:buffer';
import {
  endOfValue,
  field,
  isJsonObject,
  isSpace,
  type JsonObject,
  type JsonValue,
  listOf,
  type ListSlice,
  membersOf,
  type Slice,
  textOf,
} from './json.ts';
import type { Page, PageItem } from './page.ts';
import { shorten } from './text.ts';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** The body is not the documented envelope: a failed attempt, never an empty page. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
}

/** What was asked, and when the answer was complete (ISO 8601 UTC). */
export interface Asked {
  readonly number: number;
  readonly size: number;
  readonly receivedAt: string;
}

/**
 * Decodes a body of `GET /api/v2/detect`: `{success, page, num_pages, page_size, total_count, items[]}`. Throws
 * `EnvelopeError` with a reason for people; of the body it quotes only the vendor's own error message, shortened.
 */
export function decodePage(body: Uint8Array, asked: Asked): Page {
  return readPage(body, asked, (bytes, { start, end }, index) => {
    return { value: parseItem(bytes, start, end, index), start, end };
  });
}

/** The members of an item that a walk and its spool read. */
const KEYS_OF_A_WALK: ReadonlySet<string> = new Set(['uuid', 'created_at', 'updated_at']);

/**
 * Like `decodePage`, with every item checked, but an item's value has only the members that a walk and its spool read:
 * metric trees of several pages at a time would fill the memory while they wait for the disk.
 */
export function decodePageForWalk(body: Uint8Array, asked: Asked): Page {
  return readPage(body, asked, (bytes, { start, end }, index) => {
    return { value: valueForWalk(parseItem(bytes, start, end, index)), start, end };
  });
}

/** An item of a kept page as a walk reads it. Unless it is `trusted` to be JSON, all of it is parsed. */
export function itemForWalk({ body }: Page, item: PageItem, trusted: boolean): JsonObject {
  if (!trusted) return valueForWalk(item.value);
  return membersForWalk(Buffer.from(body.buffer, body.byteOffset, body.byteLength), item.start);
}

function membersForWalk(bytes: Buffer, open: number): JsonObject {
  const value: Record<string, JsonValue> = {};
  for (const { key, start, end } of membersOf(bytes, open)) {
    if (KEYS_OF_A_WALK.has(key)) value[key] = parse(textOf(bytes, start, end)) as JsonValue;
  }
  return valueForWalk(value);
}

/** The members of an item that a walk reads. */
export function valueForWalk(item: JsonObject): JsonObject {
  const value: Record<string, JsonValue> = {};
  for (const key of KEYS_OF_A_WALK) {
    const member = field(item, key);
    // A number may be a time; any other type cannot identify or date an item.
    if (typeof member === 'string' || (key !== 'uuid' && typeof member === 'number')) value[key] = member;
  }
  return value;
}

/**
 * Opens a body again that `decodePage` accepted when it was kept. Parses an item each time its value is read, so that a
 * page of a thousand items takes no memory for them. If the body was forged, reading a value may throw `EnvelopeError`.
 */
export function reopenPage(body: Uint8Array, asked: Asked): Page {
  return readPage(body, asked, (bytes, { start, end }, index) => {
    if (bytes[start] !== OPEN_BRACE) throw notAnObject(index);
    return {
      get value() {
        return parseItem(bytes, start, end, index);
      },
      start,
      end,
    };
  });
}

function readPage(
  body: Uint8Array,
  asked: Asked,
  itemAt: (bytes: Buffer, slice: Slice, index: number) => PageItem,
): Page {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const { envelope, slices } = sliceEnvelope(bytes);
  const items = slices.map((slice, index) => itemAt(bytes, slice, index));
  const success = field(envelope, 'success');
  if (success === false) throw new EnvelopeError(`it says success: false${messageOf(envelope)}`);
  if (!Array.isArray(field(envelope, 'items'))) throw new EnvelopeError('it has no "items" array');
  return {
    number: asked.number,
    size: asked.size,
    echoedSize: count(envelope, 'page_size'),
    echoedNumber: count(envelope, 'page'),
    receivedAt: asked.receivedAt,
    totalCount: count(envelope, 'total_count'),
    numPages: count(envelope, 'num_pages'),
    items,
    body,
  };
}

/** The envelope with an empty list of items, and the slice of each item. Checks that the rest is JSON. */
function sliceEnvelope(bytes: Buffer): { readonly envelope: JsonObject; readonly slices: readonly Slice[] } {
  if (!isUtf8(bytes)) throw new EnvelopeError('it is not valid UTF-8');
  const open = firstByte(bytes);
  const items = bytes[open] === OPEN_BRACE ? findItems(bytes, open) : null;
  const text =
    items === null
      ? textOf(bytes, open, bytes.length)
      : `${textOf(bytes, open, items.open + 1)}${textOf(bytes, items.list.end - 1, bytes.length)}`;
  const envelope = parse(text);
  if (!isJsonObject(envelope)) throw new EnvelopeError('it is not a JSON object');
  return { envelope, slices: items?.list.elements ?? [] };
}

/** Skips a byte order mark and white space. */
function firstByte(bytes: Buffer): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (isSpace(bytes[at])) at++;
  return at;
}

/** The list of items: the last of two members of that name, as in JSON.parse. */
function findItems(bytes: Buffer, open: number): { readonly open: number; readonly list: ListSlice } | null {
  let found: { readonly open: number; readonly list: ListSlice } | null = null;
  const endOf = (key: string, start: number): number => {
    if (key !== 'items') return endOfValue(bytes, start);
    const list = bytes[start] === OPEN_BRACKET ? listOf(bytes, start) : null;
    found = list === null ? null : { open: start, list };
    return list?.end ?? endOfValue(bytes, start);
  };
  try {
    membersOf(bytes, open, endOf);
  } catch {
    throw new EnvelopeError('it is not valid JSON');
  }
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EnvelopeError(text.trim() === '' ? 'it is empty' : 'it is not valid JSON');
  }
}

function parseItem(bytes: Buffer, start: number, end: number, index: number): JsonObject {
  const value = parse(textOf(bytes, start, end));
  if (!isJsonObject(value)) throw notAnObject(index);
  return value;
}

function notAnObject(index: number): EnvelopeError {
  return new EnvelopeError(`its item ${index} is not an object`);
}

/** The vendor's own message, shortened, or an empty text. */
export function messageOf(envelope: JsonObject): string {
  const message = field(envelope, 'message') ?? field(envelope, 'error');
  return typeof message === 'string' && message !== '' ? ` (${shorten(message, 200)})` : '';
}

function count(envelope: JsonObject, key: string): number | null {
  const value = field(envelope, key);
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** The item's own `uuid`, or null if it has none that can identify it. */
export function uuidOf(item: JsonObject): string | null {
  const uuid = field(item, 'uuid');
  return typeof uuid === 'string' && uuid !== '' ? uuid : null;
}
