import { type MemberSlice, membersOf } from '../../core/json-slices.ts';
import { compactJson } from './compact-json.ts';

/** The JSON text of an item's members, cut from the bytes as received so that no digit and no duplicate is lost. */
export interface ItemJson {
  /** JSON of one member's value, or of a member inside it. Of duplicate keys the last one counts, as in JSON.parse. */
  member(key: string, inner?: string): string | null;
  /**
   * A JSON object of the named members (duplicates included) in their received order, followed by the named members of
   * members under their path: `metrics.image`.
   */
  object(keys: ReadonlySet<string>, nested: NestedKeys): string | null;
}

/** Keys, grouped by the key of the object that holds them. */
export type NestedKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** `members` are all members of the item in their received order, duplicates included. */
export function createItemJson(bytes: Buffer, members: readonly MemberSlice[]): ItemJson {
  return {
    member(key, inner) {
      const outer = members.findLast((candidate) => candidate.key === key);
      const member =
        outer === undefined || inner === undefined
          ? outer
          : membersOf(bytes, outer.start).findLast((candidate) => candidate.key === inner);
      return member === undefined ? null : compactJson(bytes, member.start, member.end);
    },
    object(keys, nested) {
      if (keys.size === 0 && nested.size === 0) return null;
      const parts: string[] = [];
      const keep = (prefix: string, wanted: ReadonlySet<string>, among: readonly MemberSlice[]) => {
        for (const { key, start, end } of among) {
          if (wanted.has(key)) parts.push(`${JSON.stringify(prefix + key)}:${compactJson(bytes, start, end)}`);
        }
      };
      keep('', keys, members);
      for (const [parent, wanted] of nested) {
        const object = members.findLast(({ key }) => key === parent);
        if (object !== undefined) keep(`${parent}.`, wanted, membersOf(bytes, object.start));
      }
      return `{${parts.join(',')}}`;
    },
  };
}
