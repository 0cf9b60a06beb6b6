import { shorten } from '../../core/text.ts';

const NONE: readonly string[] = [];
const LONGEST_PATH = 120;

/** Returns the entry of `coercions` that says what was done to the value at a path. */
export function coercion(path: string, what: string): string {
  return `${shorten(path, LONGEST_PATH)}: ${what}`;
}

/** The decoder's notes on one item: undocumented keys, and values that were coerced or kept as text. */
export class Notes {
  #unknownKeys: string[] | null = null;
  #coercions: string[] | null = null;

  unknownKey(path: string): void {
    (this.#unknownKeys ??= []).push(shorten(path, LONGEST_PATH));
  }

  coerced(path: string, what: string): void {
    this.add(coercion(path, what));
  }

  /** Adds an entry that was made before: some are added a hundred times for one detection. */
  add(entry: string): void {
    (this.#coercions ??= []).push(entry);
  }

  get unknownKeys(): readonly string[] {
    return this.#unknownKeys ?? NONE;
  }

  get coercions(): readonly string[] {
    return this.#coercions ?? NONE;
  }
}
