/**
 * Checks an `Authorization` header: `Bearer <key>`, or `Token token=<key>` as the vendor's Node client also sends. If
 * no key is expected, any key that is not empty is accepted.
 */
export function isAuthorized(header: string | undefined, expected: string | null): boolean {
  const match = /^(?:Bearer\s+|Token\s+token=)(?:"([^"]+)"|(\S+))\s*$/i.exec(header ?? '');
  const key = match?.[1] ?? match?.[2];
  return key !== undefined && (expected === null || key === expected);
}

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
