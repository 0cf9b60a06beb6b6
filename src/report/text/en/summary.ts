import type { CompletenessVerdict } from '../../../core/certificate.ts';
import type { Rate, VerdictCounts } from '../../../core/statistics.ts';
import { counted, dayText, integer, listed, percent, sentence } from '../../format.ts';

const verb = (count: number): string => (count === 1 ? 'was' : 'were');
const detections = (count: number): string => counted(count, 'detection', 'detections');

export const summary = {
  /** `periodText` is null for a report over the whole list. */
  held: (count: number, periodText: string | null): string => {
    const what = count === 1 ? 'one detection' : detections(count);
    return `The list held ${what}${periodText === null ? '' : ` created in the period ${periodText}`}.`;
  },
  outcome: (inPeriod: number, completed: number, failed: number, processing: number): string => {
    if (inPeriod === 0) return 'There is nothing to report on; the sections below say so one by one.';
    if (inPeriod === 1) {
      if (completed === 1) return 'It was completed.';
      return failed === 1 ? 'It failed.' : 'It was still being processed when the list was read.';
    }
    if (completed === inPeriod) return 'All of them were completed.';
    if (failed === inPeriod) return 'All of them failed.';
    if (processing === inPeriod) return 'All of them were still being processed when the list was read.';
    const parts = [`${sentence(counted(completed, 'detection', 'detections'))} ${verb(completed)} completed`];
    if (failed > 0) parts.push(`${integer(failed)} failed`);
    if (processing > 0)
      parts.push(`${integer(processing)} ${verb(processing)} still being processed when the list was read`);
    return `${listed(parts)}.`;
  },
  verdicts: (completed: number, verdicts: VerdictCounts): string => {
    if (completed === 0) return 'No detection was completed, so there is no verdict.';
    if (completed === 1) {
      if (verdicts.fake === 1) return 'The completed detection was flagged as fake.';
      return verdicts.real === 1
        ? 'The completed detection was labelled real.'
        : 'The completed detection was indeterminate.';
    }
    const { fake, real, indeterminate } = verdicts;
    return `Of the ${integer(completed)} completed detections, ${flagged(fake)}, ${integer(real)} labelled real and ${integer(indeterminate)} left indeterminate.`;
  },
  rate: (rate: Rate): string => {
    if (rate.of === 0 || rate.value === null)
      return 'No detection was decided as fake or real, so no fake rate can be given.';
    if (rate.of === 1)
      return 'Only one detection was decided as fake or real; a rate over one detection says nothing about others.';
    return `Among the ${integer(rate.of)} detections that were decided as fake or real, the fake rate is ${percent(rate.value)} (95% interval ${percent(rate.low)} to ${percent(rate.high)}).`;
  },
  busiest: (days: readonly string[], most: number): string => {
    if (most === 0) return '';
    const [first] = days;
    if (first !== undefined && days.length === 1)
      return `The busiest day was ${dayText(first)} with ${detections(most)}.`;
    return `No day had more than ${detections(most)}.`;
  },
  cards: {
    inPeriod: ['Detections', 'in the period, each counted once'],
    fake: ['Flagged as fake', 'completed, gravest label fake'],
    rate: ['Fake rate', 'fake / (fake + real)'],
    real: ['Labelled real', 'completed, gravest label real'],
    indeterminate: ['Indeterminate', 'completed, not decided'],
    open: ['Failed or unfinished', 'without a verdict'],
  },
  rateNote: (rate: Rate): string =>
    rate.of === 0 ? 'no decided detection' : `95% interval ${percent(rate.low)} to ${percent(rate.high)}`,
  openNote: (failed: number, processing: number): string =>
    `${integer(failed)} failed, ${integer(processing)} still processing`,
  shareNote: (share: string, completed: number): string =>
    completed === 0 ? 'no completed detection' : `${share} of ${integer(completed)} completed`,
  attention: 'Points to look at',
  noPoints:
    'The checks of this report raised no point: the list was read completely, every detection carries a verdict, and no value had to be adjusted.',
  points: {
    completeness: (verdict: CompletenessVerdict): string =>
      verdict === 'converged'
        ? 'Completeness is not proven: a second full reading of the list changed nothing, but the order of the list did not hold.'
        : 'Completeness is not proven: detections may be missing. See the section on completeness.',
    failed: (count: number): string =>
      `${sentence(detections(count))} failed and ${count === 1 ? 'has' : 'have'} no verdict.`,
    processing: (count: number): string =>
      `${sentence(detections(count))} ${count === 1 ? 'was' : 'were'} still being processed; a later report will show the outcome.`,
    indeterminate: (count: number): string =>
      `${sentence(detections(count))} ${count === 1 ? 'was' : 'were'} completed but not decided. Not decided does not mean real.`,
    undated: (count: number): string =>
      `${sentence(detections(count))} of the list ${count === 1 ? 'carries' : 'carry'} no creation time and could not be placed in or outside the period.`,
    notDeleted: (count: number): string =>
      `${sentence(detections(count))} under zero retention ${count === 1 ? 'shows' : 'show'} no deletion time.`,
    overLimit: (longest: string, limit: string): string =>
      `The longest time to deletion, ${longest}, is above the limit of ${limit} that the template sets.`,
    unknownLabels: (count: number): string =>
      `${sentence(counted(count, 'label', 'labels'))} ${count === 1 ? 'is' : 'are'} on no list of the policy and ${count === 1 ? 'was' : 'were'} read as indeterminate.`,
    unknownKeys: (count: number): string =>
      `The source used ${counted(count, 'field', 'fields')} that no version of its documentation names; the values are kept in the tables.`,
    coercions: (count: number): string =>
      `${sentence(counted(count, 'value', 'values'))} had to be adjusted to fit the documented type.`,
  },
} as const;

function flagged(count: number): string {
  return `${count === 0 ? 'none' : integer(count)} ${count === 1 ? 'was' : 'were'} flagged as fake`;
}
