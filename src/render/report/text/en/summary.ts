import type { CompletenessVerdict } from '../../../../core/certificate.ts';
import type { Population, Rate, Statistics, VerdictCounts } from '../../../../core/statistics.ts';
import { EN_FORMAT as format, sentence } from '../../format.ts';

const { counted, integer, percent } = format;

const detections = (count: number): string => counted(count, 'detection', 'detections');
/** `2 detections were`, `1 detection was`, as the start of a sentence. */
const were = (count: number): string => `${sentence(detections(count))} ${count === 1 ? 'was' : 'were'}`;

export const summary = {
  /** `periodText` is null for a report on the whole list. */
  held: (
    { in_period: count, undated }: Population,
    periodText: string | null,
    verdict: CompletenessVerdict,
  ): string => {
    const what = periodText === null ? 'are in the list' : `were created in ${periodText}`;
    const one = periodText === null ? 'is in the list' : `was created in ${periodText}`;
    const read = verdict === 'unproven' ? ' among those that were read' : '';
    const unknown =
      undated === 0
        ? ''
        : ` ${sentence(detections(undated))} more without a readable creation time may belong to them.`;
    return `${sentence(detections(count))} ${count === 1 ? one : what}${read}.${unknown}`;
  },
  verdicts: ({ fake, real, indeterminate }: VerdictCounts): string =>
    `${integer(fake)} flagged as fake, ${integer(real)} labelled real, ${integer(indeterminate)} not decided.`,
  rate: (rate: Rate): string => {
    if (rate.of === 0 || rate.value === null) return 'None was decided as fake or real: a fake rate cannot be given.';
    if (rate.of === 1) return 'Only one was decided as fake or real; a rate over one says nothing about others.';
    return `The fake rate is ${percent(rate.value)} of the ${integer(rate.of)} decided (95% interval ${percent(rate.low)} to ${percent(rate.high)}).`;
  },
  cards: {
    detections: 'Detections',
    rate: 'Fake rate',
    indeterminate: 'Indeterminate',
    notDeleted: 'Not deleted',
    open: (failed: number, processing: number): string =>
      `each counted once; ${integer(failed)} failed, ${integer(processing)} still processing`,
    interval: (rate: Rate, fake: number): string =>
      rate.of === 0
        ? 'none decided as fake or real'
        : `${integer(fake)} of ${integer(rate.of)} decided as fake or real; 95% interval ${percent(rate.low)} to ${percent(rate.high)}`,
    share: (share: string, completed: number): string =>
      completed === 0 ? 'no completed detection' : `${share} of ${integer(completed)} completed`,
    retention: ({ zero_retention: zero, overdue, late }: Statistics['retention']): string =>
      zero === 0
        ? 'none under zero retention'
        : `of ${integer(zero)} under zero retention${overdue === null ? '' : overdue === 0 ? '; none missed the limit' : `; ${integer(overdue)} missed the limit, ${integer(late ?? 0)} deleted late`}`,
    /** `before` is the label of the period before, or null if it is not known. */
    change: (difference: string, before: string | null): string => `${difference} since ${before ?? 'the run before'}`,
  },
  action: (shown: number, all: number): string =>
    shown === all ? 'What needs action' : `What needs action: the ${integer(shown)} gravest of ${integer(all)} points`,
  noAction: (inPeriod: number): string =>
    inPeriod === 0
      ? 'Nothing: the period was read completely and has no detection.'
      : 'Nothing: the list was read completely, nothing was flagged, and nothing is overdue.',
  points: {
    unproven: 'The list was not read completely: detections may be missing. Read it again before you rely on a figure.',
    notProven: 'Completeness is not proven, although a second full reading gave the same detections.',
    overdue: (all: number, late: number, never: number, limit: string): string =>
      `${were(all)} not deleted within ${limit}: ${integer(late)} later, ${integer(never)} not at all.`,
    notDeleted: (count: number, limit: string | null): string =>
      `${were(count)} made under zero retention and ${count === 1 ? 'is' : 'are'} not deleted${limit === null ? '' : `; the limit of ${limit} had not passed when the list was read`}.`,
    deletionNotMeasured: (count: number): string =>
      `The time to deletion of ${detections(count)} could not be measured: the times are impossible or unreadable.`,
    undated: (count: number, open: boolean): string =>
      `${sentence(detections(count))} ${count === 1 ? 'has' : 'have'} no readable creation time${open ? '' : ' and may belong to the period'}; no table or figure includes ${count === 1 ? 'it' : 'them'}.`,
    emptyAfter: (before: number): string =>
      `The period has no detection; the one before had ${integer(before)}. Check that the service was in use and that the key sees the same team.`,
    flagged: (count: number): string =>
      `${were(count)} flagged as fake and ${count === 1 ? 'needs' : 'need'} a review by a person.`,
    failed: (count: number): string =>
      `${were(count)} not analysed because of a failure: submit ${count === 1 ? 'it' : 'them'} again.`,
    processing: (count: number): string =>
      `${were(count)} still being processed; a later report will have the outcome.`,
    unknownLabels: (count: number): string =>
      `${sentence(counted(count, 'label is', 'labels are'))} not covered by the policy and ${count === 1 ? 'was' : 'were'} treated as indeterminate.`,
  },
} as const;
