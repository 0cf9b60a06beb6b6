import {
  elementsOf,
  endOfString,
  endOfValue,
  isSpace,
  type MemberSlice,
  membersOf,
  type Slice,
} from '../../core/json.ts';
import { sha256Of } from '../../core/merkle.ts';

/** A shorter text after `data:` that is not base64 is kept: it is words, not an image. */
const SHORTEST_SUMMARISED = 120;
const HEAD = /^data:([^;,"\\]{0,127})((?:;[^;,"\\]{0,127}){0,8}),/i;

/**
 * Summarises an inline image as `data:<type>;bytes=<n>;sha256=<hex>` over the decoded bytes, so that no row holds one.
 * Any other text, and a short URI of plain text, is returned unchanged.
 */
export function summariseDataUri(text: string): string {
  if (text.charCodeAt(4) !== 0x3a) return text;
  const head = HEAD.exec(text);
  if (head === null) return text;
  const base64 = /;base64$/i.test(head[2] ?? '');
  if (!base64 && text.length < SHORTEST_SUMMARISED) return text;
  const payload = text.slice(head[0].length);
  const bytes = base64 ? Buffer.from(payload, 'base64') : Buffer.from(payload, 'utf8');
  return `data:${(head[1] ?? '').toLowerCase()};bytes=${bytes.length};sha256=${sha256Of(bytes)}`;
}

const QUOTE = 0x22;
const LOWER_CASE = 0x20;
/** The case may vary. JSON escapes are possible too, but no real encoder writes one in these first bytes. */
const SCHEME = Buffer.from('data:');
/** For the copy of a slice of usual length. */
const SCRATCH = Buffer.alloc(8 * 1024);

/**
 * The JSON of the slice `[start, end)` without white space between tokens and with inline images summarised. Everything
 * else stays byte for byte as received: a number keeps its forty digits, a duplicate key stays.
 */
export function compactJson(bytes: Buffer, start: number, end: number): string {
  const out = end - start <= SCRATCH.length ? SCRATCH : Buffer.allocUnsafe(end - start);
  let text = '';
  let to = 0;
  let bits = 0;
  for (let at = start; at < end; ) {
    const byte = bytes[at] ?? 0;
    if (byte !== QUOTE) {
      if (!isSpace(byte)) out[to++] = byte;
      at++;
      continue;
    }
    const behind = Math.min(endOfString(bytes, at), end);
    if (isDataUri(bytes, at)) {
      text += out.toString('utf8', 0, to) + shortForm(bytes.toString('utf8', at, behind));
      to = 0;
    } else {
      for (let from = at; from < behind; from++) {
        const copied = bytes[from] ?? 0;
        bits |= copied;
        out[to++] = copied;
      }
    }
    at = behind;
  }
  return text + out.toString(bits < 0x80 ? 'latin1' : 'utf8', 0, to);
}

/** The same as `compactJson`, for JSON text without white space, as `JSON.stringify` writes it. */
export function summariseDataUris(json: string): string {
  if (!/"data:/i.test(json)) return json;
  const bytes = Buffer.from(json, 'utf8');
  return compactJson(bytes, 0, bytes.length);
}

/** Whether the string that starts at `at` begins like a `data:` URI. */
function isDataUri(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < SCHEME.length; index++) {
    if (((bytes[at + 1 + index] ?? 0) | LOWER_CASE) !== SCHEME[index]) return false;
  }
  return true;
}

function shortForm(literal: string): string {
  return JSON.stringify(summariseDataUri(JSON.parse(literal) as string));
}

/** The JSON text of an item's members, cut from the bytes as received so that no digit and no duplicate is lost. */
export interface ItemJson {
  /** JSON of the value at a path of keys. Of duplicate keys the last one counts, as in JSON.parse. */
  member(...path: string[]): string | null;
  /** JSON of the named members as received, duplicates included, then those of members: `metrics.image`. */
  object(keys: ReadonlySet<string>, nested: NestedKeys): string | null;
}

/** Keys, grouped by the key of the object that holds them. */
type NestedKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** `members` are all members of the item in their received order, duplicates included. */
export function createItemJson(bytes: Buffer, members: readonly MemberSlice[]): ItemJson {
  return {
    member(key, ...inner) {
      const outer = members.findLast((candidate) => candidate.key === key);
      const slice = outer === undefined ? null : locate(bytes, outer.start, inner);
      return slice === null ? null : compactJson(bytes, slice.start, slice.end);
    },
    object(keys, nested) {
      if (keys.size === 0 && nested.size === 0) return null;
      const parts: string[] = [];
      const keep = (prefix: string, wanted: ReadonlySet<string>, among: readonly MemberSlice[]) => {
        for (const { key, start, end } of among) {
          if (wanted.has(key)) parts.push(`${JSON.stringify(prefix + key)}:${compactJson(bytes, start, end)}`);
        }
      };
      keep('', keys, members);
      for (const [parent, wanted] of nested) {
        const object = members.findLast(({ key }) => key === parent);
        if (object !== undefined) keep(`${parent}.`, wanted, membersOf(bytes, object.start));
      }
      return `{${parts.join(',')}}`;
    },
  };
}

export type JsonPath = readonly (string | number)[];

/** RFC 6901: `/items/3/metrics/label`; the empty string for the root. */
export function jsonPointer(path: JsonPath): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Slice of the value at `path`, below the value that begins at `start`; null if that path leads nowhere. Of duplicate
 * keys the last one counts, as in JSON.parse. The bytes must be valid JSON.
 */
export function locate(bytes: Buffer, start: number, path: JsonPath): Slice | null {
  let at = start;
  for (const step of path) {
    const next = typeof step === 'number' ? elementAt(bytes, at, step) : memberAt(bytes, at, step);
    if (next === undefined) return null;
    at = next.start;
  }
  return { start: at, end: endOfValue(bytes, at) };
}

function memberAt(bytes: Buffer, at: number, key: string): Slice | undefined {
  return bytes[at] === 0x7b ? membersOf(bytes, at).findLast((member) => member.key === key) : undefined;
}

function elementAt(bytes: Buffer, at: number, index: number): Slice | undefined {
  return bytes[at] === 0x5b ? elementsOf(bytes, at)[index] : undefined;
}
