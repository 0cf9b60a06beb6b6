import type { Certificate, IndexRange, WindowRecord } from './certificate.ts';
import type { Output } from './output.ts';
import type { Page, SourceDescription } from './page.ts';
import type { PageKeeper, WalkOutcome } from './walk.ts';

/** What the run that read the list was asked for; a replay without flags asks for the same again. */
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

/** Versions of what decides bytes beside this program: compressor, time zone table, Unicode. */
export interface RuntimeRecord {
  readonly zlib: string;
  readonly tz: string;
  readonly unicode: string;
  readonly icu: string;
}

/** `extraction.json` in the archive: everything a rendering may know that is not in the pages. */
export interface ExtractionRecord {
  readonly format: 'detect-report/extraction/1';
  readonly tool: { readonly name: string; readonly version: string };
  /** Of the process that read the list; a replay keeps them, so that its bytes stay the same. */
  readonly runtime: RuntimeRecord;
  readonly source: SourceDescription;
  readonly requested: RequestRecord;
  readonly certificate: Certificate;
  /** Everything in the archive before this record, as it was packed: bytes and SHA-256 (hex). */
  readonly packed: { readonly bytes: number; readonly sha256: string };
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
  /** SHA-256 (hex) of `extraction.json` as it stands in the archive; it holds the hash of every page. */
  readonly recordSha256: string;
  /** Throws `SourceError` naming the entry when the archive does not hold what its record says. */
  pages(): AsyncIterable<SnapshotPage>;
  close(): Promise<void>;
}

/** What is known when a walk has ended, beside its outcome. */
export interface ArchiveFacts {
  readonly tool: ExtractionRecord['tool'];
  readonly runtime: RuntimeRecord;
  readonly source: SourceDescription;
  readonly requested: RequestRecord;
}

/** The certificate that a record may be sealed with; `doubled` names the pages on which a uuid stands twice. */
export type CertificateJudge = (record: ExtractionRecord, doubled: ReadonlySet<string>) => Certificate;

/** Keeps pages while the walk runs, and turns them into `records.zip` when it has ended. */
export interface Spool extends PageKeeper {
  /** Writes the archive: the pages that count, in list order, and `extraction.json`. */
  writeArchive(
    outcome: WalkOutcome,
    facts: ArchiveFacts,
    output: Output,
    judge?: CertificateJudge,
  ): Promise<ExtractionRecord>;
  /** Removes everything that was kept. */
  discard(): Promise<void>;
}
