import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Client, openClient, rejectionOf } from './api-client.ts';
import { startProxy } from './connect-proxy.ts';
import { startServer } from './scripted-server.ts';

/** A port at which nothing listens. */
async function freePort(): Promise<number> {
  const placeholder = createServer();
  await new Promise<void>((resolve) => placeholder.listen(0, '127.0.0.1', resolve));
  const { port } = placeholder.address() as AddressInfo;
  await new Promise<void>((resolve) => placeholder.close(() => resolve()));
  return port;
}

async function expectGivenUpSoon(client: Client, code: RegExp): Promise<void> {
  const failure = await client.failure();
  expect(failure).toMatchObject({ name: 'SourceError', kind: 'source', place: { page: 1, attempt: 3 } });
  expect(failure.message).toMatch(/^Nothing was received from .+ in 3 attempts in \d+ s: .+ Is the address right\?$/);
  expect(failure.message).toMatch(code);
  expect(client.clock.slept).toEqual([5_000, 10_000]);
  expect(client.events).toMatchObject([{ leftMs: 15_000 }, { leftMs: 10_000 }]);
}

describe('an address at which nobody answers is given up after three attempts in fifteen seconds', () => {
  test('nothing listens', async () => {
    const client = openClient(await freePort());
    await expectGivenUpSoon(client, /ECONNREFUSED/);
    expect(client.clock.monotonicMs()).toBe(15_000);
  });

  test('there is no such host', async () => {
    const client = openClient(0, { baseUrl: 'https://api.detect.invalid' });
    await expectGivenUpSoon(client, /ENOTFOUND|EAI_AGAIN/);
    expect(client.clock.monotonicMs()).toBe(15_000);
  });

  test('nothing listens at the proxy', async () => {
    const proxies = { https: `http://127.0.0.1:${await freePort()}`, http: null, no: null };
    const client = openClient(0, { baseUrl: 'https://api.detect.invalid', proxies });
    await expectGivenUpSoon(client, /ECONNREFUSED/);
    expect(client.clock.monotonicMs()).toBe(15_000);
  });

  test('the proxy does not reach the host', async () => {
    const proxy = await startProxy(1, [502, 503, 504]);
    const proxies = { https: `http://127.0.0.1:${proxy.port}`, http: null, no: null };
    const client = openClient(0, { baseUrl: 'https://api.detect.invalid', proxies });
    await expectGivenUpSoon(client, /504 Gateway Timeout/);
    expect(proxy.tunnels.length).toBe(3);
  });

  test('with less patience than that, sooner', async () => {
    const client = openClient(await freePort(), { limits: { pageBudgetMs: 8_000 } });
    expect((await client.failure()).message).toMatch(/in 2 attempts in 5 s: .+ Is the address right\?$/);
    expect(client.events).toMatchObject([{ delayMs: 5_000, leftMs: 8_000 }]);
  });

  test('what listens hangs up instead of answering TLS', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.destroy()).on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const client = openClient(0, { baseUrl: `https://127.0.0.1:${port}` });
    await expectGivenUpSoon(client, /ECONNRESET|UND_ERR_SOCKET/);
    expect(client.clock.monotonicMs()).toBe(15_000);
  });
});

test.each([
  ['a page', undefined],
  ['an error', 503],
])('once %s was received, the whole budget holds', async (_what, status) => {
  const port = await freePort();
  const server = await startServer(
    status === undefined ? [] : [(_request, response) => response.writeHead(status).end()],
    undefined,
    port,
  );
  const client = openClient(port);
  let isGone = status === undefined;
  client.clock.whileSleeping = async () => {
    if (isGone) return;
    isGone = true;
    await server.close();
  };
  if (status === undefined) {
    await client.page(1);
    await server.close();
  }
  const failure = await rejectionOf(client.page(1));
  expect(failure.message).toMatch(
    /^Page 1 could not be read in \d\d attempts in (?:5[789]|60)\d s; at last .*ECONNREFUSED/,
  );
});
