import type { CompletenessVerdict } from '../../../../core/certificate.ts';
import type { Population, Rate, UndatedDetection, VerdictCounts } from '../../../../core/statistics.ts';
import { counted, dayText, integer, listed, percent, sentence } from '../../format.ts';

const verb = (count: number): string => (count === 1 ? 'was' : 'were');
const detections = (count: number): string => counted(count, 'detection', 'detections');

export const summary = {
  /** `periodText` is null for a report on the whole list; `whole` is false if the reading may have missed some. */
  held: (count: number, periodText: string | null, undated: number, whole: boolean): string => {
    const what = count === 1 ? 'one detection' : detections(count);
    const list = whole ? 'The list held' : 'As far as the list could be read, it held';
    const unknown =
      undated === 0 ? '' : `, and ${integer(undated)} without a readable creation time, which may belong to it`;
    if (periodText !== null) return `${list} ${what} created in the period ${periodText}${unknown}.`;
    if (undated === 0) return `${list} ${what}.`;
    return `${list} ${what} with a creation time, and ${integer(undated)} without a readable one, which ${undated === 1 ? 'is' : 'are'} in no table and in no other figure.`;
  },
  outcome: ({ in_period: inPeriod, completed, failed, processing, undated }: Population): string => {
    if (inPeriod === 0) {
      return undated === 0
        ? 'There is nothing to report on.'
        : 'Whether there is something to report on is not known: detections without a readable creation time may belong to the period.';
    }
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
    inPeriod: (open: boolean) =>
      ['Detections', `${open ? 'with a creation time' : 'in the period'}, each counted once`] as const,
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
  undatedTitle: 'Without a creation time',
  emptyTitle: 'Empty period',
  attention: 'Points to look at',
  noPoints: (inPeriod: number): string =>
    inPeriod === 0
      ? 'The checks of this report raised no point: what it speaks of was read completely, and held no detection.'
      : 'The checks of this report raised no point: what it speaks of was read completely, every detection carries a verdict of fake or real, and no value had to be adjusted.',
  points: {
    completeness: (verdict: CompletenessVerdict): string =>
      verdict === 'converged'
        ? 'Completeness is not proven: a further full reading neither added nor lost a detection, but that is no proof.'
        : 'Completeness is not proven: detections may be missing. See the section on completeness.',
    failed: (count: number): string =>
      `${sentence(detections(count))} failed and ${count === 1 ? 'has' : 'have'} no verdict.`,
    processing: (count: number): string =>
      `${sentence(detections(count))} ${count === 1 ? 'was' : 'were'} still being processed; a later report will show the outcome.`,
    indeterminate: (count: number): string =>
      `${sentence(detections(count))} ${count === 1 ? 'was' : 'were'} completed but not decided. Not decided does not mean real.`,
    undated: (count: number, open: boolean, named: readonly UndatedDetection[]): string => {
      const which = named.map(({ uuid, created_at: text }) => `${uuid} (${text === null ? 'none' : `"${text}"`})`);
      const more = count - named.length;
      const list = more > 0 ? `${which.join(', ')} and ${integer(more)} more` : listed(which);
      return `${sentence(detections(count))} of the list ${count === 1 ? 'has' : 'have'} no readable creation time${open ? '' : ', so it is not known whether in the period,'} and ${count === 1 ? 'is' : 'are'} in no table and no other figure: ${list}.`;
    },
    emptyAfter: (before: number): string =>
      `The period has no detection, but the report before it had ${integer(before)}. Check that the service was in use and that the key still sees the same team.`,
    notDeleted: (count: number, limit: string | null): string =>
      `${sentence(detections(count))} under zero retention ${count === 1 ? 'shows' : 'show'} no deletion time${limit === null ? '' : `; the limit of ${limit} had not passed when the list was read`}.`,
    overdue: (all: number, late: number, never: number, limit: string): string =>
      `${sentence(detections(all))} under zero retention ${verb(all)} not deleted within ${limit}: ${integer(late)} later, ${integer(never)} not at all.`,
    deletionNotMeasured: (count: number): string =>
      `Of ${detections(count)} under zero retention the time to deletion was not measured: ${count === 1 ? 'its' : 'their'} times are impossible or not readable.`,
    unknownLabels: (count: number): string =>
      `${sentence(counted(count, 'label', 'labels'))} ${count === 1 ? 'is' : 'are'} on no list of the policy; where ${count === 1 ? 'it' : 'one of them'} votes, it reads as indeterminate.`,
    unknownKeys: (count: number): string =>
      `The source used ${counted(count, 'field', 'fields')} that no version of its documentation names; the section on data quality has more.`,
    coercions: (count: number): string =>
      `${sentence(counted(count, 'value', 'values'))} had to be adjusted to fit the documented type.`,
  },
} as const;

function flagged(count: number): string {
  return `${count === 0 ? 'none' : integer(count)} ${count === 1 ? 'was' : 'were'} flagged as fake`;
}
