import type { CompletenessVerdict } from './certificate.ts';
import type { StatusCounts, VerdictCounts } from './statistics.ts';

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
  readonly fake_rate: { readonly value: number | null; readonly low: number | null; readonly high: number | null };
  /** Zero retention, completed or failed, without a deletion time. */
  readonly not_deleted: number;
  readonly compliance: { readonly met: number; readonly not_met: number };
  /** SHA-256 (hex) of the rule from labels to verdicts: rates under different rules are not comparable. */
  readonly policy_sha256: string;
  /** True if the figures are those of an amendment. */
  readonly amended: boolean;
}
