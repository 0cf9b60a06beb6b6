import type { CompletenessVerdict } from './certificate.ts';
import type { Rate, StatusCounts, VerdictCounts } from './statistics.ts';

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
