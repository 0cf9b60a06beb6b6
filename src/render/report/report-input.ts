import type { Certificate } from '../../core/certificate.ts';
import type { Change, ChangeCounts, HistoryEntry, PreviousFacts } from '../../core/previous-run.ts';
import type { SealedFile } from '../../core/output.ts';
import type { Period } from '../../core/period.ts';
import type { Attachment } from '../../core/report.ts';
import type { SinkSettings } from '../../core/sink.ts';
import type { ExtractionRecord } from '../../core/snapshot.ts';
import type { Statistics } from '../../core/statistics.ts';
import type { Format, Template } from '../../core/template.ts';
import type { Registers } from './detection-lists.ts';

export interface ReportedAmendment {
  readonly amends: {
    readonly report_id: string;
    readonly manifest_sha256: string;
    readonly number?: number | undefined;
  };
  readonly differences: {
    readonly columns: readonly string[];
    readonly counts: ChangeCounts;
    readonly total: number;
    /** The first of them, by uuid. */
    readonly changes: readonly Change[];
  };
}

/** Everything that a report is made from. No clock, no locale, no file: the same input gives the same report. */
export interface ReportInput {
  readonly template: Template;
  /** SHA-256 (hex) of the template's policy, for comparison with that of an earlier run. */
  readonly policySha256: string;
  /** The formats and settings of the run: needed to say how to make it again. */
  readonly formats: readonly Format[];
  readonly sinks: SinkSettings;
  readonly period: Period;
  readonly statistics: Statistics;
  readonly certificate: Certificate;
  readonly extraction: ExtractionRecord;
  readonly registers: Registers;
  /** Files of the run sealed so far, in the order of listing. */
  readonly files: readonly SealedFile[];
  /** Files that hold the table of detections, sealed or not, the one to look into first first. */
  readonly listings: readonly string[];
  /** Files that the report embeds, for the formats that can. */
  readonly attached?: {
    readonly attachments: readonly Omit<Attachment, 'description'>[];
    /** Tables that were too large for the limit. */
    readonly leftOut: readonly string[];
    readonly limitBytes: number;
  } | null;
  /** The run that this one follows; absent or null: none was named. */
  readonly previous?: PreviousFacts | null;
  /** Figures of earlier runs, the oldest first, at most 13; absent: none are known. */
  readonly history?: readonly HistoryEntry[];
  /** Whether reviews were joined: then a replay needs them. Absent: no. */
  readonly hasReviews?: boolean;
  /** What an amendment changes; absent or null: the run is not an amendment. */
  readonly amendment?: ReportedAmendment | null;
  /** Cells that the tables' formats had to change, by format and reason. */
  readonly changedCells: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Cells of the tables with something private withheld. */
  readonly withheldCells?: number;
  readonly tool: { readonly name: string; readonly version: string };
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly asOf: string;
}
