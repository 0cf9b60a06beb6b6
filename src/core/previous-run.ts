import type { CompletenessVerdict } from './certificate.ts';
import type { Rate, StatusCounts, VerdictCounts } from './statistics.ts';

/**
 * How a detection changed between two readings; each has exactly one kind, the first that fits: `new` only in the later
 * reading · `vanished` only in the earlier one · `finished` was processing and is now completed or failed ·
 * `relabelled` another status, label or verdict · `rescored` another score · `other` any other value that counts, such
 * as a deletion time.
 */
export const CHANGE_KINDS = ['new', 'vanished', 'finished', 'relabelled', 'rescored', 'other'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One detection that changed. Values are those of `SHOWN_COLUMNS`, as text; empty ones are left out. */
export interface Change {
  readonly kind: ChangeKind;
  readonly uuid: string;
  readonly created_at: string;
  /** Names of the columns that differ; empty for `new` and `vanished`. */
  readonly columns: readonly string[];
  readonly before: Readonly<Record<string, string>> | null;
  readonly after: Readonly<Record<string, string>> | null;
}

export type ChangeCounts = Readonly<Record<ChangeKind, number>>;

/** The previous run's figures for comparison: numbers of its `statistics.json`, and their basis. */
export interface PreviousFigures {
  readonly template: { readonly name: string; readonly sha256: string };
  readonly policy_sha256: string;
  readonly completeness: CompletenessVerdict;
  readonly as_of: string;
  readonly in_period: number;
  readonly status: StatusCounts;
  readonly verdicts: VerdictCounts;
  readonly fake_rate: Rate;
  /** Detections by medium, the documented three. */
  readonly media: { readonly audio: number; readonly image: number; readonly video: number };
}

/** The run that this one follows, as in the manifest. Half-open days; null bounds are open. */
export interface PreviousFacts {
  readonly report_id: string;
  readonly period: { readonly from: string | null; readonly to: string | null; readonly timezone: string };
  /** Absent if the version that made the previous run kept none. */
  readonly figures?: PreviousFigures | undefined;
}

/** Figures of an earlier run, for the trend: at most 13, the oldest first. */
export interface HistoryEntry extends StatusCounts, VerdictCounts {
  readonly report_id: string;
  /** As in the run folder's name: `2024-01`. */
  readonly period: string;
  /** Half-open instants of the period (ISO 8601 UTC); null bounds are open. */
  readonly start: string | null;
  readonly end: string | null;
  readonly completeness: CompletenessVerdict;
  readonly in_period: number;
  readonly fake_rate: Omit<Rate, 'of'>;
  /** Zero retention, completed or failed, without a deletion time. */
  readonly not_deleted: number;
  readonly compliance: { readonly met: number; readonly not_met: number };
  /** SHA-256 (hex) of the rule from labels to verdicts: rates under different rules are not comparable. */
  readonly policy_sha256: string;
  /** True if the figures are those of an amendment. */
  readonly amended: boolean;
}
