import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/core/json.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';

/** What is odd about a list: its order, its times, or the size of its pages. */
export interface Oddity {
  /** No client can page through `random` and `reshuffled` (a new order for every answer). */
  readonly orderBy?: 'updated_at' | 'random' | 'reshuffled' | undefined;
  readonly ascending?: true | undefined;
  /** That many neighbours have one `created_at`, in another order in every answer. */
  readonly tiesOf?: number | undefined;
  /** Gives out smaller pages than it is asked for; the answer states the size asked for, or the smaller one. */
  readonly clamp?: { readonly size: number; readonly echoes: 'asked' | 'clamped' };
}

/** Most that one request to the sandbox can give: an odd list must be shorter. */
const WHOLE = 1000;

/** A sandbox; one with an oddity behind a server that reads its whole list for every page, and gives out its own. */
export async function startOddList({
  orderBy,
  ascending,
  tiesOf,
  clamp,
  ...options
}: SandboxOptions & Oddity): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  if ([orderBy, ascending, tiesOf, clamp].every((oddity) => oddity === undefined)) return sandbox;
  let answers = 0;
  const answer = async (url: URL, headers: Readonly<Record<string, string>>): Promise<string> => {
    const whole = await fetch(new URL(`${url.pathname}?page=1&page_size=${WHOLE}`, sandbox.url), { headers });
    const list = (await whole.json()) as { readonly items: readonly JsonObject[] };
    const items = oddItems(list.items, { orderBy, ascending, tiesOf }, answers++);
    const [page, asked] = [url.searchParams.get('page'), url.searchParams.get('page_size')].map(Number) as [
      number,
      number,
    ];
    const size = Math.min(asked, clamp?.size ?? asked);
    return JSON.stringify({
      success: true,
      page,
      num_pages: Math.ceil(items.length / size),
      page_size: clamp?.echoes === 'asked' ? asked : size,
      total_count: items.length,
      items: items.slice((page - 1) * size, page * size),
    });
  };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    answer(new URL(request.url ?? '', sandbox.url), { authorization: request.headers.authorization ?? '' }).then(
      (body) => response.end(body),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await sandbox.close();
  };
  return { ...sandbox, url: `http://127.0.0.1:${port}`, port, close };
}

/** The items of one answer; `newestFirst` as the sandbox gives them. */
function oddItems(newestFirst: readonly JsonObject[], oddity: Oddity, answer: number): readonly JsonObject[] {
  const { orderBy, ascending, tiesOf } = oddity;
  if (orderBy === 'updated_at') return newestFirst.toSorted((a, b) => updatedMs(b) - updatedMs(a));
  if (orderBy === 'random') return shuffled(newestFirst, 0);
  if (orderBy === 'reshuffled') return shuffled(newestFirst, answer);
  if (ascending === true) return newestFirst.toReversed();
  return tiesOf === undefined ? newestFirst : tied(newestFirst, tiesOf, answer);
}

/** Groups are counted from the oldest, so that new items do not move the others into another group. */
function tied(newestFirst: readonly JsonObject[], size: number, answer: number): readonly JsonObject[] {
  const oldestFirst = newestFirst.toReversed();
  const groups = Array.from({ length: Math.ceil(oldestFirst.length / size) }, (_, group) => {
    const members = oldestFirst.slice(group * size, (group + 1) * size);
    return shuffled(members, answer).map((item) => ({ ...item, created_at: members[0]?.['created_at'] ?? null }));
  });
  return groups.toReversed().flat();
}

function updatedMs(item: JsonObject): number {
  const text = item['updated_at'];
  return typeof text === 'string' ? Date.parse(text) : Number.NaN;
}

/** An order that depends on nothing but the uuids and the salt. */
function shuffled(items: readonly JsonObject[], salt: number): readonly JsonObject[] {
  const key = (item: JsonObject): number => {
    let hash = salt + 1;
    for (const char of JSON.stringify(item['uuid']))
      hash = Math.imul(hash ^ char.charCodeAt(0), 0x9e3779b1) ^ (hash >>> 15);
    return hash;
  };
  return items.toSorted((a, b) => key(a) - key(b));
}

/** Those uuids of `before` that a sandbox still lists: what any reading since then must have seen. */
export function presentSince(before: readonly string[], sandbox: Sandbox): string[] {
  const earlier = new Set(before);
  return sandbox.uuids().filter((uuid) => earlier.has(uuid));
}
