import type { Indicator } from '../../../../core/obligation.ts';
import type { ObligationStatus } from '../../../../core/statistics.ts';
import { counted, integer, listed, NO_VALUE, sentence } from '../../format.ts';

const obligations = (count: number): string => counted(count, 'obligation', 'obligations');

export const compliance = {
  none: 'The template names no obligation, so nothing is measured against one here.',
  /** Counts by status; those that are 0 are left out. */
  lead: (total: number, counts: Readonly<Record<ObligationStatus, number>>): string => {
    const says: readonly (readonly [ObligationStatus, string, string])[] = [
      ['met', 'is met', 'are met'],
      ['not_met', 'is not met', 'are not met'],
      ['not_shown', 'could not be shown to be met', 'could not be shown to be met'],
      ['not_measured', 'was not measured', 'were not measured'],
      ['no_case', 'has no case to judge', 'have no case to judge'],
      ['stated', 'is stated without a target', 'are stated without a target'],
      ['not_applicable', 'does not apply', 'do not apply'],
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
    'Met: the figure reaches the target, whatever becomes of detections that it does not count yet. Not shown: those, an incomplete reading or the rest of the period could still change that. No case: there was nothing to judge. A status compares a figure of this report with the target that the template sets. It is no legal assessment: whether an obligation applies, and whether the target is the right one, is for the organisation to judge. Figures rest on verdicts of a detector, which are no proof; its accuracy was not measured.',
  caption: 'Obligations and what this report shows of them',
  columns: ['Obligation', 'Indicator', 'Value', 'Target', 'Status', 'Evidence'],
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
  proven: 'proven',
  noTarget: 'none',
  noValue: (status: ObligationStatus): string => (status === 'not_measured' ? 'not measured' : NO_VALUE),
  /** Detections that the value does not count: undated, unfinished, or with impossible times. */
  open: (count: number): string => `${integer(count)} not counted could change it`,
  /** The obligations with that status, by name. */
  point: (status: 'not_met' | 'not_shown' | 'not_measured', names: readonly string[]): string => {
    const words = {
      not_met: ['is not met', 'are not met'],
      not_shown: ['could not be shown to be met', 'could not be shown to be met'],
      not_measured: ['was not measured', 'were not measured'],
    }[status];
    return `${sentence(obligations(names.length))} of the compliance matrix ${names.length === 1 ? words[0] : words[1]}: ${names.join('; ')}.`;
  },
} as const;
