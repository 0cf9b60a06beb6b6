import type { Certificate, IndexRange, WindowRecord } from './certificate.ts';
import { SourceError } from './errors.ts';
import type { JsonObject, Slice } from './json.ts';
import type { Page, SourceDescription } from './page.ts';
import type { OutcomeCounts } from './statistics.ts';

/** The request of the run that read the list; a replay without flags repeats it. */
export interface RequestRecord {
  /** The template's name, and the SHA-256 of its resolved content. */
  readonly template: string;
  readonly templateSha256: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly timezone: string;
  /** ISO 8601 UTC, null bounds are open. */
  readonly fromUtc: string | null;
  readonly toUtc: string | null;
  /** The days of the zone: from `day` on, days of 24 hours until the next entry. */
  readonly dayStarts: readonly { readonly day: string; readonly startsUtc: string }[];
}

/** Versions of everything else that affects bytes: compressor, time zone table, Unicode. */
export interface RuntimeRecord {
  readonly zlib: string;
  readonly tz: string;
  readonly unicode: string;
  readonly icu: string;
}

/** One of the sealed runs that a combined run is made of. */
export interface CombinedPart {
  /** Different for each part: a period, or a team. */
  readonly name: string;
  readonly reportId: string;
  readonly manifestSha256: string;
  readonly extractionSha256: string;
  /** Report id of the run that was named, if its newest amendment is used in its place. */
  readonly insteadOf?: string | undefined;
  readonly period: Pick<RequestRecord, 'from' | 'to' | 'timezone' | 'fromUtc' | 'toUtc'>;
  readonly certificate: Certificate;
  /** As the part's own `statistics.json` has them. */
  readonly counts: OutcomeCounts & { readonly inPeriod: number; readonly undated: number };
  /** How many of its detections count in the combined run: the others count from a part that was read later. */
  readonly records: number;
  /** Number of its pages in the archive: each part's pages follow those of the part before it. */
  readonly pages: number;
}

/** `extraction.json` in the archive: everything that rendering may use and that is not in the pages. */
export interface ExtractionRecord {
  readonly format: 'detect-report/extraction/1';
  readonly tool: { readonly name: string; readonly version: string };
  /** From the process that read the list; a replay keeps it, so that its bytes stay the same. */
  readonly runtime: RuntimeRecord;
  readonly source: SourceDescription;
  readonly requested: RequestRecord;
  readonly certificate: Certificate;
  /** Everything before this record in the archive, as packed: bytes and SHA-256 (hex). */
  readonly packed: { readonly bytes: number; readonly sha256: string };
  /** Root of the Merkle tree over the accepted records, hex. */
  readonly merkleRoot: string;
  readonly windows: readonly WindowRecord[];
  /** Absent for a list that was read: then its windows prove the certificate. */
  readonly parts?: readonly CombinedPart[] | undefined;
}

/** A page of the snapshot, and which of its items count. */
export interface SnapshotPage {
  /** The file in the archive, e.g. `pages/000001.json`. */
  readonly file: string;
  readonly page: Page;
  readonly accepted: readonly IndexRange[];
}

/** The error for a page with something else in the place of an item. */
export function noItem(file: string, { start }: Slice, cause: unknown): SourceError {
  return new SourceError(`The snapshot cannot be used (entry ${file}): at byte ${start} it holds no item.`, {
    place: { entry: file },
    remedy: 'Use the records.zip as the run left it, or read the list again.',
    cause,
  });
}

export interface ArchivePlace {
  readonly path: string;
  readonly given: string;
}

/** Some of an archive's pages: `[first, end)`, counted from 0 in list order. */
export interface PageRange {
  readonly first: number;
  readonly end: number;
  /** When the reading of these pages ended (epoch milliseconds), if not with the snapshot's. */
  readonly readUntilMs?: number;
}

/** Pages as received, in list order; every accepted detection exactly once. */
export interface Snapshot {
  readonly record: ExtractionRecord;
  /** SHA-256 (hex) of `extraction.json` as in the archive; that file holds the hash of every page. */
  readonly recordSha256: string;
  /** Its archive, and the file that errors name. */
  readonly archive: ArchivePlace;
  /** All pages, or those of a part. Throws `SourceError` with the entry's name if the archive does not match its record. */
  pages(part?: PageRange): AsyncIterable<SnapshotPage>;
  close(): Promise<void>;
}

/** What a page shows of the extraction record. */
export interface PageEvidence {
  readonly file: string;
  /** The uuid of each item, or `sha256:<record hash>`. */
  readonly identities: readonly string[];
  /** Items that count, as in `SnapshotPage`, and the SHA-256 (hex) of each. */
  readonly accepted: readonly IndexRange[];
  readonly recordHashes: readonly string[];
  /** Contradictions to the record: texts for people. */
  readonly contradictions: readonly string[];
  /** A uuid occurs twice. */
  readonly isDoubled: boolean;
  /** Neighbours in order, for each order that the certificate names. */
  readonly steps: readonly number[];
  /** An item that counts is not of the period of its part. */
  readonly isStray: boolean;
}

/** Collects evidence from pages while they are rendered, so that they are read once. */
export interface PageWitness {
  /** An item that counts, in page order: its value (trees may be missing), and the SHA-256 (hex) of its bytes. */
  item(value: JsonObject, recordSha256: string): void;
  /** Call it after the last item of the page. */
  page(page: SnapshotPage): PageEvidence;
}

/** What is known at the end of a walk, besides its outcome. */
export interface ArchiveFacts {
  readonly tool: ExtractionRecord['tool'];
  readonly runtime: RuntimeRecord;
  readonly source: SourceDescription;
  readonly requested: RequestRecord;
}

/** Returns the certificate to seal a record with; `doubled` names the pages with a repeated uuid. */
export type CertificateJudge = (record: ExtractionRecord, doubled: ReadonlySet<string>) => Certificate;
