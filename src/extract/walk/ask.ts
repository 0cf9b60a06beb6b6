import type { Asked } from './reading.ts';

/** A page to ask for, and the offsets `[start, end)` of the list that it should hold. */
export interface Ask extends Asked {
  readonly start: number;
  readonly end: number;
}

/** A page that is to be asked for. */
export type Queued = Pick<Ask, 'page' | 'size' | 'start' | 'end' | 'planned'>;

export function askOf(page: number, size: number, planned: boolean): Queued {
  return { page, size, start: (page - 1) * size, end: page * size, planned };
}

export type Step =
  | { readonly kind: 'ask'; readonly ask: Ask }
  /** Nothing to ask before an outstanding answer. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' };
