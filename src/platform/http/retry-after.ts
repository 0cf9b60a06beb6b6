import { readHttpDate } from '../../core/http-date.ts';

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
