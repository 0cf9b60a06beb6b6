/**
 * Serial numbers that were taken out of 0, 1, 2, …: finds the k-th that is left by binary search over those removed.
 * A removal shifts a sorted array, which for the thousands of removals of a run costs less than any tree.
 */
export class RemovedSerials {
  /** Ascending. */
  readonly #removed: number[] = [];

  get count(): number {
    return this.#removed.length;
  }

  has(serial: number): boolean {
    return this.#removed[this.#below(serial)] === serial;
  }

  /** False where it had been removed before. */
  add(serial: number): boolean {
    const at = this.#below(serial);
    if (this.#removed[at] === serial) return false;
    this.#removed.splice(at, 0, serial);
    return true;
  }

  /** The serial number that has exactly `rank` remaining ones below it. */
  remainingAt(rank: number): number {
    // removed[i] - i of the remaining ones lie below removed[i]; the answer is shifted by all that have at most `rank`.
    let [low, high] = [0, this.#removed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#removed[middle] ?? 0) - middle <= rank) low = middle + 1;
      else high = middle;
    }
    return rank + low;
  }

  /** How many removed ones are smaller. */
  #below(serial: number): number {
    let [low, high] = [0, this.#removed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#removed[middle] ?? 0) < serial) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
