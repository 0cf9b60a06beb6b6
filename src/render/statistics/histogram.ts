const BINS = 20;

/**
 * Counts of values from 0 to 1 in twenty equal bins `[k/20, (k+1)/20)`; the last one is closed and includes 1. The
 * caller checks that a value is in that range.
 */
export class Histogram {
  readonly #counts = Array.from({ length: BINS }, () => 0);

  add(value: number): void {
    let bin = Math.min(BINS - 1, Math.floor(value * BINS));
    // The product can round up to the next whole number for a value just below an edge.
    if (bin / BINS > value) bin -= 1;
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
  }

  merge(counts: readonly number[]): void {
    for (const [bin, count] of counts.entries()) this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
  }

  counts(): number[] {
    return [...this.#counts];
  }
}
