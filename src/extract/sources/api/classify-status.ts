import { isTransientStatus } from '../../../platform/http/transient-status.ts';

/** `answer` may hold a page · `retry` may pass · `redirect` and `refused` will not. */
export type StatusClass = 'answer' | 'retry' | 'redirect' | 'refused';

/** The class of a final status (200 and above) of a GET of the list. */
export function classifyStatus(status: number): StatusClass {
  if (status === 200) return 'answer';
  if (isTransientStatus(status)) return 'retry';
  if (status >= 400) return 'refused';
  // Another success (204, 206) is not a page: something between here and the API misbehaved.
  return status >= 300 ? 'redirect' : 'retry';
}

/** True if the server asks all clients to slow down, not only this request to be retried. */
export function asksForLess(status: number | null, retryAfterMs: number | null): boolean {
  return status === 429 || (status === 503 && retryAfterMs !== null);
}
