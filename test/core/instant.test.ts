import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoInstant, readInstant } from '../../src/core/instant.ts';

const AT = Date.UTC(2024, 0, 15, 9, 30, 0);

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

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
  ])('exactly: %s', (text, ms) => expect(readInstant(text)).toEqual({ ms, exact: true }));

  test.each([
    ['microseconds', '2024-01-15T09:30:00.123456Z', AT + 123],
    ['nanoseconds, cut and not rounded', '2024-01-15T09:30:00.999999999Z', AT + 999],
    ['a missing zone, read as UTC', '2024-01-15T09:30:00', AT],
    ['a missing zone and a space', '2024-01-15 09:30:00', AT],
    ['a leap second, read as the second before', '2016-12-31T23:59:60Z', Date.UTC(2016, 11, 31, 23, 59, 59)],
  ])('with a loss that is told: %s', (_what, text, ms) => expect(readInstant(text)).toEqual({ ms, exact: false }));

  test.each([
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2024-01-15T24:00:00Z',
    '2024-01-15T09:60:00Z',
    '2024-01-15T09:30:61Z',
    '2024-01-15T09:30:00+24:00',
    '2024-01-15T09:30:00+01:60',
    '2024-01-15T09:30:00+1:00',
    '0050-01-01T00:00:00Z',
    '2024-01-15',
    '09:30:00Z',
    '20240115T093000Z',
    '+002024-01-15T09:30:00Z',
    '2024-01-15T09:30:00.Z',
    '2024-01-15T09:30:00.1234567890Z',
    ' 2024-01-15T09:30:00Z',
    '2024-01-15T09:30:00Z\n',
    '٢٠٢٤-01-15T09:30:00Z',
    '1705311000',
    'yesterday',
    '',
  ])('not: %j', (text) => expect(readInstant(text)).toBeNull());

  test('back from what is written, to the millisecond', () => {
    const instants = fc.integer({ min: Date.parse('0100-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59Z') });
    fc.assert(
      fc.property(instants, (ms) => {
        expect(readInstant(isoInstant(ms))).toEqual({ ms, exact: true });
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
        expect(readInstant(text)).toEqual({ ms: Date.parse(text), exact: true });
      }),
    );
  });
});
