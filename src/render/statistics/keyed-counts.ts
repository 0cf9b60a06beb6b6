import { shorten } from '../../core/text.ts';

export const NAMED_KEYS = 1_000;
/** In UTF-16 code units; a longer key is counted under its beginning. */
export const KEY_LENGTH_LIMIT = 200;
export const OTHER_KEYS = '(other)';

interface CountedKeys {
  readonly always: ReadonlyMap<string, readonly number[]>;
  readonly rows: ReadonlyMap<string, readonly number[]>;
  readonly rest: readonly number[];
}

/**
 * Counts under keys that come from outside: labels, media types, paths of unknown keys. Each key has a row of `width`
 * counters. Memory is bounded: only the 1,000 smallest keys, in code-unit order, keep rows of their own; all others are
 * counted together under `(other)`.
 *
 * This merges exactly, while "the 1,000 most frequent" would not. A key among the 1,000 smallest of all is also among
 * the 1,000 smallest of any part of the data, so it is never dropped and its row is complete. A dropped key had 1,000
 * smaller ones, so it can never come back. Which keys are named, and every count, therefore depend only on the data,
 * not on its order or split.
 *
 * A key of more than 200 code units is counted under its first 199 and an ellipsis, and a key that is literally
 * `(other)` under `(other)`.
 */
export class KeyedCounts {
  readonly #width: number;
  /** Rows that are always shown and never dropped. */
  readonly #always: ReadonlyMap<string, number[]>;
  readonly #rows = new Map<string, number[]>();
  readonly #rest: number[];
  /** The greatest key that may still have a row; null until 1,000 smaller ones are known. */
  #ceiling: string | null = null;

  constructor(width: number, always: readonly string[] = []) {
    this.#width = width;
    this.#always = new Map(always.map((key) => [key, this.#newRow()]));
    this.#rest = this.#newRow();
  }

  increment(key: string, counter = 0, by = 1): void {
    const row = this.#rowOf(key);
    row[counter] = (row[counter] ?? 0) + by;
  }

  /** Valid until something is added. */
  get counted(): CountedKeys {
    return { always: this.#always, rows: this.#rows, rest: this.#rest };
  }

  merge({ always, rows, rest }: CountedKeys): void {
    for (const [key, row] of always) addRow(this.#rowOf(key), row);
    for (const [key, row] of rows) addRow(this.#rowOf(key), row);
    addRow(this.#rest, rest);
  }

  /** Every key with its counters, in code-unit order; includes `(other)` if it has counts. */
  entries(): [key: string, counts: readonly number[]][] {
    const sorted = this.#sortedRows();
    const rest = [...this.#rest];
    for (const [, row] of sorted.slice(NAMED_KEYS)) addRow(rest, row);
    const named = new Map<string, readonly number[]>([...this.#always, ...sorted.slice(0, NAMED_KEYS)]);
    if (rest.some((count) => count > 0)) named.set(OTHER_KEYS, rest);
    return [...named].sort(byKey);
  }

  /** `Object.fromEntries` defines own properties: `__proto__` becomes an ordinary key. */
  toObject<T>(valueOf: (row: readonly number[]) => T): Record<string, T> {
    return Object.fromEntries(this.entries().map(([key, row]) => [key, valueOf(row)]));
  }

  /** The first counter of each key. */
  toCounts(): Record<string, number> {
    return this.toObject(([count = 0]) => count);
  }

  #newRow(): number[] {
    return Array.from({ length: this.#width }, () => 0);
  }

  #rowOf(key: string): number[] {
    const name = key.length > KEY_LENGTH_LIMIT ? shorten(key, KEY_LENGTH_LIMIT) : key;
    return this.#rows.get(name) ?? this.#always.get(name) ?? this.#rowOfNewKey(name);
  }

  #rowOfNewKey(name: string): number[] {
    // Dropping keys in batches costs one sort for every 1,000 new keys instead of a search for each.
    if (this.#rows.size >= 2 * NAMED_KEYS) this.#giveUpGreatest();
    if (name === OTHER_KEYS || (this.#ceiling !== null && name > this.#ceiling)) return this.#rest;
    const row = this.#newRow();
    this.#rows.set(name, row);
    return row;
  }

  #giveUpGreatest(): void {
    for (const [position, [key, row]] of this.#sortedRows().entries()) {
      if (position === NAMED_KEYS - 1) this.#ceiling = key;
      if (position < NAMED_KEYS) continue;
      addRow(this.#rest, row);
      this.#rows.delete(key);
    }
  }

  #sortedRows(): [string, number[]][] {
    return [...this.#rows].sort(byKey);
  }
}

export function addRow(into: number[], row: readonly number[]): void {
  for (const [counter, count] of row.entries()) into[counter] = (into[counter] ?? 0) + count;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
