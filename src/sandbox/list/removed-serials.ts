/**
 * Serial numbers removed from 0, 1, 2, …: finds the k-th remaining one by binary search over the removed ones. A
 * removal shifts a sorted array, which for a run's thousands of removals costs less than any tree.
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

  /** False if it was already removed. */
  add(serial: number): boolean {
    const at = this.#below(serial);
    if (this.#removed[at] === serial) return false;
    this.#removed.splice(at, 0, serial);
    return true;
  }

  /** The serial number that has exactly `rank` remaining ones below it. */
  remainingAt(rank: number): number {
    // removed[i] - i remaining ones are below removed[i]; the answer moves up by the count with at most `rank` below.
    return rank + this.#countWhile((removed, index) => removed - index <= rank);
  }

  /** How many removed ones are smaller. */
  #below(serial: number): number {
    return this.#countWhile((removed) => removed < serial);
  }

  /** How many of the first ones pass a test that none passes after the first failure. */
  #countWhile(passes: (removed: number, index: number) => boolean): number {
    let [low, high] = [0, this.#removed.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (passes(this.#removed[middle] ?? 0, middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
