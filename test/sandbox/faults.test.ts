import { Agent, type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/core/errors.ts';
import { BODY_FAULTS, CONNECTION_FAULTS, parseFaults } from '../../src/sandbox/faults/faults.ts';
import { retryAfterText } from '../../src/sandbox/faults/serve.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { get, KEY, listPath, withSandbox } from './client.ts';

interface Seen {
  readonly status: number | null;
  readonly headers: IncomingMessage['headers'];
  /** Raw bytes of a body that ended well. */
  readonly body: Buffer | null;
  /** Bytes of the body that had arrived, ended or not. */
  readonly received: number;
  readonly error: string | null;
}

/** One request on a connection of its own. `giveUp` aborts as soon as nothing more can be expected. */
function look(sandbox: Sandbox, path: string, giveUp: 'never' | 'sent' | 'half' = 'never'): Promise<Seen> {
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: false });
    const seen = { status: null as number | null, headers: {}, body: null as Buffer | null, received: 0 };
    const done = (error: unknown) => {
      agent.destroy();
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      resolve({ ...seen, error: error === null ? null : code });
    };
    const sent = request(sandbox.url + path, { agent, headers: { ...KEY, 'accept-encoding': 'gzip' } }, (response) => {
      seen.status = response.statusCode ?? null;
      seen.headers = response.headers;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        seen.received += chunk.length;
        if (giveUp === 'half') sent.destroy(new Error('gave up'));
      });
      response.once('error', done);
      response.once('end', () => {
        seen.body = Buffer.concat(chunks);
        done(null);
      });
    });
    sent.once('error', done).end();
    if (giveUp === 'sent') {
      // The server has counted the request, so whatever it wants to say at once is on its way.
      const wait = () => (sandbox.counters.faults > 0 ? sent.destroy(new Error('gave up')) : setImmediate(wait));
      wait();
    }
  });
}

