const SECOND_MS = 1000;

/** At most so many admitted requests within any second; refused ones do not count. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #admittedMs: number[] = [];

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Null where the request may pass, else the whole seconds after which it will (for `Retry-After`). */
  retryAfterSeconds(nowMs: number): number | null {
    while ((this.#admittedMs[0] ?? Infinity) <= nowMs - SECOND_MS) this.#admittedMs.shift();
    if (this.#admittedMs.length < this.#perSecond) {
      this.#admittedMs.push(nowMs);
      return null;
    }
    return Math.max(1, Math.ceil(((this.#admittedMs[0] ?? nowMs) + SECOND_MS - nowMs) / SECOND_MS));
  }
}
