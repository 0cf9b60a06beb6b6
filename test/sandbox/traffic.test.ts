import { request } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { rateLimit } from '../../src/sandbox/server/handler.ts';
import { acceptsGzip } from '../../src/sandbox/server/answer.ts';
import { get, KEY, listPath, withSandbox } from './client.ts';

/** The body as it came over the wire, which `fetch` does not show. */
async function raw(sandbox: Sandbox, encoding: string | null): Promise<{ encoding: unknown; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = encoding === null ? KEY : { ...KEY, 'accept-encoding': encoding };
    const sent = request(sandbox.url + listPath(1, 100), { headers }, (response) => {
      buffer(response).then((body) => resolve({ encoding: response.headers['content-encoding'], body }), reject);
    });
    sent.once('error', reject).end();
  });
}

describe('compression', () => {
  it('is used where the client allows it, around the same bytes', async () => {
    await withSandbox({ detections: 100 }, async (sandbox) => {
      const plain = await raw(sandbox, null);
      const zipped = await raw(sandbox, 'gzip, deflate');
      expect(plain.encoding).toBeUndefined();
      expect(zipped.encoding).toBe('gzip');
      expect(zipped.body.length).toBeLessThan(plain.body.length / 3);
      expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    });
  });

  it.each([
    ['gzip', true],
    ['br, GZIP;q=0.5', true],
    ['*', true],
    ['', false],
    ['identity', false],
    ['gzip;q=0', false],
    ['gzip;q=0.0, *', false],
  ])('reads %j as %s', (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected);
  });
});

describe('connections', () => {
  it('stay open between requests', async () => {
    await withSandbox({ detections: 10 }, async (sandbox) => {
      const { Agent } = await import('node:http');
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ports = new Set<unknown>();
      for (let turn = 0; turn < 3; turn++) {
        await new Promise<void>((resolve, reject) => {
          const sent = request(sandbox.url + listPath(1), { agent, headers: KEY }, (response) => {
            ports.add(response.socket.localPort);
            text(response).then(() => resolve(), reject);
          });
          sent.once('error', reject).end();
        });
      }
      agent.destroy();
      expect(ports.size).toBe(1);
    });
  });

  it('are cut by close, even while an answer is held back', async () => {
    let pending: Promise<unknown> = Promise.resolve();
    await withSandbox({ detections: 10, latencyMs: 600_000 }, async (sandbox) => {
      pending = get(sandbox, listPath(1)).catch((error: unknown) => error);
      while (sandbox.counters.inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(await pending).toBeInstanceOf(TypeError);
  });
});

describe('counters', () => {
  it('show how many requests were in flight together, and what was answered', async () => {
    await withSandbox({ detections: 10, latencyMs: 30 }, async (sandbox) => {
      await Promise.all([1, 2, 3].map((page) => get(sandbox, listPath(page))));
      await get(sandbox, listPath(0));
      await get(sandbox, '/api/v2/detect/none');
      expect(sandbox.counters).toMatchObject({ requests: 5, listRequests: 4, maxInFlight: 3 });
      expect([...sandbox.counters.byStatus]).toEqual([
        [200, 3],
        [400, 1],
        [404, 1],
      ]);
      expect(sandbox.counters.maxPerSecond).toBeGreaterThanOrEqual(3);
    });
  });
});

describe('rate limit', () => {
  it('answers 429 with Retry-After beyond it, and admits again later', async () => {
    let nowMs = 0;
    await withSandbox({ detections: 10, rateLimitPerSecond: 2, monotonicMs: () => nowMs }, async (sandbox) => {
      const statuses: number[] = [];
      for (let turn = 0; turn < 3; turn++) statuses.push((await get(sandbox, listPath(1))).status);
      const refused = await get(sandbox, listPath(1));
      expect([...statuses, refused.status]).toEqual([200, 200, 429, 429]);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(refused.json).toEqual({ success: false, message: 'Too many requests' });
      nowMs = 1000;
      expect((await get(sandbox, listPath(1))).status).toBe(200);
      expect(sandbox.counters.maxPerSecond).toBe(4);
    });
  });

  it('counts over any second, not over the seconds of a clock', () => {
    const limit = rateLimit(2);
    expect([0, 900, 950, 999, 1000, 1100, 1900].map((atMs) => limit(atMs))).toEqual([null, null, 1, 1, null, 1, null]);
  });
});