async function first(fault: string, giveUp: 'never' | 'sent' | 'half' = 'never'): Promise<Seen> {
  let seen: Seen | undefined;
  await withSandbox({ detections: 200, faults: parseFaults(`${fault}@1`) }, async (sandbox) => {
    seen = await look(sandbox, listPath(1, 100), giveUp);
    expect(sandbox.counters.faults).toBe(1);
    while (sandbox.counters.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    // The control: the very next request is answered well, once the port is open again.
    let next = await look(sandbox, listPath(1, 100));
    while (next.error === 'ECONNREFUSED') next = await look(sandbox, listPath(1, 100));
    expect(next.status).toBe(200);
  });
  if (seen === undefined) throw new Error('nothing seen');
  return seen;
}

function millisecondsUntil(nowMs: number): number {
  return Date.parse(retryAfterText({ form: 'date', seconds: 2 }, nowMs)) - nowMs;
}

async function statuses(faults: string, pages: readonly [page: number, size: number][]): Promise<number[]> {
  const seen: number[] = [];
  await withSandbox({ detections: 95, faults: parseFaults(faults) }, async (sandbox) => {
    for (const [page, size] of pages) seen.push((await get(sandbox, listPath(page, size))).status);
  });
  return seen;
}
describe('faults of the connection', () => {
  it.each(['reset-before', 'close-before', 'refuse'])('%s: no answer at all', async (fault) => {
    expect(await first(fault)).toMatchObject({ status: null, received: 0, error: 'ECONNRESET' });
  });

  it.each(['reset-in-body', 'close-in-body'])('%s: headers, then a body that breaks off', async (fault) => {
    const seen = await first(fault);
    expect(seen).toMatchObject({ status: 200, body: null, error: 'ECONNRESET' });
    expect(seen.received).toBeGreaterThan(0);
    expect(seen.received).toBeLessThan(Number(seen.headers['content-length']));
  });

  it('header-stall: nothing comes', async () => {
    expect(await first('header-stall', 'sent')).toMatchObject({ status: null, received: 0 });
  });

  it('body-stall: headers and half a body come', async () => {
    const seen = await first('body-stall', 'half');
    expect(seen).toMatchObject({ status: 200, body: null });
    expect(seen.received).toBeGreaterThan(0);
  });

  it('refuse: the port is closed, and opens again', async () => {
    await withSandbox({ detections: 20, faults: parseFaults('refuse') }, async (sandbox) => {
      await look(sandbox, listPath(1));
      expect((await look(sandbox, listPath(1))).error).toBe('ECONNREFUSED');
      while ((await look(sandbox, listPath(1))).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  });
});

describe('faults of the body', () => {
  it('are each as they say', async () => {
    await withSandbox({ detections: 200 }, async (sandbox) => {
      const right = (await look(sandbox, listPath(1, 100))).body ?? Buffer.alloc(0);
      const page = gunzipSync(right);
      const body = async (fault: string) => (await first(fault)).body ?? Buffer.alloc(0);
      expect(gunzipSync(await body('truncated-body')).equals(page.subarray(0, page.length / 2))).toBe(true);
      const cut = await body('truncated-gzip');
      expect(() => gunzipSync(cut)).toThrow('unexpected end of file');
      const corrupt = await body('corrupt-gzip');
      expect(() => gunzipSync(corrupt)).toThrow('incorrect data check');
      expect(gunzipSync(await body('html200')).toString()).toContain('<h1>');
      expect(gunzipSync(await body('wrong-type')).equals(page)).toBe(true);
      expect((await first('wrong-type')).headers['content-type']).toBe('text/plain');
      expect(await body('empty-body')).toHaveLength(0);
      expect(JSON.parse(gunzipSync(await body('no-items')).toString())).toEqual({ success: true });
      expect(JSON.parse(gunzipSync(await body('success-false')).toString())).toMatchObject({ success: false });
      const bad = gunzipSync(await body('invalid-utf8'));
      expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bad)).toThrow(TypeError);
      expect((await first('redirect')).headers.location).toBe('/elsewhere');
    });
  });

  it('gzip-bomb is a megabyte or so that becomes a gigabyte', async () => {
    const seen = await first('gzip-bomb');
    expect(seen.received).toBeLessThan(8 * 1024 * 1024);
    expect(seen.headers['content-encoding']).toBe('gzip');
    const member = (seen.body ?? Buffer.alloc(0)).subarray(0, seen.received / 16);
    expect(gunzipSync(member)).toHaveLength(64 * 1024 * 1024);
  });
});

describe('status faults', () => {
  it.each([400, 401, 402, 403, 404, 408, 425, 429, 500, 502, 503, 504])('%i', async (status) => {
    const seen = await first(String(status));
    expect(seen.status).toBe(status);
    expect(seen.headers['retry-after']).toBeUndefined();
    expect(JSON.parse(gunzipSync(seen.body ?? Buffer.alloc(0)).toString())).toMatchObject({ success: false });
  });

  it.each([
    ['429-seconds', /^1$/],
    ['503-seconds=7', /^7$/],
    ['429-date=2', /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/],
    ['429-past', /^Thu, 01 Jan 1970 00:00:00 GMT$/],
    ['429-garbage', /soon/],
    ['429-huge', /^86400$/],
  ])('%s says so in Retry-After', async (fault, expected) => {
    expect((await first(fault)).headers['retry-after']).toMatch(expected);
  });

  it('never round a date to an earlier one', () => {
    expect(millisecondsUntil(0)).toBe(2000);
    expect(millisecondsUntil(1)).toBe(2999);
    expect(millisecondsUntil(999)).toBe(2001);
  });
});

describe('places', () => {
  const six: [number, number][] = [1, 2, 3, 4, 5, 6].map((page) => [page, 20]);

  it.each([
    ['500', [500, 200, 200, 200, 200, 200]],
    ['500@2x3', [200, 500, 500, 500, 200, 200]],
    ['500x2', [500, 500, 200, 200, 200, 200]],
    ['500@p4', [200, 200, 200, 500, 200, 200]],
    ['500@middle', [200, 200, 500, 200, 200, 200]],
    ['500@last', [200, 200, 200, 200, 500, 200]],
    ['500@1,429@2,503@last', [500, 429, 200, 200, 503, 200]],
    ['', [200, 200, 200, 200, 200, 200]],
  ])('%j', async (faults, expected) => {
    expect(await statuses(faults, six)).toEqual(expected);
  });

  it('count the requests that come to a place, not the pages', async () => {
    const pages: [number, number][] = [
      [5, 20],
      [5, 20],
      [2, 50],
      [1, 100],
    ];
    expect(await statuses('500@lastx3', pages)).toEqual([500, 500, 500, 200]);
  });
});

describe('the words for faults', () => {
  it('name every kind', () => {
    for (const kind of [...Object.keys(CONNECTION_FAULTS), ...Object.keys(BODY_FAULTS)]) {
      expect(parseFaults(`${kind}@last`)).toEqual([{ fault: { kind }, at: { of: 'last' }, times: 1 }]);
    }
    expect(parseFaults(' 429-date=3@7x2 , truncated-gzip ')).toEqual([
      {
        fault: { kind: 'status', status: 429, retryAfter: { form: 'date', seconds: 3 } },
        at: { request: 7 },
        times: 2,
      },
      { fault: { kind: 'truncated-gzip' }, at: { request: 1 }, times: 1 },
    ]);
  });

  it.each([
    'nonsense',
    '200',
    '600',
    '500@',
    '500@0',
    '500x0',
    '429-seconds=x',
    '500@end',
    'constructor',
    '500-date=-1',
  ])('refuse %j', (text) => {
    expect(() => parseFaults(text)).toThrow(ConfigError);
  });
});
