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
