import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EN_FORMAT as format, instant } from '../../src/render/report/format.ts';

const { byteSize, counted, dayText, decimal, integer, listed, monthText, percent, shareOf, shortDay, span } = format;

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
    [-1234, '-1,234'],
  ])('writes %d as %s', (value, text) => expect(integer(value)).toBe(text));

  it.each([
    [0.1235, 3, '0.124'],
    [1234.5, 1, '1,234.5'],
    [-0.0001, 2, '0.00'],
    [null, 3, '–'],
    [Number.NaN, 3, '–'],
    [Number.POSITIVE_INFINITY, 3, '–'],
  ])('writes %d with %d decimals as %s', (value, digits, text) => expect(decimal(value, digits)).toBe(text));

  it.each([
    [0, '0.0%'],
    [0.0001, '<0.1%'],
    [0.0005, '0.1%'],
    [0.125, '12.5%'],
    [0.9999, '>99.9%'],
    [1, '100.0%'],
    [null, '–'],
  ])('writes the share %d as %s', (share, text) => expect(percent(share)).toBe(text));

  it('never rounds something to nothing, nor almost everything to everything', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (part, rest) => {
        const text = shareOf(part, part + rest);
        expect(text).not.toBe('0.0%');
        expect(text).not.toBe('100.0%');
      }),
    );
    expect(shareOf(0, 0)).toBe('–');
  });

  it('reads back to the number it was made from', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(Number(integer(value).replaceAll(',', ''))).toBe(value);
      }),
    );
  });
});

describe('words with numbers', () => {
  it.each([
    [0, 'no detections'],
    [1, '1 detection'],
    [2, '2 detections'],
    [1000, '1,000 detections'],
  ])('counts %d as %s', (count, text) => expect(counted(count, 'detection', 'detections')).toBe(text));

  it('lists words', () => {
    expect(listed([])).toBe('');
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b'])).toBe('a and b');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});

describe('times and sizes', () => {
  it.each([
    [0, '0 s'],
    [0.25, '0.25 s'],
    [59, '59 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [3600, '1 h'],
    [5 * 3600 + 720, '5 h 12 min'],
    [86_400, '24 h'],
    [91_220, '1 d 1 h'],
    [3599.7, '1 h'],
    [null, '–'],
  ])('writes %d seconds as %s', (value, text) => expect(span(value)).toBe(text));

  it('writes days and instants in UTC', () => {
    expect(dayText('2024-02-29')).toBe('29 February 2024');
    expect(shortDay('2024-12-01')).toBe('1 Dec');
    expect(monthText('2024-01')).toBe('January 2024');
    expect(instant(Date.UTC(2024, 0, 15, 9, 30, 12, 999))).toBe('2024-01-15 09:30:12');
    expect(instant(null)).toBe('–');
  });

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [999_960, '1.0 MB'],
    [4_812_345, '4.8 MB'],
  ])('writes %d bytes as %s', (bytes, text) => expect(byteSize(bytes)).toBe(text));
});
