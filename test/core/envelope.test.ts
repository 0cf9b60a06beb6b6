import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePage, decodePageForWalk, EnvelopeError, messageOf, uuidOf } from '../../src/core/envelope.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Page } from '../../src/core/page.ts';
import { amount } from '../amount.ts';

const ASKED = { number: 3, size: 100, receivedAt: '2024-01-15T09:30:00.000Z' };

function decode(body: string | Uint8Array): Page {
  return decodePage(typeof body === 'string' ? Buffer.from(body) : body, ASKED);
}

/** The items as their slices of the body read. */
function resliced(page: Page): unknown[] {
  const bytes = Buffer.from(page.body);
  return page.items.map(({ start, end }) => JSON.parse(bytes.toString('utf8', start, end)) as unknown);
}

describe('a page', () => {
  test('holds what the envelope says and what was asked', () => {
    const body = '{"success":true,"page":3,"num_pages":7,"page_size":100,"total_count":640,"items":[{"uuid":"a"}]}';
    const bytes = Buffer.from(body);
    expect(decodePage(bytes, ASKED)).toEqual({
      number: 3,
      size: 100,
      echoedSize: 100,
      echoedNumber: 3,
      receivedAt: '2024-01-15T09:30:00.000Z',
      totalCount: 640,
      numPages: 7,
      items: [{ value: { uuid: 'a' }, start: body.indexOf('{"uuid'), end: body.length - 2 }],
      body: bytes,
    });
  });

  test('for a walk keeps of an item what identifies and orders it, checks the rest, and cuts the same bytes', () => {
    const times = '"created_at":"2024-01-01T00:00:00Z","updated_at":null';
    const body = Buffer.from(`{"success":true,"items":[{"uuid":"a",${times},"metrics":{"children":[{}]}},{"uuid":7}]}`);
    const [kept, whole] = [decodePageForWalk(body, ASKED), decodePage(body, ASKED)];
    expect(kept.items.map(({ value }) => value)).toEqual([{ uuid: 'a', created_at: '2024-01-01T00:00:00Z' }, {}]);
    const strip = (page: Page) => ({ ...page, items: page.items.map(({ start, end }) => ({ start, end })) });
    expect(strip(kept)).toEqual(strip(whole));
    const broken = Buffer.from('{"success":true,"items":[{"uuid":"a","metrics":{"children":[}}]}');
    expect(() => decodePageForWalk(broken, ASKED)).toThrow(EnvelopeError);
  });

  test('slices any items to the bytes they were parsed from, compact or pretty', () => {
    const item = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ noUnicodeString: false }), {
      noNullPrototype: true,
    });
    const extra = fc.dictionary(fc.constantFrom('page', 'message', 'meta', 'zz', '{'), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(item), extra, fc.constantFrom(0, 1, '\t'), fc.boolean(), (items, more, indent, bom) => {
        const text = `${bom ? '\ufeff' : ''}${JSON.stringify({ ...more, items, after: ['{'] }, null, indent)}\n`;
        const page = decode(text);
        expect(page.items.map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(items)));
        expect(resliced(page)).toEqual(page.items.map(({ value }) => value));
      }),
      { numRuns: 300 },
    );
  });

  test('points into the view it was given, not into the buffer behind it', () => {
    const whole = Buffer.from('xxxx{"items":[{"a":1}]}yy');
    const page = decode(new Uint8Array(whole.buffer, whole.byteOffset + 4, whole.length - 6));
    expect(resliced(page)).toEqual([{ a: 1 }]);
  });

  test('takes the last of two equal keys, in values and slices alike', () => {
    const page = decode('{"items":[{"a":1},{"a":2}],"\\u0069tems":[ {"a":3,"a":4} ]}');
    expect(page.items.map(({ value }) => value)).toEqual([{ a: 4 }]);
    expect(resliced(page)).toEqual([{ a: 4 }]);
    expect(() => decode('{"items":[{}],"items":null}')).toThrow(EnvelopeError);
  });

  test.each([
    ['absent', '{"items":[]}', null],
    ['null', '{"items":[],"total_count":null}', null],
    ['a numeric string', '{"items":[],"total_count":"640"}', 640],
    ['text', '{"items":[],"total_count":"many"}', null],
    ['negative', '{"items":[],"total_count":-1}', null],
    ['no whole number', '{"items":[],"total_count":1.5}', null],
    ['beyond 2^53', '{"items":[],"total_count":9007199254740993}', null],
    ['beyond a double', '{"items":[],"total_count":1e999}', null],
    ['an object', '{"items":[],"total_count":{}}', null],
  ])('reads a count that is %s', (_what, body, count) => expect(decode(body).totalCount).toBe(count));

  test('keeps hostile keys as keys', () => {
    const page = decode('{"__proto__":{"items":[{"x":1}]},"items":[{"__proto__":{"polluted":1},"constructor":2}]}');
    expect(page.items).toHaveLength(1);
    expect(Object.keys(page.items[0]?.value ?? {})).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(() => decode('{"__proto__":{"items":[]}}')).toThrow(/no "items" array/);
  });

  test('survives an item nested millions of levels deep', () => {
    const levels = amount({ test: 500_000, soak: 5_000_000 });
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const page = decode(`{"items":[{"a":${deep}},{"b":1}]}`);
    expect(page.items.map(({ start, end }) => end - start)).toEqual([deep.length + 6, 7]);
    expect(page.items[1]?.value).toEqual({ b: 1 });
  });
});

