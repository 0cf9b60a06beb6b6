/** A power of two. There are a few dozen keys, labels and types, and about two thousand percentages of one decimal. */
const SLOTS = 4096;

/**
 * Makes a string of each repeated text only once: a call into the engine for every key and label would cost more than
 * the rest of the reading. A slot holds one text, the newest, so the caller's lookups bound the memory.
 */
export class TextCache {
  readonly #codeOf: (text: string) => number;
  readonly #texts = Array.from<string>({ length: SLOTS }).fill('');
  readonly #codes = new Uint8Array(SLOTS);

  /** `codeOf` gives each text a number below 256 of the caller's choice. */
  constructor(codeOf: (text: string) => number) {
    this.#codeOf = codeOf;
    this.#codes[0] = codeOf('');
  }

  /** The slot of the ASCII text in `[start, end)`; `hash` is any function of these bytes. */
  find(bytes: Buffer, start: number, end: number, hash: number): number {
    const slot = start === end ? 0 : (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const known = this.#texts[slot] ?? '';
    return isSame(known, bytes, start, end) ? slot : this.#put(slot, bytes.toString('latin1', start, end));
  }

  text(slot: number): string {
    return this.#texts[slot] ?? '';
  }

  code(slot: number): number {
    return this.#codes[slot] ?? 0;
  }

  #put(slot: number, text: string): number {
    this.#texts[slot] = text;
    this.#codes[slot] = this.#codeOf(text);
    return slot;
  }
}

function isSame(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
