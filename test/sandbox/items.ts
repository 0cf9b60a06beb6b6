import type { JsonObject } from '../../src/core/json.ts';

/** The text of a member, or `''` where it is absent or no text. */
export function textOf(item: JsonObject, key: string): string {
  const value = item[key];
  return typeof value === 'string' ? value : '';
}