describe('not the envelope', () => {
  test.each<[what: string, body: string | Uint8Array, why: RegExp]>([
    ['nothing', '', /^it is empty$/],
    ['white space', ' \n', /^it is empty$/],
    ['a web page', '<!doctype html><title>502</title>', /^it is not valid JSON$/],
    ['half a page', '{"items":[{"uuid":"a"},{"uu', /^it is not valid JSON$/],
    ['text behind the page', '{"items":[]} x', /^it is not valid JSON$/],
    ['NaN', '{"items":[],"page":NaN}', /^it is not valid JSON$/],
    ['two byte order marks', '\ufeff\ufeff{"items":[]}', /^it is not valid JSON$/],
    ['a bare list', '[{"uuid":"a"}]', /^it is not a JSON object$/],
    ['null', 'null', /^it is not a JSON object$/],
    ['text', '"items"', /^it is not a JSON object$/],
    ['no items', '{"success":true}', /^it has no "items" array$/],
    ['items null', '{"items":null}', /^it has no "items" array$/],
    ['items an object', '{"items":{"0":{}}}', /^it has no "items" array$/],
    ['an item that is null', '{"items":[{},null]}', /^its item 1 is not an object$/],
    ['an item that is a list', '{"items":[[]]}', /^its item 0 is not an object$/],
    ['an error', '{"success":false,"message":"Nope","items":[]}', /^it says success: false \(Nope\)$/],
    ['an error without a word', '{"success":false}', /^it says success: false$/],
    ['invalid UTF-8', Buffer.from([...Buffer.from('{"items":[{"a":"'), 0xff, 0x22, 0x7d, 0x5d, 0x7d]), /valid UTF-8/],
    ['UTF-8 of a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), /valid UTF-8/],
    ['UTF-16', Buffer.from('{"items":[]}', 'utf16le'), /^it is not valid JSON$/],
  ])('%s', (_what, body, why) => {
    expect(() => decode(body)).toThrow(EnvelopeError);
    expect(() => decode(body)).toThrow(why);
  });

  test('no cut of a page is taken for a page', () => {
    const body = Buffer.from('{"success":true,"items":[{"uuid":"é😀"},{"uuid":"b"}],"page":1}');
    for (let length = 0; length < body.length; length++) {
      expect(() => decode(body.subarray(0, length))).toThrow(EnvelopeError);
    }
    expect(decode(body).items).toHaveLength(2);
  });
});

describe('what an answer says of itself', () => {
  test.each<[object: JsonObject, text: string]>([
    [{ message: 'Detect not found' }, ' (Detect not found)'],
    [{ error: 'Forbidden' }, ' (Forbidden)'],
    [{ message: 'a', error: 'b' }, ' (a)'],
    [{ message: '' }, ''],
    [{ message: { text: 'x' } }, ''],
    [{}, ''],
    [{ message: 'x'.repeat(500) }, ` (${'x'.repeat(199)}…)`],
  ])('%j', (object, text) => expect(messageOf(object)).toBe(text));

  test.each<[object: JsonObject, uuid: string | null]>([
    [{ uuid: 'abc' }, 'abc'],
    [{ uuid: '' }, null],
    [{ uuid: 7 }, null],
    [{ uuid: null }, null],
    [{}, null],
  ])('%j', (object, uuid) => expect(uuidOf(object)).toBe(uuid));
});
