import { readHttpDate } from '../../core/instant.ts';

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

/** About 31 years: beyond any budget, yet still a date that can be printed. */
const LONGEST_MS = 1e12;

/**
 * `Retry-After` (RFC 9110 section 10.2.3) as a delay from now, in milliseconds: seconds or an HTTP-date. 0 for a time
 * that has passed, null if the header is absent or in neither form. The longest of several values counts.
 *
 * A date uses the server's clock. If the answer's `Date` is known, the delay between the two counts too, and the longer
 * one wins: if either clock is wrong, the client comes late, never early.
 */
export function readRetryAfter(values: readonly string[], date: string | undefined, nowMs: number): number | null {
  const serverNowMs = date === undefined ? null : readHttpDate(date, nowMs);
  let longest: number | null = null;
  for (const value of values) {
    const delayMs = delayOf(value.trim(), serverNowMs, nowMs);
    if (delayMs !== null) longest = Math.max(longest ?? 0, Math.min(delayMs, LONGEST_MS));
  }
  return longest;
}

function delayOf(value: string, serverNowMs: number | null, nowMs: number): number | null {
  // The RFC has no fractions, but a server that sends one means it.
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const atMs = readHttpDate(value, nowMs);
  return atMs === null ? null : Math.max(0, atMs - nowMs, atMs - (serverNowMs ?? atMs));
}

/** Request timeout, too early, too many requests (RFC 9110, RFC 8470, RFC 6585). */
const TRANSIENT = new Set([408, 425, 429]);
/** Server errors that say "never": not implemented, HTTP version not supported. */
const LASTING = new Set([501, 505]);

/** True if the same request may succeed a little later. */
export function isTransientStatus(status: number): boolean {
  return TRANSIENT.has(status) || (status >= 500 && !LASTING.has(status));
}
