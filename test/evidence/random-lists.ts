import { join } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import type { RunResult } from '../../src/index.ts';
import { exportRun } from '../run/run-sandbox.ts';

/** A list of any length and order that may move, give a uuid twice, and hold items that are none of the usual. */
export interface RandomList {
  readonly length: number;
  readonly pageSize: number;
  readonly order: 'newest first' | 'oldest first' | 'newly updated first' | 'none';
  /** Up to so many milliseconds, times are out of order here and there. */
  readonly jitterMs: number;
  /** Items that are updated at each answer. */
  readonly updates: number;
  readonly undated: boolean;
  /** Of each hundred items, so many repeat the uuid of the one before. */
  readonly doubled: number;
  /** Items that are added at the head, and taken from the middle, at each answer. */
  readonly inserts: number;
  readonly deletes: number;
  readonly counts: boolean;
  /** Of each hundred items, so many have no uuid, no times, or values of other types. */
  readonly odd: number;
  readonly seed: number;
}

export function randomList(): fc.Arbitrary<RandomList> {
  return fc.record({
    length: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 31, max: 150 })),
    pageSize: fc.constantFrom(10, 15, 40, 1000),
    order: fc.constantFrom('newest first', 'newest first', 'oldest first', 'newly updated first', 'none'),
    jitterMs: fc.constantFrom(0, 0, 0, 400, 4000),
    updates: fc.constantFrom(0, 0, 1),
    undated: fc.constantFrom(false, false, false, false, false, false, true),
    doubled: fc.constantFrom(0, 0, 0, 3, 10),
    inserts: fc.constantFrom(0, 0, 1, 3),
    deletes: fc.constantFrom(0, 0, 1),
    counts: fc.boolean(),
    odd: fc.constantFrom(0, 0, 5),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  });
}

/** Serves the list over real HTTP, and seals a run of it. */
export async function sealedList(list: RandomList, folder: string): Promise<RunResult> {
  const random = lehmer(list.seed);
  let serial = 0;
  const next = (): object => itemOf(list, serial++, random);
  const items = Array.from({ length: list.length }, next);
  if (list.order.endsWith('first') && list.order !== 'oldest first') items.reverse();
  if (list.order === 'none') items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const answer = (page: number, size: number): object => {
    const shown = items.slice((page - 1) * size, page * size);
    const count = list.counts ? { total_count: items.length } : {};
    // What moves comes to an end, as every list does at night.
    if (serial > 3 * list.length + 20) return { ...count, items: shown };
    for (let i = 0; i < list.inserts; i++) {
      if (list.order === 'oldest first') items.push(next());
      else items.unshift(next());
    }
    if (list.deletes > 0) items.splice(Math.floor(random() * items.length), list.deletes);
    for (let i = 0; i < list.updates && items.length > 0; i++) {
      const at = Math.floor(random() * items.length);
      const updated = { ...items[at], ...(list.undated ? {} : { updated_at: timeOf(serial++) }) };
      items.splice(at, 1, updated);
      if (list.order === 'newly updated first') items.unshift(...items.splice(at, 1));
    }
    return { ...count, items: shown };
  };
  return await sealedAnswers(answer, list.pageSize, folder);
}

/** Serves what `answer` gives for each page over real HTTP, and seals a run of it. */
export async function sealedAnswers(
  answer: (page: number, size: number) => object,
  pageSize: number,
  folder: string,
): Promise<RunResult> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const [page, size] = ['page', 'page_size'].map((name) => Number(searchParams.get(name))) as [number, number];
    const body = { success: true, page, page_size: size, ...answer(page, size) };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const flags = { source: 'api', 'base-url': url, 'page-size': `${pageSize}`, format: 'csv', all: true };
    return await exportRun({ ...flags, out: join(folder, 'out') }, { RESEMBLE_API_KEY: 'key' });
  } finally {
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
  }
}

/** By which a list is sorted that keeps no order of time. */
function keyOf(item: object): string {
  return 'metrics' in item ? JSON.stringify(item.metrics) : '';
}

function timeOf(serial: number, jitterMs = 0): string {
  return new Date(Date.UTC(2024, 0, 1) + serial * 60_000 + jitterMs).toISOString();
}

function itemOf({ doubled, odd, jitterMs, undated }: RandomList, serial: number, random: () => number): object {
  const isDoubled = serial > 0 && random() * 100 < doubled;
  // A second apart where times are out of order, so that some are.
  const created = jitterMs === 0 ? timeOf(serial) : timeOf(serial / 60, Math.floor(random() * jitterMs));
  const item = {
    uuid: `${isDoubled ? serial - 1 : serial}`.padStart(32, '0'),
    media_type: 'audio',
    status: 'completed',
    metrics: {
      label: random() < 0.3 ? 'fake' : 'real',
      score: [],
      consistency: '0.9',
      aggregated_score: `${random()}`,
    },
    ...(undated ? {} : { created_at: created, updated_at: created }),
  };
  if (random() * 100 >= odd) return item;
  const odds = [
    { uuid: null },
    { created_at: null },
    { uuid: 7, created_at: 12 },
    { metrics: 'none' },
    { status: null },
  ];
  return { ...item, ...odds[Math.floor(random() * odds.length)], note: serial };
}

/** Lehmer's generator: the same numbers from the same seed. */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
