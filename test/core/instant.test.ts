import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantText, isoInstant, readInstant } from '../../src/core/instant.ts';

const AT = Date.UTC(2024, 0, 15, 9, 30, 0);

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

describe('an instant in the usual notation', () => {
  test('is the one that was written, in any year of four digits', () => {
    const first = Date.UTC(1000, 0, 1);
    const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (ms) => {
        const text = isoInstant(ms);
        expect(readInstant(text)).toEqual({ ms, note: null });
        const second = text.replace(/\.\d{3}Z$/, 'Z');
        expect(readInstant(second)).toEqual({ ms: Math.floor(ms / 1000) * 1000, note: null });
      }),
    );
  });
});

describe('an instant is read', () => {
  test.each([
    ['2024-01-15T09:30:00Z', AT],
    ['2024-01-15T09:30:00.000Z', AT],
    ['2024-01-15T09:30:00.5Z', AT + 500],
    ['2024-01-15T09:30:00,25Z', AT + 250],
    ['2024-01-15T09:30:00.123000Z', AT + 123],
    ['2024-01-15t09:30:00z', AT],
    ['2024-01-15 09:30:00 UTC', AT],
    ['2024-01-15 09:30:00Z', AT],
    ['2024-01-15T09:30:00+00:00', AT],
    ['2024-01-15T10:30:00+01:00', AT],
    ['2024-01-15T15:15:00+0545', AT],
    ['2024-01-14T21:30:00-12:00', AT],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['1969-12-31T23:59:59.999Z', -1],
    ['0100-01-01T00:00:00Z', Date.parse('0100-01-01T00:00:00Z')],
    ['9999-12-31T23:59:59.999Z', Date.parse('9999-12-31T23:59:59.999Z')],
    ['2024-01-15 09:30:00+00', AT],
    ['2024-01-15 09:30:00.123+00', AT + 123],
    ['2024-01-15 15:00:00+05:30', AT],
    ['2024-01-15 11:30:00+02', AT],
    ['2024-01-15T23:30:00+14:00', AT],
    ['2024-01-15T09:30:00-00:00', AT],
    ['2024-01-15T09:30:00\u221200:00', AT],
    ['2024-01-15 09:30:00 +0000', AT],
    ['2024-01-15 10:30:00 +0100', AT],
    ['2024-01-15 09:30:00.123 +0000 UTC', AT + 123],
    ['2024-01-15 10:30:00 +0100 CET', AT],
    ['2024-01-15T10:30:00+01:00[Europe/Berlin]', AT],
    ['2024-01-15T09:30Z', AT],
    ['2024-01-15 09:30+00', AT],
    ['2024-01-15T09:30:00 GMT', AT],
    ['2024/01/15 09:30:00 +0000', AT],
    ['2024-01-14T24:00:00Z', Date.UTC(2024, 0, 15)],
    ['2024-01-14T24:00:00.000Z', Date.UTC(2024, 0, 15)],
    ['20240115T093000Z', AT],
    ['20240115T093000.500+0000', AT + 500],
    ['20240115T0930Z', AT],
    ['2024-W03-1T09:30:00Z', AT],
    ['2024W031T093000Z', AT],
    ['2020-W53-7T00:00:00Z', Date.UTC(2021, 0, 3)],
    ['2024-015T09:30:00Z', AT],
    ['Mon, 15 Jan 2024 09:30:00 GMT', AT],
    ['Mon, 15 Jan 2024 10:30:00 +0100', AT],
    ['15 Jan 2024 09:30 UTC', AT],
    ['15-Jan-2024 09:30:00 UTC', AT],
    ['Mon Jan 15 2024 10:30:00 GMT+0100 (Central European Standard Time)', AT],
    ['Mon Jan 15 09:30:00 UTC 2024', AT],
    ['January 15, 2024 09:30:00 UTC', AT],
  ])('exactly: %s', (text, ms) => expect(readInstant(text)).toEqual({ ms, note: null }));

  const FINE = 'finer than a millisecond, cut';
  const NO_ZONE = 'without a time zone, read as UTC';
  const NO_TIME = 'a day without a time, read as its start in UTC';
  const LEAP = 'a leap second, read as the last millisecond before it';
  test.each([
    ['2024-01-15T09:30:00.123456Z', AT + 123, FINE],
    ['2024-01-15 09:30:00.123456+00', AT + 123, FINE],
    ['2024-01-15T09:30:00.999999999Z', AT + 999, FINE],
    ['2024-01-15T09:30:00.123456789012Z', AT + 123, FINE],
    ['2024-01-15T09:30:00', AT, NO_ZONE],
    ['2024-01-15 09:30:00', AT, NO_ZONE],
    ['2024-01-15 09:30', AT, NO_ZONE],
    ['20240115T093000', AT, NO_ZONE],
    ['Mon Jan 15 09:30:00 2024', AT, NO_ZONE],
    ['2024-01-15', Date.UTC(2024, 0, 15), NO_TIME],
    ['20240115', Date.UTC(2024, 0, 15), NO_TIME],
    ['2024-W03-1', Date.UTC(2024, 0, 15), NO_TIME],
    ['1705311000', AT, 'a number, read as seconds since 1970'],
    ['1705311000.25', AT + 250, 'a number, read as seconds since 1970'],
    ['1705311000250', AT + 250, 'a number, read as milliseconds since 1970'],
    ['2016-12-31T23:59:60Z', Date.UTC(2016, 11, 31, 23, 59, 59, 999), LEAP],
    ['2016-12-31T23:59:60.75Z', Date.UTC(2016, 11, 31, 23, 59, 59, 999), LEAP],
  ])('with a note of what was assumed or lost: %s', (text, ms, note) =>
    expect(readInstant(text)).toEqual({ ms, note }),
  );

  test.each([
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2024-01-15T09:60:00Z',
    '2024-01-15T09:30:61Z',
    '2024-01-15T09:30:00+24:00',
    '2024-01-15T09:30:00+01:60',
    '2024-01-15T09:30:00+1:00',
    '0050-01-01T00:00:00Z',
    '09:30:00Z',
    '+002024-01-15T09:30:00Z',
    '2024-01-15T09:30:00.Z',
    ' 2024-01-15T09:30:00Z',
    '2024-01-15T09:30:00Z\n',
    '٢٠٢٤-01-15T09:30:00Z',
    'yesterday',
    '15/01/2024',
    '01/15/2024 09:30:00',
    '15.01.2024 09:30',
    '15-01-2024T09:30:00Z',
    '2024-01-15 09:30:00 EST',
    '2024-01-15 09:30:00 AM',
    '2024-01-15T24:00:01Z',
    '2024-01-15T24:30:00Z',
    '2024-01-15T25:00:00Z',
    '2023-W53-1T00:00:00Z',
    '2024-W00-1T00:00:00Z',
    '2023-366T00:00:00Z',
    '2024-000T00:00:00Z',
    'Tue, 15 Jan 2024 09:30:00 GMT',
    'Mon, 15 Foo 2024 09:30:00 GMT',
    'Monday, 15-Jan-24 09:30:00 GMT',
    '31 Apr 2024 09:30:00 GMT',
    '0001-01-01T00:00:00Z',
    '0',
    '-1',
    '170531100',
    '17053110000',
    '1705311000250000',
    '1.7053110e9',
    'soon 5',
    '',
  ])('not: %j', (text) => expect(readInstant(text)).toBeNull());

  test('back from what is written, to the millisecond', () => {
    const instants = fc.integer({ min: Date.parse('0100-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59Z') });
    fc.assert(
      fc.property(instants, (ms) => {
        expect(readInstant(isoInstant(ms))).toEqual({ ms, note: null });
      }),
    );
  });

  test('as Date.parse does, whatever the offset', () => {
    const parts = fc.tuple(
      fc.integer({ min: 0, max: 4e12 }),
      fc.constantFrom('+', '-'),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
    );
    fc.assert(
      fc.property(parts, ([ms, sign, hours, minutes]) => {
        const text = `${isoInstant(ms).slice(0, -1)}${sign}${twoDigits(hours)}:${twoDigits(minutes)}`;
        expect(readInstant(text)).toEqual({ ms: Date.parse(text), note: null });
      }),
    );
  });

  test('in the order of its decimals, whatever their number, and leap seconds last of their minute', () => {
    const decimals = fc.stringMatching(/^\d{1,20}$/);
    fc.assert(
      fc.property(decimals, decimals, (one, other) => {
        const [a, b] = [one, other].sort((x, y) => (x < y ? -1 : 1));
        const read = (fraction: string | undefined) =>
          readInstant(`1969-12-31T23:59:59.${fraction}Z`)?.ms ?? Number.NaN;
        expect(read(a)).toBeLessThanOrEqual(read(b));
        expect(read(b)).toBeLessThanOrEqual(readInstant(`1969-12-31T23:59:60.${a}Z`)?.ms ?? Number.NaN);
      }),
    );
  });

  test('a JSON number as its digits, anything else that is no text as nothing', () => {
    const values = [1705311000, 1705311000.5, '2024-01-15', null, true, {}, Number.NaN];
    expect(values.map(instantText)).toEqual(['1705311000', '1705311000.5', '2024-01-15', null, null, null, null]);
  });
});
