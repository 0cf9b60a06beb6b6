import type { ColumnType } from './fields.ts';

/*
 * What the list does not say: what was true, and what was done. One row of `reviews.csv` is one review of one detection.
 */

export const TRUTHS = ['ai_generated', 'authentic', 'ambiguous'] as const;
export type Truth = (typeof TRUTHS)[number];
export const AUTOMATIONS = ['full', 'partial', 'no'] as const;
export const APPEAL_OUTCOMES = ['upheld', 'partially_reversed', 'reversed', 'omitted'] as const;
export type AppealOutcome = (typeof APPEAL_OUTCOMES)[number];

export interface ReviewField {
  readonly type: Extract<ColumnType, 'text' | 'timestamp' | 'json'>;
  /** The allowed values; absent: any text. */
  readonly values?: readonly string[];
  readonly description: string;
  /** True if the value can identify a person. */
  readonly private: boolean;
}

const text = (description: string, isPrivate = false): ReviewField & { readonly type: 'text' } => {
  return { type: 'text', description, private: isPrivate };
};
const time = (description: string): ReviewField & { readonly type: 'timestamp' } => {
  return { type: 'timestamp', description, private: false };
};
const choice = <const V extends readonly string[]>(values: V, description: string) => {
  return { type: 'text', values, description, private: false } as const;
};

/** The columns that a reviewer fills, in the order of the table. */
export const REVIEW_FIELDS = {
  truth: choice(TRUTHS, 'What the media are, by the majority of their reviewers; ambiguous without one.'),
  reviewer: text('Who reviewed; several are joined by semicolons.', true),
  reviewed_at: time('When the review was made.'),
  notice_at: time('When a notice about the media arrived.'),
  action: text('What was done, e.g. removed or labelled.'),
  action_at: time('When it was done.'),
  automated: choice(AUTOMATIONS, 'Whether a machine decided that: full, partial or no.'),
  ground: text('The rule or law that it is based on.'),
  appeal_at: time('When a complaint against it arrived.'),
  appeal_outcome: choice(APPEAL_OUTCOMES, 'How the complaint was decided.'),
  appeal_decided_at: time('When that was decided.'),
  note: text('Remark of the reviewer.', true),
} as const satisfies Readonly<Record<string, ReviewField>>;

type ReviewColumn = keyof typeof REVIEW_FIELDS;
type ValueOf<F> = F extends { readonly type: 'timestamp' }
  ? number
  : F extends { readonly values: readonly (infer V)[] }
    ? V
    : string;

/** One row: times are epoch milliseconds, an empty cell is null. */
export type Review = {
  readonly [Name in ReviewColumn]: ValueOf<(typeof REVIEW_FIELDS)[Name]> | null;
} & {
  readonly uuid: string;
  /** The stratum of the sample that the detection was drawn from, and the number of detections in it. */
  readonly stratum: string | null;
  readonly stratum_size: number | null;
  /** JSON object of the columns that have no name here; null for none. */
  readonly review_extra: string | null;
};

export type JoinedColumn = ReviewColumn | 'review_extra';

/** The columns that follow those of the table `detections` when reviews are joined, in their order. */
export const JOINED_COLUMNS: readonly (ReviewField & { readonly name: JoinedColumn })[] = [
  ...Object.entries<ReviewField>(REVIEW_FIELDS).map(([name, field]) => ({ ...field, name: name as ReviewColumn })),
  {
    name: 'review_extra',
    type: 'json',
    description: 'JSON of the columns of the file that have no name here.',
    private: true,
  },
];

/** Within which a notice should be acted on, if the template sets no limit. */
export const DEFAULT_ACTION_LIMIT_SECONDS = 48 * 3600;

/** A file of reviews, read and checked. */
export interface ReviewsFile {
  /** As given: the run keeps a copy. */
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly reviews: readonly Review[];
}

/** The reviews of each detection, in the order of the file; of two by one reviewer, the later one counts. */
export function reviewsByUuid(reviews: readonly Review[]): ReadonlyMap<string, readonly Review[]> {
  const byUuid = new Map<string, Review[]>();
  for (const review of reviews) {
    const earlier = byUuid.get(review.uuid) ?? [];
    byUuid.set(review.uuid, [...earlier.filter(({ reviewer }) => reviewer !== review.reviewer), review]);
  }
  return byUuid;
}

