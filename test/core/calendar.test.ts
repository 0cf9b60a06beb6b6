import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  DayFinder,
  isDay,
  isTimezone,
  unitAround,
  daysOfName,
  resolvePeriod,
  startOfDayMs,
} from '../../src/core/calendar.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { isoInstant } from '../../src/core/instant.ts';
import { positionIn } from '../../src/core/period.ts';

const HOUR_MS = 3_600_000;

describe('the first instant of a day', () => {
  test.each([
    ['2024-01-15', 'UTC', '2024-01-15T00:00:00.000Z'],
    ['2024-01-15', 'Europe/Berlin', '2024-01-14T23:00:00.000Z'],
    ['2024-07-15', 'Europe/Berlin', '2024-07-14T22:00:00.000Z'],
    ['2024-01-15', 'Asia/Kathmandu', '2024-01-14T18:15:00.000Z'],
    ['2024-01-15', 'Pacific/Kiritimati', '2024-01-14T10:00:00.000Z'],
    ['2024-01-15', 'Etc/GMT+12', '2024-01-15T12:00:00.000Z'],
    // Midnight did not exist: the clocks went from 23:59:59 to 01:00.
    ['2017-10-15', 'America/Sao_Paulo', '2017-10-15T03:00:00.000Z'],
    // The whole day did not exist: Samoa crossed the date line.
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('%s in %s is %s', (day, timezone, instant) => {
    expect(isoInstant(startOfDayMs(day, timezone))).toBe(instant);
  });

  test.each([
    ['2024-03-31', 23],
    ['2024-10-27', 25],
    ['2024-06-01', 24],
  ])('%s in Berlin has %i hours', (day, hours) => {
    const length = startOfDayMs(addDays(day, 1), 'Europe/Berlin') - startOfDayMs(day, 'Europe/Berlin');
    expect(length).toBe(hours * HOUR_MS);
  });
});

describe('words', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+12', 'Asia/Kathmandu', 'GMT'])(
    '%s is a zone',
    (timezone) => expect(isTimezone(timezone)).toBe(true),
  );

  test.each([
    '',
    'local',
    'Z',
    '+01:00',
    '-0300',
    'Mars/Olympus',
    'Europe/Berlin ',
    '../etc/passwd',
    'T12+01',
    'UTC\n',
  ])('%j is none', (timezone) => expect(isTimezone(timezone)).toBe(false));

  test.each(['1970-01-01', '2024-02-29', '2000-02-29', '9998-12-31'])('%s is a day', (day) =>
    expect(isDay(day)).toBe(true),
  );

  test.each(['2023-02-29', '1900-02-29', '2024-04-31', '2024-13-01', '2024-00-10', '2024-01-00', '1969-12-31'])(
    '%s is none',
    (day) => expect(isDay(day)).toBe(false),
  );

  test.each(['9999-01-01', '2024-1-1', '20240101', '2024-01-01T00:00Z', '2024-01', '', ' 2024-01-01', '٢٠٢٤-٠١-٠١'])(
    '%j is none either',
    (day) => expect(isDay(day)).toBe(false),
  );

  test('days and months follow one another over leap days and years', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2023-02-28', 1)).toBe('2023-03-01');
    expect(addDays('2024-01-01', -1)).toBe('2023-12-31');
    expect(unitAround('month', '2024-12-31', 1)).toEqual({ from: '2025-01-01', to: '2025-02-01' });
  });

  test('the last month, quarter and year are the ones before the current one in that zone', () => {
    const newYear = Date.UTC(2024, 0, 1, 0, 30);
    const last = (kind: 'last-month' | 'last-quarter' | 'last-year', zone: string, nowMs = newYear): string =>
      resolvePeriod({ kind }, zone, nowMs).label;
    expect(last('last-month', 'UTC')).toBe('2023-12');
    expect(last('last-month', 'America/New_York')).toBe('2023-11');
    expect(last('last-month', 'Europe/Berlin', newYear - HOUR_MS)).toBe('2023-12');
    expect(last('last-quarter', 'UTC')).toBe('2023-Q4');
    expect(last('last-quarter', 'America/New_York')).toBe('2023-Q3');
    expect(last('last-year', 'UTC')).toBe('2023');
    expect(last('last-year', 'America/New_York')).toBe('2022');
  });

  test.each([
    ['2024-Q1', '2024-01-01', '2024-04-01'],
    ['2024-Q4', '2024-10-01', '2025-01-01'],
    ['2024', '2024-01-01', '2025-01-01'],
    ['2024-02', '2024-02-01', '2024-03-01'],
  ])('%s is one period with one name, however it is asked for', (name, from, to) => {
    expect(daysOfName(name)).toEqual({ from, to });
    const named = resolvePeriod({ kind: 'named', name }, 'Europe/Berlin', 0);
    expect(named).toMatchObject({ from, to, label: name });
    expect(resolvePeriod({ kind: 'range', from, to }, 'Europe/Berlin', 0)).toEqual(named);
  });

  test.each(['2024-Q0', '2024-Q5', '2024-13', '24', '2024-q1', '20244', '1969', '2024-Q1 '])('%j is no name', (name) =>
    expect(daysOfName(name)).toBeNull(),
  );

  test('a start alone ends with yesterday', () => {
    const nowMs = Date.UTC(2024, 0, 15, 23, 30);
    const since = (from: string, zone: string): string =>
      resolvePeriod({ kind: 'range', from, to: null }, zone, nowMs).label;
    expect(since('2024-01-03', 'UTC')).toBe('2024-01-03_2024-01-15');
    expect(since('2024-01-03', 'Europe/Berlin')).toBe('2024-01-03_2024-01-16');
    expect(() => since('2024-01-15', 'UTC')).toThrow(/ends before 2024-01-15, today: it is empty/);
  });
});

