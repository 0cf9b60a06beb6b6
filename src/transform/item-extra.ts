import { type MemberSlice, membersOf } from '../core/json-slices.ts';
import type { PageItem } from '../core/page.ts';
import { compactJson } from './compact-json.ts';

/** What of an item is kept as JSON text, cut from the bytes as received so that no digit and no duplicate is lost. */
export interface ItemJson {
  /** Every member, in the order in which they stand, duplicates included. */
  members(): readonly MemberSlice[];
  /** JSON of one member's value; of several members with that key, the last one, as JSON.parse has it. */
  member(key: string): string | null;
  /**
   * A JSON object of the named members (all of them, duplicates too), in the order in which they stand, and behind them
   * the named members of members, under their path: `metrics.image`.
   */
  object(keys: ReadonlySet<string>, nested: NestedKeys): string | null;
}

/** Keys by the key of the object that they stand in. */
export type NestedKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** The item's bytes are searched on first use: most items have nothing to keep. */
export function createItemJson(bytes: Buffer, item: PageItem): ItemJson {
  let found: MemberSlice[] | null = null;
  const all = () => (found ??= membersOf(bytes, item.start));
  return {
    members: all,
    member(key) {
      const member = all().findLast((candidate) => candidate.key === key);
      return member === undefined ? null : compactJson(bytes, member.start, member.end);
    },
    object(keys, nested) {
      if (keys.size === 0 && nested.size === 0) return null;
      const parts: string[] = [];
      const keep = (prefix: string, wanted: ReadonlySet<string>, members: readonly MemberSlice[]) => {
        for (const { key, start, end } of members) {
          if (wanted.has(key)) parts.push(`${JSON.stringify(prefix + key)}:${compactJson(bytes, start, end)}`);
        }
      };
      keep('', keys, all());
      for (const [parent, wanted] of nested) {
        const object = all().findLast(({ key }) => key === parent);
        if (object !== undefined) keep(`${parent}.`, wanted, membersOf(bytes, object.start));
      }
      return `{${parts.join(',')}}`;
    },
  };
}
