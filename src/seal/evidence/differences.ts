import { canonicalJson, isJsonObject, type JsonValue, stringifyJson } from '../../core/json.ts';
import type { FontRecord } from '../../core/sink.ts';
import { shorten } from '../../core/text.ts';

/** Finds the package of a known font; null for a font that this version does not know. */
export type PackageOf = (file: string) => string | null;

/**
 * One line, with the remedy, for each font that only one of the two PDFs was made with. A package is named only if this
 * version knows it: a manifest may come from anyone.
 */
export function fontDifferences(
  sealed: readonly FontRecord[],
  made: readonly FontRecord[],
  packageOf: PackageOf,
): string[] {
  const [before, now] = [hashes(sealed), hashes(made)];
  const lines: string[] = [];
  for (const [file, sha256] of before) {
    const here = now.get(file);
    if (here === sha256) continue;
    const from = packageOf(file);
    const name = `${file} (SHA-256 ${sha256})`;
    if (here !== undefined) {
      lines.push(
        `was made with the font ${name}; here ${from ?? 'it'} holds another (${here}): install the version of then`,
      );
    } else if (from === null) lines.push(`was made with the font ${name}, which this version does not know`);
    else {
      lines.push(
        `was made with the font ${name}, which is not used here: install it (npm install ${from}) to make the same bytes`,
      );
    }
  }
  for (const file of now.keys()) {
    if (before.has(file)) continue;
    const from = packageOf(file);
    lines.push(
      `was made without the font ${file}, which is used here: make it again without ${from ?? 'it'} to get the same bytes`,
    );
  }
  return lines;
}

function hashes(fonts: readonly FontRecord[]): Map<string, string> {
  return new Map(fonts.map(({ file, sha256 }) => [file, sha256]));
}

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
