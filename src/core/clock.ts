/** Time as a dependency: tests supply it and never sleep. Rendering never uses it. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Monotonic milliseconds, for intervals: a change of the clock does not affect them. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with `InterruptedError` if the signal aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
