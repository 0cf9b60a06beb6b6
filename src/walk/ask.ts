import type { Asked } from './reading.ts';

/** A page to ask for, and the offsets `[start, end)` of the list that it should hold. */
export interface Ask extends Asked {
  readonly start: number;
  readonly end: number;
}

export type Step =
  | { readonly kind: 'ask'; readonly ask: Ask }
  /** Nothing to ask before an outstanding answer. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' };
