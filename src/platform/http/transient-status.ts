/** Request timeout, too early, too many requests (RFC 9110, RFC 8470, RFC 6585). */
const TRANSIENT = new Set([408, 425, 429]);
/** Server errors that say "never": not implemented, HTTP version not supported. */
const LASTING = new Set([501, 505]);

/** True if the same request may succeed a little later. */
export function isTransientStatus(status: number): boolean {
  return TRANSIENT.has(status) || (status >= 500 && !LASTING.has(status));
}
