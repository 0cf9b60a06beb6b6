import { canonicalJson, isJsonObject, type JsonValue, stringifyJson } from '../../core/json.ts';
import { shorten } from '../../core/text.ts';

/** One place where two JSON values differ; null for an absent value. */
export interface JsonDifference {
  /** `records.unique`, `files[2].bytes`; empty for the root. */
  readonly path: string;
  readonly was: string | null;
  readonly is: string | null;
}

const LONGEST_VALUE = 120;

/** The first `limit` places where two JSON values differ, in the order of the keys. For our own, shallow files. */
export function jsonDifferences(was: JsonValue, is: JsonValue, limit: number): JsonDifference[] {
  const differences: JsonDifference[] = [];
  const visit = (path: string, a: JsonValue | undefined, b: JsonValue | undefined): void => {
    if (differences.length >= limit) return;
    if (isJsonObject(a) && isJsonObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        visit(path === '' ? key : `${path}.${key}`, own(a, key), own(b, key));
      }
    } else if (Array.isArray(a) && Array.isArray(b)) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) visit(`${path}[${i}]`, item(a, i), item(b, i));
    } else if (canonicalJson(a) !== canonicalJson(b) || (a === undefined) !== (b === undefined)) {
      differences.push({ path: shorten(path, LONGEST_VALUE), was: shown(a), is: shown(b) });
    }
  };
  visit('', was, is);
  return differences;
}

function own(object: { readonly [key: string]: JsonValue }, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function item(list: readonly JsonValue[], index: number): JsonValue | undefined {
  return list[index];
}

function shown(value: JsonValue | undefined): string | null {
  return value === undefined ? null : shorten(stringifyJson(value), LONGEST_VALUE);
}
