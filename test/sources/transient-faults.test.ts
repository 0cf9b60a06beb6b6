import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Page } from '../../src/core/page.ts';
import { openClient, type Client } from './api-client.ts';
import { STALLS, TRANSIENT_FAULTS } from './faults.ts';
import { bodyFor, goodAnswer, startServer, type Answer } from './scripted-server.ts';

const PAGES = [1, 2, 3];

async function readAll(client: Client): Promise<string[]> {
  const pages: Page[] = [];
  for (const number of PAGES) pages.push(await client.page(number));
  return pages.map((page) => Buffer.from(page.body).toString('latin1'));
}

const EXPECTED = PAGES.map((page) => bodyFor(`/?page=${page}&page_size=10`).toString('latin1'));

test('a list without faults is read with one request for each page', async () => {
  const server = await startServer([]);
  const client = openClient(server.port);
  expect(await readAll(client)).toEqual(EXPECTED);
  expect(server.requests.map(({ url }) => url)).toEqual([
    '/api/v2/detect?page=1&page_size=10',
    '/api/v2/detect?page=2&page_size=10',
    '/api/v2/detect?page=3&page_size=10',
  ]);
  expect(server.connections()).toBe(1);
  expect(client.events).toEqual([]);
  expect(client.throttle.calls).toEqual(PAGES.flatMap(() => ['enter', 'ok', 'leave']));
});

/** Requests 1-2: page 1 fails once. 3-5: page 2 fails twice. 6-7: page 3 fails once. */
async function expectNoTrace(fault: Answer): Promise<Client> {
  const server = await startServer([fault, goodAnswer, fault, fault, goodAnswer, fault]);
  const client = openClient(server.port);
  expect(await readAll(client)).toEqual(EXPECTED);
  expect(server.requests.length).toBe(7);
  expect(client.events.map((event) => event.kind === 'retry' && [event.page, event.attempt])).toEqual([
    [1, 1],
    [2, 1],
    [2, 2],
    [3, 1],
  ]);
  expect(client.clock.slept.length).toBe(4);
  return client;
}

describe('on the first, a middle and the last page, alone and twice in a row, these leave no trace', () => {
  test.each(Object.entries(TRANSIENT_FAULTS))('%s', async (_name, fault) => {
    expect((await expectNoTrace(fault)).events.length).toBe(4);
  });

  test('stalls: no headers, half a body, headers and no body', async () => {
    const clients = await Promise.all(Object.values(STALLS).map(expectNoTrace));
    expect(clients.map(({ events }) => events[0]?.kind === 'retry' && events[0].reason)).toEqual([
      'no answer came within 0.3 s (UND_ERR_HEADERS_TIMEOUT)',
      'the answer stalled for 0.3 s (UND_ERR_BODY_TIMEOUT)',
      'the answer stalled for 0.3 s (UND_ERR_BODY_TIMEOUT)',
    ]);
  });
});

test('a server that is not there yet is found once it is', async () => {
  const placeholder = createServer();
  await new Promise<void>((resolve) => placeholder.listen(0, '127.0.0.1', resolve));
  const { port } = placeholder.address() as AddressInfo;
  await new Promise<void>((resolve) => placeholder.close(() => resolve()));
  const client = openClient(port);
  client.clock.whileSleeping = async () => {
    if (client.clock.slept.length === 2) await startServer([], undefined, port);
  };
  const page = await client.page(1);
  expect(Buffer.from(page.body).toString('latin1')).toBe(EXPECTED[0]);
  expect(client.events.length).toBe(2);
  expect(client.events[0]).toMatchObject({ reason: `the connection to 127.0.0.1:${port} was refused (ECONNREFUSED)` });
});

test('a fault that stays ends with the budget, and says what it was', async () => {
  const server = await startServer(Array.from({ length: 1000 }, () => TRANSIENT_FAULTS['502'] as Answer));
  const client = openClient(server.port);
  const failure = await client.failure();
  expect(failure).toMatchObject({
    name: 'SourceError',
    kind: 'source',
    place: { page: 1, status: 502, url: `http://127.0.0.1:${server.port}/api/v2/detect?page=1&page_size=10` },
  });
  expect(failure.message).toMatch(
    /^Page 1 could not be read in \d+ attempts in \d+ s; at last the API answers 502 Bad/,
  );
  const slept = client.clock.slept.reduce((sum, ms) => sum + ms, 0);
  expect(slept).toBeLessThanOrEqual(600_000);
  expect(slept).toBeGreaterThan(600_000 - 15_001);
  expect(client.clock.slept.slice(0, 8)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
});
