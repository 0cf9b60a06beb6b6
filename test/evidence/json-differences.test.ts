import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/core/json.ts';
import { jsonDifferences } from '../../src/seal/evidence/differences.ts';

function differences(was: JsonValue, is: JsonValue): string[] {
  return jsonDifferences(was, is, 10).map((one) => `${one.path}: ${one.was ?? 'none'} -> ${one.is ?? 'none'}`);
}

describe('differences of two JSON values', () => {
  test('are told by their paths', () => {
    const was = { a: { b: 1, c: [1, 2, 3] }, d: null, e: 'x' };
    const is = { a: { b: 2, c: [1, 9] }, d: null, f: 'y', e: ['x'] };
    expect(differences(was, is)).toEqual([
      'a.b: 1 -> 2',
      'a.c[1]: 2 -> 9',
      'a.c[2]: 3 -> none',
      'e: "x" -> ["x"]',
      'f: none -> "y"',
    ]);
  });

  test('tell a null from what is not there', () => {
    expect(differences({ a: null }, {})).toEqual(['a: null -> none']);
    expect(differences([null], [])).toEqual(['[0]: null -> none']);
  });

  test('know keys that every object inherits', () => {
    const odd = JSON.parse('{"__proto__": 1, "constructor": 2}') as JsonValue;
    expect(differences({}, odd)).toEqual(['__proto__: none -> 1', 'constructor: none -> 2']);
  });

  test('stop at the limit', () => {
    expect(jsonDifferences([1, 2, 3, 4], [5, 6, 7, 8], 3)).toHaveLength(3);
  });

  test('do not depend on the order of keys', () => {
    expect(differences({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toEqual([]);
  });

  test('are none between equal values, and some between all others', () => {
    assert(
      property(jsonValue(), jsonValue(), (a, b) => {
        const [one, other] = [copy(a), copy(b)];
        expect(jsonDifferences(one, copy(one), 1)).toEqual([]);
        const same = canonical(one) === canonical(other);
        expect(jsonDifferences(one, other, 1).length).toBe(same ? 0 : 1);
      }),
    );
  });
});

function copy(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

/** Keys sorted at every level, independently of the code under test. */
function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
