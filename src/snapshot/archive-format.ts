/**
 * `records.zip`, as written and as read:
 *
 *     pages/000001.json    bodies as received, in list order; only pages of which something counts
 *     pages/000002.json
 *     …
 *     extraction.json      the extraction record: certificate, windows, which items of a page count
 */

export const EXTRACTION_ENTRY = 'extraction.json';
export const EXTRACTION_FORMAT = 'detect-report/extraction/1';
export const PAGE_ENTRY = /^pages\/\d{6,9}\.json$/;

/** Entry of the page that stands at `position` (from 1) in list order. */
export function pageEntry(position: number): string {
  return `pages/${String(position).padStart(6, '0')}.json`;
}

/** No page that the API source accepts is larger: see its own cap. */
export const LARGEST_PAGE_BYTES = 256 * 1024 * 1024;
export const LARGEST_RECORD_BYTES = 256 * 1024 * 1024;
export const MOST_PAGES = 2_000_000;
/** JSON compresses by 5 to 40; an archive beyond this ratio was made to hurt. A page that would exceed it is stored. */
export const LARGEST_RATIO = 100;
/** Compression of almost nothing may exceed any ratio. */
export const RATIO_MATTERS_ABOVE_BYTES = 1024 * 1024;
