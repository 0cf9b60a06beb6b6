import { elementsOf, endOfValue, membersOf, type Slice } from '../../core/json.ts';

/** Keys and indices that lead from a value to one inside it. */
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
