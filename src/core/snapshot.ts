import type { Certificate, IndexRange, WindowRecord } from './certificate.ts';
import type { Page, SourceDescription } from './page.ts';

/** What the run that read the list was asked for; a replay without flags asks for the same again. */
export interface RequestRecord {
  /** The template's name, and the SHA-256 of its resolved content. */
  readonly template: string;
  readonly templateSha256: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly timezone: string;
}

/** `extraction.json` in the archive: everything a rendering may know that is not in the pages. */
export interface ExtractionRecord {
  readonly format: 'detect-report/extraction/1';
  readonly tool: { readonly name: string; readonly version: string };
  readonly source: SourceDescription;
  readonly requested: RequestRecord;
  readonly certificate: Certificate;
  /** Root of the Merkle tree over the accepted records, hex. */
  readonly merkleRoot: string;
  readonly windows: readonly WindowRecord[];
}

/** A page of the snapshot with the items of it that count. */
export interface SnapshotPage {
  /** The file in the archive, e.g. `pages/000001.json`. */
  readonly file: string;
  readonly page: Page;
  readonly accepted: readonly IndexRange[];
}

/** Pages as received, in list order; every accepted detection exactly once. */
export interface Snapshot {
  readonly record: ExtractionRecord;
  /** Throws `SourceError` naming the entry when the archive does not hold what its record says. */
  pages(): AsyncIterable<SnapshotPage>;
  close(): Promise<void>;
}
