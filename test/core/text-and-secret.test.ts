import { format, inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { shorten, terminalSafe } from '../../src/core/text.ts';

describe('text for a terminal', () => {
  test.each([
    ['a colour sequence', '\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['a C1 control', '\u009b31m', '\\u{9b}31m'],
    ['line ends', 'a\r\nb\u2028c\u2029d\u0085e', 'a\\u{d}\\u{a}b\\u{2028}c\\u{2029}d\\u{85}e'],
    ['a name that reads backwards', 'exe.\u202egpj.mp3', 'exe.\\u{202e}gpj.mp3'],
    ['bidirectional isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['nothing to see', 'a\u200bb\u00adc\ufeffd', 'a\\u{200b}b\\u{ad}c\\u{feff}d'],
    ['text hidden in tags', 'ok\u{e0041}\u{e007f}', 'ok\\u{e0041}\\u{e007f}'],
    ['NUL and DEL', '\u0000\u007f', '\\u{0}\\u{7f}'],
    ['half a surrogate pair', 'a\ud800b\udc00', 'a\\u{d800}b\\u{dc00}'],
  ])('shows %s', (_what, text, safe) => expect(terminalSafe(text)).toBe(safe));

  test.each(['plain', 'Grüße, Москва, 東京, عربي, हिन्दी', '😀 👍🏽', 'e\u0301', '\\u{1b}', ''])(
    'leaves %s alone',
    (text) => expect(terminalSafe(text)).toBe(text),
  );

  test('holds nothing that steers, whatever came in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(terminalSafe(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('shortened text', () => {
  test('fits, begins as the whole did, and is never cut within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
        const short = shorten(text, limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        expect(Buffer.from(short).toString()).toBe(short);
        const kept = text.length <= limit ? text : short.slice(0, -1);
        expect(text.startsWith(kept)).toBe(true);
        expect(short.endsWith('…') || short === text).toBe(true);
      }),
    );
  });

  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['abc😀def', 5, 'abc…'],
    ['abc😀def', 6, 'abc😀…'],
    ['abc', 1, '…'],
  ])('%s to %i is %s', (text, limit, short) => expect(shorten(text, limit)).toBe(short));
});

describe('a secret', () => {
  const value = 'rs_live/9f+8e7d6c5b4a3=';
  const secret = new Secret(value);
  // As careless code would have it: taken for text, so that the compiler does not warn.
  const careless = secret as unknown as string;
  const ways: readonly [name: string, shown: string][] = [
    ['a template', `key: ${careless}`],
    ['String', String(secret)],
    ['concatenation', 'x' + careless],
    ['an array joined', [secret].join()],
    ['JSON', JSON.stringify({ secret, list: [secret] })],
    ['inspect', inspect({ secret }, { depth: 9, showHidden: true })],
    ['inspect without custom rules', inspect(secret, { customInspect: false, showHidden: true, getters: true })],
    ['a format string', format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
    ['a spread', JSON.stringify(Object.assign({}, secret))],
    ['its keys', JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String)])],
    ['a clone', inspect(structuredClone(secret), { showHidden: true })],
    ['an error', inspect(new Error(`failed with ${careless}`, { cause: secret }))],
  ];

  test.each(ways)('is not shown by %s', (_name, shown) => {
    for (const form of [value, value.slice(0, 8), encodeURIComponent(value), Buffer.from(value).toString('base64')]) {
      expect(shown).not.toContain(form);
    }
  });

  test('leaves a mark where it would have stood', () => {
    expect([String(secret), JSON.stringify({ secret }), inspect(secret), `key: ${careless}`]).toEqual([
      '[key]',
      '{"secret":"[key]"}',
      '[key]',
      'key: [key]',
    ]);
  });

  test('is told only where it is asked for', () => {
    expect(secret.reveal()).toBe(value);
    expect(secret.hint()).toBe('…4a3=');
    expect(new Secret('fifteen letters').hint()).toBe('…');
  });

  test('is taken out of a text raw, URL-encoded and as base64', () => {
    const base64 = Buffer.from(value).toString('base64');
    const text = `${value} ?key=${encodeURIComponent(value)}&b=${base64} ${value}`;
    expect(secret.redact(text)).toBe('[key] ?key=[key]&b=[key] [key]');
    expect(secret.redact('nothing here')).toBe('nothing here');
    expect(new Secret('').redact('abc')).toBe('abc');
    expect(new Secret('a.c+(x)[1]{2}|^$').redact('abc a.c+(x)[1]{2}|^$!')).toBe('abc [key]!');
    // As the sandbox takes it: a key in name only, which must not spoil ordinary words.
    expect(new Secret('any').redact('company, any; key=any')).toBe('company, [key]; key=[key]');
    expect(new Secret('key').redact('a key, monkeys')).toBe('a [key], monkeys');
  });

  test('is taken out in every form that a program may write it in', () => {
    const visible = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 12,
      maxLength: 60,
    });
    const password = fc
      .string({ unit: 'grapheme', minLength: 12, maxLength: 40 })
      .filter((text) => Buffer.from(text).toString() === text && !text.includes('…'));
    const around = fc.constantFrom('', 'x', 'xy', 'xyz');
    fc.assert(
      fc.property(fc.oneof(visible, password), around, around, (key, before, after) => {
        const bytes = Buffer.from(key);
        const inside = Buffer.from(`${before}${key}${after}`);
        const hex = bytes.toString('hex');
        const written = [
          key,
          hex,
          hex.toUpperCase(),
          encodeURIComponent(key),
          encodeURIComponent(encodeURIComponent(key)),
          hex.replaceAll(/../g, '%$&'),
          bytes.toString('base64'),
          bytes.toString('base64url'),
          encodeURIComponent(bytes.toString('base64')),
          JSON.stringify(key).slice(1, -1),
          JSON.stringify(JSON.stringify(key)).slice(3, -3),
        ];
        const hidden = new Secret(key);
        for (const way of written) expect(hidden.redact(`-> ${way} <-`)).toBe('-> [key] <-');
        for (const text of [inside.toString('base64'), inside.toString('base64url')]) {
          const left = hidden.redact(text);
          expect(left).toContain('[key]');
          expect(left.replace('[key]', '').length).toBeLessThanOrEqual(14);
        }
        expect(hidden.isIn(`a ${hex} b`)).toBe(true);
        expect(hidden.isIn('a b')).toBe(false);
      }),
    );
  });

  test('is taken out where it was cut off, however short its beginning is down to six characters', () => {
    for (let length = 6; length < value.length - 1; length++) {
      expect(secret.redact(shorten(`a long text ${value}`, 12 + length + 1))).toBe('a long text [key]…');
    }
    expect(secret.redact('The key …4a3= and rs_l…')).toBe('The key …4a3= and rs_l…');
    expect(secret.redact(`https://${value.toUpperCase().toLowerCase()}.example`)).toBe('https://[key].example');
  });
});
