import {
  endOfString,
  field,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type MemberSlice,
} from '../../core/json.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const NONE: ReadonlySet<string> = new Set();

/**
 * JSON may name a key twice, and parsing keeps only the last. Returns true if that happened anywhere in the slice
 * `[start, end)` that `value` was parsed from: then the slice has more members than the value has keys.
 */
export function hasDuplicateKeys(bytes: Buffer, start: number, end: number, value: JsonValue): boolean {
  // Most values that could hold a key are `{}` or `[]`.
  return end - start > 2 && countMembers(bytes, start, end) !== countKeys(value);
}

/** Keys of the item that are duplicated or hold a duplicate. `isKnown` names members that cannot hold one. */
export function keysWithDuplicates(
  bytes: Buffer,
  item: JsonObject,
  members: readonly MemberSlice[],
  isKnown: (key: string) => boolean,
): ReadonlySet<string> {
  const isTwice = Object.keys(item).length !== members.length;
  let found: Set<string> | null = null;
  const seen = new Set<string>();
  for (const { key, start, end } of members) {
    const first = bytes[start];
    const holds = (first === OPEN_BRACE || first === OPEN_BRACKET) && !isKnown(key);
    if ((isTwice && seen.has(key)) || (holds && hasDuplicateKeys(bytes, start, end, field(item, key) ?? null))) {
      (found ??= new Set()).add(key);
    }
    if (isTwice) seen.add(key);
  }
  return found ?? NONE;
}

/** Outside of strings, a colon only ever follows a key. */
function countMembers(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; ) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      continue;
    }
    if (byte === COLON) count++;
    at++;
  }
  return count;
}

function countKeys(root: JsonValue): number {
  let count = 0;
  const stack: JsonValue[] = [root];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const members = Object.values(value);
    if (isJsonObject(value)) count += members.length;
    for (const member of members) if (typeof member === 'object' && member !== null) stack.push(member);
  }
  return count;
}
