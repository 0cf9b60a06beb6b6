import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonPath, jsonPointer, locate } from '../../src/render/transform/extra-json.ts';

/** Every path into a value, and the value there. */
function* pathsOf(value: unknown, path: JsonPath = []): Generator<readonly [JsonPath, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield* pathsOf(element, [...path, index]);
  } else {
    for (const [key, member] of Object.entries(value)) yield* pathsOf(member, [...path, key]);
  }
}

describe('a value inside JSON', () => {
  test('is found at every path of any value, however it is written', () => {
    assert(
      property(jsonValue({ maxDepth: 4 }), (value) => {
        for (const indent of [0, 1, 3]) {
          const text = `  ${JSON.stringify(value, null, indent)} `;
          const bytes = Buffer.from(text);
          for (const [path, expected] of pathsOf(JSON.parse(text))) {
            const slice = locate(bytes, 2, path);
            const found = slice === null ? 'nothing' : bytes.toString('utf8', slice.start, slice.end);
            expect(JSON.parse(found)).toEqual(expected);
          }
        }
      }),
    );
  });

  test('is the last one of several with its key, as JSON.parse has it', () => {
    const bytes = Buffer.from('{"a":1,"\\u0061":{"b":2}}');
    expect(locate(bytes, 0, ['a', 'b'])).toEqual({ start: 21, end: 22 });
  });

  test.each([[['b']], [[0]], [['a', 0]], [['a', 'b', 'c']], [['l', 2]], [['l', -1]], [['__proto__']]])(
    'is not found at %j',
    (path) => {
      expect(locate(Buffer.from('{"a":{"b":1},"l":[1,2]}'), 0, path)).toBeNull();
    },
  );
});

describe('a pointer', () => {
  // RFC 6901, section 5.
  test.each([
    [[], ''],
    [['foo'], '/foo'],
    [['foo', 0], '/foo/0'],
    [[''], '/'],
    [['a/b'], '/a~1b'],
    [['c%d'], '/c%d'],
    [['i\\j'], '/i\\j'],
    [['k"l'], '/k"l'],
    [[' '], '/ '],
    [['m~n'], '/m~0n'],
    [['~1'], '/~01'],
  ])('to %j is %s', (path, pointer) => {
    expect(jsonPointer(path)).toBe(pointer);
  });
});
