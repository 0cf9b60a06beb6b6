import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TryLaterError } from '../../src/core/errors.ts';
import { readHttpDate } from '../../src/core/instant.ts';
import { asksForLess, classifyStatus } from '../../src/extract/sources/api/failures.ts';
import { API_LIMITS } from '../../src/extract/sources/api/request.ts';
import { decideRetry, readRetryAfter } from '../../src/platform/http/retry.ts';
import { openClient } from './api-client.ts';
import { startServer, status } from './scripted-server.ts';

const NOW = Date.UTC(2024, 0, 15, 9, 30);

describe('Retry-After', () => {
  test.each<[string, number | null]>([
    ['0', 0],
    ['2', 2000],
    [' 120 ', 120_000],
    ['1.5', 1500],
    ['00010', 10_000],
    ['9'.repeat(400), 1e12],
    ['Mon, 15 Jan 2024 09:30:20 GMT', 20_000],
    ['Monday, 15-Jan-24 09:30:20 GMT', 20_000],
    ['Mon Jan 15 09:30:20 2024', 20_000],
    ['Fri Feb  2 09:30:00 2024', 18 * 86_400_000],
    ['Mon, 15 Jan 2024 08:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 1e12],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['', null],
    ['-1', null],
    ['+1', null],
    ['1e3', null],
    ['0x10', null],
    ['Infinity', null],
    ['soon 5', null],
    ['2024', 2_024_000],
    ['2024-01-15T09:31:00Z', null],
    ['Mon, 15 Jan 2024 09:30:20 CET', null],
    ['Mon, 15 Foo 2024 09:30:20 GMT', null],
    ['Mon, 45 Jan 2024 09:30:20 GMT', null],
    ['2, 3', null],
  ])('%j', (value, expected) => {
    expect(readRetryAfter([value], undefined, NOW)).toBe(expected);
  });

  test('absent, or several of them', () => {
    expect(readRetryAfter([], undefined, NOW)).toBeNull();
    expect(readRetryAfter(['3', 'x', '10', '1'], undefined, NOW)).toBe(10_000);
  });

  test('a date counts by the slower of both clocks', () => {
    const at = 'Mon, 15 Jan 2024 09:30:20 GMT';
    expect(readRetryAfter([at], 'Mon, 15 Jan 2024 09:25:00 GMT', NOW)).toBe(320_000);
    expect(readRetryAfter([at], 'Mon, 15 Jan 2024 09:40:00 GMT', NOW)).toBe(20_000);
    expect(readRetryAfter([at], 'yesterday', NOW)).toBe(20_000);
  });

  test('reads every date that it was made from, and never throws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        expect(readHttpDate(new Date(seconds * 1000).toUTCString(), NOW)).toBe(seconds * 1000);
      }),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, date) => {
        const delayMs = readRetryAfter([value], date, NOW);
        expect(delayMs === null || (delayMs >= 0 && delayMs <= 1e12)).toBe(true);
      }),
    );
  });
});

describe('the decision', () => {
  const attempt = fc.integer({ min: 1, max: 5000 });
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const remaining = fc.integer({ min: 0, max: 600_000 });

  test('never comes earlier than Retry-After, nor more than 10 % later, nor starts a wait beyond the budget', () => {
    fc.assert(
      fc.property(attempt, fc.integer({ min: 1, max: 1_000_000 }), remaining, share, (n, askedMs, leftMs, random) => {
        const decision = decideRetry(n, askedMs, leftMs, API_LIMITS, () => random);
        const later = askedMs >= leftMs;
        expect(decision.kind).toBe(later ? 'later' : 'wait');
        const delayMs = decision.kind === 'give-up' ? 0 : decision.delayMs;
        expect(delayMs).toBeGreaterThanOrEqual(askedMs);
        expect(delayMs).toBeLessThanOrEqual(later ? askedMs : Math.ceil(askedMs * 1.1));
      }),
    );
  });

  test('without it: full jitter below a doubling ceiling', () => {
    fc.assert(
      fc.property(attempt, fc.constantFrom(null, 0), share, (n, retryAfterMs, random) => {
        const decision = decideRetry(n, retryAfterMs, Infinity, API_LIMITS, () => random);
        const ceilingMs = n > 6 ? 30_000 : 500 * 2 ** (n - 1);
        expect(decision).toEqual({ kind: 'wait', delayMs: Math.ceil(ceilingMs * random) });
      }),
    );
    expect(decideRetry(1, null, 100, API_LIMITS, () => 0.9)).toEqual({ kind: 'give-up' });
  });
});

