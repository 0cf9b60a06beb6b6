import type { Indicator } from '../../../core/obligation.ts';
import { counted, listed, sentence } from '../../format.ts';
import type { ObligationStatus } from '../../indicators.ts';

const obligations = (count: number): string => counted(count, 'obligation', 'obligations');

export const compliance = {
  none: 'The template names no obligation, so nothing is measured against one here.',
  /** Counts by status; those that are 0 are not spoken of. */
  lead: (total: number, counts: Readonly<Record<ObligationStatus, number>>): string => {
    const says: readonly (readonly [ObligationStatus, string, string])[] = [
      ['met', 'is met', 'are met'],
      ['not met', 'is not met', 'are not met'],
      [
        'unshown',
        'reaches its target, but on an incomplete reading',
        'reach their targets, but on an incomplete reading',
      ],
      ['unmeasured', 'was not measured', 'were not measured'],
      ['stated', 'is stated without a target', 'are stated without a target'],
      ['inapplicable', 'does not apply', 'do not apply'],
    ];
    const parts = says.flatMap(([status, one, many]) => {
      const count = counts[status];
      return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
    });
    if (total === 1)
      return `The template names one obligation: it ${says.find(([status]) => counts[status] === 1)?.[1] ?? ''}.`;
    return `${sentence(obligations(total))} of the template: ${listed(parts)}.`;
  },
  basis:
    'A status compares a figure of this report with the target that the template sets. It is no legal assessment: whether an obligation applies, and whether the target is the right one, is for the organisation to judge. Figures rest on verdicts of a detector, which are no proof; its accuracy was not measured.',
  caption: 'Obligations and what this report shows of them',
  columns: ['Obligation', 'Indicator', 'Value', 'Target', 'Status', 'Evidence'],
  /** A shape before the word, so that the status can be seen without colour too. */
  statuses: {
    met: '● Met',
    'not met': '▲ Not met',
    unshown: '◆ Not shown',
    unmeasured: '◇ Not measured',
    stated: '○ Stated',
    inapplicable: '– Not applicable',
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
    deleted_late: 'Deleted after the limit',
    longest_deletion: 'Longest time to deletion',
    latency_p95: '95th percentile from creation to last update',
    accuracy: 'Accuracy of the detector',
  } satisfies Record<Indicator, string>,
  atMost: (target: string): string => `at most ${target}`,
  atLeast: (target: string): string => `at least ${target}`,
  proven: 'proven',
  noTarget: 'none',
  notMeasured: 'not measured',
  point: (count: number): string =>
    `${sentence(obligations(count))} of the compliance matrix ${count === 1 ? 'is' : 'are'} not met.`,
} as const;
