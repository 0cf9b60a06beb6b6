import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { detectionGenerator } from '../../src/sandbox/items/generate.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { get, itemsOf, listPath, uuidsOf, withSandbox } from './client.ts';
import { textOf } from './items.ts';

const documented = JSON.parse(readFileSync('test/fixtures/api/error-bodies.json', 'utf8')) as Record<
  string,
  JsonObject
>;
const DETECTIONS = 137;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ detections: DETECTIONS, seed: 3 });
});
afterAll(() => sandbox.close());

describe('paging', () => {
  it('gives pages of the asked size in the documented envelope', async () => {
    const got = await get(sandbox, listPath(2, 50));
    expect(got.status).toBe(200);
    expect(Object.keys(got.json)).toEqual(['success', 'page', 'num_pages', 'page_size', 'total_count', 'items']);
    expect(got.json).toMatchObject({ success: true, page: 2, num_pages: 3, page_size: 50, total_count: DETECTIONS });
    expect(itemsOf(got)).toHaveLength(50);
  });

  it('gives every detection once, newest first, exactly as generated', async () => {
    const generator = detectionGenerator({ detections: DETECTIONS, seed: 3, months: 2 });
    const items: JsonObject[] = [];
    for (let page = 1; page <= 3; page++) items.push(...itemsOf(await get(sandbox, listPath(page, 50))));
    expect(items).toEqual(Array.from({ length: DETECTIONS }, (_, index) => generator.detectionAt(index)));
  });

  it('takes ten items a page where nothing is said', async () => {
    const got = await get(sandbox, listPath(1));
    expect(got.json['page_size']).toBe(10);
    expect(itemsOf(got)).toHaveLength(10);
  });

  it('ends with a short page, then with empty ones', async () => {
    expect(itemsOf(await get(sandbox, listPath(14, 10)))).toHaveLength(7);
    const beyond = await get(sandbox, listPath(15, 10));
    expect(beyond.status).toBe(200);
    expect(beyond.json).toMatchObject({ page: 15, num_pages: 14, total_count: DETECTIONS, items: [] });
    expect(itemsOf(await get(sandbox, listPath(999_999_999, 1000)))).toEqual([]);
  });

  it('serves an empty list', async () => {
    await withSandbox({ detections: 0 }, async (empty) => {
      expect((await get(empty, listPath(1, 10))).json).toMatchObject({ num_pages: 0, total_count: 0, items: [] });
    });
  });
});

describe('refusals', () => {
  it.each(['/api/v2/detect', listPath(0), listPath(-1), listPath('x'), listPath('1.5'), listPath('')])(
    'answers %s with the documented 400',
    async (path) => {
      const got = await get(sandbox, path);
      expect(got.status).toBe(400);
      expect(got.json).toEqual(documented['400 page']);
    },
  );

  it.each([0, 9, 1001, -10, 'x', ''])('answers page_size=%s with the documented 400', async (size) => {
    const got = await get(sandbox, listPath(1, size));
    expect(got.status).toBe(400);
    expect(got.json).toEqual(documented['400 page_size']);
  });

  it.each([10, 1000])('takes page_size=%s', async (size) => {
    expect((await get(sandbox, listPath(1, size))).status).toBe(200);
  });

  it.each(['', 'Bearer', 'Bearer ', 'Basic abc', 'test-key'])('answers 401 to %j', async (authorization) => {
    const got = await get(sandbox, listPath(1), { headers: { authorization } });
    expect(got.status).toBe(401);
    expect(got.json).toEqual({ success: false, message: 'Unauthorized' });
  });

  it('checks the key where one is expected, in both schemes', async () => {
    await withSandbox({ detections: 1, key: 'right' }, async (locked) => {
      const status = async (authorization: string) =>
        (await get(locked, listPath(1), { headers: { authorization } })).status;
      expect(await status('Bearer right')).toBe(200);
      expect(await status('bearer right')).toBe(200);
      expect(await status('Token token=right')).toBe(200);
      expect(await status('Token token="right"')).toBe(200);
      expect(await status('Bearer wrong')).toBe(401);
      expect(await status('Token token=wrong')).toBe(401);
      expect(await status('Bearer right2')).toBe(401);
    });
  });

  it('answers 404 to other paths', async () => {
    expect((await get(sandbox, '/')).status).toBe(404);
    expect((await get(sandbox, '/api/v2/detect/')).status).toBe(404);
    expect((await get(sandbox, '/api/v2/detect/a/b')).status).toBe(404);
  });
});

describe('one detection', () => {
  it('is the same item as in the list', async () => {
    const [item] = itemsOf(await get(sandbox, listPath(4, 10)));
    const got = await get(sandbox, `/api/v2/detect/${textOf(item ?? {}, 'uuid')}`);
    expect(got.json).toEqual({ success: true, item });
  });

  it.each(['unknown', '0'.repeat(32), '%00', '__proto__'])('is a documented 404 for %s', async (uuid) => {
    const got = await get(sandbox, `/api/v2/detect/${uuid}`);
    expect(got.status).toBe(404);
    expect(got.json).toEqual(documented['404']);
  });
});

describe('a million detections', () => {
  it('cost the last page as few items as the first', async () => {
    await withSandbox({ detections: 1_000_000 }, async (large) => {
      const last = await get(large, listPath(1000, 1000));
      expect(last.json).toMatchObject({ num_pages: 1000, total_count: 1_000_000 });
      expect(itemsOf(last)).toHaveLength(1000);
      const uuids = uuidsOf(last);
      const oldest = await get(large, `/api/v2/detect/${uuids.at(-1) ?? ''}`);
      expect(oldest.json['item']).toEqual(itemsOf(last).at(-1));
    });
  });
});

describe('options', () => {
  it.each([
    { detections: -1 },
    { detections: 1.5 },
    { detections: 10_000_001 },
    { months: 0 },
    { seed: -1 },
    { latencyMs: -1 },
    { rateLimitPerSecond: 0 },
  ])('refuses %j', async (options) => {
    await expect(startSandbox(options)).rejects.toBeInstanceOf(ConfigError);
  });

  it('says so when the port is taken', async () => {
    await expect(startSandbox({ port: sandbox.port })).rejects.toThrow(/cannot listen on .* \(EADDRINUSE\)/);
  });
});
