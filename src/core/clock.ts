/** Time as a dependency, so that tests give it and no test sleeps. Never used by anything that renders. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Monotonic milliseconds: for intervals, indifferent to a clock that jumps. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with `InterruptedError` when the signal aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
