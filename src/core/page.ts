import type { JsonObject } from './json.ts';

/** One item of a page: its parsed value and the slice `[start, end)` of the page's body it was parsed from. */
export interface PageItem {
  /**
   * Of a page that was kept, parsed anew each time it is read: read it once. Of one that comes from the API, only `uuid`,
   * `created_at` and `updated_at`.
   */
  readonly value: JsonObject;
  /** Byte offset of the item's `{` in the page's body. */
  readonly start: number;
  /** Byte offset just behind the item's `}`. */
  readonly end: number;
}

/**
 * One answer of the list, exactly as received. The unit of transport everywhere: never a bare row.
 * `body` holds the decoded (not compressed) bytes of the response; `items` point into it.
 */
export interface Page {
  /** The page number that was asked for, from 1. */
  readonly number: number;
  /** The page size that was asked for. */
  readonly size: number;
  /** `page_size` as the server echoed it, null where it did not. A different size shifts every offset. */
  readonly echoedSize: number | null;
  /** `page` as the server echoed it, null where it did not. */
  readonly echoedNumber: number | null;
  /** ISO 8601 UTC with milliseconds: when the last byte had arrived. */
  readonly receivedAt: string;
  readonly totalCount: number | null;
  readonly numPages: number | null;
  /** The header that says that a cache gave the answer, e.g. `Age: 45`. Absent if no header says so. */
  readonly cached?: string | undefined;
  readonly items: readonly PageItem[];
  readonly body: Uint8Array;
}

/** Who answers, for the record. Never holds a key. */
export interface SourceDescription {
  readonly kind: 'api' | 'sandbox' | 'custom';
  /** Where the list was read: a URL without credentials or query, or a name. */
  readonly location: string;
}

/** Whoever answers "page p of size z". Random access, no order promised: the walk decides what to ask. */
export interface Source {
  readonly description: SourceDescription;
  /**
   * One page, retried within its budget. Throws `SourceError` (refused, failed, not the documented envelope),
   * `TryLaterError` (`Retry-After` beyond the budget) or `InterruptedError` (the signal was aborted).
   */
  page(number: number, size: number, signal: AbortSignal): Promise<Page>;
  /** Lets go of connections. Called once, after the last page. */
  close(): Promise<void>;
}
