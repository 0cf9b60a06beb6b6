import { mix32 } from '../items/random.ts';
import type { SerialOrder } from './serial-order.ts';

/** Sorted by `updated_at`: an update moves a detection to the newest end. In memory as a whole: small lists only. */
export class UpdateOrder implements SerialOrder {
  /** Newest first. */
  #serials: number[];
  readonly #ascending: boolean;

  constructor(newestFirst: readonly number[], ascending: boolean) {
    this.#serials = [...newestFirst];
    this.#ascending = ascending;
  }

  get count(): number {
    return this.#serials.length;
  }

  slice(first: number, length: number): number[] {
    if (!this.#ascending) return this.#serials.slice(first, first + length);
    const end = Math.max(0, this.count - first);
    return this.#serials.slice(Math.max(0, end - length), end).reverse();
  }

  inserted(serial: number): void {
    this.#serials.unshift(serial);
  }

  removed(serial: number): void {
    this.#serials = this.#serials.filter((other) => other !== serial);
  }

  touched(serial: number): void {
    this.removed(serial);
    this.inserted(serial);
  }
}

/**
 * No order: either the same disorder in every answer (new items anywhere in it), or a different one each time, which no
 * client can page through. Small lists only.
 */
export class RandomOrder implements SerialOrder {
  #serials: number[];
  readonly #reshuffled: boolean;
  #answers = 0;

  constructor(count: number, reshuffled: boolean) {
    this.#serials = Array.from({ length: count }, (_, serial) => serial);
    this.#reshuffled = reshuffled;
    this.#sort();
  }

  get count(): number {
    return this.#serials.length;
  }

  slice(first: number, length: number): number[] {
    if (this.#reshuffled) {
      this.#answers++;
      this.#sort();
    }
    return this.#serials.slice(first, first + length);
  }

  inserted(serial: number): void {
    this.#serials.push(serial);
    this.#sort();
  }

  removed(serial: number): void {
    this.#serials = this.#serials.filter((other) => other !== serial);
  }

  touched(): void {}

  #sort(): void {
    const salt = mix32(this.#answers + 1);
    this.#serials.sort((a, b) => mix32(a ^ salt) - mix32(b ^ salt));
  }
}
