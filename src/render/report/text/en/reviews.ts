import type { Estimate } from '../../../../core/reviews.ts';
import { EN_FORMAT as format, sentence } from '../../format.ts';

const { counted, integer, percent } = format;

const detections = (count: number): string => counted(count, 'detection', 'detections');

const why: Readonly<Record<Exclude<Estimate['why'], null>, string>> = {
  no_case: 'not measured',
  one_verdict_only: 'not estimable: only one verdict was reviewed',
  stratum_without_review: 'not estimable: a stratum has no review',
  not_informative: 'not estimable: no better than chance',
};

export const reviews = {
  notMeasured:
    'Not measured. No review of a detection of this period was joined: the accuracy of the detector was not measured.',
  lead: (reviewed: number, completed: number): string =>
    `People reviewed ${detections(reviewed)} of the ${integer(completed)} completed in the period. What they found is shown next to the verdict and never replaces it.`,
  unmatched: (count: number, shown: readonly string[]): string =>
    `${sentence(counted(count, 'uuid', 'uuids'))} of the file ${count === 1 ? 'is' : 'are'} not in this period: ${shown.join(', ')}${count > shown.length ? ', …' : ''}.`,
  basis: (weighting: 'none' | 'strata', ambiguous: number, undecided: number): string =>
    [
      weighting === 'strata'
        ? 'Each review counts for its share of the stratum that it was drawn from: ratio estimates by stratum (Cochran 1977), with Wilson’s 95% interval for the effective number of cases (Kott and Carr 1997).'
        : 'Shares of the reviewed detections alone, with Wilson’s 95% interval. They hold for the run only if the reviewed ones were drawn at random from all of it.',
      `In no rate: ${detections(ambiguous)} whose truth stayed ambiguous, and ${integer(undecided)} with an answer but no decided verdict.`,
    ].join(' '),
  rates: 'Accuracy of the detector, as reviewed',
  rateColumns: ['Figure', 'All'],
  names: {
    accuracy: 'Accuracy',
    precision: 'Precision',
    recall: 'Recall',
    false_positive_rate: 'False positive rate',
    false_negative_rate: 'False negative rate',
  },
  estimate: ({ value, low, high, of, why: reason }: Estimate): string =>
    reason !== null ? why[reason] : `${percent(value)} (${percent(low)} to ${percent(high)}), n = ${integer(of)}`,
  confusion: 'Verdict and truth',
  confusionColumns: ['Verdict', 'AI-generated', 'Authentic'],
  verdicts: { fake: 'Fake', real: 'Real' },
  prevalence: (raw: string, corrected: string): string =>
    `Share of fakes: ${raw} by the detector; corrected for its errors (Rogan and Gladen 1978): ${corrected}.`,
  agreement: (one: string, other: string, of: number, agreed: string, kappa: string): string =>
    `${one} and ${other} both reviewed ${detections(of)} and agree on ${agreed}; Cohen’s kappa ${kappa}.`,
  anonymous: '(no name)',
  kappa: ({ value, low, high, why: reason }: Estimate, score: (value: number | null) => string): string =>
    reason !== null ? why[reason] : `${score(value)} (${score(low)} to ${score(high)})`,
  strata: 'Strata of the sample',
  strataColumns: ['Stratum', 'Detections', 'Drawn', 'Reviewed'],
  casework: 'Casework',
  noCases: 'No notice, action or appeal was recorded.',
  caseColumns: ['Figure', 'Value'],
  cases: {
    notices: 'Detections with a notice',
    within: (limit: string): string => `Acted on within ${limit}`,
    median: 'Median time to the action',
    overdue: 'Overdue',
    open: 'Open, within the limit',
    notMeasured: 'Not measured: action before notice',
    actions: 'Detections with an action',
    full: 'Decided by a machine alone',
    partial: 'Decided by a machine in part',
    no: 'Decided by people',
    appeals: 'Appeals',
    upheld: 'Appeals: decision upheld',
    partially_reversed: 'Appeals: decision partially reversed',
    reversed: 'Appeals: decision reversed',
    omitted: 'Appeals: decision omitted',
    pending: 'Appeals: pending',
    appealMedian: 'Median time to the decision on an appeal',
  },
  share: (value: number | null, of: number): string => `${percent(value)} of ${integer(of)} due`,
  overdue: 'Overdue cases, the longest first',
  overdueColumns: ['Detection', 'Time since the notice', 'State'],
  acted: (acted: boolean): string => (acted ? 'acted on late' : 'not acted on'),
  more: (shown: number, total: number): string =>
    `Showing ${integer(shown)} of ${integer(total)} overdue cases; all are in reviews.csv.`,
} as const;

export const provenance = {
  title: 'Marks of origin',
  intro:
    'Whether a C2PA manifest or a watermark says where the media come from. Not marked: a search found none. Unknown: no search was asked for, or its result was unavailable, which is not the same as absent.',
  byMedium: 'By medium and verdict',
  medium: 'Medium and verdict',
  bySignal: 'By kind of mark',
  signal: 'Mark',
  columns: { marked: 'Marked', not_marked: 'Not marked', unknown: 'Unknown' },
  none: 'none yet',
  signals: { c2pa: 'C2PA manifest', watermark: 'Watermark', synthid: 'SynthID' },
} as const;
