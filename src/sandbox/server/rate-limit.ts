const SECOND_MS = 1000;

/** Limits the admitted requests within any second; refused ones do not count. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #admittedMs: number[] = [];

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Null if the request may pass, else whole seconds until it may (for `Retry-After`). */
  retryAfterSeconds(nowMs: number): number | null {
    while ((this.#admittedMs[0] ?? Infinity) <= nowMs - SECOND_MS) this.#admittedMs.shift();
    if (this.#admittedMs.length < this.#perSecond) {
      this.#admittedMs.push(nowMs);
      return null;
    }
    return Math.max(1, Math.ceil(((this.#admittedMs[0] ?? nowMs) + SECOND_MS - nowMs) / SECOND_MS));
  }
}
