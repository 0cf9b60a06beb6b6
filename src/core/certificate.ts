/** `proven` nothing can be missing · `converged` a full second pass changed nothing · `unproven` neither. */
export const COMPLETENESS_VERDICTS = ['proven', 'converged', 'unproven'] as const;
export type CompletenessVerdict = (typeof COMPLETENESS_VERDICTS)[number];

/** What a certificate may be about. */
export const CLAIMS = ['list', 'period', 'parts'] as const;

/** The order that every window of the walk was seen to keep. */
export const OBSERVED_ORDERS = [
  'created_at descending',
  'created_at ascending',
  'updated_at descending',
  'updated_at ascending',
  'none',
  // Fewer than two items: nothing to compare.
  'trivial',
] as const;
export type ObservedOrder = (typeof OBSERVED_ORDERS)[number];

/** A place in the list at which no window was shown to link to the next. */
export interface OpenPlace {
  /** Last item known before the gap, null for the head of the list. */
  readonly afterUuid: string | null;
  /** First item known after the gap, null for the end of the list. */
  readonly beforeUuid: string | null;
  readonly why: string;
}

/** What the walk states about its own completeness; see docs/completeness.md. Times are ISO 8601 UTC. */
export interface Certificate {
  readonly verdict: CompletenessVerdict;
  /** One sentence that explains the verdict. */
  readonly reason: string;
  /** When the walk began; if it was resumed, when its first attempt began. */
  readonly startedAt: string;
  /** When the last answer was complete. */
  readonly endedAt: string;
  /** Requests for pages that were answered with a page; retries of one page count once. */
  readonly requests: number;
  readonly windows: number;
  readonly repairs: number;
  readonly passes: number;
  readonly concurrency: number;
  /** Distinct page sizes asked for, ascending. */
  readonly pageSizes: readonly number[];
  readonly totalCountFirst: number | null;
  readonly totalCountLast: number | null;
  /** Items in all windows together: unique + duplicates. */
  readonly received: number;
  readonly unique: number;
  readonly duplicates: number;
  /**
   * How many of the detections were created later than the head of the first answer: at least that many were added
   * during the walk. Null if the list is not newest first: then new items look like any other.
   */
  readonly appeared: number | null;
  /**
   * How many of the detections had left the list at the moment that the proof is about. Null if the proof is not about
   * one moment: a chain of windows sees each place once, and cannot tell what left it later.
   */
  readonly vanished: number | null;
  /** Items received more than once with different bytes. */
  readonly changed: number;
  readonly orderObserved: ObservedOrder;
  /**
   * Milliseconds that two detections must be apart for the proof to rely on their order; closer ones may be in either
   * order. Absent if the order is exact.
   */
  readonly orderToleranceMs?: number | undefined;
  readonly openPlaces: readonly OpenPlace[];
  /**
   * What the verdict is about: the whole list, only what was created in `claimedPeriod`, or the `parts` of a combined run
   * for that period. Absent: the list.
   */
  readonly claim?: (typeof CLAIMS)[number] | undefined;
  /** Half-open span of `created_at` that any claim but `list` is about; null bounds are open. */
  readonly claimedPeriod?: { readonly from: string | null; readonly to: string | null } | undefined;
  /** Why the whole list was read although only a period was wanted (`--seek`). */
  readonly seekGivenUp?: string | undefined;
  /** If the walk was resumed: how many of the requests earlier attempts made. */
  readonly resumedRequests?: number | undefined;
}

/** An item at the edge of a window: enough to prove the chain again from an archive. */
export interface WindowRim {
  readonly uuid: string;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

/** Inclusive index ranges of a page's items, ascending and disjoint. */
export type IndexRange = readonly [first: number, last: number];

/** One window of a walk: a contiguous slice of the list, as an answer showed it. */
export interface ListWindow {
  readonly page: number;
  readonly size: number;
  readonly receivedAt: string;
  readonly totalCount: number | null;
  /** The header that shows that a cache gave the page. Absent if no header shows it. */
  readonly cached?: string | undefined;
  readonly items: number;
  /** Its index among all windows in order of their answers, from 0; its full pass, from 1. */
  readonly arrival: number;
  readonly pass: number;
  readonly first: WindowRim | null;
  readonly last: WindowRim | null;
  /** Which of its items count; each detection counts in exactly one window, in its newest version. */
  readonly accepted: readonly IndexRange[];
}

/** The same in the archive, in list order (head first). */
export interface WindowRecord extends ListWindow {
  /** The page's file in the archive; null if all its items count in other windows and only its edges are kept. */
  readonly file: string | null;
  /** Bytes and SHA-256 of the page's body as received. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Stamp of a report whose proof depends on the extraction record alone. */
export const READ_TWICE = 'READ TWICE';

/** Why two equal readings prove a list. */
export const PASSES_REASON =
  'Two consecutive full passes returned the same detections in the same order, exactly as many as the list was long.';

/**
 * True if a proof depends on the extraction record alone: an archive keeps each detection once, so its pages cannot
 * show again that two readings were equal. A report made from such an archive says so, and never claims completeness.
 */
export function standsOnRecord({ verdict, reason }: { readonly verdict: string; readonly reason: string }): boolean {
  return verdict === 'proven' && reason === PASSES_REASON;
}

/** True if the certificate's claim holds for everything created in the half-open span (epoch milliseconds). */
export function coversPeriod(
  { claimedPeriod }: Pick<Certificate, 'claimedPeriod'>,
  { fromMs, toMs }: { readonly fromMs: number | null; readonly toMs: number | null },
): boolean {
  if (claimedPeriod === undefined) return true;
  const from = claimedPeriod.from === null ? Number.NEGATIVE_INFINITY : Date.parse(claimedPeriod.from);
  const to = claimedPeriod.to === null ? Number.POSITIVE_INFINITY : Date.parse(claimedPeriod.to);
  return (fromMs ?? Number.NEGATIVE_INFINITY) >= from && (toMs ?? Number.POSITIVE_INFINITY) <= to;
}