/** What the majority of the reviewers says; `ambiguous` for a tie, null if none of them says anything. */
export function agreedTruth(reviews: readonly Review[]): Truth | null {
  const votes = reviews.flatMap(({ truth }) => (truth === null ? [] : [truth]));
  if (votes.length === 0) return null;
  const major = TRUTHS.find((truth) => 2 * votes.filter((vote) => vote === truth).length > votes.length);
  return major ?? 'ambiguous';
}

/** The last value that a review of the detection gives. */
export function lastValue<Name extends keyof Review>(reviews: readonly Review[], name: Name): Review[Name] | null {
  return reviews.findLast((review) => review[name] !== null)?.[name] ?? null;
}

/** A rate with its Wilson 95 % interval; all null if `of` is 0. */
export interface Rate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly of: number;
}

/**
 * A rate that may not be estimable: then its numbers are null, and `why` says so. `no_case`: nothing reviewed could
 * show it. `one_verdict_only`: only detections with one of the verdicts were reviewed. `stratum_without_review`: a part
 * of the sample has no review. `not_informative`: sensitivity + specificity is at most 1, or chance explains all.
 */
export interface Estimate extends Rate {
  readonly why: null | 'no_case' | 'one_verdict_only' | 'stratum_without_review' | 'not_informative';
}

/** The usual rates of a detector. */
export const RATE_NAMES = ['accuracy', 'precision', 'recall', 'false_positive_rate', 'false_negative_rate'] as const;
export type DetectorRates = Readonly<Record<(typeof RATE_NAMES)[number], Estimate>>;

/** The key `reviews` of `statistics.json`. Times are hours; the limit is in seconds. */
export interface ReviewStatistics extends DetectorRates {
  /** Rows of the file, and the detections of the run that they name. */
  readonly rows: number;
  readonly matched: number;
  /** Uuids that the run does not have in its period, and the first hundred of them. */
  readonly unmatched: { readonly count: number; readonly uuids: readonly string[] };
  /** Detections with an answer: = fake + authentic + ambiguous. */
  readonly reviewed: number;
  readonly truth: { readonly ai_generated: number; readonly authentic: number; readonly ambiguous: number };
  /** Reviewed detections without a verdict for or against, which are in no rate. */
  readonly undecided: number;
  readonly confusion: Readonly<Record<'true_positive' | 'false_positive' | 'true_negative' | 'false_negative', number>>;
  /** Whether the rates weigh each review by its stratum. */
  readonly weighting: 'none' | 'strata';
  readonly strata: readonly {
    readonly stratum: string;
    readonly size: number;
    readonly sampled: number;
    readonly reviewed: number;
  }[];
  readonly by_media_type: Readonly<Record<string, DetectorRates>>;
  /** The two reviewers with the most detections in common; null if no two have any. */
  readonly agreement: {
    readonly reviewers: readonly [string, string];
    readonly agreed: number;
    readonly kappa: Estimate;
  } | null;
  /** The raw fake rate of the run, and what it would be without the detector's errors. */
  readonly prevalence: { readonly raw: Rate; readonly corrected: Estimate };
  readonly casework: {
    readonly limit_seconds: number;
    /** Detections with a notice: = in time + overdue + open + not_measured. */
    readonly notices: number;
    readonly within_limit: Rate;
    readonly median_hours: number | null;
    /** Acted on later than the limit, or not acted on and older than it when the list was read. */
    readonly overdue: number;
    /** The longest overdue, at most a hundred. */
    readonly overdue_list: readonly { readonly uuid: string; readonly hours: number; readonly acted: boolean }[];
    readonly open: number;
    /** An action before its notice. */
    readonly not_measured: number;
    /** Detections with an action, by what decided: all, those without a notice, and those with one. */
    readonly actions: number;
    readonly automated: Readonly<
      Record<'all' | 'own_initiative' | 'notices', Readonly<Record<(typeof AUTOMATIONS)[number], number>>>
    >;
    readonly appeals: {
      readonly count: number;
      readonly outcomes: Readonly<Record<AppealOutcome | 'pending', number>>;
      readonly median_hours: number | null;
    };
  };
}
