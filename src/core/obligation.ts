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
  /** Not measured here: it allows a duty to state accuracy, which never gets a number. */
  accuracy: 'none',
} as const satisfies Record<string, 'verdict' | 'count' | 'share' | 'seconds' | 'none'>;

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
