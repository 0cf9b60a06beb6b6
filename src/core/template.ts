import type { Brand } from './design.ts';
import type { Obligation, SignOff } from './obligation.ts';
import type { ClassificationPolicy } from './policy.ts';
import type { SectionId } from './report.ts';
import type { TableName } from './table.ts';

/** Name of a format. Which there are, the registry of sinks says: `FORMATS`. */
export type Format = string;

/** What a report period may be asked for as, by flag or template. Days are `YYYY-MM-DD`, months `YYYY-MM`. */
export type PeriodRequest =
  | { readonly kind: 'month'; readonly month: string }
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'last-month' }
  | { readonly kind: 'all' };

export type { Brand } from './design.ts';

/** A template as it is used: defaults filled in, files read, everything checked. */
export interface Template {
  readonly name: string;
  /** SHA-256 (hex) of the resolved content, logo included: two runs with the same hash used the same template. */
  readonly sha256: string;
  readonly title: string;
  readonly organisation: string | null;
  /** Shown on every page, e.g. `Confidential`; null for none. */
  readonly classification: string | null;
  readonly period: PeriodRequest;
  readonly timezone: string;
  readonly formats: readonly Format[];
  /** Column names by table, in the order of the table's own columns. A table that is absent is not written. */
  readonly tables: ReadonlyMap<TableName, readonly string[]>;
  readonly brand: Brand;
  /** Bytes of the workbook (`.xlsx`) that the tables are filled into; null for one of our own. */
  readonly workbook: Uint8Array | null;
  /** Sections of the PDF and of the HTML report, in this order. */
  readonly sections: readonly SectionId[];
  readonly policy: ClassificationPolicy;
  /** How soon zero-retention media should be deleted; null where the organisation sets no limit. */
  readonly retentionLimitSeconds: number | null;
  /** At most this many detections in the report's register of flagged ones. */
  readonly registerLimit: number;
  /** Duties of the compliance matrix; absent: none. */
  readonly obligations?: readonly Obligation[];
  /** Absent: as `DEFAULT_SIGN_OFF`. */
  readonly signOff?: SignOff;
  /** Bytes of tables that the PDF may carry inside; absent: as `DEFAULT_ATTACHMENT_LIMIT_BYTES`. */
  readonly attachmentLimitBytes?: number;
}
