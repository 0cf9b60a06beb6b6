import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DELIVERY_SETTINGS } from '../../src/deliver/registry.ts';
import { withFolder } from '../run/run-sandbox.ts';
import { listen, type Reply, reset, silent, status } from './http-server.ts';
import { deliver, dependencies, destination, failureOf, runIn } from './material.ts';

const SECRET = 'whsec-0123456789abcdef';

async function hook(replies: readonly Reply[] = [], entry: object = {}, env: Record<string, string> = {}) {
  const server = await listen(replies);
  const settings = { kind: 'webhook', url: `${server.url}/hooks/p4th-t0ken`, secret: { env: 'HOOK_SECRET' }, ...entry };
  return { server, to: destination(settings, dependencies('/', { HOOK_SECRET: SECRET, ...env })) };
}

describe('a webhook', () => {
  test('gets the summary, signed, with the idempotency key', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await hook();
      const run = await runIn(folder);
      expect(await deliver(to, run)).toMatchObject({ outcome: 'delivered', details: { status: 204 } });
      const [request] = server.received;
      expect(JSON.parse(request?.body ?? '')).toEqual(run.summary);
      expect(request?.method).toBe('POST');
      expect(request?.headers['content-type']).toBe('application/json');
      expect(request?.headers['idempotency-key']).toBe(`${run.reportId}.${to.id}`);
      const timestamp = String(request?.headers['x-detect-report-timestamp']);
      expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
      const signed = createHmac('sha256', SECRET)
        .update(`${timestamp}.${request?.body ?? ''}`)
        .digest('hex');
      expect(request?.headers['x-detect-report-signature']).toBe(`v1=${signed}`);
    });
  });

  test('the same run again carries the same key', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await hook([status(503), status(200)]);
      const run = await runIn(folder);
      expect(await failureOf(to, run)).toMatchObject({ fault: 'busy', retryable: true });
      await deliver(to, run);
      const keys = server.received.map(({ headers }) => headers['idempotency-key']);
      expect(new Set(keys).size).toBe(1);
    });
  });

  test.each<[string, Reply, object]>([
    ['403', status(403, {}, 'who are you'), { fault: 'refused', retryable: false }],
    ['501', status(501), { fault: 'refused', retryable: false }],
    ['a redirect', status(307, { location: 'https://elsewhere.example/' }), { fault: 'refused', retryable: false }],
    ['408', status(408), { fault: 'busy', retryable: true }],
    ['425', status(425), { fault: 'busy', retryable: true }],
    ['429 with Retry-After', status(429, { 'retry-after': '7' }), { fault: 'busy', retryAfterMs: 7000 }],
    ['500', status(500), { fault: 'busy', retryable: true }],
    ['507', status(507), { fault: 'full', retryable: false }],
    ['a broken connection', reset, { fault: 'unreachable', retryable: true }],
  ])('%s', async (_what, reply, expected) => {
    await withFolder(async (folder) => {
      const { server, to } = await hook([reply]);
      const error = await failureOf(to, await runIn(folder));
      expect(error).toMatchObject(expected);
      expect(server.received).toHaveLength(1);
      for (const secret of [SECRET, 'p4th-t0ken']) expect(`${error.message} ${error.remedy}`).not.toContain(secret);
    });
  });

  test('one that never answers is slow', async () => {
    await withFolder(async (folder) => {
      const { to } = await hook([silent], { timeout_seconds: 1 });
      expect(await failureOf(to, await runIn(folder))).toMatchObject({ fault: 'slow', retryable: true });
    });
  });

  test('an answer that echoes the secret is quoted without it', async () => {
    await withFolder(async (folder) => {
      const { to } = await hook([status(400, {}, `bad secret ${SECRET}\u001b[31m`)]);
      const error = await failureOf(to, await runIn(folder));
      expect(error.message).toContain('bad secret [key]\\u{1b}');
      expect(error.message).not.toContain(SECRET);
    });
  });

  test('an address that is itself a secret is named like one, and checked all the same', async () => {
    await withFolder(async (folder) => {
      const run = await runIn(folder);
      const { server, to } = await hook(
        [],
        { url: { env: 'HOOK_URL' } },
        { HOOK_URL: 'http://example.com/secret-path' },
      );
      expect(to.describe()).toBe('webhook at $HOOK_URL');
      await expect(deliver(to, run)).rejects.toThrow(/\$HOOK_URL: the report would cross the network in the clear/);
      expect(server.received).toHaveLength(0);
      const none = await hook([], { url: { env: 'HOOK_URL' } });
      await expect(none.to.check()).rejects.toThrow(/HOOK_URL.*is not set/);
    });
  });

  test('plain http to another machine is refused in the job file', () => {
    const entry = { kind: 'webhook', url: 'http://example.com/', secret: { env: 'A' } };
    expect(() => DELIVERY_SETTINGS.parse(entry)).toThrow(/in the clear/);
  });
});
