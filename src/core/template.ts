import type { Brand } from './design.ts';
import { canonicalJson } from './json.ts';
import { sha256Of } from './merkle.ts';
import type { ClassificationPolicy, Obligation, SignOff } from './policy.ts';
import type { SectionId } from './report.ts';
import type { TableName } from './table.ts';

/** Languages of the report, by code. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Name of a format; the registry of sinks lists them: `FORMATS`. */
export type Format = string;

/**
 * A report period, as asked for by flag or template. Days are `YYYY-MM-DD`, names `2024-01`, `2024-Q1` or `2024`; a
 * range whose end is null ends with yesterday.
 */
export type PeriodRequest =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'range'; readonly from: string; readonly to: string | null }
  | { readonly kind: 'last-month' | 'last-quarter' | 'last-year' }
  | { readonly kind: 'all' };

export type { Brand } from './design.ts';

/** A resolved template: defaults filled in, files read, everything checked. */
export interface Template {
  readonly name: string;
  /** SHA-256 (hex) of the resolved content, logo included: two runs with the same hash used the same template. */
  readonly sha256: string;
  readonly title: string;
  readonly organisation: string | null;
  /** On every page, e.g. `Confidential`; null for none. */
  readonly classification: string | null;
  readonly period: PeriodRequest;
  readonly timezone: string;
  readonly formats: readonly Format[];
  /** Column names by table, in the order of the table's own columns. A table that is absent is not written. */
  readonly tables: ReadonlyMap<TableName, readonly string[]>;
  readonly brand: Brand;
  /** Bytes of the workbook (`.xlsx`) to fill with the tables; null for one of our own. */
  readonly workbook: Uint8Array | null;
  /** Sections of the PDF and of the HTML report, in this order. */
  readonly sections: readonly SectionId[];
  readonly policy: ClassificationPolicy;
  /** How soon zero-retention media should be deleted; null if the organisation sets no limit. */
  readonly retentionLimitSeconds: number | null;
  /** Largest number of detections in the report's register of flagged ones. */
  readonly registerLimit: number;
  /** Duties of the compliance matrix; absent: none. */
  readonly obligations?: readonly Obligation[] | undefined;
  /** The organisation's comment on the period. */
  readonly comment?: string | undefined;
  /** Dated remarks on the trend, e.g. that the vendor changed its model. */
  readonly notes?: readonly { readonly date: string; readonly text: string }[] | undefined;
  /** Whether the registers follow the report as a whole; absent: if they have up to 50 rows together. */
  readonly annex?: boolean | undefined;
  /** How soon a notice should be acted on; absent: `DEFAULT_ACTION_LIMIT_SECONDS`. */
  readonly actionLimitSeconds?: number | undefined;
  /** What the platform says in a transparency report; absent: none is written. */
  readonly dsa?: DsaFacts | undefined;
  /** Absent: English. */
  readonly language?: Language | undefined;
  /** Absent: three roles in the report's language. */
  readonly signOff?: SignOff | undefined;
  /** Bytes of tables that the PDF may embed; absent: `DEFAULT_ATTACHMENT_LIMIT_BYTES`. */
  readonly attachmentLimitBytes?: number | undefined;
}

/**
 * SHA-256 (hex) over everything that decides what a run writes. Logo and workbook count by their hashes; the comments
 * and description of a template file do not count.
 */
export function templateSha256(template: Omit<Template, 'sha256'>): string {
  const { workbook } = template;
  const { logo } = template.brand;
  const content = {
    ...template,
    sha256: undefined,
    tables: Object.fromEntries(template.tables),
    brand: { ...template.brand, logo: logo === null ? null : { type: logo.type, sha256: sha256Of(logo.bytes) } },
    // Left out if null: templates hashed by versions without workbooks keep their hash.
    workbook: workbook === null ? undefined : sha256Of(workbook),
  };
  return sha256Of(canonicalJson(content));
}

/** Which rows of the official template apply: `Only for providers of …`. */
export const DSA_KINDS = ['hosting', 'online_platform', 'vlop'] as const;

/** What only the platform knows of its transparency report (Implementing Regulation (EU) 2024/2835). */
export interface DsaFacts {
  readonly provider: string;
  readonly service: string;
  readonly kind: (typeof DSA_KINDS)[number];
  /** Days, `YYYY-MM-DD`. */
  readonly published: string | null;
  readonly previous: string | null;
  /** Why a corrected edition was made. */
  readonly correction: string | null;
  readonly values: readonly {
    readonly part: 7 | 8 | 11;
    readonly indicator: string;
    readonly scope: string | null;
    readonly value: string | number;
  }[];
}