describe('a period', () => {
  test('of a month is half-open, in the zone, clocks changing within it', () => {
    const march = resolvePeriod({ kind: 'named', name: '2024-03' }, 'Europe/Berlin', 0);
    expect(march).toEqual({
      from: '2024-03-01',
      to: '2024-04-01',
      timezone: 'Europe/Berlin',
      fromMs: Date.UTC(2024, 1, 29, 23),
      toMs: Date.UTC(2024, 2, 31, 22),
      label: '2024-03',
    });
    const at = (instantMs: number): string => positionIn(march, instantMs);
    expect(at(Date.UTC(2024, 1, 29, 23) - 1)).toBe('outside');
    expect(at(Date.UTC(2024, 1, 29, 23))).toBe('inside');
    expect(at(Date.UTC(2024, 2, 31, 22) - 1)).toBe('inside');
    expect(at(Date.UTC(2024, 2, 31, 22))).toBe('outside');
    expect(positionIn(march, null)).toBe('undated');
  });

  test.each([
    ['2024-02', 29],
    ['2023-02', 28],
    ['2000-02', 29],
    ['2100-02', 28],
    ['2024-12', 31],
  ])('%s has %i days', (month, days) => {
    const { fromMs, toMs } = resolvePeriod({ kind: 'named', name: month }, 'UTC', 0);
    expect((toMs ?? 0) - (fromMs ?? 0)).toBe(days * 24 * HOUR_MS);
  });

  test('months touch: each instant lies in exactly one of two neighbours', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Apia', 'Asia/Kathmandu');
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: 1970, max: 2090 }),
        fc.integer({ min: 1, max: 12 }),
        (zone, year, number) => {
          const month = `${year}-${String(number).padStart(2, '0')}`;
          const following = unitAround('month', `${month}-01`, 1).from.slice(0, 7);
          const one = resolvePeriod({ kind: 'named', name: month }, zone, 0);
          const next = resolvePeriod({ kind: 'named', name: following }, zone, 0);
          expect(one.toMs).toBe(next.fromMs);
          expect(one.to).toBe(next.from);
        },
      ),
    );
  });

  test('is labelled as the run folder names it', () => {
    const range = resolvePeriod({ kind: 'range', from: '2024-01-01', to: '2024-01-15' }, 'UTC', 0);
    expect(range).toMatchObject({ label: '2024-01-01_2024-01-15', toMs: Date.UTC(2024, 0, 15) });
    expect(resolvePeriod({ kind: 'last-month' }, 'UTC', Date.UTC(2024, 0, 9)).label).toBe('2023-12');
    const all = resolvePeriod({ kind: 'all' }, 'UTC', 0);
    expect(all).toEqual({ from: null, to: null, timezone: 'UTC', fromMs: null, toMs: null, label: 'all' });
    expect(positionIn(all, -1e14)).toBe('inside');
  });

  test.each([
    ['an empty range', { kind: 'range', from: '2024-01-15', to: '2024-01-15' }, 'UTC', /it is empty/],
    ['a range backwards', { kind: 'range', from: '2024-02-01', to: '2024-01-15' }, 'UTC', /it is empty/],
    ['a day that is none', { kind: 'range', from: '2024-02-30', to: '2024-03-15' }, 'UTC', /"2024-02-30" is not a day/],
    ['a month that is none', { kind: 'named', name: '2024-13' }, 'UTC', /"2024-13" is not a month, quarter or year/],
    ['a zone that is none', { kind: 'all' }, 'Mars/Olympus', /"Mars\/Olympus" is not a time zone/],
  ] as const)('refuses %s and says what to do', (_what, request, timezone, message) => {
    const resolve = (): unknown => resolvePeriod(request, timezone, 0);
    expect(resolve).toThrow(ConfigError);
    expect(resolve).toThrow(message);
    expect(resolve).toThrow(expect.objectContaining({ remedy: expect.stringMatching(/^(Give|Write|Name) /) }));
  });
});

