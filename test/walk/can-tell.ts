import type { Page } from '../../src/core/page.ts';

/** One request and its answer; steps order requests and answers among each other. */
export interface Exchange {
  readonly askedStep: number;
  readonly answeredStep: number;
  readonly page: Page;
}

interface Seen {
  readonly uuid: string;
  readonly version: string;
  readonly created: number;
  readonly time: number;
}

interface Read extends Exchange {
  readonly items: readonly Seen[];
  readonly places: ReadonlyMap<string, number>;
}

const LATE_MS = 60_000;

/**
 * What in the answers of a reading no list could have given, found by comparing each with each; null if a list that
 * moves explains them all. Written apart from the walk, which remembers far less.
 */
export function tells(exchanges: readonly Exchange[]): string | null {
  const reads = exchanges.map(readOf);
  if (reads.some(({ page }) => page.cached !== undefined)) return 'a cache names itself';
  if (reads.some(({ items, places }) => places.size < items.length)) return 'a uuid stands twice on a page';
  const created = new Map<string, number>();
  for (const item of reads.flatMap(({ items }) => items)) {
    if ((created.get(item.uuid) ?? item.created) !== item.created) return 'a uuid has two times of creation';
    created.set(item.uuid, item.created);
  }
  for (const before of reads) {
    const earlier = reads.filter(({ answeredStep }) => answeredStep < before.askedStep);
    const known = new Map(earlier.flatMap(({ items }) => items.map((item) => [item.uuid, item.version] as const)));
    const newest = Math.max(...earlier.flatMap(({ items }) => items.map(({ time }) => time)));
    for (const after of reads.filter(({ askedStep }) => askedStep > before.answeredStep)) {
      for (const [at, item] of after.items.entries()) {
        if (before.places.has(item.uuid) || !covers(before, after, at)) continue;
        if (known.get(item.uuid) === item.version) return 'a uuid came back';
        if (item.time + LATE_MS < newest) return 'an old detection was left out';
      }
    }
  }
  return isHeadGone(reads) ? 'the head is older than one before it' : null;
}

/** True if the item stands in `after` where `before` shows its place without it. */
function covers(before: Read, after: Read, at: number): boolean {
  if (before.page.number === 1 && before.items.length === 0) return true;
  const placeOf = (item: Seen): number | null => {
    const place = before.places.get(item.uuid) ?? null;
    return place !== null && before.items[place]?.version === item.version ? place : null;
  };
  const left = after.items.slice(0, at).findLast((item) => placeOf(item) !== null);
  const right = after.items.slice(at + 1).find((item) => placeOf(item) !== null);
  const item = after.items[at];
  if (right === undefined || [left, right].some((other) => other?.created === item?.created)) return false;
  if (left === undefined) return before.page.number === 1 && placeOf(right) === 0;
  return placeOf(right) === (placeOf(left) ?? 0) + 1;
}

function isHeadGone(reads: readonly Read[]): boolean {
  const heads = reads.filter(({ page }) => page.number === 1);
  const last = heads.toSorted((a, b) => a.askedStep - b.askedStep).at(-1);
  if (last === undefined) return false;
  const newest = Math.max(...last.items.map(({ time }) => time));
  return heads.some(({ answeredStep, items: [first] }) => {
    if (first === undefined || answeredStep >= last.askedStep) return false;
    return !last.places.has(first.uuid) && !(newest > first.time);
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function readOf(exchange: Exchange): Read {
  const items = exchange.page.items.map(({ value }) => {
    const [created = 0, updated = 0] = ['created_at', 'updated_at'].map((key) => Date.parse(textOf(value[key])));
    return { uuid: textOf(value['uuid']), version: JSON.stringify(value), created, time: Math.max(created, updated) };
  });
  return { ...exchange, items, places: new Map(items.map(({ uuid }, at) => [uuid, at])) };
}
