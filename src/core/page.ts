import type { JsonObject } from './json.ts';

/** One item of a page: its parsed value, and its slice `[start, end)` of the page's body. */
export interface PageItem {
  /**
   * If the page was kept, each access parses it again: read it once. If it comes from the API, only `uuid`,
   * `created_at` and `updated_at`.
   */
  readonly value: JsonObject;
  /** Byte offset of the item's `{` in the page's body. */
  readonly start: number;
  /** Byte offset just after the item's `}`. */
  readonly end: number;
}

/**
 * One answer of the list, exactly as received. The unit of transport everywhere: never a single row. `body` holds the
 * decoded (not compressed) bytes of the response; `items` point into it.
 */
export interface Page {
  /** The page number asked for, from 1. */
  readonly number: number;
  /** The page size asked for. */
  readonly size: number;
  /** `page_size` as the server echoed it, or null. A different size shifts every offset. */
  readonly echoedSize: number | null;
  /** `page` as the server echoed it, or null. */
  readonly echoedNumber: number | null;
  /** When the last byte arrived (ISO 8601 UTC with milliseconds). */
  readonly receivedAt: string;
  readonly totalCount: number | null;
  readonly numPages: number | null;
  /** The header that shows that a cache gave the answer, e.g. `Age: 45`. Absent if no header shows it. */
  readonly cached?: string | undefined;
  readonly items: readonly PageItem[];
  readonly body: Uint8Array;
}

/** The source, for the record. Never holds a key. */
export interface SourceDescription {
  readonly kind: 'api' | 'sandbox' | 'custom';
  /** Address of the list: a URL without credentials or query, or a name. */
  readonly location: string;
}

/** Answers "page p of size z". Random access in no promised order: the walk decides what to request. */
export interface Source {
  readonly description: SourceDescription;
  /**
   * One page, retried within its budget. Throws `SourceError` (refused, failed, not the documented envelope),
   * `TryLaterError` (`Retry-After` beyond the budget) or `InterruptedError` (the signal was aborted).
   */
  page(number: number, size: number, signal: AbortSignal): Promise<Page>;
  /** Closes connections. Called once, after the last page. */
  close(): Promise<void>;
}