describe('the day of an instant', () => {
  const anyZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));

  test('is the one whose bounds hold it, in every zone', () => {
    fc.assert(
      fc.property(anyZone, fc.array(fc.integer({ min: 0, max: Date.UTC(2060, 0) }), { maxLength: 5 }), (zone, list) => {
        const finder = new DayFinder({ timezone: zone });
        for (const instantMs of [...list, ...list.toReversed()]) {
          const day = finder.dayOf(instantMs);
          expect(startOfDayMs(day, zone)).toBeLessThanOrEqual(instantMs);
          expect(startOfDayMs(addDays(day, 1), zone)).toBeGreaterThan(instantMs);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is the one on the wall, in zones whose clocks never went back over midnight', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Apia', 'Asia/Kathmandu', 'Etc/GMT+12'];
    const nearChanges = fc.constantFrom(Date.UTC(2011, 11, 30), Date.UTC(2017, 9, 15), Date.UTC(2024, 2, 31));
    const instants = fc.oneof(
      fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2060, 0) }),
      fc.tuple(nearChanges, fc.integer({ min: -36 * HOUR_MS, max: 36 * HOUR_MS })).map(([at, off]) => at + off),
    );
    const finders = new Map(zones.map((zone) => [zone, new DayFinder({ timezone: zone })]));
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (zone, instantMs) => {
        const wall = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(zone).toPlainDate();
        expect(finders.get(zone)?.dayOf(instantMs)).toBe(wall.toString());
      }),
      { numRuns: 1_000 },
    );
  });

  test('skips a day that the zone skipped', () => {
    const finder = new DayFinder({ timezone: 'Pacific/Apia' });
    const change = Date.UTC(2011, 11, 30, 10);
    expect(finder.dayOf(change - 1)).toBe('2011-12-29');
    expect(finder.dayOf(change)).toBe('2011-12-31');
  });

  test('never goes back: an hour repeated over midnight belongs to the new day', () => {
    // St. John's put its clocks back from 00:01 to 23:01 of the evening before.
    const finder = new DayFinder({ timezone: 'America/St_Johns' });
    const midnight = startOfDayMs('2006-10-29', 'America/St_Johns');
    expect(finder.dayOf(midnight - 1)).toBe('2006-10-28');
    expect(finder.dayOf(midnight + 30 * 60_000)).toBe('2006-10-29');
    expect(finder.dayOf(midnight + 2 * HOUR_MS)).toBe('2006-10-29');
  });

  test('is found for the first and last instants that can be read, and for more days than it remembers', () => {
    const finder = new DayFinder({ timezone: 'Europe/Berlin' });
    expect(finder.dayOf(Date.parse('0100-01-01T12:00:00Z'))).toBe('0100-01-01');
    expect(finder.dayOf(Date.parse('9999-12-31T12:00:00Z'))).toBe('9999-12-31');
    const utc = new DayFinder({ timezone: 'UTC' });
    for (let day = 0; day < 20_100; day += 1) utc.dayOf(day * 24 * HOUR_MS);
    expect(utc.dayOf(0)).toBe('1970-01-01');
  });
});
