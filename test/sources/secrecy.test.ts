import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { DetectReportError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import { NO_PROXIES, openClient, type Client } from './api-client.ts';
import { CANARY, ECHOES, FORMS, leaks } from './canary.ts';
import { TRANSIENT_FAULTS } from './faults.ts';
import { startProxy } from './connect-proxy.ts';
import { startServer } from './scripted-server.ts';

/** Everything that any printer, logger or serializer could get out of an error and what it holds. */
function everythingIn(value: unknown): string {
  const texts = [inspect(value, { depth: null, showHidden: true, getters: true, maxStringLength: null })];
  for (let error = value; error instanceof Error; error = error.cause) {
    texts.push(error.message, error.stack ?? '', String(error), JSON.stringify(error));
    if (error instanceof DetectReportError) texts.push(error.remedy ?? '', JSON.stringify(error.place));
  }
  return texts.join('\n');
}

function openWithCanary(port: number): Client {
  return openClient(port, { key: new Secret(CANARY), limits: { pageBudgetMs: 1500 } });
}

test('the detector sees the key in each form, whole or in part', () => {
  for (const form of FORMS) expect(leaks(`message: ${form}`)).not.toEqual([]);
  expect(leaks(everythingIn(new Error('x', { cause: new Error(`Bearer ${CANARY.slice(0, 12)}`) })))).not.toEqual([]);
  expect(leaks(everythingIn({ options: { headers: [`authorization: Bearer ${CANARY}`] } }))).not.toEqual([]);
  expect(leaks(`The API does not accept the key …tail`)).toEqual([]);
});

describe('the key reaches the server and nobody else', () => {
  const all = { ...TRANSIENT_FAULTS, ...ECHOES };
  test.each(Object.entries(all))('%s', async (_name, answer) => {
    const server = await startServer(Array.from({ length: 50 }, () => answer));
    const client = openWithCanary(server.port);
    const failure = await client.failure();
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
    expect(leaks(everythingIn(failure))).toEqual([]);
    expect(leaks(everythingIn(client.events))).toEqual([]);
    expect(leaks(everythingIn(client.source))).toEqual([]);
  });

  test('nobody at the other end', async () => {
    const placeholder = createServer();
    await new Promise<void>((resolve) => placeholder.listen(0, '127.0.0.1', resolve));
    const { port } = placeholder.address() as AddressInfo;
    await new Promise<void>((resolve) => placeholder.close(() => resolve()));
    const client = openWithCanary(port);
    const failure = await client.failure();
    expect(failure.message).toContain('ECONNREFUSED');
    expect(leaks(everythingIn(failure) + everythingIn(client.events))).toEqual([]);
  });

  test('a proxy that says no', async () => {
    const proxy = await startProxy(1, [407]);
    const proxies = { ...NO_PROXIES, https: `http://user:hidden@127.0.0.1:${proxy.port}` };
    const client = openClient(0, { baseUrl: 'https://api.detect.invalid', proxies, key: new Secret(CANARY) });
    const failure = await client.failure();
    expect(leaks(everythingIn(failure) + inspect(proxy.headers))).toEqual([]);
    expect(everythingIn(failure)).not.toContain('hidden');
  });

  test.each([
    ['a line break in the key', `${CANARY}\n${CANARY}`, 'https://api.example'],
    ['the key as a user name', CANARY, `https://${encodeURIComponent(CANARY)}@api.example`],
    ['the key as a query', CANARY, `https://api.example/?key=${CANARY}`],
    ['the key as base URL', CANARY, CANARY],
    ['the key in a path in clear text', CANARY, `http://x.example/${CANARY}`],
  ])('%s', (_name, key, baseUrl) => {
    let failure: unknown = null;
    try {
      openClient(0, { key: new Secret(key), baseUrl });
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ name: 'ConfigError' });
    expect(leaks(everythingIn(failure))).toEqual([]);
  });
});
