/** How long a new detection is processed: a number of read requests, or time on the given clock. */
export type ProcessingTime = { readonly requests: number } | { readonly ms: number };

/** Detections in processing, oldest first. */
export class Processing {
  readonly #time: ProcessingTime;
  readonly #monotonicMs: () => number;
  readonly #begun = new Map<number, { readonly turn: number; readonly atMs: number }>();
  #turns = 0;

  constructor(time: ProcessingTime, monotonicMs: () => number) {
    this.#time = time;
    this.#monotonicMs = monotonicMs;
  }

  begin(serial: number): void {
    this.#begun.set(serial, { turn: this.#turns, atMs: this.#monotonicMs() });
  }

  end(serial: number): void {
    this.#begun.delete(serial);
  }

  has(serial: number): boolean {
    return this.#begun.has(serial);
  }

  /** Counts a read request; returns the serial numbers that are now finished. */
  turn(): number[] {
    this.#turns++;
    const nowMs = this.#monotonicMs();
    const due: number[] = [];
    for (const [serial, { turn, atMs }] of this.#begun) {
      const ready = 'ms' in this.#time ? nowMs - atMs >= this.#time.ms : this.#turns - turn > this.#time.requests;
      // All wait equally long: if one is not ready, neither are the later ones.
      if (!ready) break;
      due.push(serial);
    }
    return due;
  }
}
