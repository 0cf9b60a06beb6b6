import { SourceError } from '../../core/errors.ts';
import type { ZipRules } from '../../platform/zip/file-reader.ts';

/**
 * `records.zip`:
 *
 *     pages/000001.json    bodies as received, in list order; only pages with items that count
 *     pages/000002.json
 *     …
 *     extraction.json      the extraction record: certificate, windows, which items of a page count
 */

export const EXTRACTION_ENTRY = 'extraction.json';
export const EXTRACTION_FORMAT = 'detect-report/extraction/1';
export const PAGE_ENTRY = /^pages\/\d{6,9}\.json$/;

/** Entry of the page at `position` (from 1) in list order. */
export function pageEntry(position: number): string {
  return `pages/${String(position).padStart(6, '0')}.json`;
}

/** The API source accepts no larger page: see its own cap. */
const LARGEST_PAGE_BYTES = 256 * 1024 * 1024;
const LARGEST_RECORD_BYTES = 256 * 1024 * 1024;
const MOST_PAGES = 2_000_000;
/** JSON compresses by 5 to 40; an archive beyond this ratio is an attack. A page that would exceed it is stored. */
export const LARGEST_RATIO = 100;
/** Very small data may exceed any ratio when compressed. */
export const RATIO_MATTERS_ABOVE_BYTES = 1024 * 1024;

/** The error for every way in which a snapshot can be wrong. */
export function refused(path: string, reason: string, entry?: string, cause?: unknown): SourceError {
  const where = entry === undefined ? path : `${path}, entry ${entry}`;
  return new SourceError(`The snapshot cannot be used (${where}): ${reason}.`, {
    place: entry === undefined ? { file: path } : { file: path, entry },
    remedy: 'Use an unchanged records.zip of a sealed run; verify its checksum with sha256sum -c SHA256SUMS.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export const SNAPSHOT_ZIP: ZipRules = {
  kind: 'a snapshot',
  mostEntries: MOST_PAGES,
  limitOf: (name) =>
    PAGE_ENTRY.test(name) ? LARGEST_PAGE_BYTES : name === EXTRACTION_ENTRY ? LARGEST_RECORD_BYTES : null,
  largestRatio: LARGEST_RATIO,
  ratioMattersAboveBytes: RATIO_MATTERS_ABOVE_BYTES,
  refused,
};
