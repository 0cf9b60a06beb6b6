import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, field, isJsonObject, type JsonValue, stringifyJson } from '../../src/core/json.ts';

/** JSON text of `levels` nested arrays or objects around one value. */
function nested(levels: number, open: string, close: string): string {
  return `${open.repeat(levels)}1${close.repeat(levels)}`;
}

describe('JSON text', () => {
  test('is that of JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(stringifyJson(value as JsonValue)).toBe(JSON.stringify(value));
      }),
    );
  });

  test('is the same for a value so deep that JSON.stringify gives up', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (inner) => {
        const text = `${'[{"a\\"":'.repeat(6_000)}${JSON.stringify(inner)}${'},"\\u2028é",null]'.repeat(6_000)}`;
        const value = JSON.parse(text) as JsonValue;
        expect(() => JSON.stringify(value)).toThrow(RangeError);
        const again = stringifyJson(value);
        // Compared as text: comparing values this deep would itself overflow.
        expect(again === text.replaceAll('\\u2028', '\u2028')).toBe(true);
      }),
      { numRuns: 5 },
    );
  });

  test.each([
    ['arrays', '[', ']'],
    ['objects', '{"k":', '}'],
  ])('of 200,000 nested %s needs no call stack', (_what, open, close) => {
    const text = nested(200_000, open, close);
    expect(stringifyJson(JSON.parse(text) as JsonValue) === text).toBe(true);
  });

  test('keeps keys that steer objects', () => {
    const text = '{"__proto__":{"x":1},"constructor":null,"toJSON":"no"}';
    expect(stringifyJson(JSON.parse(text) as JsonValue)).toBe(text);
    const deep = `${'['.repeat(20_000)}${text}${']'.repeat(20_000)}`;
    expect(stringifyJson(JSON.parse(deep) as JsonValue) === deep).toBe(true);
  });
});

describe('a field', () => {
  test('is the own one or undefined', () => {
    const object = JSON.parse('{"__proto__":1,"a":null}') as Record<string, JsonValue>;
    expect(field(object, '__proto__')).toBe(1);
    expect(field(object, 'a')).toBeNull();
    for (const key of ['constructor', 'toString', 'hasOwnProperty', 'b']) expect(field(object, key)).toBeUndefined();
    expect(field({}, '__proto__')).toBeUndefined();
  });

  test.each([
    [{}, true],
    [{ a: 1 }, true],
    [[], false],
    [null, false],
    ['{}', false],
    [1, false],
    [undefined, false],
  ])('%j is an object: %s', (value, isObject) => expect(isJsonObject(value)).toBe(isObject));
});

describe('canonical JSON', () => {
  test('orders keys by code unit, at every level, and leaves out undefined', () => {
    const value = { b: 1, a: [{ d: undefined, z: true, Z: null }, undefined], '\u{1f600}': 1, '\ufb33': 2, '': 'x' };
    expect(canonicalJson(value)).toBe('{"":"x","a":[{"Z":null,"z":true},null],"b":1,"\u{1f600}":1,"\ufb33":2}');
    expect(canonicalJson(undefined)).toBe('null');
  });

  test('does not depend on the order of insertion, and means the same value', () => {
    const shuffled = fc
      .dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
      .chain((object) =>
        fc.tuple(
          fc.constant(object),
          fc.shuffledSubarray(Object.keys(object), { minLength: Object.keys(object).length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([object, order]) => {
        const reordered = Object.fromEntries(order.map((key) => [key, object[key]]));
        expect(canonicalJson(reordered)).toBe(canonicalJson(object));
        expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });
});
