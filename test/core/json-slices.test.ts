import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementsOf, endOfString, endOfValue, membersOf } from '../../src/core/json.ts';

/** White space as JSON allows it, anywhere. */
const space = fc.constantFrom('', ' ', '\n', '\r\n\t', '    ');

function spaced(value: unknown, gap: string): string {
  if (Array.isArray(value)) {
    return `[${gap}${value.map((item) => spaced(item, gap)).join(`${gap},${gap}`)}${gap}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}${gap}:${gap}${spaced(member, gap)}`,
  );
  return `{${gap}${members.join(`${gap},${gap}`)}${gap}}`;
}

const anyValue = fc.jsonValue({ noUnicodeString: false });

describe('a string', () => {
  test('ends where it ends: every length around the switch to the native search, backslashes at every place', () => {
    for (let length = 0; length < 120; length++) {
      for (const tail of ['', '\\', '\\\\', '\\"', '"', '\\"\\', '"'.repeat(60), '\\'.repeat(61)]) {
        const text = JSON.stringify(`${'a'.repeat(length)}${tail}`);
        const bytes = Buffer.from(`${text}, "next": "\\""`);
        expect(endOfString(bytes, 0)).toBe(text.length);
      }
    }
  });

  test('ends where it ends: random text of quotes and backslashes', () => {
    const unit = fc.constantFrom('"', '\\', 'a', '\n', 'é', '😀', '\u0000');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), fc.string({ unit, maxLength: 20 }), (text, behind) => {
        const quoted = JSON.stringify(text);
        const bytes = Buffer.from(quoted + JSON.stringify(behind));
        expect(endOfString(bytes, 0)).toBe(Buffer.byteLength(quoted));
      }),
      { numRuns: 1_000 },
    );
  });

  test('of half a megabyte of escaped quotes takes no time worth naming', () => {
    const text = JSON.stringify('"'.repeat(250_000) + '\\'.repeat(250_000));
    expect(endOfString(Buffer.from(`${text}"`), 0)).toBe(text.length);
  });
});

describe('slices', () => {
  test('of an array parse to its elements', () => {
    fc.assert(
      fc.property(fc.array(anyValue), space, (values, gap) => {
        const bytes = Buffer.from(`${spaced(values, gap)} `);
        const parsed = elementsOf(bytes, 0).map(({ start, end }) => JSON.parse(bytes.toString('utf8', start, end)));
        expect(parsed).toEqual(JSON.parse(JSON.stringify(values)));
        expect(endOfValue(bytes, 0)).toBe(bytes.length - 1);
      }),
      { numRuns: 300 },
    );
  });

  test('of an object parse to its members, keys decoded', () => {
    const object = fc.dictionary(fc.string({ unit: 'grapheme' }), anyValue, { noNullPrototype: true });
    fc.assert(
      fc.property(object, space, (value, gap) => {
        const bytes = Buffer.from(spaced(value, gap));
        const members = membersOf(bytes, 0).map(
          ({ key, start, end }) => [key, JSON.parse(bytes.toString('utf8', start, end))] as const,
        );
        expect(members).toEqual(Object.entries(JSON.parse(JSON.stringify(value)) as object));
        expect(endOfValue(bytes, 0)).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  test('begin and end at the value itself, without white space', () => {
    const bytes = Buffer.from(' [ 1 , {"a": [ ] } ,\n"x\\"]" , -1.5e3,true ]');
    const texts = elementsOf(bytes, 1).map(({ start, end }) => bytes.toString('utf8', start, end));
    expect(texts).toEqual(['1', '{"a": [ ] }', '"x\\"]"', '-1.5e3', 'true']);
    expect(elementsOf(Buffer.from('[ ]'), 0)).toEqual([]);
    expect(membersOf(Buffer.from('{\n}'), 0)).toEqual([]);
  });

  test('keep duplicate keys, in order, and decode escaped ones', () => {
    const bytes = Buffer.from('{"items":1,"\\u0069tems":[2],"__proto__":{}}');
    expect(membersOf(bytes, 0).map(({ key }) => key)).toEqual(['items', 'items', '__proto__']);
  });

  test('of 5,000,000 levels need no call stack', () => {
    const deep = Buffer.from(`[${'['.repeat(5_000_000)}${']'.repeat(5_000_000)},7]`);
    expect(elementsOf(deep, 0)).toEqual([
      { start: 1, end: 10_000_001 },
      { start: 10_000_002, end: 10_000_003 },
    ]);
  });
});
