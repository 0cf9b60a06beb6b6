/** The result of a completed detection. */
export type Verdict = 'fake' | 'real' | 'indeterminate';

/** From worst to best: the order in which a video's modalities decide. */
export const VERDICTS_BY_GRAVITY = ['fake', 'indeterminate', 'real'] as const satisfies readonly Verdict[];

/** Only `completed` has a verdict. */
export type Status = 'completed' | 'processing' | 'failed';

export type Modality = 'audio' | 'image' | 'video';
export const MODALITIES = ['audio', 'image', 'video'] as const satisfies readonly Modality[];

/**
 * How labels become verdicts: data, printed in the report and hashed into its manifest. An unlisted label is
 * indeterminate and counted. Labels are compared folded: trimmed, lower case, `_` and `-` read as spaces.
 */
export interface ClassificationPolicy {
  readonly name: string;
  readonly fake: readonly string[];
  readonly real: readonly string[];
  readonly indeterminate: readonly string[];
  /** The score that means "nothing to assess": that modality does not vote, and averages leave the score out. */
  readonly notAssessedScore: number;
}

/** The vendor's five bands, as documented; the default of every template. */
export const DEFAULT_POLICY: ClassificationPolicy = {
  name: 'five-bands',
  fake: ['fake', 'likely fake'],
  real: ['real', 'likely real'],
  indeterminate: ['neutral/uncertain'],
  notAssessedScore: -1,
};

/** The form in which labels are compared. */
export function foldLabel(label: string): string {
  return label.replaceAll(/[_-]/g, ' ').trim().toLowerCase();
}

/** What an obligation can be measured by. The unit decides how value and target are written. */
export const INDICATOR_UNITS = {
  completeness: 'verdict',
  detections: 'count',
  completed_share: 'share',
  failed: 'count',
  failed_share: 'share',
  processing: 'count',
  fake: 'count',
  fake_rate: 'share',
  indeterminate: 'count',
  indeterminate_share: 'share',
  unknown_labels: 'count',
  adjusted_values: 'count',
  zero_retention: 'count',
  not_deleted: 'count',
  overdue: 'count',
  /** The earlier name of `overdue`. */
  deleted_late: 'count',
  longest_deletion: 'seconds',
  latency_p95: 'seconds',
  /** By the joined reviews; not measured without them. */
  accuracy: 'share',
} as const satisfies Record<string, 'verdict' | 'count' | 'share' | 'seconds'>;

export type Indicator = keyof typeof INDICATOR_UNITS;
export const INDICATORS = Object.keys(INDICATOR_UNITS) as Indicator[];

/** A duty that an organisation measures itself against, in its own words. */
export interface Obligation {
  /** What it is called, e.g. `EU AI Act, Article 50(2)`. */
  readonly obligation: string;
  /** What it requires. */
  readonly requirement: string | null;
  /** Null if the obligation does not apply. */
  readonly indicator: Indicator | null;
  /** Counts, shares of 1, or seconds. */
  readonly atMost: number | null;
  readonly atLeast: number | null;
  /** Where to find more about it, in the organisation's words. */
  readonly evidence: string | null;
  /** Why it does not apply; null if it applies. */
  readonly notApplicable: string | null;
}

/** Who signs a report, and with what. */
export interface SignOff {
  readonly statement: string | null;
  readonly roles: readonly string[];
}

/** Bytes of tables that a format may embed if the template does not say: 20 MB. */
export const DEFAULT_ATTACHMENT_LIMIT_BYTES = 20_000_000;
