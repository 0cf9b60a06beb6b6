import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/core/errors.ts';
import { dueInTurn, parseDrift } from '../../src/sandbox/list/changes.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { get, itemsOf, listPath, uuidsOf, withSandbox } from './client.ts';
import { textOf } from './items.ts';
import { presentSince, startOddList } from './odd-list.ts';

async function readForward(sandbox: Sandbox, size: number): Promise<string[]> {
  const seen: string[] = [];
  for (let page = 1; ; page++) {
    const uuids = uuidsOf(await get(sandbox, listPath(page, size)));
    seen.push(...uuids);
    if (uuids.length < size) return seen;
  }
}

describe('drift', () => {
  it('moves the list before every answer of the list, and only then', async () => {
    await withSandbox({ detections: 100, drift: { inserts: 3, deletes: 1, updates: 1 } }, async (sandbox) => {
      const before = sandbox.uuids();
      const first = await get(sandbox, listPath(1, 1000));
      expect(first.json['total_count']).toBe(102);
      expect(uuidsOf(first)).toEqual(sandbox.uuids());
      expect(
        uuidsOf(first)
          .slice(3)
          .every((uuid) => before.includes(uuid)),
      ).toBe(true);
      await get(sandbox, `/api/v2/detect/${before[0] ?? ''}`);
      await get(sandbox, listPath(0));
      expect((await get(sandbox, listPath(1, 1000))).json['total_count']).toBe(104);
    });
  });

  it('gives new detections newer times, in order, and completes them after a few requests', async () => {
    await withSandbox({ detections: 20, drift: { inserts: 2, deletes: 0, updates: 0 } }, async (sandbox) => {
      const newest = () => get(sandbox, listPath(1, 1000)).then(itemsOf);
      const first = await newest();
      expect(first.slice(0, 2).map((item) => item['status'])).toEqual(['processing', 'processing']);
      for (let turn = 0; turn < 3; turn++) await newest();
      const later = await newest();
      const then = later.find((item) => item['uuid'] === first[0]?.['uuid']);
      expect(['completed', 'failed']).toContain(then?.['status']);
      expect(then?.['filename']).toBe(first[0]?.['filename']);
      expect(Date.parse(textOf(then ?? {}, 'updated_at'))).toBeGreaterThan(
        Date.parse(textOf(first[0] ?? {}, 'updated_at')),
      );
      const created = later.map((item) => Date.parse(textOf(item, 'created_at')));
      expect(created).toEqual(created.toSorted((a, b) => b - a));
      expect(new Set(created).size).toBe(created.length);
    });
  });

  it('is the same for the same seed and requests', async () => {
    const runs: string[][] = [];
    for (let run = 0; run < 2; run++) {
      await withSandbox({ detections: 300, drift: { inserts: 5, deletes: 2, updates: 1 } }, async (sandbox) => {
        runs.push([...(await readForward(sandbox, 50)), ...sandbox.uuids()]);
      });
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  it('makes a naive reader lose rows, which the oracle shows', async () => {
    await withSandbox({ detections: 600, drift: { inserts: 0, deletes: 10, updates: 0 } }, async (sandbox) => {
      const before = sandbox.uuids();
      const seen = new Set(await readForward(sandbox, 50));
      const missed = presentSince(before, sandbox).filter((uuid) => !seen.has(uuid));
      expect(missed.length).toBeGreaterThan(0);
    });
    await withSandbox({ detections: 600 }, async (sandbox) => {
      const before = sandbox.uuids();
      const seen = await readForward(sandbox, 50);
      expect(seen).toEqual(presentSince(before, sandbox));
    });
  });

  it('leaves a million detections answerable', async () => {
    const drift = { inserts: 500, deletes: 500, updates: 50 };
    await withSandbox({ detections: 1_000_000, drift }, async (sandbox) => {
      for (let turn = 0; turn < 10; turn++) await get(sandbox, listPath(1));
      const last = await get(sandbox, listPath(100_000, 10));
      expect(last.json['total_count']).toBe(1_000_000);
      expect(itemsOf(last)).toHaveLength(10);
      const [item] = itemsOf(last);
      expect((await get(sandbox, `/api/v2/detect/${textOf(item ?? {}, 'uuid')}`)).json['item']).toEqual(item);
    });
  });

  it.each([
    ['inserts=20,deletes=1', { inserts: 20, deletes: 1, updates: 0 }],
    [' updates = 0.5 ', { inserts: 0, deletes: 0, updates: 0.5 }],
    ['', { inserts: 0, deletes: 0, updates: 0 }],
  ])('reads %j', (text, drift) => {
    expect(parseDrift(text)).toEqual(drift);
  });

  it.each(['inserts', 'inserts=-1', 'moves=1', 'inserts=1;deletes=2', 'constructor=1'])('refuses %j', (text) => {
    expect(() => parseDrift(text)).toThrow(ConfigError);
  });

  it('spreads fractions', () => {
    expect([1, 2, 3, 4, 5].map((turn) => dueInTurn(0.4, turn))).toEqual([0, 0, 1, 0, 1]);
  });
});

async function withOddList(
  options: Parameters<typeof startOddList>[0],
  body: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await startOddList(options);
  try {
    await body(sandbox);
  } finally {
    await sandbox.close();
  }
}

describe('a server that misbehaves', () => {
  it('orders by updated_at: what is touched jumps to the head', async () => {
    const drift = { inserts: 0, deletes: 0, updates: 1 };
    await withOddList({ detections: 60, orderBy: 'updated_at', drift }, async (sandbox) => {
      const [first, second] = [await get(sandbox, listPath(1, 1000)), await get(sandbox, listPath(1, 1000))];
      const updated = itemsOf(second).map((item) => Date.parse(textOf(item, 'updated_at')));
      expect(updated).toEqual(updated.toSorted((a, b) => b - a));
      const [jumped] = uuidsOf(second);
      expect(uuidsOf(second).slice(1)).toEqual(uuidsOf(first).filter((uuid) => uuid !== jumped));
    });
  });

  it('lists the oldest first', async () => {
    await withOddList({ detections: 25, ascending: true }, async (sandbox) => {
      const created = itemsOf(await get(sandbox, listPath(1, 25))).map((item) =>
        Date.parse(textOf(item, 'created_at')),
      );
      expect(created).toEqual(created.toSorted((a, b) => a - b));
    });
  });

  it('gives neighbours one created_at, in another order each time', async () => {
    await withOddList({ detections: 60, tiesOf: 6 }, async (sandbox) => {
      const [first, second] = [await get(sandbox, listPath(1, 60)), await get(sandbox, listPath(1, 60))];
      expect(new Set(itemsOf(first).map((item) => item['created_at'])).size).toBe(10);
      expect(uuidsOf(first)).not.toEqual(uuidsOf(second));
      expect(uuidsOf(first).toSorted()).toEqual(uuidsOf(second).toSorted());
    });
  });

  it('gives no order, the same one or another each time', async () => {
    const [random, reshuffled]: string[][][] = [[], []];
    for (const [orderBy, answers] of [
      ['random', random],
      ['reshuffled', reshuffled],
    ] as const) {
      await withOddList({ detections: 50, orderBy }, async (sandbox) => {
        for (let turn = 0; turn < 2; turn++) answers?.push(uuidsOf(await get(sandbox, listPath(1, 50))));
        expect(answers?.[0]).not.toEqual(sandbox.uuids());
        expect(answers?.[0]?.toSorted()).toEqual(sandbox.uuids().toSorted());
      });
    }
    expect(random?.[0]).toEqual(random?.[1]);
    expect(reshuffled?.[0]).not.toEqual(reshuffled?.[1]);
  });

  it.each([
    ['asked', 100],
    ['clamped', 20],
  ] as const)('clamps the page size and says it is as %s', async (echoes, said) => {
    await withOddList({ detections: 50, clamp: { size: 20, echoes } }, async (sandbox) => {
      const got = await get(sandbox, listPath(3, 100));
      expect(got.json['page_size']).toBe(said);
      expect(uuidsOf(got)).toEqual(sandbox.uuids().slice(40));
    });
  });

  it.each([
    { drift: { inserts: -1, deletes: 0, updates: 0 } },
    { pagesDir: 'test/fixtures/api', drift: { inserts: 1, deletes: 0, updates: 0 } },
  ] as const)('refuses %j', async (options) => {
    await expect(startSandbox(options)).rejects.toBeInstanceOf(ConfigError);
  });
});
