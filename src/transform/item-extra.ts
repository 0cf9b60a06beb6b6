import { membersOf } from '../core/json-slices.ts';
import type { PageItem } from '../core/page.ts';
import { compactJson } from './compact-json.ts';

/** What of an item is kept as JSON text, cut from the bytes as received so that no digit and no duplicate is lost. */
export interface ItemJson {
  /** JSON of one member's value; of several members with that key, the last one, as JSON.parse has it. */
  member(key: string): string | null;
  /** A JSON object of the named members (all of them, duplicates too), in the order in which they stand. */
  object(keys: ReadonlySet<string>, more: readonly (readonly [path: string, json: string])[]): string | null;
}

/** The item's bytes are searched on first use: most items have nothing to keep. */
export function createItemJson(bytes: Buffer, item: PageItem): ItemJson {
  let members: ReturnType<typeof membersOf> | null = null;
  const all = () => (members ??= membersOf(bytes, item.start));
  return {
    member(key) {
      const member = all().findLast((candidate) => candidate.key === key);
      return member === undefined ? null : compactJson(bytes, member.start, member.end);
    },
    object(keys, more) {
      if (keys.size === 0 && more.length === 0) return null;
      const parts = keys.size === 0 ? [] : all().filter(({ key }) => keys.has(key));
      const own = parts.map(({ key, start, end }) => `${JSON.stringify(key)}:${compactJson(bytes, start, end)}`);
      return `{${[...own, ...more.map(([path, json]) => `${JSON.stringify(path)}:${json}`)].join(',')}}`;
    },
  };
}
