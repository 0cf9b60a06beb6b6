import { describe, expect, test } from 'vitest';
import { privateFrom, WITHHELD, withoutPrivate } from '../../src/core/text.ts';
import { PRIVATE_TEXTS, PUBLIC_TEXTS } from '../private-texts.ts';

describe('what opens a file or a service, or reaches a person', () => {
  test.each(Object.entries(PRIVATE_TEXTS))('%s', (_, text) => {
    expect(withoutPrivate(text)).toBe(WITHHELD);
    expect(withoutPrivate(`clip 7 of ${text} and more`)).toBe(`clip 7 of ${WITHHELD}`);
    expect(withoutPrivate(`name:${text}`)).toBe(WITHHELD);
    expect(withoutPrivate(`metrics.children[].${text}`)).toBe(WITHHELD);
  });

  test.each(Object.entries(PRIVATE_TEXTS))('%s, in other spellings', (_, text) => {
    const json = JSON.stringify(text).slice(1, -1);
    for (const spelled of [
      encodeURIComponent(text),
      encodeURIComponent(encodeURIComponent(text)),
      text.toUpperCase().replace('EYJ', 'eyJ').replace('AHR0', 'aHR0'),
      json.replaceAll('/', '\\/'),
      json.replaceAll(/[:/@]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
      text.replaceAll(/[:/@?=]/g, (char) => `&#${char.charCodeAt(0)};`),
      text.replaceAll(/[:/@?=]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
      text.replace(/(?<=^.{3})/, '\u200b'),
    ]) {
      expect.soft(privateFrom(spelled), spelled).toBeGreaterThanOrEqual(0);
    }
  });

  test('what was withheld once stays as it is', () => {
    for (const text of Object.values(PRIVATE_TEXTS)) {
      const once = withoutPrivate(`Reading failed: ${text}`);
      expect(withoutPrivate(once)).toBe(once);
    }
  });
});

test.each(PUBLIC_TEXTS)('%s stays', (text) => {
  expect(withoutPrivate(text)).toBe(text);
});

describe('the time for hostile text grows with the text and no faster', () => {
  const once = (text: string): number => {
    const before = process.cpuUsage();
    privateFrom(text);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const parts = [
    'a@',
    'a@b.',
    ':a',
    ':',
    'sk-',
    'sk-a-',
    '+1 ',
    '+1',
    '?a',
    '?',
    'token ',
    'token a',
    'key',
    '%25',
    '\\u0025',
  ];
  test.each([...parts, '&#37;', '//', 'data:', 'a ', 'a', 'eyJ', '2', '(222)222-', 'Basic ', '{"a":'])('%j', (part) => {
    // Made once before, so that compiling the expressions is not measured.
    once(part.repeat(100));
    const [short, long] = [1, 8].map((times) => once(part.repeat((times * 131_072) / part.length)));
    // Quadratic time would be 64 times as long; what is measured in microseconds of the processor is noisy below 20 ms.
    expect(long).toBeLessThan(24 * Math.max(short ?? 0, 20_000));
  });
});
