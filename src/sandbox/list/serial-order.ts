import { RemovedSerials } from './removed-serials.ts';

/** The position of each serial number in the list. Serial numbers are assigned 0, 1, 2, … and never reused. */
export interface SerialOrder {
  readonly count: number;
  /** The serial numbers at indexes [first, first + length), cut at the end of the list. */
  slice(first: number, length: number): number[];
  inserted(serial: number): void;
  removed(serial: number): void;
  /** Moves to the newest `updated_at` of all. */
  touched(serial: number): void;
}

/** By creation, probably the real list's order: O(log removals) an item, whatever the list's length. */
export class CreationOrder implements SerialOrder {
  readonly #ascending: boolean;
  readonly #removed = new RemovedSerials();
  #next: number;

  constructor(count: number, ascending: boolean) {
    this.#next = count;
    this.#ascending = ascending;
  }

  get count(): number {
    return this.#next - this.#removed.count;
  }

  slice(first: number, length: number): number[] {
    const end = Math.min(this.count, first + length);
    const serials: number[] = [];
    for (let index = first; index < end; index++) {
      serials.push(this.#removed.remainingAt(this.#ascending ? index : this.count - 1 - index));
    }
    return serials;
  }

  inserted(serial: number): void {
    this.#next = serial + 1;
  }

  removed(serial: number): void {
    this.#removed.add(serial);
  }

  touched(): void {}
}
