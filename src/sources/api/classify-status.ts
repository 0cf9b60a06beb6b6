import { isTransientStatus } from '../../core/transient-status.ts';

/** `answer` may hold a page · `retry` may pass · `redirect` and `refused` will not. */
export type StatusClass = 'answer' | 'retry' | 'redirect' | 'refused';

/** What a final status (200 and above) means for a GET of the list. */
export function classifyStatus(status: number): StatusClass {
  if (status === 200) return 'answer';
  if (isTransientStatus(status)) return 'retry';
  if (status >= 400) return 'refused';
  // Another success (204, 206) is no page; something between here and the API was out of step.
  return status >= 300 ? 'redirect' : 'retry';
}

/** True where the server asks everybody to slow down, not only this request to come again. */
export function asksForLess(status: number | null, retryAfterMs: number | null): boolean {
  return status === 429 || (status === 503 && retryAfterMs !== null);
}
