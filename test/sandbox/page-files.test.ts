import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodePage } from '../../src/core/envelope.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { get, itemsOf, listPath, uuidsOf, withSandbox } from './client.ts';

const SAMPLES = 'test/fixtures/api';
let folder: string;

function pageOf(uuid: string): string {
  return JSON.stringify({ success: true, items: [{ uuid }] });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-pages-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the samples', () => {
  it('are served page by page, every item with the bytes of its file', async () => {
    const expected: string[] = [];
    for (const name of ['documented-example.json', 'observed-shapes.json']) {
      const body = await readFile(join(SAMPLES, name));
      const page = decodePage(body, { number: 1, size: 1, receivedAt: '' });
      expected.push(...page.items.map(({ start, end }) => body.toString('utf8', start, end)));
    }
    expect(expected).toHaveLength(17);
    await withSandbox({ pagesDir: SAMPLES }, async (sandbox) => {
      expect(sandbox.skippedFiles).toEqual(['error-bodies.json']);
      const served: string[] = [];
      for (const number of [1, 2]) {
        const got = await get(sandbox, listPath(number, 10));
        expect(got.json).toMatchObject({ page: number, num_pages: 2, page_size: 10, total_count: 17 });
        const body = Buffer.from(got.text);
        const page = decodePage(body, { number, size: 10, receivedAt: '' });
        served.push(...page.items.map(({ start, end }) => body.toString('utf8', start, end)));
      }
      expect(served).toEqual(expected);
      expect(itemsOf(await get(sandbox, listPath(3, 10)))).toEqual([]);
    });
  });

  it('are found by uuid', async () => {
    await withSandbox({ pagesDir: SAMPLES }, async (sandbox) => {
      const got = await get(sandbox, '/api/v2/detect/5b1f2f0e-6a52-4f0b-9b0a-0d9a6f2d7c11');
      expect(got.json).toMatchObject({ success: true, item: { filename: 'oldest-shape.png' } });
      expect((await get(sandbox, '/api/v2/detect/nothing')).status).toBe(404);
    });
  });
});

describe('page files', () => {
  it('are taken in the order of their names', async () => {
    await writeFile(join(folder, 'b.json'), pageOf('second'));
    await writeFile(join(folder, 'a.json'), pageOf('first'));
    await writeFile(join(folder, 'notes.txt'), 'not read');
    await withSandbox({ pagesDir: folder }, async (sandbox) => {
      expect(uuidsOf(await get(sandbox, listPath(1, 10)))).toEqual(['first', 'second']);
    });
  });

  it.each([
    ['broken.json', '{"items":[', 'broken.json'],
    ['odd.json', '{"items":[1]}', 'odd.json'],
    ['none.json', '{"success":true}', 'no *.json file'],
  ])('that are no pages are refused by name: %s', async (name, content, named) => {
    await writeFile(join(folder, name), content);
    const started = startSandbox({ pagesDir: folder });
    await expect(started).rejects.toBeInstanceOf(ConfigError);
    await expect(started).rejects.toThrow(named);
  });

  it('in a folder that does not exist are refused', async () => {
    await expect(startSandbox({ pagesDir: join(folder, 'missing') })).rejects.toBeInstanceOf(ConfigError);
  });
});
