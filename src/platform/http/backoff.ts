/** Largest share added to `Retry-After`, so that clients with the same delay do not all come back at once. */
const RETRY_AFTER_JITTER = 0.1;

/** How our own delay between attempts grows, in milliseconds. */
export interface RetryPace {
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
}

/** What to do about a failed attempt. Delays are milliseconds from now. */
export type RetryDecision =
  | { readonly kind: 'wait'; readonly delayMs: number }
  /** The server asks for a longer wait than the budget has left. */
  | { readonly kind: 'later'; readonly delayMs: number }
  | { readonly kind: 'give-up' };

/**
 * When to try again. If the server names no time: full jitter, uniform in 0 to min(cap, base * 2^(attempt - 1)) (AWS
 * Architecture Blog, "Exponential Backoff And Jitter"). If `Retry-After` is in the future: never earlier, and up to 10
 * % later. If it has passed, our own delay applies.
 */
export function decideRetry(
  attempt: number,
  retryAfterMs: number | null,
  remainingMs: number,
  limits: RetryPace,
  random: () => number,
): RetryDecision {
  if (retryAfterMs !== null && retryAfterMs > 0) {
    if (retryAfterMs >= remainingMs) return { kind: 'later', delayMs: retryAfterMs };
    return { kind: 'wait', delayMs: Math.ceil(retryAfterMs * (1 + RETRY_AFTER_JITTER * random())) };
  }
  const ceilingMs = Math.min(limits.retryCapMs, limits.retryBaseMs * 2 ** Math.min(attempt - 1, 30));
  const delayMs = Math.ceil(ceilingMs * random());
  return delayMs >= remainingMs ? { kind: 'give-up' } : { kind: 'wait', delayMs };
}