function statusesOf(wanted: string): number[] {
  return Array.from({ length: 400 }, (_, index) => 200 + index).filter((code) => classifyStatus(code) === wanted);
}

test('every status has one meaning', () => {
  expect(statusesOf('answer')).toEqual([200]);
  expect(statusesOf('redirect')).toEqual(Array.from({ length: 100 }, (_, index) => 300 + index));
  expect(statusesOf('retry').filter((code) => code >= 300 && code < 500)).toEqual([408, 425, 429]);
  expect(statusesOf('refused').filter((code) => code >= 500)).toEqual([501, 505]);
  expect([429, 503, 500, 200].map((code) => asksForLess(code, 1000))).toEqual([true, true, false, false]);
  expect([429, 503].map((code) => asksForLess(code, null))).toEqual([true, false]);
});

describe('over HTTP', () => {
  test("the wait is the server's, and everyone hears of it before the turn passes on", async () => {
    const server = await startServer([
      status(429, { 'retry-after': '20' }),
      status(503, { 'retry-after': 'Mon, 15 Jan 2024 09:31:22 GMT' }),
      status(500, { 'retry-after': '7' }),
      status(503),
      status(429),
    ]);
    const client = openClient(server.port);
    await client.page(1);
    // 5 % on top of 20 s, of the 61 s left until the date, and of 7 s; then the fourth and fifth delay of our own.
    expect(client.clock.slept).toEqual([21_000, 64_050, 7350, 2000, 4000]);
    expect(client.throttle.calls.join(' ')).toBe(
      'enter pause 21000 leave enter pause 64050 leave enter leave enter leave enter pause 4000 leave enter ok leave',
    );
  });

  test.each([
    ['3600', NOW + 3_600_000],
    ['Mon, 15 Jan 2024 12:00:00 GMT', Date.UTC(2024, 0, 15, 12)],
    ['9'.repeat(30), NOW + 1e12],
  ])('beyond the budget it says when to come back: %s', async (value, retryAtMs) => {
    const server = await startServer([status(429, { 'retry-after': value }, { message: 'slow down' })]);
    const client = openClient(server.port);
    const failure = await client.failure();
    expect(failure).toBeInstanceOf(TryLaterError);
    expect(failure).toMatchObject({ kind: 'try-later', retryAtMs, place: { page: 1, status: 429 } });
    expect(failure.message).toContain(new Date(retryAtMs).toISOString());
    expect(failure.message).toContain('429 Too Many Requests: "slow down"');
    expect((failure as TryLaterError).remedy).toContain(new Date(retryAtMs).toISOString());
    expect(server.requests.length).toBe(1);
    expect(client.clock.slept).toEqual([]);
  });

  test('the budget is what is left of it', async () => {
    const server = await startServer([status(429, { 'retry-after': '400' }), status(429, { 'retry-after': '200' })]);
    const client = openClient(server.port);
    expect(await client.failure()).toBeInstanceOf(TryLaterError);
    expect(client.clock.slept).toEqual([420_000]);
    // A page of its own has a budget of its own.
    expect((await client.page(2)).number).toBe(2);
  });

  test('a 429 that never ends names the rate', async () => {
    const server = await startServer(Array.from({ length: 300 }, () => status(429)));
    expect(await openClient(server.port).failure()).toMatchObject({
      name: 'SourceError',
      remedy: expect.stringContaining('--rate'),
    });
  });
});
