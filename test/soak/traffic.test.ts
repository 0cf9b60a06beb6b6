import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { walkList } from '../../src/extract/walk/driver.ts';
import { systemClock } from '../../src/platform/machine.ts';
import { createLimiter, type Throttle } from '../../src/platform/http/rate-limiter.ts';
import { openClient } from '../sources/api-client.ts';
import { RecordingThrottle } from '../sources/recording-throttle.ts';
import { ListModel } from '../walk/list-model.ts';

const CONCURRENCY = 3;
const RATE = 60;
const ITEMS = 800;
/** So many requests are answered slowly: more would be under way at a time, if they might. */
const SLOW_REQUESTS = 20;
const SLOW_MS = 80;
const THROTTLED_REQUEST = 40;
const PAUSE_MS = 1000;

interface Traffic {
  /** Requests under way at a time, at the most. */
  readonly mostInFlight: number;
  /** Monotonic times at which requests arrived, and at which the 429 was sent. */
  readonly arrivedMs: readonly number[];
  readonly throttledMs: number;
}

/** A real server counts what reaches it while the whole list is read. */
async function trafficOf(throttle: Throttle): Promise<Traffic> {
  const model = new ListModel({
    items: ITEMS,
    seed: 1,
    inserts: 0,
    deletes: 0,
    updates: 0,
    tie: 1,
    order: 'created desc',
    aged: true,
  });
  const clock = systemClock();
  const arrivedMs: number[] = [];
  let [inFlight, mostInFlight, throttledMs] = [0, 0, Number.NaN];
  const server = createServer((request, response) => {
    arrivedMs.push(clock.monotonicMs());
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    response.once('close', () => inFlight--);
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const isThrottled = arrivedMs.length === THROTTLED_REQUEST;
    const answer = (): void => {
      response.setHeader('content-type', 'application/json');
      if (isThrottled) {
        throttledMs = clock.monotonicMs();
        response.writeHead(429, { 'retry-after': String(PAUSE_MS / 1000) }).end('{}');
      } else response.end(model.answer(Number(query.get('page')), Number(query.get('page_size'))).body);
    };
    if (arrivedMs.length > SLOW_REQUESTS) answer();
    else setTimeout(answer, SLOW_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { source } = openClient((server.address() as AddressInfo).port, {}, { throttle, clock });
  const settings = { pageSize: 10, concurrency: CONCURRENCY, pageByteBudget: 1e6 };
  const deps = { clock, emit: () => undefined, keeper: { keep: async () => undefined } };
  const { certificate } = await walkList(source, settings, deps, new AbortController().signal);
  expect(certificate).toMatchObject({ verdict: 'proven', unique: ITEMS });
  return { mostInFlight, arrivedMs, throttledMs };
}

/** Arrivals in the busiest second. */
function mostInOneSecond(arrivedMs: readonly number[]): number {
  return Math.max(...arrivedMs.map((from) => arrivedMs.filter((ms) => ms >= from && ms < from + 1000).length));
}

/** Requests that arrived during the pause: none but those that were on their way already, one worker's 429 apart. */
function duringPause(arrivedMs: readonly number[], throttledMs: number): number {
  return arrivedMs.filter((ms) => ms > throttledMs && ms < throttledMs + PAUSE_MS).length;
}

/** A request that was sent before a second began may arrive in it, as many as may be under way. */
const MOST_IN_A_SECOND = RATE + CONCURRENCY + 1;

describe('what a server sees of a run', () => {
  test('never more requests at a time or in a second than was said, and none while it asks for a pause', async () => {
    const clock = systemClock();
    const limiter = createLimiter({ ratePerSecond: RATE, concurrency: CONCURRENCY }, clock);
    const { mostInFlight, arrivedMs, throttledMs } = await trafficOf(limiter);
    expect(mostInFlight).toBe(CONCURRENCY);
    expect(arrivedMs.length).toBeGreaterThan(MOST_IN_A_SECOND);
    expect(mostInOneSecond(arrivedMs)).toBeLessThanOrEqual(MOST_IN_A_SECOND);
    expect(duringPause(arrivedMs, throttledMs)).toBeLessThan(CONCURRENCY);
    expect(arrivedMs.filter((ms) => ms > throttledMs).length).toBeGreaterThan(10);
  });

  test('the control: without a limiter the same walk asks on during the pause', async () => {
    const { arrivedMs, throttledMs } = await trafficOf(new RecordingThrottle());
    expect(duringPause(arrivedMs, throttledMs)).toBeGreaterThan(CONCURRENCY);
  });
});
