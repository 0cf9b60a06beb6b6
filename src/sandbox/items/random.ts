/** A list with at least one element, so that a pick always succeeds. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** Choices with their weights, of any sum. */
export type Weighted<T> = NonEmpty<readonly [choice: T, weight: number]>;

/** Scrambles 32 bits into 32 others, one to one (the finaliser of MurmurHash3). */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The low and high 32 bits of a safe non-negative integer. */
export function words(value: number): readonly [low: number, high: number] {
  return [value >>> 0, Math.floor(value / 0x1_0000_0000)];
}

/**
 * Random numbers that depend only on (seed, index), so that any detection can be made without the others. The generator
 * is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, all integer operations.
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Different stream numbers are independent, so that one purpose never disturbs another. */
  constructor(seed: number, index: number, stream = 0) {
    const [seedLow, seedHigh] = words(seed);
    const [indexLow, indexHigh] = words(index);
    this.#a = mix32(seedLow ^ 0x9e3779b9 ^ mix32(stream)) ^ indexHigh;
    this.#b = mix32(seedHigh ^ 0x7f4a7c15) ^ mix32(indexLow);
    this.#c = indexLow;
    for (let round = 0; round < 8; round++) this.uint32();
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  /** A whole number in [low, high], both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  pick<T>(choices: NonEmpty<T>): T {
    return choices[Math.floor(this.unit() * choices.length)] ?? choices[0];
  }

  weighted<T>(choices: Weighted<T>): T {
    let total = 0;
    for (const [, weight] of choices) total += weight;
    let left = this.unit() * total;
    for (const [choice, weight] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return choices[0][0];
  }

  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) text += this.uint32().toString(16).padStart(8, '0');
    return text.slice(0, length);
  }
}
