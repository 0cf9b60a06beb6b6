import { count, counted, duration } from '../figures.ts';
import type { ProgressEvent } from '../library.ts';

export type Stage = Extract<ProgressEvent, { kind: 'stage' }>['stage'];

export const STAGE_TITLES: Readonly<Record<Stage, string>> = {
  extract: 'Reading the list',
  archive: 'Keeping the snapshot',
  render: 'Writing the tables',
  seal: 'Sealing',
  compare: 'Comparing checksums',
  recompute: 'Hashing the records',
  reproduce: 'Making the files again',
};

/** Progress of a stage: detections done, their total if known, seconds so far. */
export interface Advance {
  readonly done: number;
  readonly of: number | null;
  readonly pages: number | null;
  readonly seconds: number;
}

/** `12,400 of 20,000 · 13 pages · 3,100/s · 3 s left` */
export function advanceText({ done, of, pages, seconds }: Advance): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = [
    of === null ? counted(done, 'detection') : `${count(Math.min(done, of))} of ${count(Math.max(done, of))}`,
  ];
  if (pages !== null) parts.push(counted(pages, 'page'));
  if (rate > 0) parts.push(`${count(Math.round(rate))}/s`);
  if (of !== null && rate > 0 && done < of) parts.push(`${duration((of - done) / rate)} left`);
  return parts.join(' · ');
}

export function retryText(event: Extract<ProgressEvent, { kind: 'retry' }>): string {
  return `page ${count(event.page)}: ${event.reason}; ${nextAttempt(event)}`;
}

export function deliveryRetryText(event: Extract<ProgressEvent, { kind: 'delivery-retry' }>): string {
  return `${event.reason.replace(/\.$/, '')}; ${nextAttempt(event)}`;
}

function nextAttempt({ attempt, delayMs }: { readonly attempt: number; readonly delayMs: number }): string {
  const wait = delayMs < 1000 ? 'at once' : `in ${duration(delayMs / 1000)}`;
  return `attempt ${attempt + 1} follows ${wait}`;
}
