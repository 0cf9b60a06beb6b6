import { getEventListeners, once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InterruptedError } from '../../src/core/errors.ts';
import type { Throttle } from '../../src/platform/http/rate-limiter.ts';
import { openClient, rejectionOf } from './api-client.ts';
import { STALLS } from './faults.ts';
import { startServer, status } from './scripted-server.ts';

/** Far longer than the tests' own limit: an interruption that waits for a timeout fails. */
const PATIENT = { connectMs: 60_000, headersMs: 60_000, idleBodyMs: 60_000 };
const PROMPT = { timeout: 5000 };

async function closed(sockets: ReadonlySet<Socket>): Promise<void> {
  await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
}

describe('an aborted signal ends a page at once', () => {
  test('before anything was sent', PROMPT, async () => {
    const server = await startServer([]);
    const client = openClient(server.port);
    const failure = await rejectionOf(client.source.page(1, 10, AbortSignal.abort()));
    expect(failure).toBeInstanceOf(InterruptedError);
    expect([server.connections(), client.throttle.calls]).toEqual([0, []]);
  });

  test('in the queue of the throttle', PROMPT, async () => {
    const server = await startServer([]);
    const abort = new AbortController();
    const throttle: Throttle = {
      enter: async (signal) => {
        queueMicrotask(() => abort.abort());
        await once(signal, 'abort');
        throw new InterruptedError();
      },
      throttled: () => {},
      succeeded: () => {},
    };
    const client = openClient(server.port, {}, { throttle });
    expect(await rejectionOf(client.source.page(1, 10, abort.signal))).toBeInstanceOf(InterruptedError);
    expect(server.connections()).toBe(0);
  });

  test('while the connection is made', PROMPT, async () => {
    // Accepts, but never shakes hands.
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const baseUrl = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const client = openClient(0, { baseUrl, limits: PATIENT });
    const abort = new AbortController();
    const reading = rejectionOf(client.source.page(1, 10, abort.signal));
    const [socket] = (await once(silent, 'connection')) as [Socket];
    socket.on('error', () => {});
    abort.abort();
    expect(await reading).toBeInstanceOf(InterruptedError);
    socket.resume();
    await Promise.all([client.source.close(), once(socket, 'close')]);
    expect(client.throttle.calls).toEqual(['enter', 'leave']);
  });

  test.each(Object.entries(STALLS))('while the answer is awaited: %s', PROMPT, async (_name, stall) => {
    const server = await startServer([stall, stall, stall, stall]);
    const client = openClient(server.port, { limits: PATIENT });
    const abort = new AbortController();
    const readings = [1, 2, 3, 4].map((number) => rejectionOf(client.source.page(number, 10, abort.signal)));
    await server.received(4);
    abort.abort();
    for (const failure of await Promise.all(readings)) expect(failure).toBeInstanceOf(InterruptedError);
    await closed(server.sockets);
    expect([server.requests.length, client.events.length]).toEqual([4, 0]);
    expect(client.throttle.calls.filter((call) => call === 'leave').length).toBe(4);
  });

  test('between two attempts', PROMPT, async () => {
    const server = await startServer([status(503)]);
    const client = openClient(server.port);
    const abort = new AbortController();
    client.clock.whileSleeping = () => abort.abort();
    const failure = await rejectionOf(client.source.page(1, 10, abort.signal));
    expect(failure).toBeInstanceOf(InterruptedError);
    expect(server.requests.length).toBe(1);
  });

  test('and keeps the reason that the signal was given', PROMPT, async () => {
    const server = await startServer([STALLS['no headers'] ?? status(500)]);
    const client = openClient(server.port, { limits: PATIENT });
    const abort = new AbortController();
    const reading = rejectionOf(client.source.page(1, 10, abort.signal));
    await server.received(1);
    abort.abort(new InterruptedError('SIGTERM'));
    expect(await reading).toMatchObject({ name: 'InterruptedError', signal: 'SIGTERM' });
  });
});

test('closing the source closes its connections, and ends a page that is being read', PROMPT, async () => {
  const server = await startServer([STALLS['half a body'] ?? status(500)]);
  const client = openClient(server.port, { limits: PATIENT });
  const reading = client.failure();
  await server.received(1);
  await client.source.close();
  expect(await reading).toMatchObject({ name: 'SourceError', message: expect.stringContaining('was closed') });
  await closed(server.sockets);
  expect(await client.failure()).toMatchObject({ message: expect.stringContaining('was closed') });
});

test('a hundred pages leave no listener behind', async () => {
  const server = await startServer([]);
  const client = openClient(server.port);
  const { signal } = new AbortController();
  for (let number = 1; number <= 100; number++) await client.source.page(number, 10, signal);
  expect(getEventListeners(signal, 'abort').length).toBe(0);
  expect(server.connections()).toBe(1);
});
