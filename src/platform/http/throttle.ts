/** One limiter for all workers of a run: rate, concurrency, and a pause that holds for everyone. */
export interface Throttle {
  /** Waits for a turn to send one request; call the returned function when its answer is complete or failed. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** The server asked for less (429, or 503 with `Retry-After`): no request is sent for `delayMs` from now. */
  throttled(delayMs: number): void;
  /** A valid answer arrived. */
  succeeded(): void;
}
