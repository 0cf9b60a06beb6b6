import type { ClassificationPolicy, Indicator } from '../../../../core/policy.ts';
import type { ObligationStatus } from '../../../../core/statistics.ts';
import { EN_FORMAT as format, NO_VALUE, sentence } from '../../format.ts';

const { counted, decimal, integer, listed } = format;

export const compliance = {
  none: 'The template names no obligation, so nothing is measured against one here.',
  /** Counts by status; those that are 0 are left out. */
  lead: (total: number, counts: Readonly<Record<ObligationStatus, number>>): string => {
    const says: readonly (readonly [ObligationStatus, string])[] = [
      ['not_met', 'not met'],
      ['not_shown', 'not shown'],
      ['not_measured', 'not measured'],
      ['met', 'met'],
      ['no_case', 'without a case'],
      ['stated', 'stated'],
      ['not_applicable', 'not applicable'],
    ];
    const parts = says.flatMap(([status, words]) => (counts[status] === 0 ? [] : [`${counts[status]} ${words}`]));
    return `${sentence(counted(total, 'obligation', 'obligations'))}: ${listed(parts)}.`;
  },
  /** Explains the statuses that are in the table and are not what they may look like. */
  basis: (has: (status: ObligationStatus) => boolean): string =>
    [
      has('not_shown')
        ? 'Not shown: open cases, an incomplete reading or the rest of the period could change the figure.'
        : '',
      has('stated') ? 'Stated: without a target, so not assessed.' : '',
      'A status compares a figure with a target of the template; it is not a legal assessment.',
    ]
      .filter((each) => each !== '')
      .join(' '),
  evidence: (what: string): string => `You supply: ${what}`,
  caption: 'Compliance matrix',
  columns: ['Obligation', 'Value', 'Target', 'Status', 'Which detections'],
  /** A shape before the word shows the status without colour too. */
  statuses: {
    met: '● Met',
    not_met: '▲ Not met',
    not_shown: '◆ Not shown',
    no_case: '– No case',
    not_measured: '◇ Not measured',
    stated: '○ Stated',
    not_applicable: '– Not applicable',
  } satisfies Record<ObligationStatus, string>,
  indicators: {
    completeness: 'Completeness of the reading',
    detections: 'Detections',
    completed_share: 'Share completed',
    failed: 'Failed detections',
    failed_share: 'Share failed',
    processing: 'Unfinished detections',
    fake: 'Flagged as fake',
    fake_rate: 'Fake rate',
    indeterminate: 'Indeterminate',
    indeterminate_share: 'Share indeterminate',
    unknown_labels: 'Labels on no list',
    adjusted_values: 'Values adjusted',
    zero_retention: 'Under zero retention',
    not_deleted: 'Finished, not yet deleted',
    overdue: 'Deleted after the limit, or not at all',
    deleted_late: 'Deleted after the limit, or not at all',
    longest_deletion: 'Longest time to deletion',
    latency_p95: '95th percentile from creation to last update',
    accuracy: 'Accuracy of the detector',
  } satisfies Record<Indicator, string>,
  atMost: (target: string): string => `at most ${target}`,
  atLeast: (target: string): string => `at least ${target}`,
  verdicts: { proven: 'proven', converged: 'converged', unproven: 'unproven' },
  noTarget: 'none',
  noValue: (status: ObligationStatus): string => (status === 'not_measured' ? 'not measured' : NO_VALUE),
  /** Detections that the value does not count: undated, unfinished, or with impossible times. */
  open: (count: number): string => `${integer(count)} not counted could change it`,
  point: (status: 'not_met' | 'not_shown' | 'not_measured', name: string, value: string, target: string): string => {
    const words = { not_met: 'Not met', not_shown: 'Not shown to be met', not_measured: 'Not measured' };
    return `${words[status]}: ${name} (${value}, target ${target}).`;
  },
} as const;

export const method = {
  intro: 'How a verdict is reached, and how the figures are computed. Template and manifest hold the policy.',
  steps: (policy: ClassificationPolicy): readonly string[] => [
    'Only a completed detection has a verdict. Failed and unfinished ones are populations of their own.',
    'A detection has up to three modalities: audio, image, and the picture of a video. The label of each is read by the lists below; letter case, outer spaces, and the difference between space, "_" and "-" do not matter.',
    `A modality whose score is ${String(policy.notAssessedScore)} had nothing to assess, such as music without speech. It has no vote, and its score is in no mean.`,
    'The gravest modality decides: fake before indeterminate before real.',
    'A label on no list, or no assessed modality at all, makes indeterminate.',
    'No verdict is ever derived from a score, and no score is computed again.',
  ],
  policy: (name: string): string => `Policy "${name}"`,
  policyColumns: ['Verdict', 'Labels'],
  noLabels: 'no label',
  definitions: 'Definitions',
  terms: (timezone: string, open: boolean): readonly (readonly [string, string])[] => [
    [
      'Period',
      open
        ? 'Every detection with a creation time, whenever that was.'
        : `From 00:00 on the first day to 24:00 on the last day, in the zone ${timezone}.`,
    ],
    ['Times', `Instants are UTC. Days are calendar days of the zone ${timezone}.`],
    ['Overdue', 'Deleted after the limit, or finished, not deleted and older than the limit when the list was read.'],
    ['Fake rate', 'fake / (fake + real). Indeterminate, failed and unfinished detections are in neither.'],
    [
      '95% interval',
      "Wilson's score interval of the fake rate. It states the uncertainty from the number of detections alone, not that of the detector.",
    ],
    [
      'Median, percentiles',
      'The smallest value that at least half, or 95%, of the values do not exceed: always one that occurred. Exact up to 10,000 different values, within 0.2% of it beyond.',
    ],
    [
      'Numbers',
      'Rounded half up. A share that is not zero never prints as 0.0%. A dash (–): nothing to state. statistics.json has every number in full.',
    ],
    [
      'Text of uploaders',
      'Cut at 300 characters (…). Control characters, and in the PDF those that no embedded font has, are shown as their code, such as [U+202E].',
    ],
  ],
  limitations: [
    'A verdict is the output of a detector. It does not prove that media are authentic or manipulated, and is not a finding about a person.',
    'The accuracy of the detector is stated only for what people reviewed, in the section on reviews; it says nothing of other media or of another period.',
    'The fake rate describes the media that were submitted in the period. It is not an estimate for other media.',
    'The report shows the list as it was when it was read. Detections deleted before are not in it; unfinished ones may since have been completed.',
    'The list is that of one team, limited to what its key can see.',
    'Labels, scores, lengths, file names, messages and deletion times are statements of the service or of those who submitted the media. They are reproduced, not checked.',
    'This report states what the data show. It does not certify compliance with any law, standard or contract.',
  ],
  score: (value: number): string => decimal(value, 3),
} as const;

export const signOff = {
  statement: 'The undersigned have read this report and acknowledge its contents.',
  report: (id: string): string => `Report id: ${id}.`,
  roles: ['Prepared by', 'Reviewed by', 'Approved by'],
  caption: 'Signatures',
  columns: ['Role', 'Name', 'Date', 'Signature'],
  note: 'Fill it in on paper or in a copy: editing this file breaks its seal.',
} as const;
